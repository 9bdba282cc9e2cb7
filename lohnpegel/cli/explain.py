"""`lohnpegel explain`: what is read from an ad's text, and where; or line by line for scoring."""

import re
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

_LIKE_A_FILE = re.compile(r"\S*(?:/\S*|\.(?:txt|html?|md|json|eml|mhtml))")
_ADDRESS = re.compile(r"\b\d{5} [A-ZÄÖÜ][\wäöüß-]+")  #: post code and town in running text
COLOURS = {"pay": "bold green", "hours": "cyan", "contract": "magenta", "level": "yellow", "languages": "blue"}


def register(app: typer.Typer) -> None:
    app.command("explain")(explain)


def explain(
    context: typer.Context,
    text: Annotated[str | None, typer.Argument(help="The ad's text, a file, or - for standard input.")] = None,
    title: Annotated[str, typer.Option(help="The ad's title.")] = "",
    jsonl: Annotated[bool, typer.Option("--jsonl", help="Read ads and write what was read, one JSON object a line.")] = False,
    vacancies: Annotated[bool, typer.Option("--vacancies", help="With --jsonl: group the ads into vacancies.")] = False,
    place: Annotated[str, typer.Option(help="Where the source says that the work is.")] = "",
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
    told = _told(_content(text), title, place, context.obj)
    if as_json:
        print_json(told)
    else:
        _show(told, Console())


def _content(text: str) -> str:
    if text == "-":
        return sys.stdin.read()
    try:
        path = Path(text)
        if len(text) < 4096 and path.is_file():
            return path.read_text("utf-8")
    except (OSError, ValueError) as error:
        raise UsageError(f"{text[:80]}: cannot be read: {error}") from error
    if _LIKE_A_FILE.fullmatch(text):
        raise UsageError(f"{text}: there is no such file; an ad's own text is given in quotes")
    return text


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


def _told(text: str, title: str, place: str, state: State) -> dict[str, Any]:
    from datetime import UTC, datetime

    from scraper.model import RawPlace
    from scraper.normalise import contacts, facets, pay
    from scraper.normalise.ad import Ad
    from scraper.normalise.place import read_place

    town = _town(state)
    facts = facets.read(Ad(title, "", "", place, text), town)
    on = datetime.now(UTC).date()
    pays = tuple(pay.check(entry, on, facts.hours) for entry in pay.find(text))
    chosen = pay.choose(pays, town.name)
    named = [place] if place else list(dict.fromkeys(_ADDRESS.findall(text)))
    told: dict[str, Any] = msgspec.to_builtins(
        {
            "text": text,
            "pays": pays,
            "pay": chosen,
            "monthly": pay.monthly(chosen, facts.hours, on) if chosen else None,
            "facets": facts,
            "places": [read_place(RawPlace(text=one), town) for one in named],
            "contacts": contacts.spans(text),
        }
    )
    return told


def _show(told: dict[str, Any], console: Console) -> None:
    console.print(_marked(told))
    table = Table("fact", "value", "read at", "words", title="What was read", title_justify="left")
    for row in dict.fromkeys(_rows(told)):
        table.add_row(*row)
    if table.row_count:
        console.print(table)
    else:
        console.print("Nothing was read from it.")


def _marked(told: dict[str, Any]) -> Text:
    marked = Text(told["text"])
    for entry in told["pays"]:
        if entry["span"]:
            marked.stylize(COLOURS["pay"], *entry["span"])
    for entry in told["facets"]["evidence"]:
        if entry["span"] and entry["where"] == "description":
            marked.stylize(COLOURS.get(entry["facet"], "underline"), *entry["span"])
    for start, end in told["contacts"]:
        marked.stylize("strike red", start, end)
    return marked


def _rows(told: dict[str, Any]) -> Iterator[tuple[str, str, str, str]]:
    for entry in told["pays"]:
        doubts = f"  ({', '.join(entry['warnings'])})" if entry["warnings"] else ""
        chosen = " ✓" if entry == told["pay"] else ""
        yield "pay" + chosen, _amount(entry) + doubts, _span(entry), entry["quote"] or ""
    if told["monthly"]:
        yield "pay, full time", _monthly(told["monthly"]), "", ", ".join(told["monthly"]["assumptions"])
    for one in told["places"]:
        here = "in town" if one["in_town"] else "elsewhere"
        parts = (one["postcode"], one["city"], one["district"], f"({here})")
        yield "place", " ".join(part for part in parts if part), "", one["text"]
    levels = {entry["code"]: " ".join(filter(None, (entry["need"], entry["level"]))) for entry in told["facets"]["languages"]}
    for entry in told["facets"]["evidence"]:
        more = levels.get(entry["value"], "") if entry["facet"] == "languages" else ""
        yield entry["facet"], f"{entry['value']} {more}".strip(), _span(entry), entry["quote"]
    for start, end in told["contacts"]:
        yield "contact", "removed before storing", f"{start}–{end}", told["text"][start:end]


def _span(entry: dict[str, Any]) -> str:
    return f"{entry['span'][0]}–{entry['span'][1]}" if entry["span"] else entry.get("where", "field")


def _amount(entry: dict[str, Any]) -> str:
    ends = [f"{value:,.2f}" for value in (entry["low"], entry["high"]) if value is not None]
    amount = ends[0] if len(set(ends)) == 1 else "–".join(ends)
    bound = {"from": "from ", "upto": "up to "}.get(entry["bound"] or "", "")
    unit = f"{entry['currency']}/{entry['unit']}" if amount else ""
    return " ".join(part for part in (f"{bound}{amount}", unit, entry["tariff"]) if part)


def _monthly(entry: dict[str, Any]) -> str:
    """The posted lower and upper end by the month; each a band where the hours are not fixed."""
    ends = [_end(entry, "low"), _end(entry, "high")]
    said = " to ".join(dict.fromkeys(end for end in ends if end))
    return f"{said} EUR/month" if said else "no lower end"


def _end(entry: dict[str, Any], which: str) -> str:
    least, most = entry[f"{which}_min"], entry[f"{which}_max"]
    if least is None:
        return ""
    if least == most or most is None:
        return f"{least:,.0f}"
    return f"{least:,.0f}–{most:,.0f} (at {entry['hours_low']:g}–{entry['hours_high']:g} h)"
