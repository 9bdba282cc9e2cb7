"""The claim about entry pay: from vacancies to shares, medians, intervals and worst cases; pure, seeded.

Unit of account is the vacancy, each employer weighs 1, and the posted lower end is what counts (docs/statistics.md says why).
A lower end that depends on unsaid hours is never given a number: it counts as "depends", and every share becomes a pair.
"""

from collections import Counter
from collections.abc import Sequence
from zlib import crc32

import numpy as np

from report import sensitivity, verdict
from report.claims import PayRange
from report.context import Context
from report.disclosure import disclosure
from report.evidence import Vacancy
from report.finding import Measure, Pair, PayFinding
from report.priced import CENT, Priced, priced
from report.weighted import (
    Flags,
    Ints,
    interval,
    median,
    median_draws,
    numbered,
    resample,
    share_draws,
    share_interval,
    total,
    weights,
)

CLASSES = ("below", "within", "above")


def pay_range(claim: PayRange, vacancies: Sequence[Vacancy], context: Context) -> PayFinding:
    """Hold a claimed range against the vacancies open in town."""
    asked = [vacancy for vacancy in vacancies if vacancy.entry or claim.base == "all"]
    speaking = [vacancy for vacancy in asked if vacancy.silence is None]
    floor = context.floor(context.on)
    pay = priced(speaking, floor.eur_hour)
    poor = verdict.enough(len(pay), pay.employers)
    counts = None if poor else resample(pay.employers, context.draws, generator(context, claim.id))
    shares = [_share(name, pay, claim, asked, counts) for name in (*CLASSES, "overlap")]
    below, within, above, overlap = shares
    decided = poor or verdict.pay_range(claim, below, within, above)
    following = context.next_floor
    return PayFinding(
        claim=claim,
        verdict=decided[0],
        reason=decided[1],
        measures=(within, below, above, overlap, *_medians(pay, counts)),
        n=len(pay),
        of=len(asked),
        employers=pay.employers,
        employers_of=len({vacancy.employer_key for vacancy in asked}),
        method="pay_range",
        evidence=tuple(vacancy.ad.id for vacancy in asked),
        silent=dict(sorted(Counter(vacancy.silence for vacancy in asked if vacancy.silence).items())),
        hours=_hours(pay),
        sensitivity=sensitivity.rows(claim, vacancies, pay, floor) if len(pay) >= verdict.LISTED_ONLY else (),
        disclosure=disclosure(asked),
        classes=_classes(pay, claim, asked),
        below_floor=_under(pay, floor.eur_hour),
        below_next_floor=_under(pay, following.eur_hour) if following else None,
    )


def generator(context: Context, claim: str) -> np.random.Generator:
    """Random numbers of one claim: adding another claim leaves them as they are."""
    return np.random.default_rng([context.seed, crc32(claim.encode())])


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


def _share(name: str, pay: Priced, claim: PayRange, asked: Sequence[Vacancy], counts: Ints | None) -> Measure:
    if not len(pay):
        return Measure(name, "share", 0.0, 1.0, None, (0.0, 1.0))
    certain, possible = flags(name, pay, claim.low, claim.high)
    weight = weights(pay.groups)
    low, high = total(certain, weight), total(possible, weight)
    between: Pair | None = None
    if counts is not None:
        draws = share_draws(certain, pay.groups, counts), share_draws(possible, pay.groups, counts)
        between = share_interval(*draws, pay.employers, (low, high))
    ids = tuple(ad for ad, holds in zip(pay.ids, certain, strict=True) if holds)
    return Measure(name, "share", low, high, between, _worst(pay, asked, certain, possible), ids)


def _worst(pay: Priced, asked: Sequence[Vacancy], certain: Flags, possible: Flags) -> Pair:
    """The share among all vacancies asked about, if every silent one is out, and if every one is in."""
    state = dict(zip((vacancy.id for vacancy in pay.vacancies), zip(certain, possible, strict=True), strict=True))
    both = np.array([state.get(vacancy.id, (False, True)) for vacancy in asked], dtype=bool)
    weight = weights(numbered(vacancy.employer_key for vacancy in asked))
    return total(both[:, 0], weight), total(both[:, 1], weight)


def _medians(pay: Priced, counts: Ints | None) -> tuple[Measure, ...]:
    """Median of the posted lower end and of the upper end, where any is posted."""
    if len(pay) < verdict.LISTED_ONLY:
        return ()
    weight = weights(pay.groups)
    made = []
    for name, low, high in (("median_low", pay.low, pay.low_max), ("median_high", pay.high, pay.high_max)):
        middle = median(low, weight), median(high, weight)
        if not np.isfinite(middle).all():
            continue
        between: Pair | None = None
        if counts is not None:
            draws = median_draws(low, pay.groups, counts), median_draws(high, pay.groups, counts)
            between = interval(*draws, pay.employers)
        between = between if between and np.isfinite(between).all() else None
        made.append(Measure(name, "eur_month", *middle, between, None, pay.ids))
    return tuple(made)


def _hours(pay: Priced) -> dict[str, int]:
    """Priced vacancies by what their monthly figure rests on."""
    found = Counter(_basis(vacancy, open_ends) for vacancy, open_ends in zip(pay.vacancies, pay.low_max > pay.low, strict=True))
    return {name: found[name] for name in ("stated", "monthly", "open", "upto") if found[name]}


def _basis(vacancy: Vacancy, open_ends: bool) -> str:
    ad = vacancy.ad
    if ad.low_eur_month is None:
        return "upto"
    if open_ends:
        return "open"
    return "stated" if ad.pay_hours is not None or ad.hours_high is not None or ad.hours_low is not None else "monthly"


def _classes(pay: Priced, claim: PayRange, asked: Sequence[Vacancy]) -> dict[int, str]:
    found = {vacancy.ad.id: "depends" if vacancy.silence is None else "silent" for vacancy in asked}
    for name in CLASSES:
        certain, _ = flags(name, pay, claim.low, claim.high)
        found |= {ad: name for ad, holds in zip(pay.ids, certain, strict=True) if holds}
    return found


def _under(pay: Priced, eur_hour: float) -> tuple[int, int]:
    """Vacancies that start under the hourly floor: at any hours the ad leaves open, and at the most of them."""
    ads = [vacancy.ad for vacancy in pay.vacancies]
    most_hours = [ad.low_eur_hour for ad in ads if ad.low_eur_hour is not None]
    fewest_hours = [ad.low_eur_hour_max for ad in ads if ad.low_eur_hour_max is not None]
    sure, possible = (sum(end < eur_hour - CENT for end in ends) for ends in (fewest_hours, most_hours))
    return sure, possible
