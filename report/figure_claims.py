"""Pictures of the other claims: their shares with intervals, and the weekly stock."""

from collections.abc import Sequence
from textwrap import wrap
from typing import Any

import altair as alt

from report import wording
from report.claims import PayRange
from report.figures import FLOOR, INK, PALE, WATER, WIDTH
from report.finding import Finding, Report
from report.locale import Locale

Chart = Any  #: altair's layered charts, whose types say less than they promise


def shares(findings: Sequence[Finding], locale: Locale) -> Chart:
    """A dot per claim, its interval as a line, the yardstick as a short upright stroke."""
    data = alt.InlineData([_row(number, finding, locale) for number, finding in enumerate(findings)])
    y = alt.Y("row:O", sort=None, axis=None)
    axis = alt.Axis(title=None, format=".0%", tickCount=5)
    x = alt.X("low:Q", scale=alt.Scale(domain=[0, 1]), axis=axis)
    base = alt.Chart(data)
    names = base.mark_text(align="right", color=INK, fontSize=11.5, lineHeight=14).encode(y=y, x=alt.value(-12), text="name:N")
    spans = base.mark_rule(color=PALE, strokeWidth=5, strokeCap="round").encode(y=y, x=x, x2="high:Q")
    dots = base.mark_point(filled=True, color=WATER, size=64, opacity=1).encode(y=y, x="estimate:Q")
    marks = base.mark_tick(color=FLOOR, thickness=2, size=20).encode(y=y, x="threshold:Q")
    return alt.layer(spans, marks, dots, names).properties(width=WIDTH - 330, height=48 * len(findings))


def _row(number: int, finding: Finding, locale: Locale) -> dict[str, Any]:
    main = finding.main
    assert main
    low, high = main.interval or (main.low, main.high)
    claim = finding.claim
    threshold = claim.majority if isinstance(claim, PayRange) else getattr(claim, "least", 0.0)
    name = wrap(wording.claim_text(claim, locale), 38)[:3]
    values = {"low": low, "high": high, "estimate": (main.low + main.high) / 2, "threshold": threshold}
    return {"row": number, "name": name, **{key: round(float(value), 4) for key, value in values.items()}}


def weeks(report: Report, locale: Locale) -> Chart:
    """Stock by week as bars, what appeared in the week in the darker tone."""
    rows = [{"week": week, "open": stock, "new": new} for week, stock, new, _ in report.weekly]
    base = alt.Chart(alt.InlineData(rows))
    step = max(1, len(rows) // 8)
    axis = alt.Axis(title=None, labelAngle=0, values=[week for week, *_ in report.weekly[::step]])
    x = alt.X("week:O", axis=axis)
    y = alt.Y("open:Q", axis=alt.Axis(title=locale.text("figure.vacancies_axis"), tickMinStep=1, format=",.0f"))
    stock = base.mark_bar(color=PALE).encode(x=x, y=y)
    new = base.mark_bar(color=WATER).encode(x=x, y="new:Q")
    return alt.layer(stock, new).properties(width=WIDTH - 70, height=200)
