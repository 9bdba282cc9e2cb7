"""Vacancies in the database: a new or changed ad meets the ads that share a key, and the vacancies it touches are grouped anew.

Bounded in work and memory: an ad meets at most `CANDIDATES` others; state lives in the database, ads are read in batches.
"""

from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Delete, Engine, Select, delete, exists, func, insert, or_, select

from storage.tables import posting, posting_change, vacancy, vacancy_edit, vacancy_key, vacancy_member
from storage.vacancies.book import Place, places, rewrite
from storage.vacancies.candidates import Blocks, Shelf, name_of, portions
from storage.vacancies.pair import compare
from storage.vacancies.reading import Reading
from storage.vacancies.rule import cluster, pairs
from storage.vacancies.values import Edit, Evidence, Membership, Verdict

BATCH = 500  # ads in one transaction
_TOGETHER = 50  # ads whose candidates are fetched in one go


@dataclass(frozen=True, slots=True)
class Counts:
    """What one update did."""

    ads: int  #: new or changed since the last one
    compared: int  #: pairs of ads weighed
    moved: int  #: ads that came into a vacancy, or into another one
    vacancies: int  #: in the database afterwards


@dataclass(frozen=True, slots=True)
class Explained:
    """One vacancy for people: its ads, and the evidence between the first and each other."""

    vacancy_id: int
    members: tuple[Place, ...]  #: by posting id
    evidence: tuple[tuple[int, int, tuple[Evidence, ...]], ...]  #: posting id, posting id, what speaks for and against


@dataclass(frozen=True, slots=True)
class _Weighed:
    """What a batch has found out about pairs of ads."""

    edges: list[tuple[int, int]]  #: that may be joined
    verdicts: dict[tuple[str, str], Verdict]


class UnknownVacancy(LookupError):
    """No vacancy, or no ad, has this number."""


def update(
    database: Engine | Connection,
    run_id: str,  # noqa: ARG001 - runs are named alike in all writers
    at: datetime,
    progress: Callable[[str, int, int | None], None] | None = None,
) -> Counts:
    """Group what is new or changed since the last update.

    Args:
        database: An engine (a transaction for each batch) or a connection (all in the caller's transaction).
        run_id: The run that asks.
        at: Aware UTC, stored with every new membership.
        progress: Told "grouping", the ads that are grouped, and all that are to be.
    """
    with _transaction(database) as connection:
        _mark_changed(connection)
        todo = array("q", connection.scalars(_unread()))
    compared = moved = 0
    blocks = Blocks()
    for start in range(0, len(todo), BATCH):
        with _transaction(database) as connection:
            some, changed = _batch(connection, blocks, todo[start : start + BATCH], at)
        compared, moved = compared + some, moved + changed
        if progress is not None:
            progress("grouping", min(start + BATCH, len(todo)), len(todo))
    with _transaction(database) as connection:
        total = connection.scalar(select(func.count()).select_from(vacancy)) or 0
    return Counts(len(todo), compared, moved, total)


def split(database: Engine | Connection, posting_ids: Sequence[int], at: datetime) -> None:
    """Part these ads from all others of their vacancies, for good; they stay together themselves."""
    with _transaction(database) as connection:
        apart = set(posting_ids)
        near = _members(connection, apart)
        _edit(connection, [(a, b) for a in apart for b in near - apart], same=False, at=at)
        _regroup(connection, Shelf(connection), near, at, _Weighed([], {}))


def join(database: Engine | Connection, first: int, second: int, at: datetime) -> None:
    """Put two ads, with their vacancies, into one, for good; earlier splits between the two vacancies are taken back."""
    with _transaction(database) as connection:
        left, right = (_members(connection, {i}) for i in (first, second))
        for a, b in ((a, b) for a in left for b in right if a != b):
            connection.execute(_between(a, b))
        _edit(connection, [(first, second)], same=True, at=at)
        _regroup(connection, Shelf(connection), left | right, at, _Weighed([], {}))


def explain(database: Engine | Connection, vacancy_id: int) -> Explained:
    """Why these ads are one opening.

    Raises:
        UnknownVacancy: There is none with this number.
    """
    with _transaction(database) as connection:
        first = connection.scalar(select(vacancy.c.posting_id).where(vacancy.c.id == vacancy_id))
        if first is None:
            raise UnknownVacancy(f"there is no vacancy {vacancy_id}")
        members = _members(connection, {first})
        readings = Shelf(connection).take(members | {first})
        evidence = tuple(
            (first, i, compare(readings[first], readings[i], whole=True).evidence) for i in sorted(members - {first})
        )
        return Explained(vacancy_id, tuple(places(connection, members).values()), evidence)


@contextmanager
def _transaction(database: Engine | Connection) -> Iterator[Connection]:
    if isinstance(database, Connection):
        yield database
    else:
        with database.begin() as connection:
            yield connection


def _mark_changed(connection: Connection) -> None:
    """Take the keys of ads that changed since the last grouping; without keys they are to be read again, even after a crash."""
    last = select(func.max(vacancy_member.c.joined_at)).scalar_subquery()
    changed = select(posting_change.c.posting_id).where(posting_change.c.changed_at >= last, posting_change.c.field != "status")
    connection.execute(delete(vacancy_key).where(vacancy_key.c.posting_id.in_(changed)))


def _unread() -> Select[int]:
    return select(posting.c.id).where(~exists().where(vacancy_key.c.posting_id == posting.c.id)).order_by(posting.c.id)


def _batch(connection: Connection, blocks: Blocks, ids: Iterable[int], at: datetime) -> tuple[int, int]:
    """Group a batch of new ads; returns how many pairs were weighed and how many ads moved."""
    shelf = Shelf(connection)
    known: dict[tuple[str, str], Verdict] = {}
    fresh = shelf.take(ids)
    meetings = blocks.meet(connection, fresh, shelf)
    edges: list[tuple[int, int]] = []
    for some in portions(fresh, _TOGETHER):
        others = shelf.take({other for number in some for other in meetings[number]})
        for number in some:
            edges += [(number, other) for other in meetings[number] if _verdict(known, fresh[number], others[other]).same]
    moved = _regroup(connection, shelf, set(fresh), at, _Weighed(edges, known))
    return sum(map(len, meetings.values())), moved


def _verdict(known: dict[tuple[str, str], Verdict], first: Reading, second: Reading) -> Verdict:
    pair = (min(first.ad.id, second.ad.id), max(first.ad.id, second.ad.id))
    if pair not in known:
        known[pair] = compare(first, second)
    return known[pair]


def _regroup(
    connection: Connection,
    shelf: Shelf,
    ids: set[int],
    at: datetime,
    weighed: _Weighed,
) -> int:
    """Group these ads, those their edges lead to, their vacancies' other ads, and those a person put beside them.

    Returns how many moved.
    """
    ids = ids | {number for edge in weighed.edges for number in edge}
    by_hand = _edits(connection, ids)
    ids |= {int(name) for edit in by_hand if edit.same for name in (edit.first, edit.second)}
    homes = _homes_of(connection, ids)
    edits = _edits(connection, ids | homes.keys())
    links = [*weighed.edges, *((int(edit.first), int(edit.second)) for edit in edits if edit.same), *_chained(homes)]
    groups: dict[str, list[Membership]] = {}
    for near in _components(ids | homes.keys(), links):
        readings = {name_of(i): reading for i, reading in shelf.take(near).items()}
        for member in cluster(readings, pairs(readings.values()) if len(near) > 1 else (), edits, weighed.verdicts):
            groups.setdefault(member.vacancy, []).append(member)
    return rewrite(connection, list(groups.values()), {name for edit in edits for name in (edit.first, edit.second)}, at)


def _chained(homes: Mapping[int, int]) -> Iterator[tuple[int, int]]:
    """A link between each ad and the next of its vacancy."""
    last: dict[int, int] = {}
    for number in sorted(homes):
        if (home := homes[number]) in last:
            yield last[home], number
        last[home] = number


def _components(ids: Iterable[int], links: Iterable[tuple[int, int]]) -> list[list[int]]:
    """Sets of ads that links connect, each in order; links to others are left out."""
    root = {number: number for number in ids}

    def top(number: int) -> int:
        while root[number] != number:
            root[number] = number = root[root[number]]
        return number

    for first, second in links:
        if first in root and second in root:
            low, high = sorted((top(first), top(second)))
            root[high] = low
    found: dict[int, list[int]] = {}
    for number in sorted(root):
        found.setdefault(top(number), []).append(number)
    return list(found.values())


def _homes_of(connection: Connection, ids: set[int]) -> dict[int, int]:
    """Vacancy of each of these ads that has one, and of the other ads in it."""
    stored = {place.vacancy_id for place in places(connection, ids).values()}
    found: dict[int, int] = {}
    for some in portions(stored):
        wanted = select(vacancy_member.c.posting_id, vacancy_member.c.vacancy_id).where(vacancy_member.c.vacancy_id.in_(some))
        found |= {row.posting_id: row.vacancy_id for row in connection.execute(wanted)}
    return found


def _members(connection: Connection, ids: set[int]) -> set[int]:
    """These ads and all others of their vacancies."""
    return ids | _homes_of(connection, ids).keys()


def _touching(numbers: Sequence[int]) -> ColumnElement[bool]:
    return or_(vacancy_edit.c.first_id.in_(numbers), vacancy_edit.c.second_id.in_(numbers))


def _edits(connection: Connection, ids: Iterable[int]) -> list[Edit]:
    """What a person said of these ads."""
    found: dict[int, Edit] = {}
    for some in portions(ids):
        wanted = select(vacancy_edit.c.id, vacancy_edit.c.first_id, vacancy_edit.c.second_id, vacancy_edit.c.same)
        for number, a, b, same in connection.execute(wanted.where(_touching(some))):
            found[number] = Edit(name_of(a), name_of(b), same)
    return [found[number] for number in sorted(found)]


def _between(first: int, second: int) -> Delete:
    low, high = sorted((first, second))
    return delete(vacancy_edit).where(vacancy_edit.c.first_id == low, vacancy_edit.c.second_id == high)


def _edit(connection: Connection, pairs: Iterable[tuple[int, int]], *, same: bool, at: datetime) -> None:
    known = set(connection.scalars(select(posting.c.id).where(posting.c.id.in_(sorted({i for pair in pairs for i in pair})))))
    for first, second in sorted(pairs):
        if not {first, second} <= known:
            raise UnknownVacancy(f"there is no ad {min({first, second} - known)}")
        connection.execute(_between(first, second))
        low, high = sorted((first, second))
        connection.execute(insert(vacancy_edit).values(first_id=low, second_id=high, same=same, made_at=at))
