"""What the report reads of all ads in scope and in town: narrow rows in batches, from an index that holds nothing else.

A million ads pass through here in seconds, so SQLite's own rows are handed on as they come: a day is a text, a flag is 0 or 1.
On a server they are dates and truth values. Whoever reads must take both.
"""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Select, Text, cast, func, select

from storage.engine import reading
from storage.read_children import Row, short_columns
from storage.tables import posting, posting_language, posting_skill, vacancy_member

BATCH = 256  #: rows at a time; so few that Python's collector of cycles has no cause to start
SOME = 500  #: ads asked for by their numbers at a time

FOREIGN = "foreign"

Rows = list[tuple[object, ...]]

#: of every ad; behind them stand one JSON list of `DAYS`, and one of `KIND` and of whether it states weekly hours
FACTS = ("id", "employer_folded", "content_hash")
DAYS = ("first_seen_at", "closed_at", "posted_on")
KIND = (
    "source", "level", "agency", "sector", "district", "work_time", "training", "career_changers", "parser_version",
)  # fmt: skip
#: of ads with a word on pay; behind them stands one JSON list of `PAY_KIND`
PAYS = (
    "id", "low_eur_month", "low_eur_month_max", "high_eur_month", "high_eur_month_max", "low_eur_hour", "low_eur_hour_max",
)  # fmt: skip
PAY_KIND = (
    "pay_origin", "pay_currency", "pay_bound", "pay_gross", "pay_tags", "pay_warnings", "pay_hours", "weeks_per_month",
    "basis_hours_low", "basis_hours_high",
)  # fmt: skip


class Columns:
    """Reads columns; made by `columns`.

    Args:
        connection: One consistent view for all that is read.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def facts(self) -> Iterator[Rows]:
        """`FACTS` of each ad and what many ads have alike, in no order."""
        hours = func.coalesce(posting.c.hours_low, posting.c.hours_high).is_not(None)
        days = self._list(*(posting.c[name] for name in DAYS))
        alike = self._list(*(posting.c[name] for name in KIND), hours)
        return batches(self._connection, select(*(posting.c[name] for name in FACTS), days, alike).where(*_ours()))

    def pays(self) -> Iterator[Rows]:
        """`PAYS` of each ad that says something of pay, and what many of them have alike, in no order."""
        alike = self._list(*(posting.c[name] for name in PAY_KIND))
        query = select(*(posting.c[name] for name in PAYS), alike)
        return batches(self._connection, query.where(*_ours(), posting.c.pay_origin.is_not(None)))

    def order(self) -> Iterator[Rows]:
        """Numbers of all ads, ours or not, by their key (source and id there): an order that no arrival moves."""
        return batches(self._connection, select(posting.c.id).order_by(posting.c.source, posting.c.source_id))

    def homes(self) -> Iterator[Rows]:
        """Number of ad and vacancy of each grouped ad, ours or not."""
        return batches(self._connection, select(vacancy_member.c.posting_id, vacancy_member.c.vacancy_id))

    def skills(self, names: Collection[str]) -> Iterator[Rows]:
        """Number of ad and its skills, of these only, as a comma list; ads that have none of them do not come."""
        return self._lists(posting_skill.c.posting_id, posting_skill.c.skill, names)

    def languages(self, codes: Collection[str]) -> Iterator[Rows]:
        """The same of languages; "foreign" stands for all but German."""
        return self._lists(posting_language.c.posting_id, posting_language.c.code, codes)

    def ads(self, numbers: Sequence[int]) -> Iterator[Row]:
        """What is shown of the ads with these numbers: no long texts, and nothing that hangs on them but their vacancy."""
        home = posting.outerjoin(vacancy_member, vacancy_member.c.posting_id == posting.c.id)
        query = select(*short_columns(), vacancy_member.c.vacancy_id).select_from(home)
        for start in range(0, len(numbers), SOME):
            some = query.where(posting.c.id.in_(numbers[start : start + SOME]))
            yield from (dict(row) for row in self._connection.execute(some).mappings())

    def _lists(self, number: ColumnElement[int], value: ColumnElement[str], wanted: Collection[str]) -> Iterator[Rows]:
        if not wanted:
            return iter(())
        query = select(number, func.aggregate_strings(value, ",")).group_by(number)
        return batches(self._connection, query if FOREIGN in wanted else query.where(value.in_(sorted(wanted))))

    def _list(self, *columns: ColumnElement[Any]) -> ColumnElement[str]:
        """Several values as one JSON text: one value is fetched and looked up where ten would be."""
        if self._connection.dialect.name == "sqlite":
            return func.json_array(*columns, type_=Text)
        return cast(func.json_build_array(*columns), Text)


def batches(connection: Connection, query: Select[*tuple[Any, ...]]) -> Iterator[Rows]:
    """What a query finds, some rows at a time."""
    if connection.dialect.name != "sqlite":
        result = connection.execution_options(stream_results=True).execute(query)
        yield from ([tuple(row) for row in rows] for rows in result.partitions(BATCH))
        return
    cursor = connection.execute(query).cursor
    assert cursor is not None
    while rows := cursor.fetchmany(BATCH):
        yield list(rows)


def sparing(connection: Connection) -> Connection:
    """The connection, told to read each page once: neither to map pages nor to keep many, since both count as our memory."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA mmap_size=0")
        connection.exec_driver_sql("PRAGMA cache_size=-2048")
    return connection


@contextmanager
def columns(engine: Engine) -> Iterator[Columns]:
    """A reader of columns with one consistent view."""
    with reading(engine) as connection:
        yield Columns(sparing(connection))


def _ours() -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return posting.c.in_scope.is_(True), posting.c.in_town.is_(True)
