"""The report as one self-contained page: no script, no request, every number linked to the ads that it counts."""

from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from report import figures, wording
from report.evidence import Vacancy
from report.finding import Finding, PayFinding, Report
from report.locale import Locale

FOLDER = Path(__file__).with_name("templates")
CLASSES = ("below", "within", "above", "depends", "silent")


def page(report: Report, language: str = "de") -> str:
    """The whole page, ending in a line break; equal for equal reports."""
    locale = Locale(language)
    template = _environment().get_template("report.html.j2")
    return template.render(
        report=report,
        context=report.context,
        locale=locale,
        t=locale.text,
        wording=wording,
        style=Markup((FOLDER / "report.css").read_text("utf-8")),  # noqa: S704 - our own file
        pay=report.pay,
        others=[finding for finding in report.findings if not isinstance(finding, PayFinding)],
        pictures=_pictures(report, locale),
        evidence={finding.claim.id: _evidence(finding, report) for finding in report.findings},
        link=link,
    )


def link(url: str) -> str | None:
    """The address if it may be linked to: http and https only; else None.

    >>> link("https://example.org/1"), link("javascript:alert(1)"), link("//example.org")
    ('https://example.org/1', None, None)
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and parts.netloc else None


def _pictures(report: Report, locale: Locale) -> dict[str, Markup]:
    """SVG by name; those without data are left out."""
    drawn = {
        "overview": figures.overview(report.findings, locale),
        "weekly": figures.weekly(report, locale),
    }
    for finding in report.pay:
        drawn[f"lines-{finding.claim.id}"] = figures.pay_lines(finding, report, locale)
        drawn[f"ecdf-{finding.claim.id}"] = figures.pay_ecdf(finding, locale)
    return {name: Markup(svg) for name, svg in drawn.items() if svg}  # noqa: S704 - drawn by us, texts escaped by the library


def _evidence(finding: Finding, report: Report) -> dict[str, tuple[int, list[Vacancy]]]:
    """How many vacancies stand behind a finding, and those that are listed: of a pay claim by class, else all in one list."""
    parts = finding.classes if isinstance(finding, PayFinding) else {"facet": finding.evidence}
    found = {name: (part.n, [report.shown[ad] for ad in part.ads]) for name, part in parts.items()}
    if isinstance(finding, PayFinding):
        found = {name: (n, sorted(listed, key=_order)) for name, (n, listed) in found.items() if n or name in CLASSES[:3]}
    return found


def _order(vacancy: Vacancy) -> tuple[float, str, int]:
    ad = vacancy.ad
    return ad.low_eur_month or ad.high_eur_month or 0.0, vacancy.employer or "", ad.id


def _unbroken(value: object) -> object:
    """Forbid a line break after the dash of a range, which HTML would allow."""
    return value.replace("–\u202f", "–\u2060\u202f") if isinstance(value, str) else value


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(FOLDER), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
        keep_trailing_newline=True, finalize=_unbroken,
    )  # fmt: skip
