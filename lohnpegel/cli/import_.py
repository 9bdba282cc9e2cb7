"""`lohnpegel import`: pages that a person saved, for boards that must not be crawled."""

from typing import Annotated

import typer

from lohnpegel.cli._progress import Quiet, progress
from lohnpegel.cli._state import State, print_json
from lohnpegel.errors import UsageError


def register(app: typer.Typer) -> None:
    app.command("import")(import_pages)


def import_pages(
    context: typer.Context,
    items: Annotated[
        list[str], typer.Argument(metavar="FILE|URL…", help="Saved HTML, MHTML, JSON or XML; or an address, fetched once.")
    ],
    kind: Annotated[str | None, typer.Option(help="Read it as this kind of source; found out by default.")] = None,
    quiet: Quiet = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
) -> None:
    """Read ads from pages you saved yourself and store them under the source "import". Exit code 1 when one could not be read."""
    from lohnpegel.importing import run_import
    from scraper import sources

    if kind is not None and kind not in sources.available():
        raise UsageError(f"no kind of source {kind!r}; there are: {', '.join(sources.available())}")
    state: State = context.obj
    state.log(quiet=quiet)
    with progress("pages", quiet=quiet) as told:
        summary = run_import(state.settings, items, kind, told)
    if as_json:
        print_json(summary)
    else:
        for one in summary.items:
            print(f"{one.item}: {one.error or f'{one.ads} ads, {one.rejects} rejects, read as {one.kind}'}")
            if one.note:
                print(f"  note: {one.note}")
        print(f"{summary.new} new, {summary.changed} changed, {summary.unchanged} unchanged")
    raise typer.Exit(summary.exit_code)
