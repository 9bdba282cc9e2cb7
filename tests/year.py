"""A year in process: random looks by cron and daemon, kills, outages, both changes of clocks; then it is counted.

The rounds, the books and the lock are the program's own on a real database; what a job does is made of nothing, and takes a
random time in which other things become due.
"""

import sqlite3
from collections import Counter
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

from scheduler.agenda import Agenda
from scheduler.timetable import WEEKDAYS, Timetable
from tests.answered import Answered, answered, occurrences, weeks
from tests.shop import BERLIN, HandClock, Killed, Shop

START = datetime(2026, 1, 1, 12, tzinfo=UTC)
END = datetime(2027, 1, 1, 12, tzinfo=UTC)
TABLES = {  # two in the night hour that clocks repeat and leave out
    "crawl:a": Timetable(WEEKDAYS, "02:30", BERLIN),
    "crawl:b": Timetable(WEEKDAYS, "06:10", BERLIN),
    "report": Timetable(WEEKDAYS, "02:30", BERLIN),
    "export": Timetable(("mon",), "07:30", BERLIN),
    "backup": Timetable(("sun",), "05:15", BERLIN),
    "purge": Timetable(("sat",), "23:50", BERLIN),
}
DAYS = {"export": (0,), "backup": (6,), "purge": (5,)}


@dataclass
class Year:
    """What came of a year."""

    looks: int = 0
    kills: int = 0
    outages: tuple[datetime, ...] = ()
    tasks: dict[str, Answered] = field(default_factory=dict)
    exports: Counter[str] = field(default_factory=Counter)
    expected: list[str] = field(default_factory=list)  #: weeks that had to be exported

    @property
    def right(self) -> bool:
        """Nothing missing, nothing doubled."""
        return all(one.right for one in self.tasks.values()) and self.exports == Counter(self.expected)

    def __str__(self) -> str:
        lines = [f"{self.looks} looks, {self.kills} kills, {len(self.outages)} outages of a week"]
        lines += [f"{name:12} {one}" for name, one in self.tasks.items()]
        doubled = [week for week, count in self.exports.items() if count > 1]
        missing = [week for week in self.expected if week not in self.exports]
        lines.append(f"weeks        {len(self.exports)} exported of {len(self.expected)}, missing {missing}, doubled {doubled}")
        return "\n".join(lines)


def year(folder: Path, seed: int, kills: int = 20, outages: int = 3) -> Year:
    """Live through a year.

    Args:
        folder: For the database.
        seed: Of everything that is random.
        kills: How many rounds are killed in the middle of a job.
        outages: How many times the machine is off for a week.
    """
    rng, clock = Random(seed), HandClock(START)
    shop = Shop(folder, clock, Agenda(TABLES, BERLIN))
    off = tuple(START + timedelta(days=60 + 100 * number + rng.uniform(0, 40)) for number in range(outages))
    told, waiting = Year(outages=off), list(off)
    strikes = {rng.randrange(5, 1100) for _ in range(kills * 2)}  # jobs, by number; enough of them for the kills that are wanted
    jobs = 0

    def at_work(_name: str) -> None:
        nonlocal jobs
        jobs += 1
        clock.at += timedelta(minutes=rng.expovariate(1 / 10))
        if jobs in strikes and told.kills < kills:
            told.kills += 1
            raise Killed

    shop.at = at_work
    while clock.at < END:
        told.looks += 1
        again = timedelta(minutes=rng.expovariate(1 / 20))
        with suppress(Killed):
            following = shop.round().next_due_at
            if rng.random() < 0.9:  # most looks find something: those that find nothing cost as much to try
                again = max(again, following - clock.at + again)
        clock.at += again
        if waiting and clock.at >= waiting[0]:
            waiting.pop(0)
            clock.at += timedelta(days=7)
    clock.at, shop.at = END, lambda _name: None
    shop.round()
    _count(shop, told, clock.at)
    return told


def _count(shop: Shop, told: Year, end: datetime) -> None:
    """From the books alone: ended runs of the table `run`, and of `source_run` for the crawls."""
    with closing(sqlite3.connect(shop.folder / "shop.db")) as database:
        runs = database.execute("SELECT command, started_at FROM run WHERE state = 'ok' ORDER BY started_at").fetchall()
        joined = "FROM source_run s JOIN run r ON r.id = s.run_id WHERE s.state = 'ok' ORDER BY r.started_at"
        crawls = database.execute(f"SELECT 'crawl:' || s.source, r.started_at {joined}").fetchall()
    told.exports = Counter(command.split()[1] for command, _ in runs if command.startswith("export "))
    told.expected = weeks(START.date(), end.astimezone(ZoneInfo(BERLIN)).date())
    for name, table in TABLES.items():
        done = [datetime.fromisoformat(at) for job, at in (*crawls, *runs) if job == name]
        if name == "export":  # several weeks at once are one answer
            done = sorted({datetime.fromisoformat(at) for job, at in runs if job.startswith("export ")})
            done = [moment for number, moment in enumerate(done) if not number or moment - done[number - 1] > timedelta(days=1)]
        due = occurrences(table.at, BERLIN, done[0], end, DAYS.get(name, range(7)))
        told.tasks[name] = answered(due, done, done[0])
