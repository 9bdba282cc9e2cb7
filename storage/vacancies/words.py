"""The rule's word lists (`words.toml`), read once."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any


@cache
def table() -> dict[str, Any]:
    """The whole file as it stands."""
    return tomllib.loads(Path(__file__).with_name("words.toml").read_text("utf-8"))


@cache
def words(*path: str) -> frozenset[str]:
    """One list, addressed by its keys; a text in the file is a list of words.

    >>> "gmbh" in words("employer", "legal")
    True
    """
    found: Any = table()
    for key in path:
        found = found[key]
    return frozenset(found.split() if isinstance(found, str) else found)


@cache
def numbers(name: str) -> dict[str, int]:
    """`numbers` or `months`: word to value."""
    return dict(table()[name])


@cache
def district_towns() -> dict[str, str]:
    """District to its town."""
    return {district: town for town, districts in table()["place"]["districts"].items() for district in districts}
