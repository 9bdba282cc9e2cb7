"""From ads and claims to a report; pure: equal for every order of the ads, and for equal inputs byte for byte."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from report import estimate, facets, weekly
from report.claims import Claim
from report.context import Context
from report.disclosure import disclosure, districts
from report.evidence import Ad, Vacancy, vacancies
from report.finding import Finding, Report

Judge = Callable[[Any, Sequence[Vacancy], Context], Finding]
JUDGES: Mapping[str, Judge] = {
    "pay_range": estimate.pay_range,
    "premium": facets.premium,
    "share": facets.share,
    "contrast": facets.contrast,
    "volatility": facets.volatility,
}


def build(ads: Iterable[Ad], claims: Sequence[Claim], context: Context) -> Report:
    """Judge every claim on the ads in scope, in town and open on the context's day; closed ads serve the weekly series."""
    wanted = [ad for ad in ads if ad.in_scope and ad.in_town]
    now = [ad for ad in wanted if ad.open_on(context.on)]
    current, history = vacancies(now), vacancies(wanted)
    findings = tuple(JUDGES[claim.kind](claim, history if claim.kind == "volatility" else current, context) for claim in claims)
    return Report(
        context=context,
        findings=findings,
        vacancies=current,
        ads=len(now),
        employers=len({vacancy.employer_key for vacancy in current}),
        disclosure=disclosure(current),
        districts=districts(current),
        weekly=weekly.flow(history, weekly.weeks(history, context)),
    )
