"""Column types that read the same in a SQLite STRICT table, in PostgreSQL and in Python."""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import REAL, Boolean, Date, DateTime, Double, Integer, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

Real: TypeEngine[float] = Double().with_variant(REAL(), "sqlite")


def utc_text(value: datetime) -> str:
    """A moment as SQLite keeps it: "2026-11-22T18:30:05Z", which sorts by time and reads without a manual.

    Raises:
        ValueError: It has no time zone.
    """
    if value.tzinfo is None:
        raise ValueError(f"a time without a zone reached the database: {value!r}")
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class Utc(TypeDecorator[datetime]):
    """Aware UTC time; in SQLite text, as `utc_text` writes it."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(Text() if dialect.name == "sqlite" else DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        text = utc_text(value)
        return text if dialect.name == "sqlite" else value.astimezone(UTC).replace(microsecond=0)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return datetime.fromisoformat(value) if dialect.name == "sqlite" else value.astimezone(UTC)


class Day(TypeDecorator[date]):
    """Calendar date; in SQLite text "2026-11-22"."""

    impl = Date
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(Text() if dialect.name == "sqlite" else Date())

    def process_bind_param(self, value: date | None, dialect: Dialect) -> Any:
        return value.isoformat() if value is not None and dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> date | None:
        return date.fromisoformat(value) if isinstance(value, str) else value


class Flag(TypeDecorator[bool]):
    """True, False or NULL; in SQLite 1 and 0, as STRICT tables have no other."""

    impl = Boolean
    cache_ok = True
    coerce_to_is_types = (type(None), bool)  # `is_(True)` is written out: a server refuses a parameter there

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(Integer() if dialect.name == "sqlite" else Boolean())

    def process_bind_param(self, value: bool | None, dialect: Dialect) -> Any:
        return int(value) if value is not None and dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> bool | None:
        return None if value is None else bool(value)
