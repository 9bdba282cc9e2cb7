"""`lohnpegel report` and `lohnpegel export`: what was found, for people and for machines."""

import sys
import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from lohnpegel.cli._progress import Quiet, progress
from lohnpegel.cli._state import State, end_of, print_json
from lohnpegel.errors import ConfigError, UsageError

if TYPE_CHECKING:
    from report.claims import Claim
    from report.finding import Report


def register(app: typer.Typer) -> None:
    app.command("report")(report)
    app.command("export")(export)


def report(
    context: typer.Context,
    claims: Annotated[
        Path | None, typer.Option(help="A file with [[claim]] blocks to judge instead of the configured ones.")
    ] = None,
    html: Annotated[Path | None, typer.Option(help="Where to write the page; by default where config.toml says.")] = None,
    watch_out: Annotated[
        bool, typer.Option("--watch-out", help="Only say what could make the verdict wrong this week; no page.")
    ] = False,
    as_of: Annotated[
        str | None, typer.Option(help="Judge on what was known at the end of that day, 2026-11-01; a page only with --html.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document, and no page.")] = False,
) -> None:
    """Judge the claims on what is stored: on the terminal, and as a self-contained HTML page."""
    from lohnpegel.jobs import write_page
    from lohnpegel.judging import make_report
    from report.render_json import document
    from report.render_terminal import print_report

    state: State = context.obj
    settings = state.settings
    if html is not None:
        settings = settings.model_copy(update={"storage": settings.storage.model_copy(update={"report": html.absolute()})})
    then = end_of(as_of)
    found = make_report(settings, then or datetime.now(UTC), _claims(claims) if claims else None, then)
    if watch_out:
        _doubts(state, found, as_json)
        return
    if as_json:
        print_json(document(found))
        return
    print_report(found, Console(), settings.report.language)
    if then is None or html is not None:
        print(write_page(settings, found))


def export(
    context: typer.Context,
    week: Annotated[str | None, typer.Option(help='An ISO week, "2026-W47"; by default the one that is running.')] = None,
    xlsx: Annotated[bool, typer.Option("--xlsx", help="Also one Excel file; needs the extra `xlsx`.")] = False,
    parquet: Annotated[bool, typer.Option("--parquet", help="Also Parquet files; needs the extra `parquet`.")] = False,
    since_last: Annotated[
        str | None, typer.Option(metavar="NAME", help="Instead: the changes since the last call by this name.")
    ] = None,
    as_of: Annotated[
        str | None, typer.Option(help="Write what was known at the end of that day, 2026-11-01; by default that day's week.")
    ] = None,
    quiet: Quiet = False,
) -> None:
    """Write the week's CSV files; the same database gives the same bytes."""
    from lohnpegel.jobs import write_export, write_since_last
    from report.isoweek import IsoWeek

    state: State = context.obj
    state.log(quiet=quiet)
    then = end_of(as_of)
    if since_last is not None:
        if then is not None:
            raise UsageError("--since-last tells what is new and --as-of what was old: choose one")
        for path in write_since_last(state.settings, since_last, datetime.now(UTC)):
            sys.stdout.write(f"{path}\n")
        return
    formats = {*state.settings.report.formats, *(["xlsx"] if xlsx else []), *(["parquet"] if parquet else [])}
    try:
        wanted = IsoWeek.parse(week) if week else IsoWeek.of((then or datetime.now(UTC)).date())
    except ValueError as error:
        raise UsageError(f"--week {week}: {error}") from error
    if wanted.monday > datetime.now(UTC).date() + timedelta(days=1):
        raise UsageError(f"--week {week}: has not begun; nothing can be known of it")
    with progress("rows", quiet=quiet) as told:
        written = write_export(state.settings, wanted, sorted(formats), then, told)
    for path in written:
        sys.stdout.write(f"{path}\n")


def _doubts(state: State, found: "Report", as_json: bool) -> None:
    from lohnpegel.watch import books
    from report.render_watch import doubt_values, print_doubts
    from report.watch import watch_out

    doubts = watch_out(found, books(state.settings, found))
    if as_json:
        print_json(doubt_values(doubts, state.settings.report.language))
    else:
        print_doubts(doubts, Console(), state.settings.report.language)


def _claims(path: Path) -> "tuple[Claim, ...]":
    from report.claims import ClaimError, parse_all

    try:
        read = tomllib.loads(path.read_text("utf-8"))
        claims = parse_all(read.get("claim", []))
    except FileNotFoundError:
        raise ConfigError(f"{path}: there is no such file") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, ClaimError) as error:
        raise ConfigError(f"{path}: {error}") from error
    if strange := sorted(set(read) - {"claim"}):
        raise ConfigError(f"{path}: {strange[0]}: unknown key; a claims file holds [[claim]] blocks and nothing else")
    if not claims:
        raise ConfigError(f"{path}: holds no [[claim]] block; config.toml shows what one looks like")
    return claims
