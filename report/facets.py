"""The softer claims: premium, share, contrast and volatility of a facet; pure, seeded, every employer weighs 1."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from report import verdict, weekly
from report.claims import Claim, Contrast, Facet, Premium, Share, Volatility
from report.confounders import confounders
from report.context import Context
from report.estimate import generator
from report.evidence import Vacancy
from report.finding import Finding, Measure, Pair, Unit, Verdict
from report.priced import LONG_WEEK, SHORT_WEEK, priced
from report.weighted import Flags, Floats, Ints, interval, means, numbered, resample, share_draws, share_interval, total, weights

KEPT = 0.9  #: share of resamples that must hold both groups


def share(claim: Share, vacancies: Sequence[Vacancy], context: Context) -> Finding:
    """How common a facet is; with `each`, every listed value by itself too."""
    asked = _base(claim, vacancies)
    groups = numbered(vacancy.employer_key for vacancy in asked)
    employers = len(set(groups.tolist()))
    poor = verdict.enough(len(asked), employers)
    counts = None if poor else resample(employers, context.draws, generator(context, claim.id))
    holds = np.array([claim.facet.holds(vacancy) for vacancy in asked], dtype=bool)
    unsaid = np.array([claim.facet.unsaid(vacancy) for vacancy in asked], dtype=bool)
    main = _share("facet", (holds, unsaid), asked, groups, counts)
    parts = tuple(_part(value, claim.facet, asked, groups, counts) for value in claim.facet.values)
    decided = poor or verdict.at_least(main, claim.least)
    rare = [part for part in parts if part.interval and part.interval[1] < claim.each]
    if not poor and rare:
        decided = (Verdict.CONTRADICTED, "part_missed")
    parts = parts if len(parts) > 1 else ()
    n = int((~unsaid).sum())
    return _finding(claim, decided, (main, *parts), (n, asked))


def _part(value: str, facet: Facet, asked: Sequence[Vacancy], groups: Ints, counts: Ints | None) -> Measure:
    holds = np.array([value in facet.hits(vacancy) for vacancy in asked], dtype=bool)
    unsaid = np.array([value in facet.sectors and vacancy.sector is None for vacancy in asked], dtype=bool)
    return _share(value, (holds, unsaid), asked, groups, counts)


def _share(name: str, flags: tuple[Flags, Flags], asked: Sequence[Vacancy], groups: Ints, counts: Ints | None) -> Measure:
    """Share of those that say, with the worst cases of those that do not."""
    holds, unsaid = flags
    if not len(asked):
        return Measure(name, "share", 0.0, 1.0, None, (0.0, 1.0))
    weight = weights(groups)
    point = total(holds, weight)
    between: Pair | None = None
    if counts is not None:
        drawn = share_draws(holds, groups, counts)
        between = share_interval(drawn, drawn, counts.shape[1], (point, point))
    worst = (point, total(holds | unsaid, weight))
    ids = tuple(vacancy.ad.id for vacancy, held in zip(asked, holds, strict=True) if held)
    return Measure(name, "share", point, point, between, worst if unsaid.any() else None, ids)


def contrast(claim: Contrast, vacancies: Sequence[Vacancy], context: Context) -> Finding:
    """How much more common a facet is within a group than in the rest."""
    asked = [vacancy for vacancy in _base(claim, vacancies) if not claim.group.unsaid(vacancy)]
    inside = np.array([claim.group.holds(vacancy) for vacancy in asked], dtype=bool)
    values = np.array([claim.facet.holds(vacancy) for vacancy in asked], dtype=np.float64)
    measures = _compare(("difference", "share"), (values, values), inside, asked, _seeded(claim, context))
    decided = _poor(asked, inside) or _judged(measures, claim.least)
    return replace(_finding(claim, decided, measures, (len(asked), asked)), confounders=confounders(asked, inside))


def premium(claim: Premium, vacancies: Sequence[Vacancy], context: Context) -> Finding:
    """How much higher posted pay starts with the facet; ads silent on hours are read alike on both sides, at 35 and at 40."""
    asked = _base(claim, vacancies)
    speaking = [vacancy for vacancy in asked if vacancy.silence is None and vacancy.ad.low_eur_month is not None]
    inside = np.array([claim.facet.holds(vacancy) for vacancy in speaking], dtype=bool)
    pay = priced(speaking, context.floor(context.on).eur_hour)
    ends = (pay.at(SHORT_WEEK), pay.at(LONG_WEEK)) if len(pay) else (pay.low, pay.low_max)
    measures = _compare(("eur_month", "eur_month"), ends, inside, speaking, _seeded(claim, context))
    decided = _poor(speaking, inside) or _judged(measures, claim.least_eur)
    found = _finding(claim, decided, measures, (len(speaking), asked))
    behind = len({vacancy.employer_key for vacancy in speaking})
    return replace(found, employers=behind, confounders=confounders(speaking, inside))


def _judged(measures: Sequence[Measure], least: float) -> verdict.Decision:
    """The verdict on a difference; without an interval too many resamples lacked one of the two groups."""
    if not measures or not measures[0].interval:
        return Verdict.INSUFFICIENT, "small_group"
    return verdict.difference(measures[0], least)


Draw = Callable[[int], Ints]


def _seeded(claim: Claim, context: Context) -> Draw:
    return lambda employers: resample(employers, context.draws, generator(context, claim.id))


def _compare(
    units: tuple[Unit, Unit], values: tuple[Floats, Floats], inside: Flags, asked: Sequence[Vacancy], draw: Draw
) -> tuple[Measure, ...]:
    """Difference of employer-weighted means with and without, then both means; nothing where one side is empty."""
    if not inside.any() or inside.all():
        return ()
    groups = numbered(vacancy.employer_key for vacancy in asked)
    employers = int(groups.max()) + 1
    counts = draw(employers) if _poor(asked, inside) is None else None
    points = [(_mean(value, inside, groups), _mean(value, ~inside, groups)) for value in values]
    apart = [one - other for one, other in points]
    between: Pair | None = None
    if counts is not None:
        drawn = [_mean_draws(value, inside, groups, counts) - _mean_draws(value, ~inside, groups, counts) for value in values]
        kept = np.isfinite(drawn[0])
        if kept.mean() >= KEPT:
            both = np.sort(np.column_stack(drawn)[kept], axis=1)
            between = interval(both[:, 0], both[:, 1], employers)
    sides = [sorted((points[0][side], points[1][side])) for side in (0, 1)]
    ids, rest = _ids(asked, inside), _ids(asked, ~inside)
    return (
        Measure("difference", units[0], min(apart), max(apart), between, None, ids),
        Measure("with", units[1], sides[0][0], sides[0][1], None, None, ids),
        Measure("without", units[1], sides[1][0], sides[1][1], None, None, rest),
    )


def _mean(values: Floats, chosen: Flags, groups: Ints) -> float:
    return float(means(values[chosen], numbered_again(groups[chosen])).mean())


def numbered_again(groups: Ints) -> Ints:
    """Close the gaps that choosing some employers leaves in their numbers."""
    return np.unique(groups, return_inverse=True)[1].astype(np.int64)


def _mean_draws(values: Floats, chosen: Flags, groups: Ints, counts: Ints) -> Floats:
    """Employer-weighted mean of the chosen in each resample; not a number where none was drawn."""
    present = np.unique(groups[chosen])
    drawn = counts[:, present]
    with np.errstate(invalid="ignore"):
        result = drawn @ means(values[chosen], numbered_again(groups[chosen])) / drawn.sum(axis=1)
    return np.asarray(result, dtype=np.float64)


def _poor(asked: Sequence[Vacancy], inside: Flags) -> verdict.Decision | None:
    """Both sides need five employers, and both together ten."""
    for side in (inside, ~inside):
        chosen = [vacancy for vacancy, held in zip(asked, side, strict=True) if held]
        if len({vacancy.employer_key for vacancy in chosen}) < verdict.LISTED_ONLY:
            return Verdict.INSUFFICIENT, "small_group"
    return verdict.enough(len(asked), len({vacancy.employer_key for vacancy in asked}))


def volatility(claim: Volatility, history: Sequence[Vacancy], context: Context) -> Finding:
    """How much the weekly number of open vacancies with a facet swings: standard deviation over mean."""
    asked = [vacancy for vacancy in _base(claim, history) if claim.facet.holds(vacancy)]
    weeks = weekly.weeks(history, context)
    groups = numbered(vacancy.employer_key for vacancy in asked)
    employers = int(groups.max()) + 1 if asked else 0
    stock = weekly.stock(asked, weeks)  # vacancies × weeks
    totals = stock.sum(axis=0)
    series = tuple((week.label, float(total)) for week, total in zip(weeks, totals, strict=True))
    short = len(weeks) < claim.weeks
    poor = verdict.enough(len(asked), employers)
    decided: verdict.Decision = (Verdict.INSUFFICIENT, "few_weeks") if short else poor or (Verdict.INSUFFICIENT, "too_wide")
    measures: tuple[Measure, ...] = ()
    if not short and not poor:
        by_employer = np.zeros((employers, len(weeks)))
        np.add.at(by_employer, groups, stock)
        drawn = _swing(resample(employers, context.draws, generator(context, claim.id)) @ by_employer)
        point = float(_swing(totals[None, :])[0])
        ids = tuple(vacancy.ad.id for vacancy in asked)
        main = Measure("swing", "ratio", point, point, interval(drawn, drawn, employers), None, ids)
        measures, decided = (main,), verdict.at_most(main, claim.most)
    ids = tuple(vacancy.ad.id for vacancy in asked)
    return replace(_finding(claim, decided, measures, (len(asked), asked)), evidence=ids, series=series)


def _swing(totals: Floats) -> Floats:
    mean = totals.mean(axis=1)
    return np.asarray(totals.std(axis=1) / np.where(mean > 0, mean, 1.0), dtype=np.float64)


def _base(claim: Claim, vacancies: Sequence[Vacancy]) -> list[Vacancy]:
    return [vacancy for vacancy in vacancies if vacancy.entry or claim.base == "all"]


def _ids(vacancies: Sequence[Vacancy], chosen: Flags) -> tuple[int, ...]:
    return tuple(vacancy.ad.id for vacancy, held in zip(vacancies, chosen, strict=True) if held)


Counted = tuple[int, Sequence[Vacancy]]


def _finding(claim: Claim, decided: verdict.Decision, measures: tuple[Measure, ...], counted: Counted) -> Finding:
    """A finding on `counted`: how many carry the estimate, and the vacancies that the claim is about."""
    n, asked = counted
    employers = len({vacancy.employer_key for vacancy in asked})
    ids = measures[0].evidence if measures else ()
    return Finding(claim, decided[0], decided[1], measures, n, len(asked), employers, employers, claim.kind, ids)
