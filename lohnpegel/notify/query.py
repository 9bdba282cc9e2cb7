"""A saved search, written as it is typed behind `lohnpegel search`."""

import re
from datetime import datetime
from functools import cache
from typing import Any

import typer
from typer.exceptions import TyperException

from lohnpegel.errors import UsageError
from storage.search import Wanted

MOST = 2000  #: ads looked at in one go
_PART = re.compile(r'(?:"[^"]*"|[^\s"])+')
_SENSELESS = {"as_of": "--as-of", "limit": "--limit", "as_json": "--json", "as_csv": "--csv"}


def wanted(query: str, now: datetime) -> Wanted:
    """What a saved search looks for: always open ads.

    Args:
        query: Words, "phrases" and options, as behind `lohnpegel search`; words need no quotes around them all.
        now: What ages count back from, aware UTC.

    Raises:
        UsageError: an option that does not exist, has a wrong value, or has no meaning here.

    >>> from datetime import UTC
    >>> found = wanted('teamleiter "sap crm" --min-pay 2600 --in "Alt Hamborn"', datetime(2026, 11, 22, tzinfo=UTC))
    >>> found.words, found.min_pay, found.place, found.open_only
    ('teamleiter "sap crm"', 2600.0, 'Alt Hamborn', True)
    """
    from lohnpegel.cli.search import _since

    words, options = _parted(query)
    command: Any = _command()
    try:
        said = command.make_context("search", [*options, "--", " ".join(words)] if words else options).params
        since = _since(said["since"], now)
    except (TyperException, UsageError) as error:
        raise UsageError(f"query {query!r}: {error}") from error
    for param in command.params:
        if param.name in _SENSELESS and said[param.name] != param.default:
            raise UsageError(f"query {query!r}: {_SENSELESS[param.name]} has no meaning in a digest")
    return Wanted(
        said["words"], True, since, said["min_pay"], said["place"],
        limit=MOST, level=said["level"], skill=said["skill"], language=said["language"],
    )  # fmt: skip


def _parted(query: str) -> tuple[list[str], list[str]]:
    """Words, with their quotes; and options with their values, without."""
    words: list[str] = []
    options: list[str] = []
    takes = {name for param in _command().params if not getattr(param, "is_flag", True) for name in param.opts}
    value = False
    for part in _PART.findall(query):
        if value or (part.startswith("-") and len(part) > 1):
            options.append(part.replace('"', ""))
            value = not value and part in takes
        else:
            words.append(part)
    return words, options


@cache
def _command() -> Any:
    """The command itself, so that both read the same language."""
    from lohnpegel.cli.search import search

    app = typer.Typer(add_completion=False)
    app.command("search")(search)
    return typer.main.get_command(app)
