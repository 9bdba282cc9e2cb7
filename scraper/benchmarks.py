"""Outside figures to hold ads against: what was read live, else what is shipped, each with its date; never evidence."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Figure:
    """One occupation in one region; euros gross a month at full time, all levels of experience."""

    kldb: str
    region: str
    low: float | None  #: lower quartile
    median: float | None
    high: float | None  #: upper quartile
    persons: int | None
    year: int | None  #: of the data; None where it is not known
    retrieved_on: date
    label: str = ""


def latest(live: Sequence[Figure]) -> tuple[Figure, ...]:
    """The newest figure for each occupation and region: what was read live, else what is shipped with its date."""
    newest: dict[tuple[str, str], Figure] = {}
    for one in (*shipped(), *live):
        held = newest.get((one.kldb, one.region))
        if held is None or held.retrieved_on <= one.retrieved_on:
            newest[one.kldb, one.region] = one
    return tuple(newest.values())


@cache
def shipped() -> tuple[Figure, ...]:
    """Dated figures for when the interface cannot be reached."""
    table = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
    return tuple(Figure(**{"year": None, **entry}) for entry in table["figure"])
