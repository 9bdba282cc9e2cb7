"""`lohnpegel doctor`: what stands in the way, and what to do about it."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from lohnpegel.cli._state import State, print_json
from lohnpegel.errors import ConfigError

if TYPE_CHECKING:
    from lohnpegel.doctor import Finding
    from lohnpegel.settings import Settings

STYLES = {"ok": "green", "warn": "yellow", "fail": "bold red"}


def register(app: typer.Typer) -> None:
    app.command("doctor")(doctor)


def doctor(
    context: typer.Context,
    online: Annotated[bool, typer.Option("--online", help="Also ask each source for its first pages.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
) -> None:
    """Look at Python, SQLite, disk, rights, clock, configuration and extras; exit code 2 when something must be mended first."""
    from lohnpegel.doctor import code

    found = list(_findings(context.obj, online=online))
    if as_json:
        print_json(found)
    console = Console(soft_wrap=True, highlight=False)
    for one in found if not as_json else ():
        console.print(f"{one.level:<4}", end="  ", style=STYLES[one.level])
        console.print(f"{one.what:<12} {one.said}" + (f"\n                    → {one.do}" if one.do else ""), markup=False)
    raise typer.Exit(code(found))


def _findings(state: State, *, online: bool) -> "Iterator[Finding]":
    from lohnpegel.doctor import Finding, installation, machine

    now = datetime.now(UTC)
    yield from machine(now)
    try:
        settings = state.settings
    except ConfigError as error:
        for line in str(error).splitlines():
            yield Finding("config", "fail", line, "mend it, or begin anew with `lohnpegel init`")
        return
    yield Finding("config", "ok", f"{state.config}: {settings.profile.name}, {len(settings.claims)} claims")
    yield from installation(settings, state.config, now)
    if online:
        yield from _asked(settings)


def _asked(settings: "Settings") -> "Iterator[Finding]":
    from lohnpegel.doctor import Finding
    from lohnpegel.plans import crawl_plan
    from lohnpegel.probing import probe_all

    try:
        plan = crawl_plan(settings)
    except ConfigError:
        return  # said above
    for one in asyncio.run(probe_all(plan)):
        if one.error:
            yield Finding(one.source, "warn", one.error, f"lohnpegel sources check {one.source}; docs/sources.md")
        else:
            yield Finding(one.source, "ok", f"{one.ads} ads on {one.pages} pages")
