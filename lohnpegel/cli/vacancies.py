"""`lohnpegel vacancies`: why ads are one opening, and a person's word on it."""

from contextlib import closing
from datetime import UTC, datetime
from typing import Annotated, Any

import msgspec
import typer
from rich.console import Console

from lohnpegel.cli._state import State, print_json
from lohnpegel.errors import UsageError

vacancies = typer.Typer(help="Which ads are one opening, and why.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    app.add_typer(vacancies, name="vacancies")


@vacancies.command("show")
def show(
    context: typer.Context,
    vacancy: Annotated[int, typer.Argument(help="The vacancy's number, as `lohnpegel search --json` names it.")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
) -> None:
    """Show a vacancy's ads, and the evidence between the first and each other."""
    from storage.engine import reading
    from storage.read import Reader
    from storage.vacancies import UnknownVacancy, explain

    state: State = context.obj
    with closing(Reader.open(state.settings.storage.url)) as reader:
        try:
            with reading(reader.engine) as connection:
                told = explain(connection, vacancy)
        except UnknownVacancy as error:
            raise UsageError(str(error)) from error
        ads = {member.posting_id: reader.ad(member.posting_id) for member in told.members}
    if as_json:
        print_json(msgspec.to_builtins(told))
        return
    _print(told, ads, Console())


@vacancies.command("split")
def split(
    context: typer.Context,
    ads: Annotated[list[int], typer.Argument(help="Numbers of ads that belong together, and not to the others.")],
    wait: Annotated[float, typer.Option(help="Seconds to wait for another run instead of giving up.")] = 0.0,
) -> None:
    """Part ads from the others of their vacancies, for good."""
    from storage.vacancies import split as part

    _write(context.obj, wait, lambda engine, at: part(engine, ads, at))
    print(f"{', '.join(map(str, ads))}: parted from the others; later runs keep to it")


@vacancies.command("join")
def join(
    context: typer.Context,
    first: Annotated[int, typer.Argument(help="Number of an ad.")],
    second: Annotated[int, typer.Argument(help="Number of another ad of the same opening.")],
    wait: Annotated[float, typer.Option(help="Seconds to wait for another run instead of giving up.")] = 0.0,
) -> None:
    """Put two ads, with their vacancies, into one, for good."""
    from storage.vacancies import join as put

    if first == second:
        raise UsageError(f"{first}: name two ads")
    _write(context.obj, wait, lambda engine, at: put(engine, first, second, at))
    print(f"{first} and {second}: one vacancy; later runs keep to it")


def _write(state: State, wait: float, change: Any) -> None:
    """Change the grouping under the lock."""
    from scheduler.lock import writing
    from storage.engine import open_engine
    from storage.vacancies import UnknownVacancy

    with writing(state.settings.storage.url, "vacancies", wait):
        engine = open_engine(state.settings.storage.url)
        try:
            change(engine, datetime.now(UTC))
        except UnknownVacancy as error:
            raise UsageError(str(error)) from error
        finally:
            engine.dispose()


def _print(told: Any, ads: dict[int, Any], console: Console) -> None:
    between = {second: evidence for _, second, evidence in told.evidence}
    console.print(
        f"vacancy {told.vacancy_id}: {len(told.members)} ads", style="bold", markup=False, highlight=False, soft_wrap=True
    )
    for member in sorted(told.members, key=lambda member: (member.posting_id in between, member.posting_id)):
        row = ads[member.posting_id].row
        hand = ", by hand" if member.by_hand else ""
        place = " ".join(part for part in (row["postcode"], row["city"], row["district"]) if part) or row["place_text"] or ""
        console.print(f"\nad {row['id']}  {row['title']}", markup=False, highlight=False, soft_wrap=True)
        console.print(
            f"  {row['employer'] or '(no employer)'}, {place}  {row['source']}:{row['source_id']}", markup=False, highlight=False
        )
        console.print(f"  score {member.score:.2f}{hand}: {member.reason}", markup=False, highlight=False, soft_wrap=True)
        for evidence in between.get(member.posting_id, ()):
            sign = {"for": "+", "against": "−", "note": "·"}[evidence.bearing]
            console.print(f"    {sign} {evidence.name}: {evidence.detail}", markup=False, highlight=False, soft_wrap=True)
