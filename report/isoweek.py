"""Calendar weeks; pure."""

from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True, order=True)
class IsoWeek:
    """A week from Monday to Sunday, of the ISO year that its Thursday lies in.

    >>> IsoWeek.of(date(2027, 1, 3)).label, IsoWeek.of(date(2027, 1, 4)).label
    ('2026-W53', '2027-W01')
    """

    year: int
    week: int

    def __post_init__(self) -> None:
        date.fromisocalendar(self.year, self.week, 1)  # ValueError: no such week

    @classmethod
    def of(cls, day: date) -> "IsoWeek":
        year, week, _ = day.isocalendar()
        return cls(year, week)

    @classmethod
    def parse(cls, text: str) -> "IsoWeek":
        """From "2026-W47".

        Raises:
            ValueError: it is no ISO week.
        """
        year, mark, week = text.partition("-W")
        if not (mark and len(year) == 4 and year.isdecimal() and len(week) == 2 and week.isdecimal()):
            raise ValueError(f"{text!r} is no ISO week; write it as 2026-W47")
        return cls(int(year), int(week))

    @property
    def label(self) -> str:
        return f"{self.year:04d}-W{self.week:02d}"

    @property
    def monday(self) -> date:
        return date.fromisocalendar(self.year, self.week, 1)

    @property
    def sunday(self) -> date:
        return self.monday + timedelta(days=6)

    def next(self) -> "IsoWeek":
        return IsoWeek.of(self.monday + timedelta(days=7))
