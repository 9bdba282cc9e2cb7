"""Writing memberships: a vacancy keeps its number with the ad that stands for it; of several that merge, the smallest stays."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from storage.tables import vacancy, vacancy_member
from storage.vacancies.candidates import portions
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
    columns = [vacancy_member.c[name] for name in ("posting_id", "vacancy_id", "score", "reason", "by_hand")]
    found: dict[int, Place] = {}
    for some in portions(ids):
        wanted = select(*columns).where(vacancy_member.c.posting_id.in_(some)).order_by(vacancy_member.c.posting_id)
        found |= {row.posting_id: Place(*row) for row in connection.execute(wanted)}
    return found


def rewrite(connection: Connection, groups: list[list[Membership]], by_hand: set[str], at: datetime) -> int:
    """Store these groups, which hold whole vacancies; only what differs is written. Returns how many ads moved."""
    stored = places(connection, [int(member.id) for group in groups for member in group])
    standing = _standing(connection, {place.vacancy_id for place in stored.values()})
    kept = _numbers(groups, stored, standing)
    homes = _homes(connection, groups, kept, standing, at)
    fresh, changed, moved = [], [], 0
    for group, home in zip(groups, homes, strict=True):
        for member in group:
            new = Place(int(member.id), home, member.score, member.reason, member.id in by_hand)
            old = stored.get(new.posting_id)
            moved += old is None or old.vacancy_id != home
            if old is None:
                fresh.append(_row(new) | {"joined_at": at})
            elif old != new:
                changed.append((new, old.vacancy_id != home))
    if fresh:
        connection.execute(insert(vacancy_member), fresh)
    _change(connection, changed, at)
    gone = set(standing) - {number for number in kept if number is not None}
    for some in portions(gone):
        connection.execute(delete(vacancy).where(vacancy.c.id.in_(some)))
    return moved


def _row(place: Place) -> dict[str, Any]:
    return {
        "posting_id": place.posting_id,
        "vacancy_id": place.vacancy_id,
        "score": place.score,
        "reason": place.reason,
        "by_hand": place.by_hand,
    }


def _change(connection: Connection, changed: list[tuple[Place, bool]], at: datetime) -> None:
    """Write memberships that differ; one that only has another reason keeps the day it joined."""
    where = vacancy_member.c.posting_id == bindparam("whose")
    for moves in (False, True):
        rows = [_row(place) for place, moved in changed if moved is moves]
        for row in rows:
            row["whose"] = row.pop("posting_id")
            if moves:
                row["joined_at"] = at
        if rows:
            connection.execute(update(vacancy_member).where(where), rows)


def _homes(
    connection: Connection, groups: list[list[Membership]], kept: list[int | None], standing: dict[int, int], at: datetime
) -> list[int]:
    """The vacancy of each group: the one it keeps, with the ad that stands for it now, or a new one."""
    firsts = [int(group[0].vacancy) for group in groups]
    for number, first in zip(kept, firsts, strict=True):
        if number is not None and standing[number] != first:
            connection.execute(update(vacancy).where(vacancy.c.id == number).values(posting_id=first))
    rows = [{"posting_id": first, "created_at": at} for number, first in zip(kept, firsts, strict=True) if number is None]
    made = insert(vacancy).returning(vacancy.c.id, sort_by_parameter_order=True)
    numbers = iter(connection.scalars(made, rows).all() if rows else ())
    return [next(numbers) if number is None else number for number in kept]


def _standing(connection: Connection, numbers: set[int]) -> dict[int, int]:
    """Vacancy to the ad that stands for it."""
    found: dict[int, int] = {}
    for some in portions(numbers):
        wanted = select(vacancy.c.id, vacancy.c.posting_id).where(vacancy.c.id.in_(some))
        found |= {row.id: row.posting_id for row in connection.execute(wanted)}
    return found


def _numbers(groups: list[list[Membership]], stored: dict[int, Place], standing: dict[int, int]) -> list[int | None]:
    """The number each group keeps; None where it needs a new one."""
    claims = sorted(
        (standing[place.vacancy_id] != place.posting_id, place.vacancy_id, index)
        for index, group in enumerate(groups)
        for member in group
        if (place := stored.get(int(member.id)))
    )
    kept: list[int | None] = [None] * len(groups)
    taken: set[int] = set()
    for _, number, index in sorted(claims, key=lambda claim: (claim[0], claim[1])):
        if kept[index] is None and number not in taken:
            kept[index] = number
            taken.add(number)
    return kept
