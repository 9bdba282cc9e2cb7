"""Sentences of a report, the same on the terminal and on the page; pure."""

from collections.abc import Callable, Mapping

from report.claims import Claim, Contrast, PayRange, Premium, Share, Volatility
from report.context import Benchmark, Context
from report.evidence import Vacancy
from report.finding import Confounder, Finding, Measure, PayFinding, Report
from report.locale import Locale


def claim_text(claim: Claim, locale: Locale) -> str:
    """Our paraphrase in the reader's language, else in whichever there is."""
    return claim.wording.get(locale.language) or next(iter(claim.wording.values()))


def answer(finding: PayFinding, locale: Locale) -> tuple[str, str]:
    """The first screen: the verdict in a few words, then the sentence with share, interval and n."""
    claim = finding.claim
    assert isinstance(claim, PayRange)
    verdict = locale.text(f"answer.{finding.verdict}")
    if not finding.n:
        return verdict, locale.text("answer.pay_none", of=finding.of)
    within = finding.measures[0]
    sentence = locale.text(
        "answer.pay",
        within=locale.measure(within),
        low=locale.euro(claim.low),
        high=locale.euro(claim.high),
        interval=interval(within, locale),
        n=finding.n,
        employers=finding.employers,
    )
    return verdict, sentence


def interval(measure: Measure, locale: Locale) -> str:
    if measure.interval is None:
        return locale.text("answer.no_interval")
    return locale.text("answer.interval", interval=locale.pair(measure.unit, measure.interval))


def priced(finding: PayFinding, locale: Locale) -> str:
    """ "41 of 118 entry vacancies state usable pay (35 %)."."""
    rate = locale.share(finding.n / finding.of) if finding.of else "–"
    return locale.text("answer.priced", n=finding.n, of=finding.of, rate=rate)


def around(finding: PayFinding, locale: Locale) -> list[str]:
    """What lies below and above, and the median."""
    below, above, middle = finding.measure("below"), finding.measure("above"), finding.measure("median_low")
    lines = []
    if finding.n and below and above:
        lines.append(locale.text("answer.below", share=locale.measure(below), above=locale.measure(above)))
    if middle:
        lines.append(locale.text("answer.median", median=locale.measure(middle)))
    return lines


def reason(finding: Finding, locale: Locale) -> str:
    """Which clause of the rule decided, in words."""
    majority = finding.claim.majority if isinstance(finding.claim, PayRange) else 0.5
    return locale.text(f"reason.{finding.reason}", majority=locale.share(majority))


def threshold(claim: Claim, locale: Locale) -> str:
    """The yardstick a claim sets itself."""
    makers: Mapping[type[Claim], Callable[[], Mapping[str, str]]] = {
        PayRange: lambda: {"majority": locale.share(getattr(claim, "majority", 0.0))},
        Premium: lambda: {"least": locale.euro(getattr(claim, "least_eur", 0.0))},
        Share: lambda: {"least": locale.share(getattr(claim, "least", 0.0))},
        Contrast: lambda: {"least": locale.value("difference", getattr(claim, "least", 0.0))},
        Volatility: lambda: {"most": locale.share(getattr(claim, "most", 0.0))},
    }
    return locale.text(f"threshold.{claim.kind}", **makers[type(claim)]())


def floors(context: Context, locale: Locale) -> list[str]:
    """The floor in force and the next one, at 35, 38.5 and 40 hours."""
    known = [context.floor(context.on), *([context.next_floor] if context.next_floor else [])]
    return [
        locale.text(
            "floor.line",
            wage=locale.euro(floor.eur_hour, 2),
            since=locale.day(floor.valid_from_on),
            at35=locale.euro(floor.month(35)),
            at385=locale.euro(floor.month(38.5)),
            at40=locale.euro(floor.month(40)),
        )
        for floor in known
    ]


def floor_notes(finding: PayFinding, context: Context, locale: Locale) -> list[str]:
    """What the floor means for the claim and for the ads."""
    claim = finding.claim
    assert isinstance(claim, PayRange)
    hour, hour35 = (claim.low * 12 / 52 / hours for hours in (40, 35))
    notes = [
        locale.text("floor.claim", low=locale.euro(claim.low), hour=locale.euro(hour, 2), hour35=locale.euro(hour35, 2)),
    ]
    if hour < context.floor(context.on).eur_hour:
        notes.append(locale.text("floor.illegal"))
    if finding.n:
        notes.append(locale.text("floor.below", n=_count(finding.below_floor, locale)))
        if context.next_floor and finding.below_next_floor is not None:
            since = locale.day(context.next_floor.valid_from_on)
            notes.append(locale.text("floor.below_next", n=_count(finding.below_next_floor, locale), since=since))
    return notes


def _count(pair: tuple[int, int], locale: Locale) -> str:
    return str(pair[0]) if pair[0] == pair[1] else locale.text("floor.count_open", low=pair[0], high=pair[1])


def group(name: str, locale: Locale) -> str:
    """Name of a line of the disclosure table."""
    kind, _, value = name.partition(":")
    return locale.text("group.source", name=value) if kind == "source" else locale.text(f"group.{value or kind}")


def confounding(items: tuple[Confounder, ...], locale: Locale) -> str:
    """One sentence, or ""."""
    if not items:
        return ""
    named = []
    for item in items:
        kind, _, value = item.name.partition(":")
        name = locale.text(f"value.{value}") if value else locale.text(f"confounder.{kind}")
        one, other = locale.share(item.with_facet), locale.share(item.without)
        named.append(locale.text("confounder.item", name=name, with_facet=one, without=other))
    return locale.text("confounder.intro", list="; ".join(named))


def pay(vacancy: Vacancy, locale: Locale) -> str:
    """Converted pay a month of one vacancy: "2.450 – 2.600 € bis 2.900 €"; "–" without usable pay."""
    ad = vacancy.ad
    if vacancy.silence is not None:
        return "–"
    low = _ends(ad.low_eur_month, ad.low_eur_month_max, locale)
    high = _ends(ad.high_eur_month, ad.high_eur_month_max, locale)
    if low is None:
        return locale.text("pay.upto", high=high)
    if high is None:
        return locale.text("pay.from", low=low)
    return low if low == high else locale.text("pay.range", low=low, high=high)


def _ends(low: float | None, high: float | None, locale: Locale) -> str | None:
    return None if low is None else locale.pair("eur_month", (low, low if high is None else high))


def title(report: Report, locale: Locale) -> str:
    return locale.text("page.title", town=report.context.town, trade=report.context.trade)


def origin(figure: Benchmark, locale: Locale) -> str:
    """Whose figure it is, of which place, year and day."""
    region = locale.text(f"region.{figure.region}") if figure.region in ("DE", "NRW", "West") else figure.region
    told = {"source": figure.source or "–", "region": region, "year": figure.year, "retrieved": locale.day(figure.retrieved_on)}
    kind = figure.kind if figure.year or figure.kind == "tariff" else "occupation_undated"
    return locale.text(f"benchmark.{kind}", **told)


def middle(figure: Benchmark, locale: Locale) -> str:
    """The median; of a tariff its first step."""
    if figure.kind == "tariff" and figure.low is not None and figure.high is not None:
        return locale.pair("eur_month", (figure.low, figure.high))
    return "–" if figure.median is None else locale.euro(figure.median)


def quartiles(figure: Benchmark, locale: Locale) -> str:
    """The middle half of the employees."""
    if figure.kind == "tariff" or figure.low is None or figure.high is None:
        return "–"
    return locale.pair("eur_month", (figure.low, figure.high))
