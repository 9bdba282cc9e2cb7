"""Numbers as German and English ads write them: the separator is decided before any is deleted."""

import re

_UNITS = {
    "ein": 1, "eins": 1, "eine": 1, "zwei": 2, "zwo": 2, "drei": 3, "vier": 4, "fünf": 5, "sechs": 6, "sieben": 7, "acht": 8,
    "neun": 9, "zehn": 10, "elf": 11, "zwölf": 12, "dreizehn": 13, "vierzehn": 14, "fünfzehn": 15, "sechzehn": 16, "siebzehn": 17,
    "achtzehn": 18, "neunzehn": 19, "zwanzig": 20, "dreißig": 30, "dreissig": 30, "vierzig": 40, "fünfzig": 50, "sechzig": 60,
    "siebzig": 70, "achtzig": 80, "neunzig": 90,
}  # fmt: skip
_PIECE = "|".join(sorted((*_UNITS, "und", "hundert", "tausend"), key=len, reverse=True))
#: A number in words, at least four letters; possessive, so that hostile text cannot make it try every split.
WORDS = rf"(?<![a-zäöüß])(?:{_PIECE})++(?![a-zäöüß])"
_GROUPS = re.compile(r"[\s'’]")
_NO_CENTS = re.compile(r"[.,][-–—]{1,2}$")
_NUMBER = re.compile(r"(\d+(?:[.,]\d{3})*?)(?:[.,](\d{1,2}|\d{4,}))?")
_PIECES = re.compile(_PIECE)

#: A number in digits; spaces and apostrophes may group thousands, ",-" may stand for no cents.
DIGITS = (
    r"(?:\d{1,3}(?:\.\d{3})+(?!\d)(?:,\d{1,2}(?!\d))?"
    r"|\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d{1,2}(?!\d))?"
    r"|\d{1,3}(?:['][0-9]{3})+(?!\d)(?:[.,]\d{1,2}(?!\d))?"
    r"|\d{1,3}(?:[ ]\d{3})+(?![\d])(?:[.,]\d{1,2}(?!\d))?"
    r"|\d{1,7}(?!\d)(?:[.,]\d{1,2}(?!\d))?)"
)


def value(text: str) -> float | None:
    """The number that `DIGITS` matched, or one in other spellings of a field; None where it is none.

    >>> value("2.400,50"), value("2,400.50"), value("15.50"), value("62'000"), value("2 400")
    (2400.5, 2400.5, 15.5, 62000.0, 2400.0)
    >>> value("2.400")  # three digits after the dot: thousands
    2400.0
    """
    if text.isdecimal():
        return float(text[:15])
    plain = _NO_CENTS.sub("", _GROUPS.sub("", text))
    if not (match := _NUMBER.fullmatch(plain)):
        return None
    whole = match[1].replace(".", "").replace(",", "")
    return float(f"{whole[:15]}.{match[2] or 0}")


def from_words(text: str) -> float | None:
    """A German number word in lower case; None where the pieces make no number.

    >>> from_words("zweitausendvierhundert"), from_words("sechzehn"), from_words("einundzwanzig")
    (2400.0, 16.0, 21.0)
    >>> from_words("und") is None
    True
    """
    total = current = 0
    seen = False
    for piece in _PIECES.findall(text):
        if piece == "und":
            continue
        seen = True
        if piece == "tausend":
            total, current = total + max(current, 1) * 1000, 0
        elif piece == "hundert":
            current = max(current, 1) * 100
        else:
            current += _UNITS[piece]
    return float(total + current) if seen else None
