"""What was open in which week; pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from report.ads import Ads, Codes, Flags, Floats, Ints
from report.context import Context
from report.isoweek import IsoWeek
from report.openings import Openings

MOST = 104  #: weeks looked back
NEVER = date.max.toordinal()

Flow = tuple[tuple[str, int, int, int], ...]  #: ISO week; vacancies open in it, appeared, closed


def weeks(ads: Ads, context: Context) -> list[IsoWeek]:
    """The weeks observed, the last being that of the report's day; from the first crawl, else from the first ad seen."""
    seen = ads.first_seen[ads.first_seen > 0]
    first = date.fromordinal(int(seen.min())) if len(seen) else context.on
    week = IsoWeek.of(max(context.observed_since or first, context.on - timedelta(weeks=MOST)))
    found = []
    while week.monday <= context.on:
        found.append(week)
        week = week.next()
    return found


@dataclass(frozen=True, slots=True, eq=False)
class Spans:
    """Runs of weeks in which a vacancy was open without a break."""

    row: Codes  #: place of the vacancy
    first: Codes  #: number of the first week, among those observed
    last: Codes

    def only(self, keep: Flags) -> "Spans":
        return Spans(self.row[keep], self.first[keep], self.last[keep])


def spans(openings: Openings, observed: Sequence[IsoWeek]) -> Spans:
    """When each vacancy was open: on some day of the week, by any of its ads; runs of its ads that touch are one."""
    ads = openings.ads
    sundays = np.array([week.sunday.toordinal() for week in observed])
    mondays = np.array([week.monday.toordinal() for week in observed])
    size = np.diff(openings.starts, append=len(openings.members))
    row = np.repeat(np.arange(len(openings), dtype=np.int32), size)
    first = np.searchsorted(sundays, ads.first_seen[openings.members], "left").astype(np.int32)
    closed = ads.closed[openings.members]
    last = np.where(closed == 0, len(observed), np.searchsorted(mondays, closed, "left")).astype(np.int32) - 1
    order = np.lexsort((first, row))
    order = order[first[order] <= last[order]]
    row, first, last = row[order], first[order], last[order]
    apart = row.astype(np.int64) * (len(observed) + 2)  # so far that a run never reaches into the next vacancy
    reach = np.maximum.accumulate(last + apart)
    begins = np.flatnonzero(first + apart > np.concatenate([[-2], reach[:-1]]) + 1)
    ends = np.maximum.reduceat(last, begins) if len(begins) else last
    return Spans(row[begins], first[begins], ends)


def stock(runs: Spans, groups: Ints, size: int, weeks: int) -> Floats:
    """Vacancies open in each week: one row per group, one column per week; `groups`: of each vacancy."""
    row, cells = groups[runs.row] * (weeks + 1), size * (weeks + 1)
    moves = np.bincount(row + runs.first, minlength=cells) - np.bincount(row + runs.last + 1, minlength=cells)
    return np.asarray(np.cumsum(moves.reshape(size, weeks + 1)[:, :-1], axis=1), dtype=np.float64)


def flow(openings: Openings, observed: Sequence[IsoWeek]) -> Flow:
    """Label, open, appeared, closed of each week; a vacancy closes with the last of its ads."""
    runs = spans(openings, observed)
    open_in = stock(runs, np.zeros(len(openings), np.int64), 1, len(observed))[0]
    begun, ended = _begun(openings), _ended(openings)
    return tuple(
        (week.label, int(open_in[place]), _within(begun, week), _within(ended, week)) for place, week in enumerate(observed)
    )


def _within(days: Ints, week: IsoWeek) -> int:
    return int(((days >= week.monday.toordinal()) & (days <= week.sunday.toordinal())).sum())


def _begun(openings: Openings) -> Ints:
    """Day on which each vacancy was first seen; a day past all weeks where that is not known."""
    days = openings.ads.first_seen[openings.members].astype(np.int64)
    return np.minimum.reduceat(np.where(days > 0, days, NEVER), openings.starts) if len(days) else days


def _ended(openings: Openings) -> Ints:
    """Day on which the last ad of each vacancy was closed; a day past all weeks while one is open."""
    days = openings.ads.closed[openings.members].astype(np.int64)
    return np.maximum.reduceat(np.where(days > 0, days, NEVER), openings.starts) if len(days) else days
