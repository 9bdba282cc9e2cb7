"""From ads and claims to a report; pure: equal for every order of the ads, and for equal inputs byte for byte."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from report import estimate, facets, weekly
from report.ads import Ads
from report.claims import Claim, Volatility
from report.collect import collect
from report.context import Context
from report.disclosure import disclosure, districts
from report.evidence import Ad, vacancies
from report.finding import LISTED, Finding, PayFinding, Report
from report.listed import Listed
from report.openings import Openings, gather
from report.thinned import lines

Judge = Callable[[Any, Openings, Context], Finding]
JUDGES: Mapping[str, Judge] = {
    "pay_range": estimate.pay_range,
    "premium": facets.premium,
    "share": facets.share,
    "contrast": facets.contrast,
}


def build(ads: Iterable[Ad], claims: Sequence[Claim], context: Context) -> Report:
    """Judge every claim on ads in memory; those in scope and in town count."""
    known = [ad for ad in ads if ad.in_scope and ad.in_town]
    report = judge(collect(Listed(known), wanted(claims)), claims, context)
    asked = set(shown(report))
    return detailed(report, (ad for ad in known if ad.id in asked))


def wanted(claims: Iterable[Claim]) -> set[tuple[str, str]]:
    """Skills and languages that the claims ask for, as `collect` takes them."""
    asked = (getattr(claim, name).asked for claim in claims for name in ("facet", "group") if hasattr(claim, name))
    return {(kind, value) for facet in asked for kind, value in facet if kind in ("skills", "languages")}


def judge(ads: Ads, claims: Sequence[Claim], context: Context) -> Report:
    """Judge every claim on the ads open on the context's day; closed ones serve the weekly series."""
    now = ads.open_on(context.on)
    flow, swings = _history(ads, claims, context)  # judged before the rest, so that closed ads are let go of
    openings = gather(ads, now)
    findings = tuple(swings.get(claim.id) or JUDGES[claim.kind](claim, openings, context) for claim in claims)
    pay = next((finding.pay for finding in findings if isinstance(finding, PayFinding)), None)
    return Report(
        context=context,
        findings=findings,
        openings=openings,
        ads=int(now.sum()),
        employers=len(np.unique(openings.employer)),
        disclosure=disclosure(openings, np.arange(len(openings))),
        districts=districts(openings, pay),
        weekly=flow,
    )


def _history(ads: Ads, claims: Sequence[Claim], context: Context) -> tuple[weekly.Flow, dict[str, Finding]]:
    """Stock and flow by week, and what is claimed of them."""
    every = gather(ads, np.ones(len(ads), dtype=np.bool_))
    swings = {claim.id: facets.volatility(claim, every, context) for claim in claims if isinstance(claim, Volatility)}
    return weekly.flow(every, weekly.weeks(ads, context)), swings


def shown(report: Report) -> list[int]:
    """Numbers of the ads that the pages name: those of every vacancy that is listed as evidence or drawn."""
    ads = report.openings.ads
    place = np.flatnonzero(np.isin(ads.number, sorted(_speakers(report))))
    listed = np.zeros(len(ads.homes), dtype=np.bool_)
    listed[ads.home[place]] = True
    return [int(number) for number in ads.number[listed[ads.home]]]


def detailed(report: Report, ads: Iterable[Ad]) -> Report:
    """The report with titles, addresses and quotes; `ads`: those of `shown`."""
    speakers, known = _speakers(report), list(ads)
    now = vacancies(ad for ad in known if ad.open_on(report.context.on))
    found = {vacancy.ad.id: vacancy for vacancy in (*now, *vacancies(known))}  # a closed one only where no open one speaks
    found |= {vacancy.ad.id: vacancy for vacancy in now}
    return replace(report, shown={number: vacancy for number, vacancy in found.items() if number in speakers})


def _speakers(report: Report) -> set[int]:
    """Numbers of the ads that speak for the vacancies to be named."""
    openings = report.openings
    numbers = set(openings.ads.number[openings.first[:LISTED]].tolist())
    for finding in report.findings:
        numbers.update(finding.evidence.ads, *(measure.evidence.ads for measure in finding.measures))
        if isinstance(finding, PayFinding):
            numbers.update(*(part.ads for part in finding.classes.values()))
            numbers.update(openings.ads.number[openings.first[finding.pay.rows[lines(finding.pay)]]].tolist())
    return numbers
