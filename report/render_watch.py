"""Doubts as sentences and as JSON values; the ending of a value's name says how it is written."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from report.locale import Locale
from report.watch import Doubt

COLOURS = {"high": "red", "medium": "yellow", "low": "cyan"}


def sentence(doubt: Doubt, locale: Locale) -> str:
    """What is doubtful, why it matters, and what to do."""
    writers: Mapping[str, Callable[[Any], str]] = {
        "_share": locale.share,
        "_on": locale.day,
        "_eur_month": locale.euro,
        "_eur_hour": lambda value: locale.euro(value, 2),
        "_verdict": lambda value: locale.text(f"verdict.{value}"),
    }
    told = {}
    for name, value in doubt.values.items():
        write = next((writer for ending, writer in writers.items() if name.endswith(ending)), str)
        told[name] = write(value)
    return locale.text(f"watch.{doubt.key}", **told)


def print_doubts(doubts: Sequence[Doubt], console: Console, language: str) -> None:
    """One line for each, the heaviest first."""
    locale = Locale(language)
    console.print(Text(f"\n{locale.text('head.watch')}", style="bold"))
    if not doubts:
        console.print(Text(locale.text("watch.nothing")))
        return
    table = Table.grid(padding=(0, 2, 0, 1))
    for doubt in doubts:
        table.add_row(Text(locale.text(f"weight.{doubt.weight}"), style=f"bold {COLOURS[doubt.weight]}"), sentence(doubt, locale))
    console.print(table)


def doubt_values(doubts: Sequence[Doubt], language: str) -> list[dict[str, Any]]:
    """The same for programs: key, weight, values, and the sentence."""
    locale = Locale(language)
    return [
        {
            "key": doubt.key,
            "weight": doubt.weight,
            "values": {k: v.isoformat() if isinstance(v, date) else v for k, v in doubt.values.items()},
            "text": sentence(doubt, locale),
        }
        for doubt in doubts
    ]
