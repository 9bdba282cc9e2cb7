"""What is due of everything that has a timetable: decided from what the database says was done, never from a timer. Pure.

A task is named as in the table `task`: "crawl:bundesagentur", "report", "export", "backup", "purge"; "export:2026-W47" notes a
week that was written.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from scheduler.timetable import Timetable, weeks_due
from storage.runs import Task

CRAWL = "crawl:"
EXPORT = "export:"
WRONG_CLOCK = timedelta(hours=25)  #: done so far in the future means that the clock was wrong then: it counts as not done


@dataclass(frozen=True, slots=True)
class Agenda:
    """Every task with its timetable."""

    tables: Mapping[str, Timetable]
    zone: str  #: where weeks begin
    retry: timedelta | None = None  #: a task that failed is due again after this, if its next time is not sooner
    _order: tuple[str, ...] = field(default=("crawl", "report", "export", "backup", "purge"), repr=False)

    def due(self, done: Mapping[str, Task], now: datetime) -> tuple[str, ...]:
        """Names of what is due, in the order in which it is to be done.

        Args:
            done: What the database knows of each task, by name.
            now: Aware UTC.
        """
        return tuple(name for name in self.names if self.next_at(name, done.get(name), now) <= now)

    @property
    def names(self) -> tuple[str, ...]:
        """Every task, in the order in which they are done."""
        return tuple(sorted(self.tables, key=lambda name: (self._order.index(name.partition(":")[0]), name)))

    def next_at(self, name: str, task: Task | None, now: datetime) -> datetime:
        """When a task is due; a time in the past where it is overdue, `now` where it was never done.

        >>> daily = Timetable(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), "06:10", "Europe/Berlin")
        >>> Agenda({"report": daily}, "Europe/Berlin").next_at("report", None, datetime(2026, 11, 22, 12)).isoformat()
        '2026-11-22T12:00:00'
        """
        if task is None or task.last_done_at is None or not _true(task, now):
            return now
        following = self.tables[name].next(task.last_done_at)
        if task.last_state == "failed" and self.retry is not None:
            return min(following, task.last_done_at + self.retry)
        return following

    def first_at(self, done: Mapping[str, Task], now: datetime) -> datetime:
        """When the next task of all is due."""
        return min(self.next_at(name, done.get(name), now) for name in self.tables)

    def weeks(self, done: Mapping[str, Task], now: datetime) -> tuple[str, ...]:
        """ISO weeks that are to be exported, oldest first: every one that ended since the last that was."""
        written = (name.removeprefix(EXPORT) for name, task in done.items() if name.startswith(EXPORT) and _true(task, now))
        return weeks_due(now, max(written, default=None), self.zone)


def rests(table: Timetable | None, task: Task | None, now: datetime) -> bool:
    """Whether a source is left alone for now, since what it holds seldom changes and was read lately."""
    if table is None or table.every_days == 1 or task is None or task.last_done_at is None or task.last_state != "ok":
        return False
    return _true(task, now) and table.next(task.last_done_at) > now


def _true(task: Task, now: datetime) -> bool:
    """Whether a task can have been done when it says."""
    return task.last_done_at is not None and task.last_done_at - now <= WRONG_CLOCK


def sources(names: Iterable[str]) -> tuple[str, ...]:
    """The sources among names of tasks.

    >>> sources(["crawl:bundesagentur", "report"])
    ('bundesagentur',)
    """
    return tuple(name.removeprefix(CRAWL) for name in names if name.startswith(CRAWL))
