"""When what is due: named weekdays and a time of day in a time zone, held against what was done last. Pure.

What is due comes from the last time it was done, never from a timer that fired: so a restart, a suspended machine, a missed week
and a run by cron in between all end right. Missed occurrences are caught up once.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from hashlib import blake2b
from zoneinfo import ZoneInfo

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True)
class Timetable:
    """Some days of the week at one time of day."""

    days: tuple[str, ...]  #: names as in `WEEKDAYS`
    at: str  #: "06:10", local; a time that the clocks repeat counts the first time, one that they leave out an hour later
    zone: str  #: IANA
    jitter_s: int = 0  #: most seconds by which a start is delayed
    salt: str = ""  #: sets this installation apart: from it and the day the delay is drawn, so that everybody here knows it
    every_days: int = 1  #: so many days at least lie between two times

    def last(self, now: datetime) -> datetime:
        """The latest occurrence not after `now`, aware UTC.

        >>> monday = Timetable(("mon",), "07:00", "Europe/Berlin")
        >>> monday.last(datetime(2026, 11, 22, 12, tzinfo=UTC)).isoformat()
        '2026-11-16T06:00:00+00:00'
        """
        today = now.astimezone(ZoneInfo(self.zone)).date()
        return next(at for day in _backwards(today) if self._on(day) and (at := self._at(day)) <= now)

    def next(self, now: datetime) -> datetime:
        """The earliest occurrence after `now`, aware UTC; counted from the last time where there are days to lie between.

        >>> sunday = Timetable(("sun",), "06:10", "Europe/Berlin")
        >>> sunday.next(datetime(2026, 10, 24, 12, tzinfo=UTC)).isoformat()  # the night the clocks change
        '2026-10-25T05:10:00+00:00'
        >>> night = Timetable(("sun",), "02:30", "Europe/Berlin")
        >>> night.next(datetime(2026, 10, 24, 12, tzinfo=UTC)).isoformat()  # there twice: the first time counts
        '2026-10-25T00:30:00+00:00'
        >>> night.next(datetime(2026, 3, 28, 12, tzinfo=UTC)).isoformat()  # not there at all: half past three it is
        '2026-03-29T01:30:00+00:00'
        >>> Timetable(WEEKDAYS, "06:10", "UTC", every_days=28).next(datetime(2026, 11, 1, 6, 10, tzinfo=UTC)).isoformat()
        '2026-11-29T06:10:00+00:00'
        """
        least = now + timedelta(days=self.every_days - 1)
        today = least.astimezone(ZoneInfo(self.zone)).date()
        return next(at for day in _forwards(today) if self._on(day) and (at := self._at(day)) > least)

    def due(self, now: datetime, done_at: datetime | None) -> bool:
        """Whether an occurrence has passed since it was last done; a clock that was set back makes nothing due."""
        return done_at is None or done_at < self.last(now)

    def _on(self, day: date) -> bool:
        return WEEKDAYS[day.weekday()] in self.days

    def _at(self, day: date) -> datetime:
        return datetime.combine(day, time.fromisoformat(self.at), ZoneInfo(self.zone)).astimezone(UTC) + self._delay(day)

    def _delay(self, day: date) -> timedelta:
        drawn = blake2b(f"{self.salt}|{self.at}|{day}".encode(), digest_size=8).digest()
        return timedelta(seconds=int.from_bytes(drawn) % (self.jitter_s + 1))


def _backwards(day: date) -> Iterator[date]:
    return (day - timedelta(days=n) for n in range(15))


def _forwards(day: date) -> Iterator[date]:
    return (day + timedelta(days=n) for n in range(-1, 15))  # yesterday's start may have been delayed beyond midnight


def weeks_due(now: datetime, last: str | None, zone: str) -> tuple[str, ...]:
    """ISO weeks that ended since the last one exported, oldest first; without one, the week that ended last.

    Args:
        now: Aware UTC.
        last: The week exported last, "2026-W52".
        zone: Where weeks begin at midnight.

    >>> weeks_due(datetime(2027, 1, 11, 8, tzinfo=UTC), "2026-W52", "Europe/Berlin")
    ('2026-W53', '2027-W01')
    """
    this = _monday(now.astimezone(ZoneInfo(zone)).date())
    before = this - timedelta(weeks=2) if last is None else date.fromisocalendar(int(last[:4]), int(last[6:]), 1)
    return tuple(week_of(before + timedelta(weeks=n)) for n in range(1, (this - before).days // 7))


def week_of(day: date) -> str:
    """The ISO week that a day lies in.

    >>> week_of(date(2027, 1, 3))
    '2026-W53'
    """
    year, week, _ = day.isocalendar()
    return f"{year:04d}-W{week:02d}"


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
