"""`lohnpegel reparse`: today's parsers over the raw archive."""

import re
import sys
from datetime import UTC, datetime
from typing import Annotated

import typer

from lohnpegel.cli._progress import Quiet, progress
from lohnpegel.cli._state import State, print_json, program_version
from lohnpegel.errors import UsageError


def register(app: typer.Typer) -> None:
    app.command("reparse")(reparse)


def reparse(
    context: typer.Context,
    source: Annotated[str | None, typer.Option(help="Only this source.")] = None,
    since: Annotated[str | None, typer.Option(help="Only pages fetched on that day or later, 2026-11-01.")] = None,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Processes that read pages.")] = 2,
    dask: Annotated[str | None, typer.Option(help="Address of a Dask scheduler, tcp://HOST:8786; or local:2.")] = None,
    wait: Annotated[float, typer.Option(help="Seconds to wait for another run instead of giving up.")] = 0.0,
    quiet: Quiet = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
) -> None:
    """Read every stored ad again from its newest raw page, write what differs, and say what that was.

    Sightings and closings stay as they are. Interrupted, it goes on where it stopped.
    """
    from scheduler.reparse import ReparsePlan, run_reparse
    from scraper.profile import Profile

    state: State = context.obj
    state.log(quiet=quiet)
    settings = state.settings
    if source is not None and source not in settings.source:
        raise UsageError(f"--source {source}: is not configured; there are: {', '.join(sorted(settings.source))}")
    plan = ReparsePlan(
        database_url=settings.storage.url,
        archive_url=settings.storage.archive_url,
        profile=Profile(settings.town, settings.scope),
        version=program_version(),
        config_hash=settings.fingerprint(),
        source=source,
        since=_since(since),
        workers=workers,
        dask=_dask(dask),
    )
    with progress("pages", quiet=quiet) as told:
        done = run_reparse(plan, wait_s=wait, progress=told)
    if as_json:
        print_json(done)
        raise typer.Exit(int(bool(done.unread)))
    print(f"{done.ads} ads on {done.pages} pages read again, {done.changed} changed" + (" (continued)" if done.continued else ""))
    if done.without_page:
        print(f"{done.without_page} ads have no raw page left")
    for field in done.fields:
        print(f"{field.field}\tgained {field.gained}\tlost {field.lost}\tchanged {field.changed}")
        for ad, old, new in field.samples:
            print(f"  ad {ad}: {_short(old)} → {_short(new)}")
    for page in done.unread:
        print(f"not read: {page}", file=sys.stderr)
    raise typer.Exit(int(bool(done.unread)))


def _since(day: str | None) -> datetime | None:
    try:
        return datetime.fromisoformat(day).replace(tzinfo=UTC) if day else None
    except ValueError:
        raise UsageError(f"--since {day}: is no date; write it as 2026-11-01") from None


def _dask(address: str | None) -> str | None:
    if address is None or re.fullmatch(r"local:[1-9]\d?|(tcp|tls)://\S+", address):
        return address
    raise UsageError(f"--dask {address}: is no address; write tcp://HOST:8786, or local:2 for two workers of this machine")


def _short(value: str | None) -> str:
    return "(none)" if not value else repr(value if len(value) <= 60 else value[:57] + "…")
