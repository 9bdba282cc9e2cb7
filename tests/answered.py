"""Holding what was done against what was due: every occurrence of a timetable answered once, nothing done that answers none."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class Answered:
    """What came of it."""

    due: int  #: occurrences
    done: int  #: times that something was done, the first one included
    unanswered: tuple[datetime, ...]
    idle: tuple[datetime, ...]  #: done without anything having been due since the last time: doubled work
    latest: timedelta  #: the longest that an occurrence waited

    @property
    def right(self) -> bool:
        """Nothing missing, nothing doubled."""
        return not self.unanswered and not self.idle

    def __str__(self) -> str:
        together = self.due - (self.done - 1)
        return (
            f"{self.due} due, answered by {self.done} ({together} together with a later one), missing {len(self.unanswered)},"
            f" doubled {len(self.idle)}, longest wait {self.latest}"
        )


def occurrences(at: str, zone: str, start: datetime, end: datetime, weekdays: Sequence[int] = range(7)) -> list[datetime]:
    """Every time after `start` and up to `end`, written without anything of the program: first of two, later of none."""
    day, found = start.astimezone(ZoneInfo(zone)).date() - timedelta(days=1), []
    while day <= end.astimezone(ZoneInfo(zone)).date():
        local = datetime.combine(day, time.fromisoformat(at)).replace(tzinfo=ZoneInfo(zone), fold=0)
        if day.weekday() in weekdays and start < local.astimezone(UTC) <= end:
            found.append(local.astimezone(UTC))
        day += timedelta(days=1)
    return found


def answered(due: Sequence[datetime], done: Sequence[datetime], since: datetime) -> Answered:
    """Match what was due with what was done; what is due counts from the first time that it was done.

    Args:
        due: Sorted.
        done: When what was done began, sorted.
        since: The first time; it answers everything before it.
    """
    late, unanswered, by = timedelta(), [], Counter[int]()
    for moment in due:
        found = bisect_left(done, moment)
        if found == len(done):
            unanswered.append(moment)
        else:
            by[found] += 1
            late = max(late, done[found] - moment)
    idle = [moment for number, moment in enumerate(done) if not by[number] and moment != since]
    return Answered(len(due), len(done), tuple(unanswered), tuple(idle), late)


def weeks(start: date, end: date) -> list[str]:
    """ISO weeks that ended after `start` and before `end`, the one before `start` included.

    >>> weeks(date(2026, 12, 25), date(2027, 1, 11))
    ['2026-W51', '2026-W52', '2026-W53', '2027-W01']
    """
    monday = start - timedelta(days=start.weekday() + 7)
    found = []
    while monday + timedelta(days=7) <= end:
        year, week, _ = monday.isocalendar()
        found.append(f"{year}-W{week:02d}")
        monday += timedelta(days=7)
    return found
