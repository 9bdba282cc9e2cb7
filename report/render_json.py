"""The report as JSON values: numbers as they are, keys in English; `schema.json` says what each means."""

from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date
from math import isfinite
from typing import Any

from report.claims import Claim
from report.evidence import Vacancy
from report.finding import Finding, Measure, PayFinding, Report

FORMAT = 2  #: raised when a key is renamed, removed, or changes its meaning


def document(report: Report) -> dict[str, Any]:
    """Everything the report says, and the ads it rests on."""
    context = report.context
    classes = {ad: name for finding in report.pay for name, part in finding.classes.items() for ad in part.ads}
    return {
        "format": FORMAT,
        "town": context.town,
        "trade": context.trade,
        "on": context.on.isoformat(),
        "demonstration": context.demonstration,
        "reproduce": {
            "database_state": context.database_state,
            "run": context.run,
            "config_hash": context.config_hash,
            "version": context.version,
            "seed": context.seed,
            "draws": context.draws,
        },
        "counts": {"ads": report.ads, "vacancies": len(report.openings), "employers": report.employers},
        "floors": _plain(sorted(context.floors, key=lambda floor: floor.valid_from_on)),
        "findings": [_finding(finding) for finding in report.findings],
        "disclosure": _plain(report.disclosure),
        "districts": [
            {"district": one.name or None, "vacancies": one.of, "priced": one.n, "median": _plain(one.median)}
            for one in report.districts
        ],
        "weekly": [{"week": week, "open": a, "appeared": b, "closed": c} for week, a, b, c in report.weekly],
        "sources": _plain(context.health),
        "benchmarks": _plain(context.benchmarks),
        "vacancies": [_vacancy(vacancy, classes.get(number)) for number, vacancy in report.shown.items()],
    }


def _finding(finding: Finding) -> dict[str, Any]:
    made: dict[str, Any] = {
        "claim": _claim(finding.claim),
        "verdict": str(finding.verdict),
        "reason": finding.reason,
        "n": finding.n,
        "of": finding.of,
        "employers": finding.employers,
        "employers_of": finding.employers_of,
        "method": finding.method,
        "measures": {measure.name: _measure(measure) for measure in finding.measures},
        "confounders": _plain(finding.confounders),
        "series": [{"week": week, "open": value} for week, value in finding.series],
        "evidence": _plain(finding.evidence),
    }
    if isinstance(finding, PayFinding):
        made |= {
            "silent": dict(finding.silent),
            "hours": dict(finding.hours),
            "sensitivity": _plain(finding.sensitivity),
            "disclosure": _plain(finding.disclosure),
            "below_floor": list(finding.below_floor),
            "below_next_floor": _plain(finding.below_next_floor),
        }
    return made


def _claim(claim: Claim) -> dict[str, Any]:
    return {"kind": claim.kind, **_plain(claim)}


def _measure(measure: Measure) -> dict[str, Any]:
    made: dict[str, Any] = _plain(measure)
    del made["name"]
    return made


def _vacancy(vacancy: Vacancy, found: str | None) -> dict[str, Any]:
    ad = vacancy.ad
    return {
        "id": vacancy.id,
        "ad": ad.id,
        "ads": [{"id": one.id, "source": one.source, "url": one.url} for one in vacancy.ads],
        "title": ad.title,
        "employer": vacancy.employer,
        "level": vacancy.level,
        "entry": vacancy.entry,
        "sector": vacancy.sector,
        "silence": vacancy.silence,
        "class": found,
        "quote": ad.pay_quote,
        "low_eur_month": _plain(ad.low_eur_month),
        "low_eur_month_max": _plain(ad.low_eur_month_max),
        "high_eur_month": _plain(ad.high_eur_month),
        "high_eur_month_max": _plain(ad.high_eur_month_max),
        "hours_low": ad.hours_low,
        "hours_high": ad.hours_high,
    }


def _plain(value: Any) -> Any:
    """JSON values: dates as text, pairs as lists, an open end as null, numbers to six decimals."""
    if isinstance(value, float):
        return round(value, 6) if isfinite(value) else None
    if isinstance(value, date):
        return value.isoformat()
    if is_dataclass(value) and not isinstance(value, type):
        return {item.name: _plain(getattr(value, item.name)) for item in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(item) for item in value]
    return value
