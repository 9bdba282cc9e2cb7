"""`lohnpegel sources`: accept, check, detect and begin single sources."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lohnpegel.cli._state import State, print_json
from lohnpegel.errors import UsageError

if TYPE_CHECKING:
    from lohnpegel.careers import Careers


def register(app: typer.Typer) -> None:
    sources = typer.Typer(help="Look after single sources.", no_args_is_help=True)
    sources.command("accept")(accept)
    sources.command("check")(check)
    sources.command("detect")(detect)
    sources.command("new")(new)
    app.add_typer(sources, name="sources")


def accept(context: typer.Context, name: Annotated[str, typer.Argument(help="The source.")]) -> None:
    """Confirm that a suspect source has really shrunk: earlier runs no longer count as usual."""
    from scheduler.lock import writing
    from storage.engine import open_engine
    from storage.runs import Runs

    state: State = context.obj
    url = state.settings.storage.url
    with writing(url, "sources accept"):
        engine = open_engine(url)
        try:
            known = Runs(engine, lambda: datetime.now(UTC)).accept(name)
        finally:
            engine.dispose()
    if not known:
        raise UsageError(f"no source {name!r} has ever run; `lohnpegel status` lists them")
    print(f"{name}: what the next run finds counts as usual")


def check(
    context: typer.Context,
    only: Annotated[list[str] | None, typer.Argument(help="Names of sources; all enabled ones by default.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
) -> None:
    """Ask each source for its first pages and say what it would yield; nothing is stored. Exit code 1 when one fails."""
    from lohnpegel.plans import crawl_plan
    from lohnpegel.probing import probe_all

    state: State = context.obj
    probes = asyncio.run(probe_all(crawl_plan(state.settings, tuple(only or ()))))
    if as_json:
        print_json(probes)
    else:
        for one in probes:
            claimed = f" of {one.claimed} claimed" if one.claimed is not None else ""
            counts = f"{one.ads} ads{claimed}, {one.rejects} rejects on {one.pages} pages, {one.further} pages to follow"
            print(f"{one.source} ({one.kind}): {one.error or counts}")
            if one.first:
                print(f"  first ad: {one.first}")
            for note in one.notes:
                print(f"  note: {note}")
    raise typer.Exit(int(any(one.error for one in probes)))


def detect(
    context: typer.Context,
    item: Annotated[str, typer.Argument(metavar="URL|FILE", help="An employer's careers page, or one that was saved.")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
) -> None:
    """Name the careers system behind a page and print the block for config.toml. Exit code 1 when there is none."""
    from scraper.errors import ScraperError

    state: State = context.obj
    try:
        found = asyncio.run(_detected(state, item))
    except ScraperError as error:
        print(f"{item}: {error}")
        raise typer.Exit(1) from error
    if as_json:
        print_json(found)
    elif not found:
        print(f"{item}: no careers system is known by this page; open one of its ads and try that address")
    for one in found if not as_json else ():
        print(f"# {one.system}, by {one.evidence[:100]!r}\n{one.block}\n")
    raise typer.Exit(int(not found))


def new(name: Annotated[str, typer.Argument(help="Of the module: small letters, digits, underscores.")]) -> None:
    """Begin a new kind of source: module, saved-page pair, and the section with its block to complete."""
    from lohnpegel.scaffold import new_source, section

    for path in new_source(Path.cwd(), name):
        print(f"wrote {path.relative_to(Path.cwd())}")
    print(f"\nto complete and put into docs/sources.md, and its block into config.toml:\n\n{section(name)}")


async def _detected(state: State, item: str) -> "tuple[Careers, ...]":
    from lohnpegel.careers import detect as detected
    from lohnpegel.fetching import once
    from lohnpegel.saved import page_of_file
    from scraper import sources
    from scraper.errors import ParseError
    from scraper.model import Parsed
    from scraper.parse.worker import Parsers

    page = await once(state.settings, item) if item.startswith(("http://", "https://")) else page_of_file(Path(item))
    async with Parsers() as parsers:
        try:
            parsed = await parsers.parse(sources.load("jobposting"), page)
        except ParseError:
            parsed = Parsed()  # its address and its text may still name a system
    return detected(page, parsed.postings)
