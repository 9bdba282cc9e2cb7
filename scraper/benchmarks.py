"""Entgeltatlas of the Bundesagentur: median and quartiles of pay by occupation and region, to hold ads against.

Facts as of November 2026: one array for each KldB number, hundreds of rows unless gender, age and industry are chosen; amounts
are gross euros a month at full time, special payments included; negative amounts are markers ("none", "above the ceiling") and
are dropped; the year of the data stands at an address of its own; robots.txt of the host is no answer, as for the job search.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from scraper.errors import LayoutChanged, NotUnderstood
from scraper.model import Page, Request
from scraper.parse.fields import load_json, need, text

NAME = "entgeltatlas"
DEFAULTS: Mapping[str, Any] = MappingProxyType(
    {
        "base_url": "https://rest.arbeitsagentur.de/infosysbub/entgeltatlas",
        "entgelte_path": "/pc/v1/entgelte/",
        "dataset_path": "/pc/v1/dataset",
        "api_key": "infosysbub-ega",
        "occupations": ["92122", "71402"],
        "regions": ["DE", "NRW"],
    }
)
#: regions by the interface's own numbers; there is none for Duisburg
REGIONS: Mapping[str, int] = MappingProxyType(
    {"DE": 1, "West": 3, "NRW": 8, "Düsseldorf": 21, "Dortmund": 22, "Essen": 23, "Köln": 27}
)
LEVELS = "1234"  #: last digit of a five-digit KldB: helper, skilled, specialist, expert; the interface's `l`
ALL = "1"  #: all genders, ages, industries


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


def start(settings: Mapping[str, Any]) -> list[Request]:
    """The year of the data, then one request for each occupation and region.

    Raises:
        NotUnderstood: a region has no number, or an occupation is no KldB number.
    """
    told = {**DEFAULTS, **settings}
    base, headers = str(told["base_url"]).rstrip("/"), {"X-API-Key": told["api_key"], "Accept": "application/json"}
    asked = [Request(base + told["dataset_path"], headers=headers, carry={"step": "year"})]
    for kldb in told["occupations"]:
        if not (kldb.isascii() and kldb.isdigit() and 3 <= len(kldb) <= 5):
            raise NotUnderstood(f"{kldb!r} is no KldB number: three to five digits, as 92122")
        for region in told["regions"]:
            if region not in REGIONS:
                raise NotUnderstood(f"the Entgeltatlas has no region {region!r}; there are {', '.join(REGIONS)}")
            level = f"l={kldb[4]}&" if len(kldb) == 5 and kldb[4] in LEVELS else ""
            url = f"{base}{told['entgelte_path']}{kldb}?{level}r={REGIONS[region]}&g={ALL}&a={ALL}&b={ALL}"
            asked.append(Request(url, headers=headers, carry={"step": "figure", "kldb": kldb, "region": region}))
    return asked


def year(page: Page) -> int:
    """The year that the figures are of.

    >>> from scraper.parse.fields import page_of
    >>> year(page_of(b'{"year": 2025}'))
    2025
    """
    found = need(load_json(page), "year")
    if not isinstance(found, int) or isinstance(found, bool) or found not in range(2010, 2101):
        raise LayoutChanged("year")
    return found


def figure(page: Page, of: int | None) -> Figure | None:
    """The row for all genders, ages and industries; None where the interface has markers in place of amounts.

    Args:
        page: The answer to one of the requests that `start` made.
        of: The year of the data.

    Raises:
        LayoutChanged: no list, or no row for what was asked.
    """
    body = load_json(page)
    carry = page.request.carry
    if not isinstance(body, list):
        raise LayoutChanged("entgelt", "an answer that is no list")
    rows = [row for row in body if _is_asked(row, REGIONS[carry["region"]])]
    if body and not rows:
        raise LayoutChanged("region", f"{len(body)} rows for {carry['kldb']} in {carry['region']}")
    if not rows:
        return None
    (low, median, high), persons = (
        (_amount(rows[0], key) for key in ("entgeltQ25", "entgelt", "entgeltQ75")),
        _amount(rows[0], "besetzung"),
    )
    if low is None and median is None and high is None:
        return None
    return Figure(
        kldb=carry["kldb"],
        region=carry["region"],
        low=low,
        median=median,
        high=high,
        persons=None if persons is None else int(persons),
        year=of,
        retrieved_on=page.fetched_at.date(),
    )


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


def _is_asked(row: Any, region: int) -> bool:
    """Whether a row is the one of all genders, ages and industries in the region; what it does not say was asked for."""
    ids = {"region": str(region), "gender": ALL, "ageCategory": ALL, "branche": ALL}
    said = ((text(row, key, "id") or text(row, key), wanted) for key, wanted in ids.items())
    return isinstance(row, Mapping) and all(value in (None, wanted) for value, wanted in said)


def _amount(row: Mapping[str, Any], key: str) -> float | None:
    """A positive number; anything else is a marker."""
    value = row.get(key)
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) and value > 0 else None
