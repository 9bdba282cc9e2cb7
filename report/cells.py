"""Cells of a CSV file: typed values as text in a dialect, with formulas defused; pure."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

Kind = Literal["string", "integer", "number", "boolean", "date"]

_BLANK = r"[\s\u00ad\u180e\u200b-\u200f\u2060\ufeff]*"
_LINE = r"\n\r\v\f\x85\u2028\u2029"
_INLINE = rf"(?:[^\S{_LINE}]|[\u00ad\u180e\u200b-\u200f\u2060\ufeff])*"
_SIGN = r"[=+\-@\uff1d\uff0b\uff0d\uff20\ufe62\ufe63\ufe66\ufe6b\u2212]"
# OWASP "CSV injection": the signs by which a spreadsheet knows a formula, also full-width, after blanks, and on inner lines,
# as some programs split quoted cells at line breaks
_FORMULA = re.compile(rf"\A(?=[\t\r\n]|{_BLANK}{_SIGN})|(?<=[{_LINE}])(?={_INLINE}{_SIGN})")


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a file is written; lines end in CR LF in both."""

    name: str
    delimiter: str
    decimal: str
    encoding: str  #: "utf-8-sig" puts a byte order mark first, by which Excel knows UTF-8
    suffix: str  #: stands before ".csv"


GERMAN = Dialect("german", ";", ",", "utf-8-sig", "")  #: opens in a German Excel by a double click
RFC4180 = Dialect("rfc4180", ",", ".", "utf-8", ".rfc4180")  #: for programs
DIALECTS: Mapping[str, Dialect] = {dialect.name: dialect for dialect in (GERMAN, RFC4180)}


def guarded(text: str) -> str:
    """Put ' before whatever a spreadsheet would run as a formula.

    >>> guarded("=1+1"), guarded(" @SUM(A1)"), guarded("Kundenberater (m/w/d)"), guarded("+49 203 1")
    ("'=1+1", "' @SUM(A1)", 'Kundenberater (m/w/d)', "'+49 203 1")
    """
    if text.isprintable() and text[:1].isalnum():
        return text  # nearly every cell: no sign first, no line break within
    return _FORMULA.sub("'", text)


def formatter(kind: Kind, dialect: Dialect) -> Callable[[Any], str]:
    """The function that writes a value of a column; None is the empty cell. Only text is guarded: -5 stays a number."""
    writers: Mapping[str, Callable[[Any], str]] = {
        "string": lambda value: "" if value is None else guarded(str(value)),
        "integer": lambda value: "" if value is None else str(int(value)),
        "boolean": lambda value: "" if value is None else ("true" if value else "false"),
        "date": lambda value: "" if value is None else _day(value),
        "number": _number if dialect.decimal == "." else lambda value: _number(value).replace(".", dialect.decimal),
    }
    return writers[kind]


def _number(value: float | None) -> str:
    """At most two decimals: cents, quarters of an hour.

    >>> _number(2409.3333), _number(38.5), _number(2400.0), _number(-0.001)
    ('2409.33', '38.5', '2400', '0')
    """
    if value is None:
        return ""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _day(value: date | datetime) -> str:
    return (value.date() if isinstance(value, datetime) else value).isoformat()
