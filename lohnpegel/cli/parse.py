"""`lohnpegel parse`: what a kind of source reads in saved pages; nothing is stored."""

import asyncio
from pathlib import Path
from typing import Annotated, Any

import typer

from lohnpegel.cli._state import print_json
from lohnpegel.errors import UsageError


def register(app: typer.Typer) -> None:
    app.command("parse")(parse)


def parse(
    kind: Annotated[str, typer.Argument(help="The kind of source, a module of scraper/sources.")],
    files: Annotated[
        list[Path], typer.Argument(help="Saved pages; NAME.request.json beside one tells its address, kind and carry.")
    ],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
) -> None:
    """Show the ads, rejects and further requests of saved pages. Exit code 1 when one could not be read."""
    from scraper import sources

    if kind not in sources.available():
        raise UsageError(f"no kind of source {kind!r}; there are: {', '.join(sources.available())}")
    told = asyncio.run(_read_all(kind, files))
    if as_json:
        print_json(told)
    else:
        for one in told:
            _print(one)
    raise typer.Exit(int(any("error" in one for one in told)))


async def _read_all(kind: str, files: list[Path]) -> list[dict[str, Any]]:
    from lohnpegel.saved import NO_ADDRESS, is_nowhere, page_of_file
    from scraper import sources
    from scraper.errors import ScraperError
    from scraper.parse.shown import shown
    from scraper.parse.worker import Parsers

    told: list[dict[str, Any]] = []
    async with Parsers() as parsers:
        for file in files:
            page = page_of_file(file)
            try:
                told.append({"file": str(file), **shown(await parsers.parse(sources.load(kind), page))})
            except ScraperError as error:
                told.append({"file": str(file), "error": type(error).__name__, "message": str(error)})
            if any(is_nowhere(ad["url"]) for ad in told[-1].get("postings", ())):
                told[-1]["notes"] = [*told[-1].get("notes", ()), NO_ADDRESS]
    return told


def _print(told: dict[str, Any]) -> None:
    if "error" in told:
        print(f"{told['file']}: {told['error']}: {told['message']}")
        return
    counts = f"{len(told['postings'])} ads, {len(told['rejects'])} rejects, {len(told['requests'])} further requests"
    print(f"{told['file']}: {counts}")
    for ad in told["postings"]:
        print(f"  {ad['source_id']}\t{ad['title']}\t{ad.get('employer', '')}\t{'; '.join(ad.get('repairs', ()))}")
    for reject in told["rejects"]:
        print(f"  rejected: {reject['reason']}")
    for figure in told.get("figures", ()):
        amounts = ", ".join(f"{name} {figure.get(name)}" for name in ("low", "median", "high"))
        print(f"  {figure['kldb']}\t{figure['region']}\t{amounts}\tread on {figure['retrieved_on']}")
    for note in told.get("notes", ()):
        print(f"  note: {note}")
