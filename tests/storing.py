"""Ads and databases for the tests of the storage room."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from scraper.model import Evidence, Facets, Hours, Language, Monthly, Pay, Place, Posting, RawPosting
from storage import migrate
from storage.engine import open_engine
from storage.runs import Runs
from storage.save import Store
from tests import databases

START = datetime(2026, 11, 2, 6, 0, tzinfo=UTC)
DAY = timedelta(days=1)
ALTSTADT = Place("47051 Duisburg-Altstadt", "Duisburg", "Altstadt", "47051", "DE", 51.43, 6.76, in_town=True)


def ad(
    source_id: str, title: str = "Kundenberater (m/w/d)", text: str | None = "Wir zahlen 2.400 bis 2.800 Euro.", **more: Any
) -> Posting:
    """An ad with everything; its content hash follows from title, text and pay."""
    pay: Pay | None = more.pop(
        "pay", Pay(2400, 2800, "month", "EUR", "text", "range", True, span=(11, 31), quote="2.400 bis 2.800 Euro")
    )
    facets = Facets(
        in_scope=True,
        level="entry",
        hours=Hours(38.5, 38.5),
        work_time=("full_time",),
        languages=(Language("de", "required", "C1"), Language("en", "plus")),
        skills=("sap", "crm"),
        in_town=True,
        evidence=(Evidence("level", "entry", (0, 3)),),
    )
    made = Posting(
        raw=RawPosting("ba", source_id, f"https://jobs.example/{source_id}", title, revision=f"r {title}", description=text),
        title=title,
        description=text or "",
        employer="Müller Dienste GmbH & Co. KG",
        places=(Place("Essen", "Essen"), ALTSTADT),
        pays=(pay,) if pay else (),
        pay=pay,
        monthly=Monthly(pay.low, pay.low, pay.high, pay.high, 14.39, 14.39, 38.5, 38.5, 52 / 12)
        if pay and pay.unit == "month"
        else None,
        facets=facets,
        content_hash=f"{title}|{text}|{pay}|{more}",
    )
    return replace(made, **more)


class Clock:
    """A clock that the test sets."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now


class Desk:
    """A database with a run begun."""

    def __init__(self, path: Path, url: str | None = None) -> None:
        self.url = url or databases.fresh(path)
        self.engine = open_engine(self.url)
        migrate.upgrade(self.engine)
        self.clock = Clock()
        self.runs = Runs(self.engine, self.clock)
        self.store = Store(self.engine)
        self.run = self.begin()

    def begin(self) -> str:
        self.run = self.runs.start_run("crawl", "0.1.0", "c0ffee")
        self.runs.start_source_run(self.run, "ba", "bundesagentur")
        return self.run

    def rows(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        if self.engine.dialect.name != "sqlite":
            statement = statement.replace("?", "%s")
        with self.engine.connect() as connection:
            return [tuple(map(_plain, row)) for row in connection.exec_driver_sql(statement, values)]


def _plain(value: Any) -> Any:
    """As SQLite keeps it: times and dates as text, flags and sums as numbers."""
    match value:
        case datetime():
            return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        case date():
            return value.isoformat()
        case bool() | Decimal():
            return int(value)
        case _:
            return value


@contextmanager
def desk(folder: Path) -> Iterator[Desk]:
    made = Desk(folder / "jobs.db")
    try:
        yield made
    finally:
        made.engine.dispose()
