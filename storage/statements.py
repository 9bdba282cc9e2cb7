"""Statements prepared once and run with plain tuples: the driver's own speed, SQLAlchemy's own SQL.

Core builds a dictionary and walks its types for every row, which costs a quarter of the rate; here the columns' converters
are looked up once.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Dialect, Insert, Table, Update, func
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.dml import Delete
from sqlalchemy.sql.elements import ColumnElement


class Prepared:
    """One statement for one dialect."""

    def __init__(self, statement: Insert | Update | Delete, dialect: Dialect, keys: Sequence[str] | None = None) -> None:
        compiled = statement.compile(dialect=dialect, column_keys=list(keys) if keys is not None else None)
        self._text = str(compiled)
        self._positional = bool(compiled.positional)
        names = list(compiled.positiontup or ()) if compiled.positional else list(compiled.bind_names.values())
        types = {name: bind.type for bind, name in compiled.bind_names.items()}
        self._binds: list[tuple[str, Callable[[Any], Any] | None]] = [
            (name, types[name].dialect_impl(dialect).bind_processor(dialect)) for name in names
        ]

    def run(self, connection: Connection, rows: Iterable[Mapping[str, Any]]) -> int:
        """Execute for every row; returns how many rows of the table were touched, 0 for no rows."""
        binds = self._binds
        if self._positional:
            many: list[Any] = [tuple([make(row[name]) if make else row[name] for name, make in binds]) for row in rows]
        else:
            many = [{name: make(row[name]) if make else row[name] for name, make in binds} for row in rows]
        return connection.exec_driver_sql(self._text, many).rowcount if many else 0


def upsert(table: Table, dialect: Dialect, columns: Sequence[str], keys: Sequence[str]) -> Prepared:
    """Insert, or overwrite the row with the same keys; the earliest first sighting and the latest last one stay."""
    insert = (postgresql.insert if dialect.name == "postgresql" else sqlite.insert)(table)
    low, high = (func.least, func.greatest) if dialect.name == "postgresql" else (func.min, func.max)
    change: dict[str, ColumnElement[Any]] = {name: insert.excluded[name] for name in columns if name not in keys}
    if "first_seen_at" in change:
        change["first_seen_at"] = low(table.c.first_seen_at, insert.excluded.first_seen_at)
        change["last_seen_at"] = high(table.c.last_seen_at, insert.excluded.last_seen_at)
    return Prepared(insert.on_conflict_do_update(index_elements=list(keys), set_=change), dialect, columns)
