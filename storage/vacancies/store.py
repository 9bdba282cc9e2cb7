"""Vacancies in the database: a new or changed ad meets the ads that share a key, and the vacancies it touches are grouped anew.

Bounded in work and memory: an ad meets at most `CANDIDATES` others; state lives in the database, ads are read in batches.
"""

from array import array
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations

from sqlalchemy import ColumnElement, Connection, Delete, Engine, Select, delete, exists, func, insert, or_, select

from storage.tables import posting, posting_change, vacancy, vacancy_edit, vacancy_key, vacancy_member
from storage.vacancies.book import Place, places, rewrite
from storage.vacancies.candidates import Shelf, candidates, name_of, write_keys
from storage.vacancies.pair import compare
from storage.vacancies.reading import Reading
from storage.vacancies.rule import cluster
from storage.vacancies.values import Edit, Evidence, Membership, Verdict

BATCH = 500  # ads in one transaction


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


class UnknownVacancy(LookupError):
    """No vacancy, or no ad, has this number."""


def update(database: Engine | Connection, run_id: str, at: datetime) -> Counts:  # noqa: ARG001 - runs are named alike in all writers
    """Group what is new or changed since the last update.

    Args:
        database: An engine (a transaction for each batch) or a connection (all in the caller's transaction).
        run_id: The run that asks.
        at: Aware UTC, stored with every new membership.
    """
    with _transaction(database) as connection:
        _mark_changed(connection)
        todo = array("q", connection.scalars(_unread()))
    compared = moved = 0
    for start in range(0, len(todo), BATCH):
        with _transaction(database) as connection:
            some, changed = _batch(connection, todo[start : start + BATCH], at)
        compared, moved = compared + some, moved + changed
    with _transaction(database) as connection:
        total = connection.scalar(select(func.count()).select_from(vacancy)) or 0
    return Counts(len(todo), compared, moved, total)


def split(database: Engine | Connection, posting_ids: Sequence[int], at: datetime) -> None:
    """Part these ads from all others of their vacancies, for good; they stay together themselves."""
    with _transaction(database) as connection:
        apart = set(posting_ids)
        near = _members(connection, _vacancies_of(connection, apart))
        _edit(connection, [(a, b) for a in apart for b in near - apart], same=False, at=at)
        _regroup(connection, Shelf(connection), near | apart, at)


def join(database: Engine | Connection, first: int, second: int, at: datetime) -> None:
    """Put two ads, with their vacancies, into one, for good; earlier splits between the two vacancies are taken back."""
    with _transaction(database) as connection:
        left, right = (_members(connection, _vacancies_of(connection, {i})) | {i} for i in (first, second))
        for a, b in ((a, b) for a in left for b in right if a != b):
            connection.execute(_between(a, b))
        _edit(connection, [(first, second)], same=True, at=at)
        _regroup(connection, Shelf(connection), left | right, at)


def explain(database: Engine | Connection, vacancy_id: int) -> Explained:
    """Why these ads are one opening.

    Raises:
        UnknownVacancy: There is none with this number.
    """
    with _transaction(database) as connection:
        first = connection.scalar(select(vacancy.c.posting_id).where(vacancy.c.id == vacancy_id))
        if first is None:
            raise UnknownVacancy(f"there is no vacancy {vacancy_id}")
        members = _members(connection, {vacancy_id})
        readings = Shelf(connection).take(members | {first})
        evidence = tuple((first, i, compare(readings[first], readings[i]).evidence) for i in sorted(members - {first}))
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


def _batch(connection: Connection, ids: Iterable[int], at: datetime) -> tuple[int, int]:
    shelf, compared, moved = Shelf(connection), 0, 0
    known: dict[tuple[str, str], Verdict] = {}
    fresh = shelf.take(ids)
    write_keys(connection, fresh)
    for number, reading in fresh.items():
        others = shelf.take(candidates(connection, number, reading))
        compared += len(others)
        near = {other for other, found in others.items() if _verdict(known, reading, found).same} | {number}
        moved += _regroup(connection, shelf, near, at, known)
    return compared, moved


def _verdict(known: dict[tuple[str, str], Verdict], first: Reading, second: Reading) -> Verdict:
    pair = (min(first.ad.id, second.ad.id), max(first.ad.id, second.ad.id))
    if pair not in known:
        known[pair] = compare(first, second)
    return known[pair]


def _regroup(
    connection: Connection, shelf: Shelf, ids: set[int], at: datetime, known: dict[tuple[str, str], Verdict] | None = None
) -> int:
    """Group these ads, their vacancies' other ads and those a person put beside them; returns how many moved."""
    ids = ids | _edited(connection, ids)
    ids = ids | _members(connection, _vacancies_of(connection, ids))
    readings = {name_of(i): reading for i, reading in shelf.take(ids).items()}
    edits = _edits(connection, ids)
    groups: dict[str, list[Membership]] = {}
    for member in cluster(readings, combinations(sorted(readings), 2), edits, known):
        groups.setdefault(member.vacancy, []).append(member)
    by_hand = {name for edit in edits for name in (edit.first, edit.second)}
    return rewrite(connection, list(groups.values()), by_hand, at)


def _vacancies_of(connection: Connection, ids: set[int]) -> set[int]:
    wanted = select(vacancy_member.c.vacancy_id).where(vacancy_member.c.posting_id.in_(sorted(ids)))
    return set(connection.scalars(wanted))


def _members(connection: Connection, vacancies: set[int]) -> set[int]:
    wanted = select(vacancy_member.c.posting_id).where(vacancy_member.c.vacancy_id.in_(sorted(vacancies)))
    return set(connection.scalars(wanted)) if vacancies else set()


def _touching(ids: set[int]) -> ColumnElement[bool]:
    numbers = sorted(ids)
    return or_(vacancy_edit.c.first_id.in_(numbers), vacancy_edit.c.second_id.in_(numbers))


def _edited(connection: Connection, ids: set[int]) -> set[int]:
    """Ads that a person joined with one of these."""
    wanted = select(vacancy_edit.c.first_id, vacancy_edit.c.second_id).where(_touching(ids), vacancy_edit.c.same.is_(True))
    return {number for row in connection.execute(wanted) for number in row}


def _edits(connection: Connection, ids: set[int]) -> list[Edit]:
    wanted = select(vacancy_edit.c.first_id, vacancy_edit.c.second_id, vacancy_edit.c.same).where(_touching(ids))
    return [Edit(name_of(a), name_of(b), same) for a, b, same in connection.execute(wanted.order_by(vacancy_edit.c.id))]


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
