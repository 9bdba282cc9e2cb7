"""Calendar weeks and what was open in them; pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from report.context import Context
from report.evidence import Vacancy
from report.weighted import Floats

MOST = 104  #: weeks looked back


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


def weeks(history: Sequence[Vacancy], context: Context) -> list[IsoWeek]:
    """The weeks observed, the last being that of the report's day; from the first crawl, else from the first ad seen."""
    seen = [ad.first_seen_on for vacancy in history for ad in vacancy.ads if ad.first_seen_on]
    start = context.observed_since or min(seen, default=context.on)
    week = IsoWeek.of(max(start, context.on - timedelta(weeks=MOST)))
    found = []
    while week.monday <= context.on:
        found.append(week)
        week = week.next()
    return found


def stock(vacancies: Sequence[Vacancy], observed: Sequence[IsoWeek]) -> Floats:
    """1 where the vacancy was open on some day of the week: one row per vacancy, one column per week."""
    table = np.zeros((len(vacancies), len(observed)))
    for row, vacancy in enumerate(vacancies):
        for ad in vacancy.ads:
            for column, week in enumerate(observed):
                begun = ad.first_seen_on is None or ad.first_seen_on <= week.sunday
                if begun and (ad.closed_on is None or ad.closed_on > week.monday):
                    table[row, column] = 1.0
    return table


def flow(vacancies: Sequence[Vacancy], observed: Sequence[IsoWeek]) -> tuple[tuple[str, int, int, int], ...]:
    """Label, open, appeared, closed of each week; a vacancy closes with the last of its ads."""
    table = stock(vacancies, observed).sum(axis=0) if vacancies else np.zeros(len(observed))
    begun = [min((ad.first_seen_on for ad in v.ads if ad.first_seen_on), default=None) for v in vacancies]
    ended = [_closed_on(vacancy) for vacancy in vacancies]
    return tuple(
        (
            week.label,
            int(table[column]),
            sum(day is not None and week.monday <= day <= week.sunday for day in begun),
            sum(day is not None and week.monday <= day <= week.sunday for day in ended),
        )
        for column, week in enumerate(observed)
    )


def _closed_on(vacancy: Vacancy) -> date | None:
    days = [ad.closed_on for ad in vacancy.ads]
    return None if None in days else max(day for day in days if day)
