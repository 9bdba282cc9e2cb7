"""kill -9 over and over: `python -m tests.torture [KILLS] [SEED]`.

The real command line is killed at a random point of a crawl, export, upgrade, backup, restore or purge. After each kill:
every file passes its integrity check, every ad that a reader had seen is still there with its first sighting, what was
published is whole, and the same command, started again, completes by itself. Exit code 1 if one of these ever fails.
"""

import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from sandbox.market import Market
from storage.backup import check
from storage.engine import SCHEMA_VERSION
from storage.errors import StorageError
from tests.whole import Town, start, town

Seen = dict[str, str]  #: source id → first_seen_at


@dataclass
class Figures:
    """What came of it."""

    kills: dict[str, int] = field(default_factory=dict)
    ended: int = 0  #: commands that were done before the kill came
    lost: int = 0  #: acknowledged ads that were gone, or had another first sighting
    corrupt: list[str] = field(default_factory=list)
    torn: list[str] = field(default_factory=list)  #: published files that were not whole
    person: list[str] = field(default_factory=list)  #: commands that did not complete by themselves afterwards
    seconds: float = 0.0

    @property
    def right(self) -> bool:
        """Whether nothing was lost."""
        return not (self.lost or self.corrupt or self.torn or self.person)

    def __str__(self) -> str:
        kinds = ", ".join(f"{name} {count}" for name, count in sorted(self.kills.items()))
        return (
            f"kills                      {sum(self.kills.values())} ({kinds}); {self.ended} more commands were done first\n"
            f"acknowledged ads lost      {self.lost}\n"
            f"corrupt databases          {len(self.corrupt)}\n"
            f"torn exports and backups   {len(self.torn)}\n"
            f"runs that needed a person  {len(self.person)}\n"
            f"seconds                    {self.seconds:.0f}"
            + "".join(f"\n  {line}" for line in (*self.corrupt, *self.torn, *self.person))
        )


@dataclass(frozen=True)
class Job:
    """A command to be killed."""

    arguments: tuple[str, ...]
    longest_s: float  #: the kill comes at a random time up to this
    prepare: Callable[[Town, Random], None] = lambda _town, _rng: None
    whole: Callable[[Town], str | None] = lambda _town: None  #: what is not whole of what it published


def _next_week(place: Town, rng: Random) -> None:
    place.box.week = rng.randrange(place.box.market.weeks)


def _grown(place: Town, rng: Random) -> None:
    """A market that moved on, and a database that forgot what a fifth of the ads said, so that there is much to write."""
    _next_week(place, rng)
    with closing(sqlite3.connect(place.folder / "lohnpegel.db", timeout=30)) as connection:
        connection.execute("UPDATE posting SET revision = NULL, content_hash = 'x' WHERE id % 5 = ?", (rng.randrange(5),))
        connection.commit()


def _fresh(place: Town, _rng: Random) -> None:
    (place.folder / "fresh").mkdir(exist_ok=True)
    for path in (place.folder / "fresh").iterdir():
        path.unlink()
    text = (place.folder / "config.toml").read_text("utf-8")
    (place.folder / "fresh/config.toml").write_text(text, "utf-8")
    (place.folder / "fresh/lohnpegel.db").touch()


def _schema(place: Town) -> str | None:
    """All of a schema, or nothing of it."""
    with closing(sqlite3.connect(place.folder / "fresh/lohnpegel.db")) as connection:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        (tables,) = connection.execute("SELECT count(*) FROM sqlite_master WHERE name = 'posting'").fetchone()
    return None if (version, tables) in {(0, 0), (SCHEMA_VERSION, 1)} else f"schema {version} with {tables} tables of ads"


def _no_copy(place: Town, _rng: Random) -> None:
    for path in place.folder.glob("copy.db*"):
        path.unlink()


def _copy(place: Town) -> str | None:
    return _unsound(place.folder / "copy.db") if (place.folder / "copy.db").exists() else None


def _source_copy(place: Town, rng: Random) -> None:
    _no_copy(place, rng)
    with closing(sqlite3.connect(place.folder / "lohnpegel.db", timeout=30)) as connection:
        connection.execute("VACUUM INTO ?", (str(place.folder / "copy.db"),))


def _exported(place: Town) -> str | None:
    """A file has its last line end, and no more is there than was written."""
    for path in (place.folder / "exports").rglob("*.csv"):
        if not path.name.startswith(".") and not path.read_bytes().endswith(b"\n"):
            return f"{path.name} is cut short"
    return None


JOBS = {
    "crawl": Job(("crawl", "--full"), 0.9, _grown),
    "export": Job(("export",), 0.15, whole=_exported),
    "upgrade": Job(("-c", "fresh/config.toml", "db", "upgrade"), 0.2, _fresh, _schema),
    "backup": Job(("db", "backup", "copy.db"), 0.12, _no_copy, _copy),
    "restore": Job(("db", "restore", "copy.db"), 0.12, _source_copy),
    "purge": Job(("db", "purge", "--match", "Telefonservice"), 0.2),
}
WEIGHTS = {"crawl": 8, "export": 2, "upgrade": 3, "backup": 3, "restore": 2, "purge": 2}


def torture(place: Town, kills: int, seed: int) -> Figures:
    """Kill so often; the figures say what came of it."""
    rng, figures, began = Random(seed), Figures(), time.monotonic()
    place.cli("crawl", "--full")
    names = list(WEIGHTS)
    while sum(figures.kills.values()) < kills:
        name = rng.choices(names, list(WEIGHTS.values()))[0]
        job = JOBS[name]
        job.prepare(place, rng)
        seen, killed = _killed(place, job, rng)
        if killed:
            figures.kills[name] = figures.kills.get(name, 0) + 1
        else:
            figures.ended += 1
        _examine(place, name, seen, figures)
        again = _again(place, job)
        if again:
            figures.person.append(f"{name}: {again}")
        _examine(place, name, seen, figures)
    figures.seconds = time.monotonic() - began
    return figures


def _killed(place: Town, job: Job, rng: Random) -> tuple[Seen, bool]:
    """Start a job, read along, kill it; returns what a reader had seen until then, and whether the kill met it alive."""
    process = start(place.folder, *job.arguments)
    until = time.monotonic() + rng.uniform(0, job.longest_s)
    seen = _read(place)
    while time.monotonic() < until and process.is_alive():
        seen |= _read(place)
        time.sleep(min(0.02, max(0.0, until - time.monotonic())))
    process.kill()
    process.join()
    return seen, process.exitcode == -9


def _read(place: Town) -> Seen:
    with suppress(sqlite3.Error), closing(sqlite3.connect(f"file:{place.folder / 'lohnpegel.db'}?mode=ro", uri=True)) as reader:
        return dict(reader.execute("SELECT source_id, first_seen_at FROM posting"))
    return {}


def _examine(place: Town, name: str, seen: Seen, figures: Figures) -> None:
    for path in (place.folder / "lohnpegel.db", place.folder / "lohnpegel-archive.db", place.folder / "fresh/lohnpegel.db"):
        if path.exists() and (found := _unsound(path)):
            figures.corrupt.append(f"{name}: {found}")
    there = _read(place)
    figures.lost += sum(there.get(key) != first for key, first in seen.items())
    if wrong := JOBS[name].whole(place):
        figures.torn.append(f"{name}: {wrong}")


def _unsound(path: Path) -> str | None:
    try:
        check(path)
    except StorageError as error:
        return str(error)
    return None


def _again(place: Town, job: Job) -> str | None:
    """Start the same command once more; what went wrong, or None."""
    arguments = job.arguments
    if "backup" in arguments and (place.folder / "copy.db").exists():
        return None  # it was whole before the kill
    ended = place.cli(*arguments)
    return None if ended.code == 0 else f"exit code {ended.code}: {ended.err.strip() or ended.out.strip()}"


def main() -> int:
    """Print the figures."""
    kills, seed = (int(text) for text in (*sys.argv[1:], *("200", "1")[len(sys.argv) - 1 :]))
    with tempfile.TemporaryDirectory() as folder, town(Path(folder), Market(1, 3, "sparse")) as place:
        figures = torture(place, kills, seed)
    sys.stdout.write(f"{figures}\n")
    return int(not figures.right)


if __name__ == "__main__":
    sys.exit(main())
