"""Pictures as inline SVG: drawn by altair, turned to SVG without a browser; colours are roles that the page restyles for dark."""

from functools import cache
from typing import Any, Literal

from report.finding import Finding, PayFinding, Report
from report.locale import Locale

#: Light colours, by role. `report.css` overrides each by its value where the reader prefers dark, so a value stands for one role.
INK, MUTED, GRID = "#1c2b33", "#5b6b75", "#dfe5e8"
BAND, WATER, PALE, FLOOR = "#d5e8e2", "#0f5e6e", "#8fb9c2", "#a8481f"
FONT = "system-ui, -apple-system, 'Segoe UI', 'Liberation Sans', Arial, sans-serif"
WIDTH = 640


def pay_lines(finding: PayFinding, report: Report, locale: Locale) -> str | None:
    """One line per vacancy, grouped by employer; None where there is none to draw."""
    from report.figure_pay import lines

    return svg(lines(finding, report, locale), locale) if finding.n else None


def pay_ecdf(finding: PayFinding, locale: Locale) -> str | None:
    """Share of vacancies whose lower and upper end is at most so high; None under five vacancies."""
    from report.figure_pay import ecdf

    return svg(ecdf(finding, locale), locale) if finding.n >= 5 else None


def overview(findings: tuple[Finding, ...], locale: Locale) -> str | None:
    """Estimate and interval of every claim measured as a share; None where there is none."""
    from report.figure_claims import shares

    drawn = [finding for finding in findings if finding.main and finding.main.unit == "share" and finding.n]
    return svg(shares(drawn, locale), locale) if drawn else None


def weekly(report: Report, locale: Locale) -> str | None:
    """Open vacancies by week; None for fewer than two weeks."""
    from report.figure_claims import weeks

    return svg(weeks(report, locale), locale) if len(report.weekly) > 1 else None


def svg(chart: Any, locale: Locale) -> str:
    """SVG text of an altair chart: scales with the page, says nothing to a screen reader (the caption and the table do)."""
    import vl_convert

    spec: dict[str, Any] = chart.configure(**_style()).to_dict()
    region: Literal["en-GB", "de-DE"] = "en-GB" if locale.language == "en" else "de-DE"
    text: str = vl_convert.vegalite_to_svg(spec, format_locale=region)
    return text.replace("<svg ", '<svg aria-hidden="true" focusable="false" ', 1)


@cache
def _style() -> dict[str, Any]:
    label = {"labelFont": FONT, "titleFont": FONT, "labelColor": MUTED, "titleColor": MUTED, "titleFontWeight": "normal"}
    axis = {"gridColor": GRID, "domain": False, "ticks": False, "labelPadding": 6, "labelFontSize": 12, "titleFontSize": 12}
    return {
        "background": "transparent",
        "font": FONT,
        "padding": {"left": 26, "right": 12, "top": 4, "bottom": 4},  # the reader's font may be wider than ours
        "view": {"stroke": None},
        "axis": {**label, **axis, "titlePadding": 10, "labelFlush": False},
        "text": {"font": FONT, "fontSize": 12},
    }
