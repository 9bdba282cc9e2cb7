"""The report on a terminal, by rich."""

from collections.abc import Sequence

from rich.console import Console
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from report import wording
from report.finding import Finding, PayFinding, Report, Verdict
from report.locale import Locale

COLOURS = {
    Verdict.CONFIRMED: "green",
    Verdict.MOSTLY_RIGHT: "green",
    Verdict.TOO_LOW: "yellow",
    Verdict.TOO_HIGH: "yellow",
    Verdict.CONTRADICTED: "red",
    Verdict.INSUFFICIENT: "cyan",
}


def print_report(report: Report, console: Console, language: str = "de") -> None:
    """Print every finding: the answer first, then what it rests on."""
    locale = Locale(language)
    context = report.context
    console.print()
    console.print(Text(wording.title(report, locale), style="bold"), Text(locale.day(context.on), style="dim"))
    if context.demonstration:
        console.print(Text(locale.text("page.demo"), style="italic"))
    for finding in report.pay:
        _pay(finding, report, console, locale)
    rest = [finding for finding in report.findings if not isinstance(finding, PayFinding)]
    if rest:
        console.print(_claims(rest, locale))
    console.print(Text(_state(report, locale), style="dim"))


def _pay(finding: PayFinding, report: Report, console: Console, locale: Locale) -> None:
    verdict, sentence = wording.answer(finding, locale)
    colour = COLOURS[finding.verdict]
    body = Text()
    body.append(f"{locale.text('page.quoted', text=wording.claim_text(finding.claim, locale))}\n\n", style="italic")
    body.append(f"{verdict} ", style=f"bold {colour}")
    body.append(sentence)
    lines = [" ".join(wording.around(finding, locale)), wording.priced(finding, locale), wording.reason(finding, locale)]
    body.append("".join(f"\n{line}" for line in lines if line))
    console.print(Panel(body, border_style=colour, padding=(1, 2)))
    if finding.n:
        console.print(_shares(finding, locale))
    console.print(Text(locale.text("hours.intro"), style="bold"))
    for name, count in finding.hours.items():
        console.print(Text(f"  {count:>4}  {locale.text(f'hours.{name}')}"))
    for name, count in finding.silent.items():
        console.print(Text(f"  {count:>4}  {locale.text(f'silent.{name}')}", style="dim"))
    console.print(Text(f"\n{locale.text('head.floor')}", style="bold"))
    for line in (*wording.floors(report.context, locale), *wording.floor_notes(finding, report.context, locale)):
        console.print(Text(f"  {line}"))
    if finding.sensitivity:
        console.print(_sensitivity(finding, locale))


def _table(locale: Locale, title: str, columns: Sequence[str]) -> Table:
    """A table whose first column is text and whose others are numbers."""
    table = Table(title=locale.text(title), title_justify="left", title_style="bold", header_style="dim", box=None)
    for place, key in enumerate(columns):
        name = locale.text(key) if key else ""
        ratio = None if place else 1
        table.add_column(name, justify="right" if place else "left", no_wrap=bool(place), overflow="fold", ratio=ratio)
    return table


def _shares(finding: PayFinding, locale: Locale) -> Table:
    table = _table(locale, "head.pay", ("", "column.estimate", "column.interval", "column.worst", "column.n"))
    for measure in finding.measures:
        between, worst = (locale.pair(measure.unit, pair) for pair in (measure.interval, measure.worst))
        table.add_row(locale.text(f"measure.{measure.name}"), locale.measure(measure), between, worst, str(len(measure.evidence)))
    return table


def _sensitivity(finding: PayFinding, locale: Locale) -> Table:
    columns = ("column.assumption", "column.n", "column.median", "measure.below", "measure.within", "measure.above")
    table = _table(locale, "head.sensitivity", columns)
    for row in finding.sensitivity:
        shares = (locale.pair("share", pair) for pair in (row.below, row.within, row.above))
        table.add_row(locale.text(f"row.{row.name}"), str(row.n), locale.pair("eur_month", row.median), *shares)
    return table


def _claims(findings: Sequence[Finding], locale: Locale) -> Table:
    table = _table(locale, "head.claims", ("column.claim", "column.estimate", "column.interval", "column.n"))
    for finding in findings:
        main = finding.main
        claim = Text(f"{wording.claim_text(finding.claim, locale)}\n")  # the verdict below it: 80 columns must do
        claim.append(locale.text(f"verdict.{finding.verdict}"), style=f"bold {COLOURS[finding.verdict]}")
        table.add_row(
            claim,
            locale.measure(main) if main else "–",
            locale.pair(main.unit, main.interval) if main else "–",
            f"{finding.n}/{finding.of}",
        )
    return table


def _state(report: Report, locale: Locale) -> str:
    context = report.context
    return locale.text(
        "reproduce.line",
        database_state=context.database_state or "–",
        config_hash=context.config_hash or "–",
        version=context.version or "–",
        seed=context.seed,
        draws=locale.number(context.draws),
    )
