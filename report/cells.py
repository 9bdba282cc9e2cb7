"""Cells of a CSV file: typed values as text in a dialect, with formulas defused; pure."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain
from operator import itemgetter
from typing import Any, Literal

Kind = Literal["string", "list", "integer", "number", "boolean", "date"]

_BLANK = r"[\s\u00ad\u180e\u200b-\u200f\u2060\ufeff]*"
_LINE = r"\n\r\v\f\x85\u2028\u2029"
_INLINE = rf"(?:[^\S{_LINE}]|[\u00ad\u180e\u200b-\u200f\u2060\ufeff])*"
_SIGN = r"[=+\-@\uff1d\uff0b\uff0d\uff20\ufe62\ufe63\ufe66\ufe6b\u2212]"
# OWASP "CSV injection": the signs by which a spreadsheet knows a formula, also full-width, after blanks, and on inner lines,
# as some programs split quoted cells at line breaks
_FORMULA = re.compile(rf"\A(?=[\t\r\n]|{_BLANK}{_SIGN})|(?<=[{_LINE}])(?={_INLINE}{_SIGN})")
_END = "\u00a6"  # stands between texts that are looked at in one go; in one of them it costs no more than time
_SUSPECT = re.compile(f"{_END}(?![0-9A-Za-zÄÖÜäöüß])")


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


def plain(kind: Kind) -> Callable[[Any], Any]:
    """The function that makes a value of a column plain: text as it is, days and flags and lists as text, a number as an integer
    or as text with a decimal point; None stays. What has been made plain stays so.
    """
    writers: Mapping[Kind, Callable[[Any], Any]] = {
        "string": str,
        "list": sorted_list,
        "integer": int,
        "boolean": lambda value: value if isinstance(value, str) else ("true" if value else "false"),
        "date": _day,
        "number": lambda value: value if isinstance(value, str) else number(value),
    }
    write = writers[kind]
    return lambda value: None if value is None else write(value)


class Texts:
    """Plain rows as rows of text, in a dialect. Only text is guarded: -5 stays a number; None is the empty cell.

    Args:
        kinds: Of the columns, in order; values behind them are left out.
        dialect: How numbers are written.
    """

    def __init__(self, kinds: Sequence[Kind], dialect: Dialect) -> None:
        self._columns = itemgetter(slice(len(kinds)))
        self._strings = [place for place, kind in enumerate(kinds) if kind in ("string", "list")]
        self._texts: Callable[[Sequence[Any]], Iterable[Any]] = (
            itemgetter(*self._strings, self._strings[0])
            if self._strings
            else lambda _: ()  # twice the first: one alone is no tuple
        )
        self._numbers = [place for place, kind in enumerate(kinds) if kind == "number"] if dialect.decimal != "." else []
        self._decimal = dialect.decimal

    def rows(self, batch: Sequence[Sequence[Any]]) -> Iterable[Sequence[Any]]:
        """A row of text for each row; hardly any needs the guard, so all of them are looked at in one go."""
        if not _risky(chain.from_iterable(map(self._texts, batch))):
            return map(self._decimals, batch) if self._numbers else map(self._columns, batch)
        return map(self._guarded, batch)

    def _decimals(self, row: Sequence[Any]) -> list[Any]:
        made = list(self._columns(row))
        for place in self._numbers:
            if isinstance(value := made[place], str):
                made[place] = value.replace(".", self._decimal)
        return made

    def _guarded(self, row: Sequence[Any]) -> list[Any]:
        made = self._decimals(row)
        for place in self._strings:
            if made[place] is not None:
                made[place] = guarded(made[place])
        return made


def _risky(texts: Iterable[str | None]) -> bool:
    """Whether one of these texts may need the guard."""
    text = f"{_END}{_END.join(filter(None, texts))}"
    return not text.isprintable() or _SUSPECT.search(text) is not None


def sorted_list(text: str) -> str:
    """A comma list with its parts sorted.

    >>> sorted_list("sap,crm")
    'crm,sap'
    """
    return ",".join(sorted(text.split(",")))


def number(value: float) -> int | str:
    """At most two decimals: cents, quarters of an hour.

    >>> number(2409.3333), number(38.5), number(2400.0), number(-0.001)
    ('2409.33', '38.5', 2400, 0)
    """
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return text if "." in text else int(text)


def _day(value: str | date) -> str:
    """The day of a date or a time, which may come as text.

    >>> _day("2026-11-22T06:10:00Z"), _day(date(2026, 11, 22))
    ('2026-11-22', '2026-11-22')
    """
    return (value if isinstance(value, str) else value.isoformat())[:10]
