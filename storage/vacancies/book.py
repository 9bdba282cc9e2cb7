"""Writing memberships: a vacancy keeps its number with the ad that stands for it; of several that merge, the smallest stays."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from storage.tables import vacancy, vacancy_member
from storage.vacancies.values import Membership


@dataclass(frozen=True, slots=True)
class Place:
    """Where an ad stands."""

    posting_id: int
    vacancy_id: int
    score: float
    reason: str
    by_hand: bool


def places(connection: Connection, ids: Iterable[int]) -> dict[int, Place]:
    """The stored memberships of these ads, by posting id."""
    columns = (vacancy_member.c[name] for name in ("posting_id", "vacancy_id", "score", "reason", "by_hand"))
    wanted = select(*columns).where(vacancy_member.c.posting_id.in_(sorted(ids))).order_by(vacancy_member.c.posting_id)
    return {row.posting_id: Place(*row) for row in connection.execute(wanted)}


def rewrite(connection: Connection, groups: list[list[Membership]], by_hand: set[str], at: datetime) -> int:
    """Store these groups, which hold whole vacancies; only what differs is written. Returns how many ads moved."""
    stored = places(connection, [int(member.id) for group in groups for member in group])
    standing = _standing(connection, {place.vacancy_id for place in stored.values()})
    moved = 0
    kept = _numbers(groups, stored, standing)
    for group, number in zip(groups, kept, strict=True):
        first = int(group[0].vacancy)
        if number is None:
            home = connection.execute(
                insert(vacancy).values(posting_id=first, created_at=at).returning(vacancy.c.id)
            ).scalar_one()
        else:
            home = number
            if standing[home] != first:
                connection.execute(update(vacancy).where(vacancy.c.id == home).values(posting_id=first))
        for member in group:
            new = Place(int(member.id), home, member.score, member.reason, member.id in by_hand)
            moved += _store(connection, stored.get(new.posting_id), new, at)
    if gone := set(standing) - {number for number in kept if number is not None}:
        connection.execute(delete(vacancy).where(vacancy.c.id.in_(sorted(gone))))
    return moved


def _standing(connection: Connection, numbers: set[int]) -> dict[int, int]:
    """Vacancy to the ad that stands for it."""
    wanted = select(vacancy.c.id, vacancy.c.posting_id).where(vacancy.c.id.in_(sorted(numbers)))
    return {row.id: row.posting_id for row in connection.execute(wanted)} if numbers else {}


def _numbers(groups: list[list[Membership]], stored: dict[int, Place], standing: dict[int, int]) -> list[int | None]:
    """The number each group keeps; None where it needs a new one."""
    claims = sorted(
        (standing[place.vacancy_id] != place.posting_id, place.vacancy_id, index)
        for index, group in enumerate(groups)
        for member in group
        if (place := stored.get(int(member.id)))
    )
    kept: list[int | None] = [None] * len(groups)
    for _, number, index in sorted(claims, key=lambda claim: (claim[0], claim[1])):
        if kept[index] is None and number not in kept:
            kept[index] = number
    return kept


def _store(connection: Connection, old: Place | None, new: Place, at: datetime) -> int:
    """Write one membership where it differs; 1 if the ad is new to its vacancy."""
    if old == new:
        return 0
    values = {"vacancy_id": new.vacancy_id, "score": new.score, "reason": new.reason, "by_hand": new.by_hand}
    if old is None:
        connection.execute(insert(vacancy_member).values(posting_id=new.posting_id, joined_at=at, **values))
        return 1
    if old.vacancy_id != new.vacancy_id:
        values["joined_at"] = at
    connection.execute(update(vacancy_member).where(vacancy_member.c.posting_id == new.posting_id).values(**values))
    return int(old.vacancy_id != new.vacancy_id)
