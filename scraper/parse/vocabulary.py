"""A schema.org object in the spelling that its readers expect; what had to be changed is named.

Pages write keys with capitals or with a prefix, wrap values (`{"@value": …}`), give lists where one value is due, and serve UTF-8
that somebody read as cp1252.
"""

import re
from collections.abc import Mapping
from typing import Any

#: fields of which there is one: of a list the first counts
_SINGLE = ("title", "name", "url", "datePosted", "dateModified", "validThrough", "jobStartDate", "jobLocationType", "workHours")
_MISREAD = re.compile("[ÃÂâ][\u0080-\u00bf\u0152-\u2122]")


def mended(value: Mapping[str, Any], told: list[str]) -> Mapping[str, Any]:
    """The object as it was meant.

    Args:
        value: As the page has it.
        told: Names of the repairs, added to.

    >>> told = []
    >>> mended({"@type": "schema:JobPosting", "schema:title": {"@value": "Agent fÃ¼r Ã–l"}, "DatePosted": ["2026-11-02"]}, told)
    {'@type': 'schema:JobPosting', 'title': 'Agent für Öl', 'datePosted': '2026-11-02'}
    >>> len(set(told))
    5
    """
    item: dict[str, Any] = _walked(value, told)
    for key in _SINGLE:
        if isinstance(held := item.get(key), list):
            told.append(f"{key}: a list")
            item[key] = next((one for one in held if isinstance(one, str | int | float)), None)
    return item


def _walked(value: Any, told: list[str]) -> Any:
    if isinstance(value, str):
        return value if _MISREAD.search(value) is None else _reread(value, told)
    if isinstance(value, Mapping):
        if "@value" in value:
            told.append("jobposting: values wrapped in objects")
            return _walked(value["@value"], told)
        return {
            key if key[:1].islower() and ":" not in key else _key(key, told): _walked(entry, told) for key, entry in value.items()
        }
    return [_walked(entry, told) for entry in value] if isinstance(value, list) else value


def _key(key: str, told: list[str]) -> str:
    """`Title`, `schema:title`, `https://schema.org/title` → `title`."""
    if key[:1] == "@":
        return key
    plain = key.rpartition("/")[2].rpartition(":")[2] or key
    if plain != key:
        told.append("jobposting: keys with a prefix")
    if plain[:1].isupper():
        told.append("jobposting: capitalised keys")
        plain = plain[:1].lower() + plain[1:]
    return plain


def _reread(value: str, told: list[str]) -> str:
    """`Ã¼` back to `ü`, where all of a string can be turned back."""
    try:
        meant = value.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return value
    told.append("jobposting: UTF-8 that was read as cp1252")
    return meant
