"""kill -9 over and over: `python -m tests.torture [KILLS] [SEED]`.

The real command line is killed at a random point of one of the commands in `tests.torture_jobs`. After each kill: every file
passes its integrity check and every archived page its hash, every ad that a reader had seen is still there with its first
sighting, what was published is whole; and the same command, started again, completes by itself, does all that it was to do,
and leaves no half-made file behind. Exit code 1 if one of these ever fails.
"""

import sqlite3
import sys
import tempfile
import time
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from sandbox.market import Market
from storage.archive_copy import verify
from storage.backup import check
from tests.torture_jobs import ARCHIVE, DATABASE, JOBS, WEIGHTS, Job, unsound
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


def torture(place: Town, kills: int, seed: int) -> Figures:
    """Kill so often; the figures say what came of it."""
    rng, figures, began = Random(seed), Figures(), time.monotonic()
    place.cli("crawl", "--full")
    names, lasts = list(WEIGHTS), {name: job.longest_s for name, job in JOBS.items()}
    while sum(figures.kills.values()) < kills:
        name = rng.choices(names, list(WEIGHTS.values()))[0]
        job = JOBS[name]
        job.prepare(place, rng)
        seen, killed = _killed(place, job, rng.uniform(0, lasts[name]))
        if killed:
            figures.kills[name] = figures.kills.get(name, 0) + 1
        else:
            figures.ended += 1
        _examine(place, name, seen, figures)
        started = time.monotonic()
        if wrong := _again(place, job) or job.done(place):
            figures.person.append(f"{name}: {wrong}")
        lasts[name] = max(0.05, time.monotonic() - started)  # what it takes on this machine at this hour
        _examine(place, name, seen, figures)
        figures.torn += [f"{name}: {path.name} is left behind" for path in _half_made(place)]
    figures.seconds = time.monotonic() - began
    return figures


def _killed(place: Town, job: Job, after_s: float) -> tuple[Seen, bool]:
    """Start a job, read along, kill it; returns what a reader had seen until then, and whether the kill met it alive."""
    process = start(place.folder, *job.arguments)
    until = time.monotonic() + after_s
    seen = _read(place)
    while time.monotonic() < until and process.is_alive():
        seen |= _read(place)
        time.sleep(min(0.02, max(0.0, until - time.monotonic())))
    process.kill()
    process.join()
    return seen, process.exitcode == -9


def _read(place: Town) -> Seen:
    with suppress(sqlite3.Error), closing(sqlite3.connect(f"file:{place.folder / DATABASE}?mode=ro", uri=True)) as reader:
        return dict(reader.execute("SELECT source_id, first_seen_at FROM posting"))
    return {}


def _examine(place: Town, name: str, seen: Seen, figures: Figures) -> None:
    tests = {DATABASE: check, ARCHIVE: verify, f"fresh/{DATABASE}": check}
    found = (unsound(place.folder / path, test) for path, test in tests.items())
    figures.corrupt += [f"{name}: {wrong}" for wrong in found if wrong]
    there = _read(place)
    figures.lost += sum(there.get(key) != first for key, first in seen.items())
    if wrong := JOBS[name].whole(place):
        figures.torn.append(f"{name}: {wrong}")


def _half_made(place: Town) -> list[Path]:
    """Files that a later one would not find and take away."""
    return [path for path in place.folder.rglob(".*part*") if path.is_file()]


def _again(place: Town, job: Job) -> str | None:
    """Start the same command once more; what went wrong, or None."""
    arguments = job.arguments
    if "backup" in arguments:  # one that was whole before the kill is not written over
        (place.folder / "copy.db").unlink(missing_ok=True)
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
