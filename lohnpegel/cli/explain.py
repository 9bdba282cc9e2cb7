"""`lohnpegel explain`: what is read from an ad's text, and where; or line by line for scoring."""

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from lohnpegel.cli._state import State, print_json
from lohnpegel.errors import UsageError

COLOURS = {"pay": "bold green", "hours": "cyan", "contract": "magenta", "level": "yellow", "languages": "blue"}


def register(app: typer.Typer) -> None:
    app.command("explain")(explain)


def explain(
    context: typer.Context,
    text: Annotated[str | None, typer.Argument(help="The ad's text, a file, or - for standard input.")] = None,
    title: Annotated[str, typer.Option(help="The ad's title.")] = "",
    jsonl: Annotated[bool, typer.Option("--jsonl", help="Read ads and write what was read, one JSON object a line.")] = False,
    vacancies: Annotated[bool, typer.Option("--vacancies", help="With --jsonl: group the ads into vacancies.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
) -> None:
    """Show what is read from an ad: pay with its span, hours, level, contract, languages, skills …"""
    if jsonl:
        _lines(_grouped if vacancies else _read(context.obj))
        return
    if vacancies:
        raise UsageError("--vacancies reads many ads: give it with --jsonl and the ads on standard input")
    if text is None:
        raise UsageError("nothing to explain: give a text, a file, or - for standard input")
    told = _told(_content(text), title, context.obj)
    if as_json:
        print_json(told)
    else:
        _show(told, Console())


def _content(text: str) -> str:
    if text == "-":
        return sys.stdin.read()
    try:
        path = Path(text)
        return path.read_text("utf-8") if len(text) < 4096 and path.is_file() else text
    except (OSError, ValueError) as error:
        raise UsageError(f"{text[:80]}: cannot be read: {error}") from error


def _lines(answer: Any) -> None:
    rows = (_decoded(number, line) for number, line in enumerate(sys.stdin.buffer, 1) if line.strip())
    for row in answer(rows):
        sys.stdout.buffer.write(msgspec.json.encode(row) + b"\n")


def _decoded(number: int, line: bytes) -> dict[str, Any]:
    try:
        row = msgspec.json.decode(line)
    except msgspec.DecodeError as error:
        raise UsageError(f"standard input, line {number}: not JSON: {error}") from error
    if not isinstance(row, dict) or "id" not in row:
        raise UsageError(f'standard input, line {number}: should be an object with at least "id" and "text"')
    return row


def _read(state: State) -> Any:
    """Pay and facets of each line, in the schema of the gold sets."""
    from scraper.normalise import facets, pay
    from scraper.normalise.ad import Ad

    town = _town(state)

    def answer(rows: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        for row in rows:
            text = str(row.get("text") or "")
            title, employer, occupation, place = (str(row.get(key) or "") for key in ("title", "employer", "occupation", "place"))
            ad = Ad(title, employer, occupation, place, text)
            yield {"id": row["id"], "pay": pay.jsonl_row(text), "facets": facets.jsonl_row(ad, town)}

    return answer


def _grouped(rows: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    from storage.vacancies import rule

    yield from rule.jsonl(list(rows))


def _town(state: State) -> Any:
    """The profile's town; where no configuration lies here, that of the shipped one."""
    from lohnpegel.settings import load
    from lohnpegel.shipped import default_config

    return (state.settings if state.config.exists() else load(default_config())).town


def _told(text: str, title: str, state: State) -> dict[str, Any]:
    from datetime import UTC, datetime

    from scraper.normalise import facets, pay
    from scraper.normalise.ad import Ad

    ad = Ad(title, "", "", "", text)
    town = _town(state)
    facts = facets.read(ad, town)
    on = datetime.now(UTC).date()
    pays = tuple(pay.check(entry, on, facts.hours) for entry in pay.find(text))
    chosen = pay.choose(pays, town.name)
    told: dict[str, Any] = msgspec.to_builtins(
        {
            "text": text,
            "pays": pays,
            "pay": chosen,
            "monthly": pay.monthly(chosen, facts.hours, on) if chosen else None,
            "facets": facts,
        }
    )
    return told


def _show(told: dict[str, Any], console: Console) -> None:
    marked = Text(told["text"])
    for entry in told["pays"]:
        if entry["span"]:
            marked.stylize(COLOURS["pay"], *entry["span"])
    for entry in told["facets"]["evidence"]:
        if entry["span"] and entry["where"] == "description":
            marked.stylize(COLOURS.get(entry["facet"], "underline"), *entry["span"])
    console.print(marked)
    table = Table("fact", "value", "read at", "words", title="What was read", title_justify="left")
    for entry in told["pays"]:
        doubts = f"  ({', '.join(entry['warnings'])})" if entry["warnings"] else ""
        table.add_row("pay" + (" ✓" if entry == told["pay"] else ""), _amount(entry) + doubts, _span(entry), entry["quote"] or "")
    if told["monthly"]:
        table.add_row("pay, full time", _monthly(told["monthly"]), "", ", ".join(told["monthly"]["assumptions"]))
    for entry in told["facets"]["evidence"]:
        table.add_row(entry["facet"], entry["value"], _span(entry), entry["quote"])
    console.print(table)


def _span(entry: dict[str, Any]) -> str:
    return f"{entry['span'][0]}–{entry['span'][1]}" if entry["span"] else entry.get("where", "field")


def _amount(entry: dict[str, Any]) -> str:
    ends = [f"{value:,.2f}" for value in (entry["low"], entry["high"]) if value is not None]
    amount = ends[0] if len(set(ends)) == 1 else "–".join(ends)
    bound = {"from": "from ", "upto": "up to "}.get(entry["bound"] or "", "")
    return " ".join(part for part in (f"{bound}{amount}", entry["currency"], f"/{entry['unit']}", entry["tariff"]) if part)


def _monthly(entry: dict[str, Any]) -> str:
    low = entry["low_min"], entry["low_max"]
    if low[0] is None:
        return "no lower end"
    band = (
        f"{low[0]:,.0f}"
        if low[0] == low[1]
        else f"{low[0]:,.0f} (at {entry['hours_low']:g} h) to {low[1]:,.0f} (at {entry['hours_high']:g} h)"
    )
    return f"from {band} EUR/month"
