"""When what is due: named weekdays and a time of day in a time zone, held against what was done last. Pure.

What is due comes from the last time it was done, never from a timer that fired: so a restart, a suspended machine, a missed week
and a run by cron in between all end right. Missed occurrences are caught up once.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True)
class Timetable:
    """Some days of the week at one time of day."""

    days: tuple[str, ...]  #: names as in `WEEKDAYS`
    at: str  #: "06:10", local
    zone: str  #: IANA

    def last(self, now: datetime) -> datetime:
        """The latest occurrence not after `now`, aware UTC.

        >>> monday = Timetable(("mon",), "07:00", "Europe/Berlin")
        >>> monday.last(datetime(2026, 11, 22, 12, tzinfo=UTC)).isoformat()
        '2026-11-16T06:00:00+00:00'
        """
        today = now.astimezone(ZoneInfo(self.zone)).date()
        return next(at for day in _backwards(today) if self._on(day) and (at := self._at(day)) <= now)

    def next(self, now: datetime) -> datetime:
        """The earliest occurrence after `now`, aware UTC.

        >>> sunday = Timetable(("sun",), "06:10", "Europe/Berlin")
        >>> sunday.next(datetime(2026, 10, 24, 12, tzinfo=UTC)).isoformat()  # the night the clocks change
        '2026-10-25T05:10:00+00:00'
        """
        today = now.astimezone(ZoneInfo(self.zone)).date()
        return next(at for day in _forwards(today) if self._on(day) and (at := self._at(day)) > now)

    def due(self, now: datetime, done_at: datetime | None) -> bool:
        """Whether an occurrence has passed since it was last done; a clock that was set back makes nothing due."""
        return done_at is None or done_at < self.last(now)

    def _on(self, day: date) -> bool:
        return WEEKDAYS[day.weekday()] in self.days

    def _at(self, day: date) -> datetime:
        return datetime.combine(day, time.fromisoformat(self.at), ZoneInfo(self.zone)).astimezone(UTC)


def _backwards(day: date) -> Iterator[date]:
    return (day - timedelta(days=n) for n in range(15))


def _forwards(day: date) -> Iterator[date]:
    return (day + timedelta(days=n) for n in range(15))


def weeks_due(now: datetime, done_at: datetime | None, zone: str) -> tuple[tuple[int, int], ...]:
    """ISO weeks that ended since the last export, oldest first; without one, the week that ended last.

    >>> weeks_due(datetime(2027, 1, 11, 8, tzinfo=UTC), datetime(2026, 12, 28, 8, tzinfo=UTC), "Europe/Berlin")
    ((2026, 53), (2027, 1))
    """
    this = _monday(now.astimezone(ZoneInfo(zone)).date())
    first = this - timedelta(weeks=1) if done_at is None else _monday(done_at.astimezone(ZoneInfo(zone)).date())
    weeks = (first + timedelta(weeks=n) for n in range(max(0, (this - first).days // 7)))
    return tuple((week.isocalendar().year, week.isocalendar().week) for week in weeks)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
