"""What hangs on ads: vacancy, languages, skills, history; read for many ads at once."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Column, Connection, select

from storage.history import PastChange
from storage.rows import language_text
from storage.tables import posting, posting_change, posting_language, posting_skill, vacancy_member

Row = dict[str, Any]
_LONG = frozenset({"description", "raw", "evidence", "notes"})
_PAGE = 2000


def short_columns() -> list[Column[Any]]:
    """Columns of an ad without its long texts."""
    return [column for column in posting.columns if column.name not in _LONG]


def complete(connection: Connection, rows: list[Row]) -> list[Row]:
    """Rows with their vacancy, languages and skills."""
    ids = [row["id"] for row in rows]
    homes: dict[int, int] = {}
    languages: dict[int, list[Any]] = {}
    skills: dict[int, list[str]] = {}
    for start in range(0, len(ids), _PAGE):
        chunk = ids[start : start + _PAGE]
        member = select(vacancy_member.c.posting_id, vacancy_member.c.vacancy_id)
        homes |= dict(connection.execute(member.where(vacancy_member.c.posting_id.in_(chunk))).all())
        for child in connection.execute(select(posting_language).where(posting_language.c.posting_id.in_(chunk))).mappings():
            languages.setdefault(child["posting_id"], []).append(child)
        for posting_id, skill in connection.execute(select(posting_skill).where(posting_skill.c.posting_id.in_(chunk))):
            skills.setdefault(posting_id, []).append(skill)
    return [
        row
        | {
            "vacancy_id": homes.get(row["id"]),
            "languages": language_text(languages.get(row["id"], [])),
            "skills": ",".join(sorted(skills.get(row["id"], []))),
        }
        for row in rows
    ]


def history(connection: Connection, ids: Sequence[int]) -> dict[int, list[PastChange]]:
    query = select(posting_change).where(posting_change.c.posting_id.in_(ids)).order_by(posting_change.c.id)
    found: dict[int, list[PastChange]] = {}
    for row in connection.execute(query):
        change = PastChange(row.changed_at, row.field, row.old, row.new, row.reason, row.run_id)
        found.setdefault(row.posting_id, []).append(change)
    return found


def children(connection: Connection, table: Any, posting_id: int) -> tuple[Row, ...]:
    query = select(table).where(table.c.posting_id == posting_id).order_by(*table.primary_key.columns)
    return tuple(dict(row) for row in connection.execute(query).mappings())
