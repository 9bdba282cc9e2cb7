"""Who is compared with whom: ads of one batch and the ads of the database that share a key with them."""

from collections import Counter, OrderedDict, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, RowMapping, bindparam, func, insert, select

from storage.tables import posting, vacancy_key
from storage.vacancies import employer
from storage.vacancies.keys import BLOCK_LIMIT, keys
from storage.vacancies.pair import REPOST_DAYS
from storage.vacancies.reading import Reading, read
from storage.vacancies.values import AdFacts

CANDIDATES = 60  # ads that one ad is compared with, those with most keys in common first
_KEPT = 2_000  # readings held in memory: about 20 KB each
_NAMES = 50_000  # employers' names held in memory
_COLUMNS = (
    "id", "source", "source_id", "url", "title", "employer", "description", "reference", "posted_on", "first_seen_at",
    "place_text", "city", "district", "postcode", "pay_quote",
)  # fmt: skip
BATCH = 500  # ids or keys in one statement
_SPAN = timedelta(days=REPOST_DAYS)


def name_of(posting_id: int) -> str:
    """The rule's id of an ad: sorts as the number does."""
    return f"{posting_id:012d}"


def portions(numbers: Iterable[Any], size: int = BATCH) -> Iterator[list[Any]]:
    """Sorted, in lists that fit into one statement."""
    every = sorted(numbers)
    return (every[start : start + size] for start in range(0, len(every), size))


class Shelf:
    """Readings by ad, fetched when asked for, the latest kept; and the employers' names of many more."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._kept: OrderedDict[int, Reading] = OrderedDict()
        self._names: OrderedDict[int, frozenset[str]] = OrderedDict()

    def take(self, ids: Iterable[int]) -> dict[int, Reading]:
        """The readings of these ads."""
        wanted = set(ids)
        found = {i: self._kept[i] for i in wanted if i in self._kept}
        for some in portions(wanted - found.keys()):
            found |= self._fetch(some)
        for i in sorted(found):
            self._kept[i] = found[i]
            self._kept.move_to_end(i)
            self._names[i] = found[i].name
        _trim(self._kept, _KEPT)
        return found

    def names(self, ids: Iterable[int]) -> Mapping[int, frozenset[str]]:
        """The words of these ads' employers; empty where unknown."""
        wanted = set(ids)
        found = {i: self._names[i] for i in wanted if i in self._names}
        for some in portions(wanted - found.keys()):
            rows = self._connection.execute(select(posting.c.id, posting.c.employer).where(_among(posting.c.id)), {"some": some})
            found |= {number: employer.tokens(name) for number, name in rows}
        self._names.update(found)
        _trim(self._names, _NAMES)
        return found

    def _fetch(self, ids: list[int]) -> dict[int, Reading]:
        wanted = select(*(posting.c[name] for name in _COLUMNS)).where(_among(posting.c.id))
        return {row["id"]: read(_facts(row)) for row in self._connection.execute(wanted, {"some": ids}).mappings()}


def _trim(kept: OrderedDict[int, Any], most: int) -> None:
    while len(kept) > most:
        kept.popitem(last=False)


def _among(column: Any) -> Any:
    return column.in_(bindparam("some", expanding=True))


def _facts(row: RowMapping) -> AdFacts:
    place = f"{row['city']}-{row['district']}" if row["city"] and row["district"] else row["city"] or row["place_text"]
    return AdFacts(
        id=name_of(row["id"]),
        source=row["source"],
        source_id=row["source_id"],
        url=row["url"],
        title=row["title"],
        employer=row["employer"],
        place=place,
        postcode=row["postcode"],
        posted_on=row["posted_on"] or row["first_seen_at"].date(),
        text=row["description"],
        pay_text=row["pay_quote"],
        reference=row["reference"],
    )


def day_of(reading: Reading) -> date:
    """The day the ad counts from; readings from the database always have one."""
    assert reading.ad.posted_on is not None
    return reading.ad.posted_on


class Blocks:
    """The keys of the database, a batch of ads at a time; keys that too many ads share are remembered and left out."""

    def __init__(self) -> None:
        self._crowded: set[str] = set()
        self._since: date | None = None

    def meet(self, connection: Connection, fresh: Mapping[int, Reading], shelf: Shelf) -> dict[int, list[int]]:
        """Write the keys of new ads, and find who may be the same opening: at most `CANDIDATES` for each, best first.

        Ads of two employers are left out here, unless both may be agencies; so are ads more than `REPOST_DAYS` apart.
        """
        mine = {number: keys(reading) for number, reading in fresh.items()}
        rows = [(key, day_of(fresh[number]), number) for number, found in mine.items() for key in found or {"none"}]
        connection.execute(
            insert(vacancy_key), [dict(zip(("key", "posted_on", "posting_id"), row, strict=True)) for row in sorted(rows)]
        )
        blocks = self._blocks(connection, mine.values(), [day_of(reading) for reading in fresh.values()])
        shared = {number: _shared(number, found, fresh[number], blocks) for number, found in mine.items()}
        names = shelf.names({other for found in shared.values() for other in found})
        return {number: _best(fresh[number], found, names) for number, found in shared.items()}

    def _blocks(
        self, connection: Connection, wanted: Iterable[frozenset[str]], days: Sequence[date]
    ) -> dict[str, list[tuple[int, date]]]:
        """Ads by key, for keys that two and more ads of these days share, but not too many."""
        near = vacancy_key.c.posted_on.between(min(days) - _SPAN, max(days) + _SPAN)
        if self._since is None or abs(self._since - min(days)) > _SPAN / 4:
            self._crowded, self._since = set(), min(days)
        counted = select(vacancy_key.c.key, func.count()).where(_among(vacancy_key.c.key), near)
        counted = counted.group_by(vacancy_key.c.key).having(func.count() > 1)
        several: list[str] = []
        for some in portions(set().union(*wanted) - self._crowded):
            for key, ads in connection.execute(counted, {"some": some}):
                if ads > BLOCK_LIMIT:
                    self._crowded.add(key)
                else:
                    several.append(key)
        found: dict[str, list[tuple[int, date]]] = defaultdict(list)
        rows = select(vacancy_key.c.key, vacancy_key.c.posting_id, vacancy_key.c.posted_on)
        for some in portions(several):
            for key, number, day in connection.execute(rows.where(_among(vacancy_key.c.key), near), {"some": some}):
                found[key].append((number, day))
        return found


def _shared(number: int, mine: frozenset[str], reading: Reading, blocks: Mapping[str, list[tuple[int, date]]]) -> Counter[int]:
    """How many keys each other ad near in time shares."""
    low, high = day_of(reading) - _SPAN, day_of(reading) + _SPAN
    return Counter(other for key in mine if key in blocks for other, day in blocks[key] if other != number and low <= day <= high)


def _best(reading: Reading, shared: Counter[int], names: Mapping[int, frozenset[str]]) -> list[int]:
    """Those with most keys in common, without other employers' ads."""
    found: list[int] = []
    for other, _ in sorted(shared.items(), key=lambda pair: (-pair[1], pair[0])):
        name = names[other]
        if not (reading.name and name) or employer.alike(reading.name, name) or reading.agency or employer.named_agency(name):
            found.append(other)
            if len(found) == CANDIDATES:
                break
    return found
