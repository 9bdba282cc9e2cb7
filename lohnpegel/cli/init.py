"""`lohnpegel init`: the first configuration, asked for or given by options."""

import asyncio
import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lohnpegel.beginning import Answers, Place, configuration, misspelt, place, shipped_sources, shipped_terms
from lohnpegel.checks import postcode_range
from lohnpegel.cli._state import State
from lohnpegel.errors import OutputError, UsageError

if TYPE_CHECKING:
    from lohnpegel.settings import Settings

Postcodes = Annotated[
    list[str] | None, typer.Option("--postcode", help="Of a town that is not in the list: 46509 or 46509-46519; may be repeated.")
]


def register(app: typer.Typer) -> None:
    app.command("init")(init)


def init(
    context: typer.Context,
    contact: Annotated[str | None, typer.Option(help="E-mail address or URL under which site owners reach you.")] = None,
    town: Annotated[str | None, typer.Option(help="A town's name, or one of its post codes.")] = None,
    postcode: Postcodes = None,
    radius: Annotated[int | None, typer.Option(min=0, max=200, help="Kilometres around it to search; 15 by default.")] = None,
    term: Annotated[
        list[str] | None, typer.Option(help="What to search for; may be repeated. By default customer service.")
    ] = None,
    source: Annotated[
        list[str] | None, typer.Option(help="A source to ask; may be repeated. By default what fits the town.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Ask nothing: what is not given is as by default.")] = False,
    no_try: Annotated[bool, typer.Option("--no-try", help="Do not ask the sources for their first pages.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Write over a configuration that is there.")] = False,
) -> None:
    """Ask for contact, place, terms and sources, try the sources, and write config.toml. Exit code 1 when a source fails."""
    from lohnpegel.settings import parsed

    state: State = context.obj
    if state.config.exists() and not force:
        raise UsageError(f"{state.config}: is there already; name another with --config, or write over it with --force")
    asking = not yes and sys.stdin.isatty()
    there = _place(town, postcode, asking=asking)
    wide = radius if radius is not None else typer.prompt("Kilometres around it", 15, type=int) if asking else 15
    answers = Answers(
        _contact(contact, asking=asking), there, wide, _terms(term, asking=asking), _sources(source, there, asking=asking)
    )
    text = configuration(answers)
    settings = parsed(text, state.config)
    code = 0 if no_try else _try(settings)
    _write(state.config, text)
    print(f"wrote {state.config}\n")
    _next(state.config)
    raise typer.Exit(code)


def _contact(given: str | None, *, asking: bool) -> str:
    from scraper.fetch.limits import Conduct

    while True:
        said = given or (typer.prompt("Contact for site owners (e-mail or URL; sent with every request)") if asking else "")
        if not said:
            raise UsageError("a live run needs a contact: give --contact you@example.org")
        if Conduct(contact=said).reachable:
            return str(said)
        if given or not asking:
            raise UsageError(f"--contact {said}: is neither an e-mail address nor a URL")
        print(f"{said}: is neither an e-mail address nor a URL")


def _place(given: str | None, codes: list[str] | None, *, asking: bool) -> Place:
    if given or not asking:
        said = given or "Duisburg"
        try:
            found = Place(said, tuple(map(_code, codes))) if codes else place(said)
        except ValueError as error:
            raise UsageError(f"--postcode: {error}") from error
        if found is None:
            near = misspelt(said)
            hint = f"did you mean {near!r}?" if near else "give its name with --town and its post codes with --postcode"
            raise UsageError(f"--town {said}: is not in the list of larger towns; {hint}")
        return found
    while True:
        said = typer.prompt("Town, or one of its post codes", "Duisburg")
        if found := place(said) or _small(said):
            return found


def _small(said: str) -> Place | None:
    """A town that is not in the list, with the post codes that a person knows; None: it was meant otherwise."""
    near = misspelt(said)
    print(f"{said}: is not in the list of larger towns" + (f"; did you mean {near!r}?" if near else ""))
    while not near and not said.isdigit():
        codes = typer.prompt(f"Post codes of {said}, 46509 or 46509-46519; empty for another town", "", show_default=False)
        try:
            return Place(said, tuple(_code(code) for code in codes.split(","))) if codes.strip() else None
        except ValueError as error:
            print(error)
    return None


def _code(said: str) -> str:
    low, _, high = postcode_range(said.strip()).partition("-")
    return low if low == high else f"{low}-{high}"


def _terms(given: list[str] | None, *, asking: bool) -> tuple[str, ...]:
    if given:
        return tuple(given)
    default = shipped_terms()
    if not asking:
        return default
    said = typer.prompt("Search terms, separated by commas", ", ".join(default))
    return tuple(term for part in said.split(",") if (term := part.strip())) or default


def _sources(given: list[str] | None, there: Place, *, asking: bool) -> tuple[str, ...]:
    known = shipped_sources(there)
    if given:
        if wrong := sorted(set(given) - known.keys()):
            raise UsageError(f"--source {wrong[0]}: there are {', '.join(known)}; others are added later, see docs/sources.md")
        return tuple(given)
    if not asking:
        return tuple(name for name, fits in known.items() if fits)
    return tuple(name for name, fits in known.items() if typer.confirm(f"Ask {name}?", default=fits))


def _try(settings: "Settings") -> int:
    """Ask each source for its first pages, by all the rules of a crawl; 1 where one fails."""
    from lohnpegel.plans import crawl_plan
    from lohnpegel.probing import probe_all

    print("trying the sources …", flush=True)
    probes = asyncio.run(probe_all(crawl_plan(settings)))
    for one in probes:
        print(f"  {one.source}: {one.error or f'{one.ads} ads on {one.pages} pages'}")
    failed = [one.source for one in probes if one.error]
    if failed:
        print(f"{', '.join(failed)}: stays in the configuration; if it goes on failing, set enabled = false in its block")
    return int(bool(failed))


def _write(path: Path, text: str) -> None:
    """Whole or not at all."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except OSError as error:
        raise OutputError(f"{path}: cannot be written ({error.strerror}); make the folder writable or name another") from error


def _next(path: Path) -> None:
    ours = "" if path == Path("config.toml") else f" -c {path}"
    for words, why in (
        ("doctor", "is everything there?"),
        ("crawl", "fetch the ads once"),
        ("report", "what they offer"),
        ("schedule", "stay and do all this by the timetable; or `run` from cron: docs/operations.md"),
    ):
        print(f"  lohnpegel{ours} {words:<10} {why}")
