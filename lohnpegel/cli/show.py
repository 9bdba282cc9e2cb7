"""`lohnpegel show`: one ad with everything known of it, and where each figure was read."""

from contextlib import closing
from datetime import UTC, datetime
from typing import Annotated, Any

import msgspec
import typer
from rich.console import Console
from rich.table import Table

from lohnpegel.cli._state import State, print_json
from lohnpegel.errors import UsageError

UNITS = {"hour": "hour", "day": "day", "week": "week", "month": "month", "year": "year", None: "(no unit)"}


def register(app: typer.Typer) -> None:
    app.command("show")(show)


def show(
    context: typer.Context,
    ad: Annotated[str, typer.Argument(help="The ad's number, or SOURCE:ID as the source numbers it.")],
    history: Annotated[bool, typer.Option(help="Every change of every field, with the run that saw it.")] = False,
    as_of: Annotated[str | None, typer.Option(help="What was known at the end of that day, 2026-11-01.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
) -> None:
    """Show title, employer, place, pay with unit and origin, facets, and the text."""
    from storage.read import Reader

    state: State = context.obj
    with closing(Reader.open(state.settings.storage.url)) as reader:
        record = reader.ad(ad, _end_of(as_of))
    if record is None:
        raise UsageError(f"no ad {ad!r}{f' was known on {as_of}' if as_of else ' is stored'}: `lohnpegel search` finds ads")
    if as_json:
        print_json(msgspec.to_builtins(record))
        return
    _print(record, Console(), history)


def _end_of(day: str | None) -> datetime | None:
    if day is None:
        return None
    try:
        return datetime.fromisoformat(day).replace(hour=23, minute=59, second=59, tzinfo=UTC)
    except ValueError:
        raise UsageError(f"--as-of {day}: is no date; write it as 2026-11-01") from None


def amount(entry: dict[str, Any]) -> str:
    """A statement of pay as it was made: amounts, currency, unit, gross or net.

    >>> amount({"low": 14.5, "high": 15.75, "unit": "hour", "currency": "EUR", "gross": None, "bound": "range", "tariff": None})
    '14.50–15.75 EUR/hour'
    """
    ends = [f"{value:,.2f}" for value in (entry["low"], entry["high"]) if value is not None]
    said = "–".join(dict.fromkeys(ends))
    bound = {"from": "from ", "upto": "up to "}.get(entry["bound"] or "", "")
    gross = {True: " gross", False: " net", None: ""}[entry["gross"]]
    figure = f"{bound}{said} {entry['currency']}/{UNITS[entry['unit']]}{gross}" if said else ""
    return " ".join(part for part in (figure, entry["tariff"]) if part)


def _print(record: Any, console: Console, history: bool) -> None:
    row = record.row
    facts = Table.grid(padding=(0, 2))
    facts.add_column()
    facts.add_column(overflow="fold")
    for name, value in _facts(record).items():
        facts.add_row(name, value)
    console.print(row["title"], style="bold", markup=False)
    console.print(facts, markup=False)
    if record.pays:
        table = Table("pay", "origin", "characters", "words", "doubts", title="Statements of pay", title_justify="left")
        for pay in record.pays:
            span = f"{pay['span_start']}–{pay['span_end']}" if pay["span_start"] is not None else ""
            chosen = " ✓" if pay["chosen"] else ""
            table.add_row(amount(pay) + chosen, pay["origin"], span, pay["quote"] or "", pay["warnings"].replace(",", ", "))
        console.print(table, markup=False)
    if history:
        table = Table("when", "field", "was", "is", "run", title="History", title_justify="left")
        for change in record.history:
            at = f"{change.changed_at:%Y-%m-%d %H:%M}"
            table.add_row(at, change.field, _short(change.old), _short(change.new), change.run_id)
        console.print(table, markup=False)
    console.print()
    console.print(row["description"] or "(the source gave no description)", markup=False, highlight=False)


def _facts(record: Any) -> dict[str, str]:
    row = record.row
    month = row["low_eur_month"], row["low_eur_month_max"]
    spoken = (f"{entry['code']} {entry['need']} {entry['level'] or ''}".strip() for entry in record.languages)
    life = f"first seen {row['first_seen_at']:%Y-%m-%d}, last seen {row['last_seen_at']:%Y-%m-%d}"
    closed = f", closed {row['closed_at']:%Y-%m-%d} ({row['closed_reason']})" if row["closed_at"] else ", open"
    told = {
        "number": f"{row['id']}   {row['source']}:{row['source_id']}",
        "employer": row["employer"],
        "place": " ".join(part for part in (row["postcode"], row["city"], row["district"]) if part) or row["place_text"],
        "pay, full time": _month(month, row) if month[0] is not None else None,
        "level": row["level"],
        "hours a week": _range(row["hours_low"], row["hours_high"]),
        "contract": row["contract"],
        "agency": row["agency"],
        "remote": row["remote"],
        "sector": row["sector"],
        "languages": ", ".join(spoken),
        "skills": ", ".join(record.skills),
        "life": life + closed,
        "link": row["url"],
    }
    return {name: value for name, value in told.items() if value}


def _month(month: tuple[float, float | None], row: dict[str, Any]) -> str:
    """The lower end, and the upper one beside it; at the ad's hours, or as a band."""
    low, high = month[0], month[1] if month[1] is not None else month[0]
    upper = row["high_eur_month"]
    if low == high:
        return f"{low:,.0f}{f'–{upper:,.0f}' if upper is not None and upper != low else ''} EUR/month gross"
    band = f"from {low:,.0f} (at {row['basis_hours_low']:g} h) to {high:,.0f} (at {row['basis_hours_high']:g} h)"
    return f"{band} EUR/month gross"


def _range(low: float | None, high: float | None) -> str | None:
    if low is None and high is None:
        return None
    return f"{low:g}" if low == high else f"{'' if low is None else f'{low:g}'}–{'' if high is None else f'{high:g}'}"


def _short(value: str | None) -> str:
    return "" if value is None else value if len(value) <= 60 else value[:57] + "…"
