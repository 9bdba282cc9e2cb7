"""The two pictures of pay: every vacancy a line, and both distributions."""

from collections.abc import Sequence
from typing import Any

import altair as alt
import numpy as np

from report.ads import Floats, Ints
from report.claims import PayRange
from report.figures import BAND, FLOOR, INK, MUTED, PALE, WATER, WIDTH
from report.finding import PayFinding, Report
from report.locale import Locale
from report.priced import Priced
from report.thinned import lines as thinned
from report.weighted import weights

MOST_STEPS = 400  #: of a curve; more would not be seen
Chart = Any  #: altair's layered charts, whose types say less than they promise
LABEL = 24  #: characters of an employer's name


def lines(finding: PayFinding, report: Report, locale: Locale) -> Chart:
    """Line from lower to upper end, dot at the lower end; a broad pale line where it depends on the hours."""
    pay = finding.pay
    low, high = _domain(finding, pay)
    rows = _rows(report, pay, thinned(pay), high)
    data = alt.InlineData(rows)
    y = alt.Y("row:O", sort=None, axis=None)
    height = 15 * len(rows)
    axis = alt.Axis(title=locale.text("figure.month_axis"), format=",.0f", tickCount=7)
    scale = alt.Scale(domain=[low, high], nice=False, zero=False)
    x = alt.X("low:Q", scale=scale, axis=axis)
    base = alt.Chart(data)
    names = base.mark_text(align="right", color=INK, fontSize=11).encode(y=y, x=alt.value(-8), text="employer:N")
    spans = base.mark_rule(color=PALE, strokeWidth=2).encode(y=y, x=x, x2="high:Q")
    bands = base.mark_rule(color=PALE, strokeWidth=7, strokeCap="round").encode(y=y, x=x, x2="low_max:Q")
    bands = bands.transform_filter("datum.low_max > datum.low")
    dots = base.mark_point(filled=True, color=WATER, size=46, opacity=1).encode(y=y, x=x)
    dots = dots.transform_filter("datum.low_max <= datum.low")
    layers = [_band(finding, scale, axis), *_floors(report, locale, (low, high)), spans, bands, dots, names]
    return alt.layer(*layers).properties(width=WIDTH - 170, height=height)


def ecdf(finding: PayFinding, locale: Locale) -> Chart:
    """Distribution of the lower and of the upper ends, employers weighing alike; between them lies the honest room."""
    pay = finding.pay
    weight = weights(pay.groups)
    low, high = _domain(finding, pay)
    points = _steps(np.concatenate([[low, high], pay.low, pay.high_max]), low, high)
    lower, upper = _reached(pay.low, weight, points), _reached(pay.high_max, weight, points)
    data = alt.InlineData([{"x": x, "lower": a, "upper": b} for x, a, b in zip(points, lower, upper, strict=True)])
    axis = alt.Axis(title=locale.text("figure.month_axis"), format=",.0f", tickCount=7, grid=False)
    scale = alt.Scale(domain=[low, high], nice=False, zero=False)
    x = alt.X("x:Q", scale=scale, axis=axis)
    y = alt.Y("lower:Q", scale=alt.Scale(domain=[0, 1]), axis=alt.Axis(title=None, format=".0%", tickCount=5))
    base = alt.Chart(data)
    area = base.mark_area(interpolate="step-after", color=PALE, opacity=0.35).encode(x=x, y=y, y2="upper:Q")
    first = base.mark_line(interpolate="step-after", color=WATER, strokeWidth=2).encode(x=x, y=y)
    second = base.mark_line(interpolate="step-after", color=PALE, strokeWidth=2).encode(x=x, y="upper:Q")
    names = [
        _label(locale.text("figure.lower"), points, lower, (WATER, "right", -10)),
        _label(locale.text("figure.upper"), points, upper, (MUTED, "left", 10)),
    ]
    return alt.layer(_band(finding, scale, axis), area, second, first, *names).properties(width=WIDTH - 70, height=260)


def _label(text: str, points: Sequence[float], reached: Sequence[float], look: tuple[str, Any, int]) -> Chart:
    """The name of a curve beside the place where it passes one half."""
    place = next((x for x, share in zip(points, reached, strict=True) if share >= 0.5), points[-1])
    colour, align, shift = look
    spot = alt.Chart(alt.InlineData([{"x": place, "y": 0.5, "text": text}]))
    return spot.mark_text(align=align, dx=shift, color=colour, fontWeight="bold").encode(x="x:Q", y="y:Q", text="text:N")


def _reached(ends: Floats, weight: Floats, points: Sequence[float]) -> list[float]:
    order = np.argsort(ends)
    sums = np.concatenate([[0.0], np.cumsum(weight[order])])
    return [float(share) for share in sums[np.searchsorted(ends[order], points, "right")]]


def _steps(ends: Floats, low: float, high: float) -> list[float]:
    """Where the curves rise; evenly chosen where that is at too many places."""
    found = np.unique(ends[(ends >= low) & (ends <= high)])
    if len(found) > MOST_STEPS:
        found = found[np.linspace(0, len(found) - 1, MOST_STEPS).round().astype(np.int64)]
    return [float(value) for value in found]


def _band(finding: PayFinding, scale: alt.Scale, axis: alt.Axis) -> Chart:
    claim = finding.claim
    assert isinstance(claim, PayRange)
    data = alt.InlineData([{"from": claim.low, "to": claim.high}])
    return alt.Chart(data).mark_rect(color=BAND).encode(x=alt.X("from:Q", scale=scale, axis=axis), x2="to:Q")


def _floors(report: Report, locale: Locale, domain: tuple[float, float]) -> list[Chart]:
    """Upright lines at the legal floor for 40 hours, today's and the next."""
    context = report.context
    drawn = []
    for floor, dash, align in ((context.floor(context.on), [1, 0], "right"), (context.next_floor, [4, 3], "left")):
        if floor is None or not domain[0] < floor.month(40) < domain[1]:
            continue
        text = locale.text("floor.short", wage=locale.euro(floor.eur_hour, 2), year=floor.valid_from_on.year)
        base = alt.Chart(alt.InlineData([{"at": floor.month(40), "text": text}]))
        rule = base.mark_rule(color=FLOOR, strokeWidth=1.5, strokeDash=dash).encode(x="at:Q")
        side: Any = align
        name = base.mark_text(color=FLOOR, align=side, dx=-4 if align == "right" else 4, dy=-9, fontSize=11)
        drawn.append(alt.layer(rule, name.encode(x="at:Q", y=alt.value(0), text="text:N")))
    return drawn


def _domain(finding: PayFinding, pay: Priced) -> tuple[float, float]:
    """From the lowest to the highest figure worth showing, the claimed range within, rounded to 100 €."""
    claim = finding.claim
    assert isinstance(claim, PayRange)
    tops = pay.high_max[np.isfinite(pay.high_max)]
    top = float(np.quantile(tops, 0.98)) if len(tops) else claim.high
    low = min(float(pay.low.min()), claim.low) - 50
    high = max(top, float(pay.low_max.max()), claim.high) + 50
    return float(np.floor(low / 100) * 100), float(np.ceil(high / 100) * 100)


def _rows(report: Report, pay: Priced, shown: Ints, top: float) -> list[dict[str, Any]]:
    """Values of the lines; an employer is named on its first line only."""
    numbers = pay.openings.ads.number[pay.openings.first[pay.rows]]
    rows: list[dict[str, Any]] = []
    before = -1
    for row, place in enumerate(shown.tolist()):
        ends = {"low": pay.low[place], "low_max": pay.low_max[place], "high": min(pay.high_max[place], top)}
        group = int(pay.groups[place])
        name = _short(report.shown[int(numbers[place])].employer or "?") if group != before else ""
        rows.append({"row": row, "employer": name, **{key: round(float(value), 2) for key, value in ends.items()}})
        before = group
    return rows


def _short(name: str) -> str:
    return name if len(name) <= LABEL else f"{name[: LABEL - 1]}…"
