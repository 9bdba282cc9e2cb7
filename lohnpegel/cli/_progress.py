"""How far long work has come: bars with rate and remaining time on a terminal, a line in the log now and then elsewhere."""

import logging
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TaskID, TextColumn, TimeRemainingColumn
from rich.text import Text

Told = Callable[[str, int, int | None], None]  #: what is being done, how much of it is done, of how much (None: not known)
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress, and nothing in the log but what is wrong.")]
_IO = Path("/proc/self/io")
EVERY_S = 60.0  #: between two lines in the log about the same work
log = logging.getLogger("lohnpegel.progress")


@contextmanager
def progress(unit: str, *, quiet: bool = False) -> Iterator[Told | None]:
    """What a long work calls as it goes on.

    Args:
        unit: What is counted: "pages", "ads".
        quiet: Say nothing.

    Yields:
        None where nothing is to be said.
    """
    if quiet:
        yield None
        return
    if not sys.stderr.isatty():
        yield Lines(unit)
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(bar_width=30),
        MofNCompleteColumn(),
        TextColumn(unit),
        Rate(),
        TimeRemainingColumn(elapsed_when_finished=True),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True, refresh_per_second=4) as shown:
        tasks: dict[str, TaskID] = {}

        def told(what: str, done: int, of: int | None) -> None:
            if what not in tasks:
                tasks[what] = shown.add_task(what.replace("[", r"\["), total=of)
            shown.update(tasks[what], completed=done, total=of)

        yield told


@contextmanager
def written(told: Told | None, what: str, expected: float) -> Iterator[None]:
    """Tell of work that says nothing of itself by what this process writes meanwhile, in megabytes; Linux only.

    Args:
        told: From `progress`.
        what: Is being done.
        expected: Bytes that will have been written, about.
    """
    if told is None or not _IO.exists() or not expected:
        yield
        return
    first, over = _written(), threading.Event()

    def watch() -> None:
        while not over.wait(0.5):
            done = min(_written() - first, int(expected))
            told(what, done // 1_000_000, int(expected) // 1_000_000)

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _written() -> int:
    """Bytes that this process has written so far."""
    return int(_IO.read_text("ascii").partition("wchar: ")[2].split()[0])


class Rate(ProgressColumn):
    """How much is done in a second."""

    def render(self, task: Task) -> Text:
        """The rate of late, or of all of it once it is done."""
        speed = task.finished_speed or task.speed
        return Text(f"{speed:,.1f}/s" if speed else "", style="progress.data.speed")


class Lines:
    """The same as lines in the log: each work at most once a minute, so that short work says nothing.

    Args:
        unit: What is counted.
        clock: Seconds that only grow.
    """

    def __init__(self, unit: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._unit = unit
        self._clock = clock
        self._begun: dict[str, tuple[float, int]] = {}  #: when a work was first heard of, and how far it was then
        self._said: dict[str, float] = {}

    def __call__(self, what: str, done: int, of: int | None) -> None:
        """Told of a step."""
        now = self._clock()
        start, first = self._begun.setdefault(what, (now, done))
        if now - self._said.setdefault(what, start) < EVERY_S:
            return
        self._said[what] = now
        rate = (done - first) / (now - start)
        left = f", {(of - done) / rate:,.0f} s to go" if of is not None and rate > 0 else ""
        log.info("%s: %d%s %s, %.1f/s%s", what, done, f" of {of}" if of is not None else "", self._unit, rate, left)
