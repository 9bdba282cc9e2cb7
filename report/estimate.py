"""The claim about entry pay: from vacancies to shares, medians, intervals and worst cases; pure, seeded.

Unit of account is the vacancy, each employer weighs 1, and the posted lower end is what counts (docs/statistics.md says why).
A lower end that depends on unsaid hours is never given a number: it counts as "depends", and every share becomes a pair.
"""

from zlib import crc32

import numpy as np

from report import sensitivity, verdict
from report.ads import NONE, Flags, Ints
from report.claims import PayRange
from report.context import Context
from report.disclosure import disclosure
from report.evidence import SILENCES
from report.finding import Evidence, Measure, Pair, PayFinding, evidence
from report.openings import Openings
from report.priced import CENT, Priced, priced
from report.resampled import Median, Resampling
from report.weighted import interval, means, median, renumbered, share_interval, total, weights

CLASSES = ("below", "within", "above")


def pay_range(claim: PayRange, openings: Openings, context: Context, keep: Flags | None = None) -> PayFinding:
    """Hold a claimed range against the vacancies open in town; `keep`: only these."""
    chosen = openings.entry if claim.base == "entry" else np.ones(len(openings), dtype=np.bool_)
    asked = np.flatnonzero(chosen if keep is None else chosen & keep)
    speaking = asked[openings.silence[asked] == NONE]
    floor = context.floor(context.on)
    pay = priced(openings, speaking, floor.eur_hour)
    poor = verdict.enough(len(pay), pay.employers)
    draw = None if poor else resampling(context, claim.id)
    shares = [_share(name, pay, claim, asked, draw) for name in (*CLASSES, "overlap")]
    below, within, above, overlap = shares
    decided = poor or verdict.pay_range(claim, below, within, above)
    following = context.next_floor
    return PayFinding(
        claim=claim,
        verdict=decided[0],
        reason=decided[1],
        measures=(within, below, above, overlap, *_medians(pay, draw)),
        n=len(pay),
        of=len(asked),
        employers=pay.employers,
        employers_of=len(np.unique(openings.employer[asked])),
        method="pay_range",
        evidence=evidence(openings, asked),
        pay=pay,
        silent=_silent(openings, asked),
        hours=_hours(pay),
        sensitivity=sensitivity.rows(claim, openings, asked, pay, floor) if len(pay) >= verdict.LISTED_ONLY else (),
        disclosure=disclosure(openings, asked),
        classes=_classes(pay, claim, asked),
        below_floor=_under(pay, floor.eur_hour),
        below_next_floor=_under(pay, following.eur_hour) if following else None,
    )


def resampling(context: Context, claim: str) -> Resampling:
    """Draws of one claim: adding another claim leaves them as they are."""
    return Resampling(context.draws, np.random.default_rng([context.seed, crc32(claim.encode())]))


def flags(name: str, pay: Priced, low: float, high: float) -> tuple[Flags, Flags]:
    """For each vacancy: is its lower end certainly, and possibly, below, within or above; or does the posted range overlap."""
    low, high = low - CENT, high + CENT
    certain: dict[str, Flags] = {
        "below": pay.low_max < low,
        "within": (pay.low >= low) & (pay.low_max <= high),
        "above": pay.low > high,
        "overlap": (pay.low_max <= high) & (pay.high >= low),
    }
    possible: dict[str, Flags] = {
        "below": pay.low < low,
        "within": (pay.low <= high) & (pay.low_max >= low),
        "above": pay.low_max > high,
        "overlap": (pay.low <= high) & (pay.high_max >= low),
    }
    return certain[name], possible[name]


def _share(name: str, pay: Priced, claim: PayRange, asked: Ints, draw: Resampling | None) -> Measure:
    if not len(pay):
        return Measure(name, "share", 0.0, 1.0, None, (0.0, 1.0))
    certain, possible = flags(name, pay, claim.low, claim.high)
    weight = weights(pay.groups)
    low, high = total(certain, weight), total(possible, weight)
    between: Pair | None = None
    if draw is not None:
        drawn = draw.means(np.column_stack([means(certain, pay.groups), means(possible, pay.groups)]))
        between = share_interval(drawn[:, 0], drawn[:, 1], pay.employers, (low, high))
    counted = evidence(pay.openings, pay.rows[certain])
    return Measure(name, "share", low, high, between, _worst(pay, asked, certain, possible), counted)


def _worst(pay: Priced, asked: Ints, certain: Flags, possible: Flags) -> Pair:
    """The share among all vacancies asked about, if every silent one is out, and if every one is in."""
    everywhere = np.zeros(len(pay.openings), dtype=np.bool_), np.ones(len(pay.openings), dtype=np.bool_)
    for state, known in zip(everywhere, (certain, possible), strict=True):
        state[pay.rows] = known
    weight = weights(renumbered(pay.openings.employer[asked]))
    return total(everywhere[0][asked], weight), total(everywhere[1][asked], weight)


def _medians(pay: Priced, draw: Resampling | None) -> tuple[Measure, ...]:
    """Median of the posted lower end and of the upper end, where any is posted."""
    if len(pay) < verdict.LISTED_ONLY:
        return ()
    weight = weights(pay.groups)
    ends = {"median_low": (pay.low, pay.low_max), "median_high": (pay.high, pay.high_max)}
    points = {name: (median(low, weight), median(high, weight)) for name, (low, high) in ends.items()}
    drawn: dict[str, Pair] = {}
    if draw is not None:
        both = draw.medians([Median(end, pay.groups) for pair in ends.values() for end in pair], pay.employers)
        drawn = {name: interval(both[2 * place], both[2 * place + 1], pay.employers) for place, name in enumerate(ends)}
    return tuple(
        Measure(name, "eur_month", *point, _finite(drawn.get(name)), None, evidence(pay.openings, pay.rows))
        for name, point in points.items()
        if _finite(point)
    )


def _finite(pair: Pair | None) -> Pair | None:
    return pair if pair and np.isfinite(pair).all() else None


def _silent(openings: Openings, asked: Ints) -> dict[str, int]:
    counted = np.bincount(openings.silence[asked][openings.silence[asked] != NONE], minlength=len(SILENCES))
    return {name: count for name, count in sorted(zip(SILENCES, counted.tolist(), strict=True)) if count}


def _hours(pay: Priced) -> dict[str, int]:
    """Priced vacancies by what their monthly figure rests on."""
    ads = pay.openings.ads
    first = pay.openings.first[pay.rows]
    told = ads.by_kind(kind.hours_said for kind in ads.kinds)[first].astype(np.bool_)
    told |= pay.alike(lambda kind: kind.hours is not None) > 0
    upto, wide = ~pay.posted, pay.low_max > pay.low
    found = {"stated": ~upto & ~wide & told, "monthly": ~upto & ~wide & ~told, "open": ~upto & wide, "upto": upto}
    return {name: int(held.sum()) for name, held in found.items() if held.any()}


def _classes(pay: Priced, claim: PayRange, asked: Ints) -> dict[str, Evidence]:
    openings = pay.openings
    certain = {name: flags(name, pay, claim.low, claim.high)[0] for name in CLASSES}
    parts = {name: pay.rows[held] for name, held in certain.items()}
    parts["depends"] = pay.rows[~np.logical_or.reduce(list(certain.values()))]
    parts["silent"] = asked[openings.silence[asked] != NONE]
    return {name: evidence(openings, rows) for name, rows in parts.items()}


def _under(pay: Priced, eur_hour: float) -> tuple[int, int]:
    """Vacancies that start under the hourly floor: at any hours the ad leaves open, and at the most of them."""
    pays = pay.openings.ads.pays
    sure, possible = (int((hour[pay.pay] < eur_hour - CENT).sum()) for hour in (pays.hour_max, pays.hour))
    return sure, possible
