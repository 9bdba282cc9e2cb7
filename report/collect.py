"""Reading columns: rows come in batches, become arrays at once, and are put into the order of their key; pure."""

from array import array
from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from datetime import date
from hashlib import blake2b
from math import nan
from operator import itemgetter
from typing import Any, TypeVar

import msgspec
import numpy as np
from numpy.typing import NDArray

from report.ads import FOREIGN, NONE, Ads, Codes, ColumnSource, Flags, Ints, Kind, PayKind, Pays, Rows

Array = NDArray[Any]
Alike = TypeVar("Alike", Kind, PayKind)
Values = Iterable[Any]


class _Codes(dict[Any, int]):
    """Numbers values in the order in which they are first met."""

    def __missing__(self, value: Any) -> int:
        self[value] = code = len(self)
        return code


class _Finder:
    """Where a number stands."""

    def __init__(self, numbers: Ints) -> None:
        self._place = np.argsort(numbers, kind="stable")
        self._sorted = numbers[self._place]

    def __call__(self, numbers: Ints) -> Ints:
        """Places of the numbers; NONE for those that are not there."""
        if not len(self._sorted):
            return np.full(len(numbers), NONE, np.int64)
        at = np.minimum(np.searchsorted(self._sorted, numbers), len(self._sorted) - 1)
        return np.where(self._sorted[at] == numbers, self._place[at], NONE)


def collect(source: ColumnSource, wanted: Collection[tuple[str, str]] = ()) -> Ads:
    """Read all columns.

    Args:
        source: Where from.
        wanted: Skills and languages that are asked for, as ("skills", "sap"); the others are not looked at.
    """
    keys, days, kinds = _Codes(), _Codes(), _Codes()
    facts = _read(source.facts(), _numbers(), _coded(keys), _hashes(), _coded(days), _coded(kinds))
    order = _order(facts[0], source.order())
    for place, column in enumerate(facts):  # one after the other: two copies of all would not fit
        facts[place] = column[order]
    number, employer, content, day, kind = facts
    find = _Finder(number)
    employers, employer_code = _ranked(keys)
    alike, kind_code = _decoded(kinds, Kind)
    first_seen, closed, posted = (column[day] for column in _days(days))
    pay, pays = _pays(len(number), find, source.pays())
    home, homes = _homes(number, find, source.homes())
    ads = Ads(
        number=number,
        home=home,
        homes=homes,
        employer=employer_code[employer],
        employers=tuple(employers),
        first_seen=first_seen,
        closed=closed,
        posted=posted,
        kind=kind_code[kind],
        kinds=alike,
        pay=pay,
        pays=pays,
        marks=_marks(len(number), find, source, wanted),
    )
    return replace(ads, content=_name(ads, content))


def _days(texts: Iterable[str]) -> list[Codes]:
    """Ordinals of the days in each list of three; times count by their day, and 0 stands for none."""
    lists = (msgspec.json.decode(text) for text in texts)
    ordinals = [[date.fromisoformat(day[:10]).toordinal() if day else 0 for day in three] for three in lists]
    return list(np.array(ordinals, np.int32).reshape(-1, 3).T)


def _order(number: Ints, batches: Iterable[Rows]) -> Ints:
    """Places of the ads in the order of their keys; ads of other towns and trades, whose numbers come too, are passed over."""
    (by_key,) = _read(batches, _numbers())
    place = _Finder(number)(by_key)
    return np.asarray(place[place != NONE], dtype=np.int64)


def _pays(size: int, find: _Finder, batches: Iterable[Rows]) -> tuple[Codes, Pays]:
    """Place of each ad's statement, and the statements in the order of the ads."""
    kinds = _Codes()
    number, *amounts, kind = _read(batches, _numbers(), *(_amounts() for _ in range(6)), _coded(kinds))
    place = find(number)
    order = np.argsort(place, kind="stable")
    order = order[place[order] != NONE]
    pay = np.full(size, NONE, np.int32)
    pay[place[order]] = np.arange(len(order), dtype=np.int32)
    alike, code = _decoded(kinds, PayKind)
    return pay, Pays(code[kind[order]], alike, *(amount[order] for amount in amounts))


def _homes(number: Ints, find: _Finder, batches: Iterable[Rows]) -> tuple[Codes, Ints]:
    """Vacancy of each ad, and the number of each vacancy; vacancies stand in the order of their first ads."""
    home = -number
    for rows in batches:
        members, vacancies = np.array(rows, np.int64).T
        place = find(members)
        home[place[place != NONE]] = vacancies[place != NONE]
    homes, first, of = np.unique(home, return_index=True, return_inverse=True)
    order = np.argsort(first)
    rank = np.empty(len(order), np.int32)
    rank[order] = np.arange(len(order), dtype=np.int32)
    return rank[of], homes[order]


def _marks(size: int, find: _Finder, source: ColumnSource, wanted: Collection[tuple[str, str]]) -> dict[tuple[str, str], Flags]:
    """Who has what was asked for; many ads have the same list."""
    marks = {}
    for kind, read in (("skills", source.skills), ("languages", source.languages)):
        values = sorted(value for of, value in wanted if of == kind)
        lists = _Codes()
        number, code = _read(read(values) if values else (), _numbers(), _coded(lists))
        place = find(number)
        code, place = code[place != NONE], place[place != NONE]
        parts = [set(text.split(",")) for text in lists]
        for value in values:
            marks[kind, value] = flags = np.zeros(size, dtype=np.bool_)
            has = (bool(part - {"de"}) if (kind, value) == ("languages", FOREIGN) else value in part for part in parts)
            flags[place] = np.fromiter(has, np.bool_, len(parts))[code]
    return marks


def _name(ads: Ads, content: Array) -> str:
    """Names what was read, and by their hashes the texts behind it: equal for every order of arrival."""
    pays = ads.pays
    digest = blake2b(digest_size=8)
    for column in (
        content, ads.home, ads.employer, ads.first_seen, ads.closed, ads.posted, ads.kind, ads.pay,
        pays.kind, pays.low, pays.low_max, pays.high, pays.high_max, pays.hour, pays.hour_max,
    ):  # fmt: skip
        digest.update(np.ascontiguousarray(column).data)
    digest.update(msgspec.json.encode([ads.employers, ads.kinds, pays.kinds]))
    return digest.hexdigest()


class _Column:
    """Takes values, some at a time, and holds them as an array.

    Args:
        code: Of the `array` module.
        convert: Makes numbers of the values.
    """

    def __init__(self, code: str, convert: Callable[[Values], Iterable[float]] = lambda values: values) -> None:
        self._numbers: array[Any] = array(code)
        self._convert = convert

    def add(self, values: Values) -> None:
        self._numbers.extend(self._convert(values))

    def array(self) -> Array:
        return np.asarray(memoryview(self._numbers))


def _numbers() -> _Column:
    return _Column("q")


def _amounts() -> _Column:
    """None becomes not a number."""
    return _Column("d", lambda values: [nan if value is None else value for value in values])


def _coded(codes: dict[Any, int]) -> _Column:
    return _Column("i", lambda values: map(codes.__getitem__, values))


def _hashes() -> _Column:
    """The last 64 bits of hex digits; of any other text a hash of it."""

    def numbers(values: Values) -> list[int]:
        values = list(values)
        try:
            return [int(value[-16:], 16) for value in values]
        except ValueError:
            return [int.from_bytes(blake2b(value.encode(), digest_size=8).digest()) for value in values]

    return _Column("Q", numbers)


def _read(batches: Iterable[Rows], *columns: _Column) -> list[Array]:
    placed = [(itemgetter(place), column) for place, column in enumerate(columns)]
    for rows in batches:
        for value, column in placed:
            column.add(map(value, rows))
    return [column.array() for column in columns]


def _ranked(codes: _Codes) -> tuple[list[str], Codes]:
    """The values in an order of their own, and the place there of each code; None and "" are no values."""
    names = sorted(value for value in codes if value)
    rank = {name: place for place, name in enumerate(names)}
    return names, np.array([rank[value] if value else NONE for value in codes] or [NONE], np.int32)


def _decoded(codes: _Codes, kind: type[Alike]) -> tuple[tuple[Alike, ...], Codes]:
    """The same for JSON lists; a database writes a flag as 1 or true, and a fraction to 15 digits or to 17."""
    made = {text: msgspec.json.decode(text, type=kind, strict=False) for text in codes}
    even = {text: tuple(round(part, 6) if isinstance(part, float) else part for part in one) for text, one in made.items()}
    order = sorted(even, key=lambda text: msgspec.json.encode(even[text]))
    rank = {text: place for place, text in enumerate(order)}
    return tuple(kind._make(even[text]) for text in order), np.array([rank[text] for text in codes], np.int32)
