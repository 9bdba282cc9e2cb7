"""Ads from the database as readings, their keys, and who shares them."""

from collections import Counter, OrderedDict
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Connection, RowMapping, TextClause, bindparam, delete, insert, select, text

from storage.tables import posting, vacancy_key
from storage.types import Day
from storage.vacancies.keys import BLOCK_LIMIT, keys
from storage.vacancies.pair import REPOST_DAYS
from storage.vacancies.reading import Reading, read
from storage.vacancies.values import AdFacts

CANDIDATES = 60  # ads that one ad is compared with, those with most keys in common first
_KEPT = 2_000  # readings held in memory: about 20 KB each
_COLUMNS = (
    "id", "source", "source_id", "url", "title", "employer", "description", "reference", "posted_on", "first_seen_at",
    "place_text", "city", "district", "postcode", "pay_quote",
)  # fmt: skip
_BATCH = 400  # ids in one statement


def name_of(posting_id: int) -> str:
    """The rule's id of an ad: sorts as the number does."""
    return f"{posting_id:012d}"


class Shelf:
    """Readings by ad, fetched when asked for, the latest kept."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._kept: OrderedDict[int, Reading] = OrderedDict()

    def take(self, ids: Iterable[int]) -> dict[int, Reading]:
        """The readings of these ads."""
        wanted = sorted(set(ids))
        missing = [i for i in wanted if i not in self._kept]
        found = {i: self._kept[i] for i in wanted if i in self._kept}
        for start in range(0, len(missing), _BATCH):
            found |= self._fetch(missing[start : start + _BATCH])
        for i, reading in found.items():
            self._kept[i] = reading
            self._kept.move_to_end(i)
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return found

    def forget(self, ids: Iterable[int]) -> None:
        """Drop readings of ads that may have changed."""
        for i in ids:
            self._kept.pop(i, None)

    def _fetch(self, ids: list[int]) -> dict[int, Reading]:
        wanted = select(*(posting.c[name] for name in _COLUMNS)).where(posting.c.id.in_(bindparam("ids", expanding=True)))
        return {row["id"]: read(_facts(row)) for row in self._connection.execute(wanted, {"ids": ids}).mappings()}


def _facts(row: RowMapping) -> AdFacts:
    values: dict[str, Any] = dict(row)
    number, seen = values.pop("id"), values.pop("first_seen_at")
    city, district, whole = values.pop("city"), values.pop("district"), values.pop("place_text")
    place = f"{city}-{district}" if city and district else city or whole
    posted = values.pop("posted_on") or seen.date()
    values |= {"text": values.pop("description"), "pay_text": values.pop("pay_quote")}
    return AdFacts.of({"id": name_of(number), "place": place, "posted_on": str(posted), **values})


def day_of(reading: Reading) -> date:
    """The day the ad counts from; readings from the database always have one."""
    assert reading.ad.posted_on is not None
    return reading.ad.posted_on


def write_keys(connection: Connection, readings: Mapping[int, Reading]) -> None:
    """Replace the keys of these ads."""
    connection.execute(delete(vacancy_key).where(vacancy_key.c.posting_id.in_(list(readings))))
    rows = [
        {"key": key, "posted_on": day_of(reading), "posting_id": number}
        for number, reading in readings.items()
        for key in keys(reading) or {"none"}
    ]
    connection.execute(insert(vacancy_key), sorted(rows, key=lambda row: (row["key"], row["posting_id"])))


def candidates(connection: Connection, number: int, reading: Reading) -> list[int]:
    """Ads within the re-post span that share a key which few share; most in common first, at most `CANDIDATES`."""
    if not (mine := sorted(keys(reading))):
        return []
    day = day_of(reading)
    span = timedelta(days=REPOST_DAYS)
    values: dict[str, object] = {"low": day - span, "high": day + span}
    values |= {f"key{i}": key for i, key in enumerate(mine)}
    blocks: dict[int, list[int]] = {}
    for block, other in connection.execute(_search(len(mine)), values):
        blocks.setdefault(block, []).append(other)
    shared = Counter(other for ids in blocks.values() if len(ids) <= BLOCK_LIMIT for other in ids if other != number)
    return [other for other, _ in sorted(shared.items(), key=lambda pair: (-pair[1], pair[0]))[:CANDIDATES]]


@cache
def _search(size: int) -> TextClause:
    """One statement for `size` keys; a block is read no further than needed to see that it is too large."""
    parts = [
        f"SELECT * FROM (SELECT {i} AS block, posting_id FROM vacancy_key"  # noqa: S608 - numbers only
        f" WHERE key = :key{i} AND posted_on BETWEEN :low AND :high LIMIT {BLOCK_LIMIT + 1}) AS b{i}"
        for i in range(size)
    ]
    return text(" UNION ALL ".join(parts)).bindparams(bindparam("low", type_=Day), bindparam("high", type_=Day))
