"""The report on a terminal, by rich."""

from collections.abc import Sequence
from textwrap import wrap

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
        console.print(Text(f"\n{locale.text('head.claims')}", style="bold"))
        console.print(_claims(rest, locale, console.width))
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
    _list(console, locale.text("hours.intro"), [f"{count:>4}  {text}" for count, text in _basis(finding, locale)])
    floors = (*wording.floors(report.context, locale), *wording.floor_notes(finding, report.context, locale))
    _list(console, locale.text("head.floor"), floors)
    if report.context.benchmarks:
        console.print(_benchmarks(report, locale))
    if finding.sensitivity:
        console.print(_sensitivity(finding, locale))


def _basis(finding: PayFinding, locale: Locale) -> list[tuple[int, str]]:
    """What the monthly figures rest on, and why the other vacancies have none."""
    rests = [(count, locale.text(f"hours.{name}")) for name, count in finding.hours.items()]
    return rests + [(count, locale.text(f"silent.{name}")) for name, count in finding.silent.items()]


def _list(console: Console, title: str, lines: Sequence[str]) -> None:
    """A heading and its lines, indented where they wrap; amounts keep their unit, which the library's own wrapping would part."""
    console.print(Text(f"\n{title}", style="bold"))
    for line in lines:
        console.print(Text("\n".join(wrap(line, console.width - 1, initial_indent=" ", subsequent_indent="   "))))


def _table(locale: Locale, title: str, columns: Sequence[str]) -> Table:
    """A table whose first column is text and whose others are numbers."""
    head = f"\n{locale.text(title)}"
    table = Table(title=head, title_justify="left", title_style="bold", header_style="dim", box=None)
    for place, key in enumerate(columns):
        name = locale.text(key) if key else ""
        short = "\n".join(name.rsplit(" ", 1)) if place else name  # 80 columns must do
        table.add_column(
            short, justify="right" if place else "left", no_wrap=bool(place), overflow="fold", ratio=None if place else 1
        )
    return table


def _shares(finding: PayFinding, locale: Locale) -> Table:
    table = _table(locale, "head.pay", ("", "column.estimate", "column.interval", "column.worst", "column.n"))
    for measure in finding.measures:
        between, worst = (locale.pair(measure.unit, pair) for pair in (measure.interval, measure.worst))
        name, counted = locale.text(f"measure.{measure.name}"), locale.number(measure.evidence.n)
        table.add_row(name, locale.measure(measure), between, worst, counted)
    return table


def _benchmarks(report: Report, locale: Locale) -> Table:
    table = _table(locale, "head.benchmarks", ("column.benchmark", "column.middle", "column.quartiles"))
    for line in report.context.benchmarks:
        name = Text(line.label).append(f"\n{wording.origin(line, locale)}", style="dim")
        table.add_row(name, wording.middle(line, locale), wording.quartiles(line, locale))
    return table


def _sensitivity(finding: PayFinding, locale: Locale) -> Table:
    columns = ("column.assumption", "column.n", "column.median", "measure.below", "measure.within", "measure.above")
    table = _table(locale, "head.sensitivity", columns)
    for row in finding.sensitivity:
        shares = (locale.pair("share", pair) for pair in (row.below, row.within, row.above))
        table.add_row(locale.text(f"row.{row.name}"), str(row.n), locale.pair("eur_month", row.median), *shares)
    return table


def _claims(findings: Sequence[Finding], locale: Locale, width: int) -> Table:
    """The verdict at the left, beside it claim, figures and yardstick; a table of numbers would leave the words no room."""
    table = Table.grid(padding=(0, 2, 0, 1))
    verdicts = [locale.text(f"verdict.{finding.verdict}") for finding in findings]
    room = max(30, min(width, 110) - max(map(len, verdicts)) - 4)
    for finding, verdict in zip(findings, verdicts, strict=True):
        main = finding.main
        figures = [f"{finding.n}/{finding.of}\u00a0{locale.text('column.n')}"]
        if main:
            figures.insert(0, locale.measure(main))
        if main and main.interval:
            figures.insert(1, locale.text("answer.interval", interval=locale.pair(main.unit, main.interval)))
        body = Text("\n".join(wrap(wording.claim_text(finding.claim, locale), room)))
        body.append("\n" + "\n".join(wrap(" · ".join(figures), room)), style="bold")
        why = f"{wording.threshold(finding.claim, locale)}. {wording.reason(finding, locale)}"
        body.append("\n" + "\n".join(wrap(why, room)) + "\n", style="dim")
        table.add_row(Text(verdict, style=f"bold {COLOURS[finding.verdict]}"), body)
    return table


def _state(report: Report, locale: Locale) -> str:
    context = report.context
    return locale.text(
        "reproduce.line",
        database_state=context.database_state or "–",
        run=context.run or "–",
        config_hash=context.config_hash or "–",
        version=context.version or "–",
        seed=context.seed,
        draws=locale.number(context.draws),
    )
