"""What `lohnpegel report --watch-out` needs beside the report: the books of the runs, and the reports of earlier days.

The latter are in `lohnpegel/history.py`.
"""

from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import date
from statistics import median
from typing import Any

from sqlalchemy import func, select

from lohnpegel.history import history
from lohnpegel.settings import Settings
from report.finding import Report
from report.watch import Books, Fill, Past
from storage.engine import reading
from storage.read import Reader
from storage.read_books import Health
from storage.tables import posting

USUAL_RUNS = 5  #: ok runs before the last that make up the usual
LEAST_READ = 20  #: ads of a run, before a share of them says anything


def books(settings: Settings, report: Report) -> Books:
    """Gather what the doubts are judged by; reads only."""
    with closing(Reader.open(settings.storage.url)) as reader:
        runs = [part for run in reader.runs(limit=60) for part in run["sources"]]
        fills = tuple(fill for health in reader.source_health() for fill in _fills(health, runs))
        return Books(fills, tuple(_rejects(runs)), _readers(reader), _past(history(settings), report.context.on))


def _past(kept: list[dict[str, Any]], today: date) -> Past | None:
    """The latest report of an earlier day."""
    earlier = [entry for entry in kept if str(entry["on"]) < today.isoformat()]
    if not earlier:
        return None
    last = max(earlier, key=lambda entry: str(entry["on"]))
    return Past(date.fromisoformat(last["on"]), last["version"], last["config_hash"], last["verdicts"])


def _fills(health: Health, runs: list[dict[str, Any]]) -> Iterator[Fill]:
    """A source's last run beside the median of its ok runs before."""
    own = [run for run in runs if run["source"] == health.name and run["state"] != "running"]  # newest first
    before = [run for run in own[1:] if run["state"] == "ok" and _read(run) >= LEAST_READ][:USUAL_RUNS]
    if not own or _read(own[0]) < LEAST_READ or not before:
        return
    for fact, now in health.fill.items():
        yield Fill(health.name, fact, now, median(run[fact] / _read(run) for run in before))


def _rejects(runs: list[dict[str, Any]]) -> Iterator[tuple[str, int, int]]:
    told: set[str] = set()
    for run in runs:
        if run["source"] not in told and run["state"] != "running":
            told.add(run["source"])
            if run["rejects"]:
                yield run["source"], run["rejects"], run["seen"]


def _read(run: Mapping[str, Any]) -> int:
    return int(run["new"] + run["changed"] + run["unchanged"] - run["details_skipped"])


def _readers(reader: Reader) -> dict[str, int]:
    query = select(posting.c.parser_version, func.count()).where(
        posting.c.closed_at.is_(None), posting.c.in_scope.is_(True), posting.c.in_town.is_(True)
    )
    with reading(reader.engine) as connection:
        counted: dict[str, int] = dict(connection.execute(query.group_by(posting.c.parser_version)).all())
    return counted
