"""Keys out of texts that are stored, printed or logged: some interfaces want theirs in the address."""

import re

#: parameters of an address whose value is nobody's business
_NAME = r"[\w.-]{0,40}(?:key|token|secret|password|passwd|signature|app_?id)[\w.-]{0,20}"
_SECRET = re.compile(rf"([?&;]{_NAME}=)[^&\s#\"']+", re.IGNORECASE)
_USER = re.compile(r"(\bhttps?://)[^/\s@]{1,200}@")


def redacted(text: str) -> str:
    """The same text with the values of keys and passwords in addresses left out.

    >>> redacted("https://api.example/jobs?app_key=abc&what=x: answered 401")
    'https://api.example/jobs?app_key=…&what=x: answered 401'
    """
    return _USER.sub(r"\1…@", _SECRET.sub(r"\1…", text))
