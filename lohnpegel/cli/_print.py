"""What several commands print alike."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from scheduler.plan import CrawlSummary, SourceSummary

COUNTS = ("seen", "new", "changed", "closed", "reopened", "rejects", "requests", "details_fetched", "details_skipped")


def sources(summary: CrawlSummary) -> None:
    """A line for each source: state, counts, and what was wrong."""
    for source in summary.sources:
        print(line(source))
        for note in source.notes:
            print(f"  note: {note}")
    print(f"run {summary.run_id}; {summary.vacancies} vacancies known")


def line(source: SourceSummary) -> str:
    """One source in one line, tab-separated.

    >>> line(SourceSummary("bundesagentur", "ok", True, seen=3, new=1)).split("\\t")[:4]
    ['bundesagentur', 'ok', 'seen 3', 'new 1']
    """
    counts = [f"{name.replace('_', ' ')} {getattr(source, name)}" for name in COUNTS]
    return "\t".join([source.source, source.state, *counts, *([source.error] if source.error else [])])


@contextmanager
def progress() -> Iterator[Callable[[str, int], None] | None]:
    """A live line for each source on a terminal; nothing elsewhere."""
    if not sys.stderr.isatty():
        yield None
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TextColumn("{task.completed:.0f} ads"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        tasks: dict[str, int] = {}

        def told(source: str, ads: int) -> None:
            if source not in tasks:
                tasks[source] = int(bar.add_task(source, total=None))
            bar.update(tasks[source], completed=ads)  # type: ignore[arg-type]  # TaskID is an int

        yield told
