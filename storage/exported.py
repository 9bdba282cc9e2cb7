"""Rows of the weekly export, written by SQLite as the files want them: a million pass through, and Python makes little of it."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Engine, Integer, Text, case, cast, func, literal, or_, select, type_coerce

from storage.columns import Rows, batches, sparing
from storage.engine import reading
from storage.tables import posting, posting_language, posting_skill, vacancy_member
from storage.types import Day, Flag, Utc

_OTHERWISE = "lohnpegel_number"  #: name of the function for amounts that are no whole number


def week_rows(engine: Engine, names: Sequence[str], week: str, number: Callable[[float], int | str]) -> Iterator[Rows]:
    """Ads in scope and in town that were open on some day of an ISO week after its Monday began, in the order of their key.

    Args:
        engine: Of a reader of a SQLite file.
        names: Columns wanted: of `posting`; `vacancy_id`; `languages` ("en:plus:B2,…") and `skills`, as sorted comma lists;
            `week`; `status`, "open" or "closed" at the end of the week.
        week: As "2026-W47".
        number: Writes an amount that is no whole number.

    Yields:
        Rows in batches: texts, whole numbers, None; times and days as "2026-11-22", flags as "true" and "false".
    """
    monday = datetime.combine(date.fromisocalendar(int(week[:4]), int(week[6:]), 1), time(), UTC)
    end = monday + timedelta(days=7)
    told = {"week": literal(week), "status": case((posting.c.closed_at < end, "closed"), else_="open")} | _hanging()
    query = (
        select(*(told[name] if name in told else _written(posting.c[name]) for name in names))
        .select_from(posting.outerjoin(vacancy_member, vacancy_member.c.posting_id == posting.c.id))
        .where(posting.c.in_scope.is_(True), posting.c.in_town.is_(True), posting.c.first_seen_at < end)
        .where(or_(posting.c.closed_at.is_(None), posting.c.closed_at >= monday + timedelta(days=1)))
        .order_by(posting.c.source, posting.c.source_id)
    )
    with reading(engine) as connection:
        driver: Any = connection.connection.driver_connection
        driver.create_function(_OTHERWISE, 1, number, deterministic=True)
        yield from batches(sparing(connection), query)


def _written(column: ColumnElement[Any]) -> ColumnElement[Any]:
    if isinstance(column.type, Day):
        return type_coerce(column, Text)
    if isinstance(column.type, Utc):
        return func.substr(type_coerce(column, Text), 1, 10)
    if isinstance(column.type, Flag):
        return case((column.is_(True), "true"), (column.is_(False), "false"))
    if isinstance(column.type, Text | Integer):
        return column
    whole = cast(column, Integer)
    return case((column != whole, func.lohnpegel_number(column)), else_=whole)


def _hanging() -> dict[str, ColumnElement[Any]]:
    """What hangs on an ad, as one value each."""
    language, skill = posting_language.c, posting_skill.c
    spoken = language.code + ":" + language.need + func.coalesce(":" + language.level, "")
    languages = select(spoken.label("one")).where(language.posting_id == posting.c.id).order_by(language.code).correlate(posting)
    skills = select(skill.skill.label("one")).where(skill.posting_id == posting.c.id).order_by(skill.skill).correlate(posting)
    lists = {"languages": languages.subquery(), "skills": skills.subquery()}
    joined = {name: select(func.aggregate_strings(parts.c.one, ",")).scalar_subquery() for name, parts in lists.items()}
    return {"vacancy_id": vacancy_member.c.vacancy_id, **joined}
