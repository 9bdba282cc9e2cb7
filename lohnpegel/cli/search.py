"""`lohnpegel search`: full text and facets over what is stored."""

import csv
import re
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from lohnpegel.cli._state import State, end_of, print_json
from lohnpegel.errors import UsageError

COLUMNS = (
    "id", "title", "employer", "city", "district", "postcode", "low_eur_month", "low_eur_month_max", "high_eur_month",
    "high_eur_month_max", "level", "languages", "skills", "first_seen_at", "last_seen_at", "closed_at", "source", "source_id",
    "vacancy_id", "url",
)  # fmt: skip
_AGE = re.compile(r"(\d{1,4})\s*([hdw])")
_HOURS = {"h": 1, "d": 24, "w": 168}


def register(app: typer.Typer) -> None:
    app.command("search")(search)


def search(
    context: typer.Context,
    words: Annotated[str, typer.Argument(help='All must occur, each as the beginning of a word; "phrases" as they stand.')] = "",
    open_only: Annotated[bool, typer.Option("--open", help="Only ads that are open.")] = False,
    since: Annotated[str | None, typer.Option(help="First seen since then: 7d, 24h, 2w, or 2026-11-01.")] = None,
    min_pay: Annotated[float | None, typer.Option(help="Posted lower end, euros a month at full time, at least.")] = None,
    place: Annotated[str | None, typer.Option("--in", help="Part of town, district or postcode.")] = None,
    level: Annotated[str | None, typer.Option(help="entry, experienced, lead, apprentice …")] = None,
    skill: Annotated[str | None, typer.Option(help="A skill's label, such as sap.")] = None,
    language: Annotated[str | None, typer.Option(help="A language's code, such as tr.")] = None,
    as_of: Annotated[str | None, typer.Option(help="What was known at the end of that day, 2026-11-01.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 50,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="CSV (RFC 4180) with a header.")] = False,
) -> None:
    """Find ads; the best first, or without words the newest. ä is also ae, ß also ss."""
    from storage.read import Reader
    from storage.search import Wanted

    if as_json and as_csv:
        raise UsageError("--json and --csv: choose one")
    state: State = context.obj
    then = end_of(as_of)
    wanted = Wanted(
        words, open_only, _since(since, then or datetime.now(UTC)), min_pay, place,
        limit=limit, level=level, skill=skill, language=language, as_of=then,
    )  # fmt: skip
    with closing(Reader.open(state.settings.storage.url)) as reader:
        rows = reader.search(wanted)
    if as_json:
        print_json(rows)
    elif as_csv:
        _csv(rows)
    else:
        _print(rows, Console())


def _since(said: str | None, now: datetime) -> datetime | None:
    """A day, or an age counted back from now.

    >>> _since("7d", datetime(2026, 11, 22, tzinfo=UTC))
    datetime.datetime(2026, 11, 15, 0, 0, tzinfo=datetime.timezone.utc)
    """
    if said is None:
        return None
    if age := _AGE.fullmatch(said.strip()):
        return now - timedelta(hours=int(age[1]) * _HOURS[age[2]])
    try:
        return datetime.fromisoformat(said).replace(tzinfo=UTC)
    except ValueError:
        raise UsageError(f"--since {said}: write an age (7d, 24h, 2w) or a day (2026-11-01)") from None


def _csv(rows: list[dict[str, Any]]) -> None:
    """Text from sites is guarded: a spreadsheet would run what begins like a formula."""
    from report.cells import guarded

    writer = csv.writer(sys.stdout, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row in rows:
        writer.writerow([_cell(row[name], guarded) for name in COLUMNS])


def _cell(value: Any, guard: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return guard(value) if isinstance(value, str) else "" if value is None else value


def _print(rows: list[dict[str, Any]], console: Console) -> None:
    table = Table("ad", "title", "employer", "place", "€ a month", "first seen", box=None, pad_edge=False)
    for row in rows:
        place = " ".join(part for part in (row["city"], row["district"]) if part) or row["place_text"] or ""
        low = f"{row['low_eur_month']:,.0f}" if row["low_eur_month"] is not None else ""
        seen = f"{row['first_seen_at']:%Y-%m-%d}" + (" (closed)" if row["closed_at"] else "")
        table.add_row(str(row["id"]), row["title"], row["employer"] or "", place, low, seen)
    console.print(table, markup=False)
    console.print(f"{len(rows)} ads; `lohnpegel show NUMBER` shows one", markup=False, highlight=False)
