"""The daemon as a process of its own, on a sandbox and a folder that belong to the test."""

import json
import os
import signal
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from multiprocessing.context import ForkServerProcess
from typing import Any

import tomlkit

from tests.whole import Ended, Town, run, start


def change(place: Town, **sections: Mapping[str, Any]) -> None:
    """Set keys of config.toml; a section within a section is named "schedule_crawl"."""
    path = place.folder / "config.toml"
    document: dict[str, Any] = tomlkit.parse(path.read_text("utf-8"))
    for name, keys in sections.items():
        block = document
        for part in name.split("_"):
            block = block[part]
        block.update(keys)
    path.write_text(tomlkit.dumps(document), "utf-8")


def ask(place: Town, query: str) -> list[tuple[Any, ...]]:
    """What the database says; nothing where there is none yet."""
    path = place.folder / "lohnpegel.db"
    if not path.exists():
        return []
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, timeout=10)) as database:
        try:
            return database.execute(query).fetchall()
        except sqlite3.OperationalError:
            return []


def wait(until: Callable[[], object], what: str, limit_s: float = 60.0) -> None:
    """Wait until something holds; fails with its name if it never does."""
    end = time.monotonic() + limit_s
    while not until():
        if time.monotonic() > end:
            raise AssertionError(f"not within {limit_s:g} s: {what}")
        time.sleep(0.05)


@dataclass
class Served:
    """A daemon at work."""

    place: Town
    process: ForkServerProcess
    name: str

    @property
    def said(self) -> str:
        """Its log so far, that of its workers included."""
        return "".join((self.place.folder / f"{self.name}{suffix}").read_text("utf-8") for suffix in (".err", ".out"))

    def signal(self, number: signal.Signals) -> None:
        assert self.process.pid is not None
        os.kill(self.process.pid, number)

    def hears(self, *words: str, limit_s: float = 60.0) -> None:
        """Wait until its log holds all these words."""
        wait(lambda: all(word in self.said for word in words), f"{words} in the log:\n{self.said}", limit_s)

    def stop(self, limit_s: float = 30.0) -> Ended:
        """SIGTERM, and how it ended."""
        self.signal(signal.SIGTERM)
        self.process.join(limit_s)
        assert not self.process.is_alive(), f"the daemon does not stop:\n{self.said}"
        return Ended(self.process.exitcode or 0, "", self.said)


@contextmanager
def served(place: Town, *arguments: str, name: str = "daemon", environment: Mapping[str, str] | None = None) -> Iterator[Served]:
    """`lohnpegel schedule` in a process of its own; killed at the end if it still runs."""
    process = start(place.folder, "schedule", *arguments, environment=environment, name=name)
    found = Served(place, process, name)
    wait((place.folder / f"{name}.err").exists, "the daemon's log")
    try:
        yield found
    finally:
        worker = _worker(place)
        if process.is_alive():
            process.kill()
            process.join()
        if worker:
            wait(lambda: not _lives(worker), "the end of the last worker")


def all_done(place: Town) -> bool:
    """Whether a first round has ended."""
    return bool(ask(place, "SELECT 1 FROM task WHERE name = 'purge'"))


def by_hand(place: Town, *arguments: str, **more: Any) -> Ended:
    """A command beside the daemon."""
    return run(place.folder, *arguments, **more)


def _worker(place: Town) -> int | None:
    """Who holds the writers' lock."""
    try:
        return int(json.loads((place.folder / "lohnpegel.db.lock").read_text("utf-8"))["pid"])
    except (OSError, ValueError, KeyError):
        return None


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
