"""`lohnpegel digest`: saved searches, looked at or sent by hand."""

from contextlib import closing
from datetime import UTC, datetime
from typing import Annotated

import typer

from lohnpegel.cli._state import State, print_json
from lohnpegel.errors import UsageError


def register(app: typer.Typer) -> None:
    app.command("digest")(digest)


def digest(
    context: typer.Context,
    name: Annotated[str | None, typer.Argument(help="A [[digest]] of config.toml; all by default.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print the message; send and note nothing.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
) -> None:
    """Tell the new openings of saved searches now; each opening is told once. Exit code 1 when a message was not taken."""
    from lohnpegel.notify.look import digest_now

    state: State = context.obj
    names = [block.name for block in state.settings.digest if name in (None, block.name)]
    if not names:
        there = ", ".join(block.name for block in state.settings.digest) or "none"
        raise UsageError(f"{state.config}: no [[digest]] named {name!r}; there are: {there}")
    if dry_run:
        _show(state, names, as_json)
        return
    told, reasons = digest_now(state.settings, names, datetime.now(UTC))
    if as_json:
        print_json({"digests": told, "errors": reasons})
    for one, count in told.items() if not as_json else ():
        print(f"{one}: {count} new openings")
    for reason in reasons if not as_json else ():
        print(f"not taken, tried again with a later run: {reason}")
    raise typer.Exit(int(bool(reasons)))


def _show(state: State, names: list[str], as_json: bool) -> None:
    from lohnpegel.logs import legible
    from lohnpegel.notify.digests import issue
    from storage.read import Reader

    with closing(Reader.open(state.settings.storage.url)) as reader:
        blocks = [block for block in state.settings.digest if block.name in names]
        found = {one.name: issue(reader, one, state.settings.report.language, datetime.now(UTC)).message for one in blocks}
    if as_json:
        print_json([{"name": name, "title": said and said.title, "body": said and said.body} for name, said in found.items()])
        return
    for name, said in found.items():
        text = f"{said.title}\n\n{said.body}" if said else f"{name}: nothing new"
        print("\n".join(map(legible, text.split("\n"))), end="\n\n")
