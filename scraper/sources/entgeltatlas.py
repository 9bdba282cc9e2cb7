"""Entgeltatlas of the Bundesagentur: no ads, but median and quartiles of pay by occupation and region, to hold ads against.

Facts as of November 2026: the year of the data stands at an address of its own; one array for each KldB number, hundreds of rows
unless gender, age and industry are chosen; amounts are gross euros a month at full time, special payments included; negative
amounts are markers ("none", "above the ceiling") and are dropped; new data come once a year.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

from scraper.benchmarks import Figure
from scraper.errors import LayoutChanged, NotUnderstood
from scraper.model import Options, Page, Parsed, Request
from scraper.parse.fields import load_json, mappings, need, text

NAME = "entgeltatlas"
DEFAULTS: Mapping[str, Any] = MappingProxyType(
    {
        "base_url": "https://rest.arbeitsagentur.de/infosysbub/entgeltatlas",
        "entgelte_path": "/pc/v1/entgelte/",
        "dataset_path": "/pc/v1/dataset",
        "api_key": "infosysbub-ega",
        "occupations": [],  # KldB numbers; [] takes those of [report]
        "regions": ["DE", "NRW"],
    }
)
HINTS: Mapping[int, str] = MappingProxyType(
    dict.fromkeys(
        (403, 404),
        "the interface says 403 alike for a wrong path, a wrong key and its own filter: compare dataset_path, entgelte_path and "
        "api_key under [source.entgeltatlas] with docs/sources.md; until it can be read, the shipped figures stand in",
    )
)
EVERY_DAYS = 28  #: so often it is asked: its data change once a year
#: regions by the interface's own numbers; there is none for Duisburg
REGIONS: Mapping[str, int] = MappingProxyType(
    {"DE": 1, "West": 3, "NRW": 8, "Düsseldorf": 21, "Dortmund": 22, "Essen": 23, "Köln": 27}
)
LEVELS = "1234"  #: last digit of a five-digit KldB: helper, skilled, specialist, expert; the interface's `l`
MOST = 1_000_000_000  #: euros or people; beyond it no number means either
ALL = "1"  #: all genders, ages, industries


def start(options: Options) -> list[Request]:
    """The year of the data; its answer leads to the figures.

    Raises:
        NotUnderstood: no occupation is named, one is no KldB number, or a region has no number.
    """
    told = {**DEFAULTS, **options.settings}
    if not told["occupations"]:
        raise NotUnderstood("no occupation is named: fill `occupations` under [report] or [source.entgeltatlas], or disable it")
    for kldb in told["occupations"]:
        if not (isinstance(kldb, str) and kldb.isascii() and kldb.isdigit() and 3 <= len(kldb) <= 5):
            raise NotUnderstood(f"{kldb!r} is no KldB number: three to five digits, as 92122")
    for region in told["regions"]:
        if region not in REGIONS:
            raise NotUnderstood(f"the Entgeltatlas has no region {region!r}; there are {', '.join(REGIONS)}")
    base = str(told["base_url"]).rstrip("/")
    carry = {"base": base + told["entgelte_path"], "key": told["api_key"]}
    carry |= {"occupations": list(told["occupations"]), "regions": list(told["regions"])}
    return [Request(base + told["dataset_path"], headers=_headers(told["api_key"]), carry=carry)]


def parse(page: Page) -> Parsed:
    """The year leads to a request for each occupation and region; each of these holds a figure, or markers in place of one."""
    if page.request.kind == "detail":
        return _figure(page)
    body = load_json(page)
    if isinstance(body, list):  # saved by a person
        found = tuple(_saved(body, page.fetched_at.date()))
        return Parsed(figures=found, notes=() if found or not body else ("no row for all genders, ages and industries",))
    return Parsed(requests=tuple(_requests(page.request.carry, _year(body))))


def _year(body: Any) -> int:
    """The year that the figures are of."""
    found = need(body, "year")
    if not isinstance(found, int) or isinstance(found, bool) or found not in range(2010, 2101):
        raise LayoutChanged("year")
    return found


def _requests(carry: Mapping[str, Any], year: int) -> Iterator[Request]:
    for kldb in carry.get("occupations", ()):
        for region in carry["regions"]:
            level = f"l={kldb[4]}&" if len(kldb) == 5 and kldb[4] in LEVELS else ""
            url = f"{carry['base']}{kldb}?{level}r={REGIONS[region]}&g={ALL}&a={ALL}&b={ALL}"
            asked = {"kldb": kldb, "region": region, "year": year}
            yield Request(url, kind="detail", headers=_headers(carry["key"]), source_id=f"{kldb} {region}", carry=asked)


def _figure(page: Page) -> Parsed:
    """The row for all genders, ages and industries.

    Raises:
        LayoutChanged: no list, or no row for what was asked.
    """
    kldb, region = page.request.carry["kldb"], page.request.carry["region"]
    if page.status in (404, 410):
        return Parsed(notes=(f"the Entgeltatlas knows no {kldb} in {region}",))
    body = load_json(page)
    if isinstance(body, Mapping) and (refused := mappings(body, "messages")):
        raise NotUnderstood(f"the interface refused the question: {text(refused[0], 'code')}")
    if not isinstance(body, list):
        raise LayoutChanged("entgelt", "an answer that is no list")
    rows = [row for row in body if _is_for_all(row) and _id(row, "region") in (None, str(REGIONS[region]))]
    if body and not rows:
        raise LayoutChanged("region", f"{len(body)} rows for {kldb} in {region}")
    found = _of(rows[0], kldb, region, page.request.carry["year"], page.fetched_at.date()) if rows else None
    return Parsed(figures=(found,)) if found else Parsed(notes=(f"no figure for {kldb} in {region}: markers in its place",))


def _of(row: Mapping[str, Any], kldb: str, region: str, year: int | None, on: date) -> Figure | None:
    """A row's figure; None where it has markers in place of all amounts."""
    low, median, high, persons = (_amount(row, key) for key in ("entgeltQ25", "entgelt", "entgeltQ75", "besetzung"))
    if low is None and median is None and high is None:
        return None
    return Figure(kldb, region, low, median, high, None if persons is None else int(persons), year, on)


def _saved(body: list[Any], on: date) -> Iterator[Figure]:
    """The figures of an answer of which nobody knows what was asked: each row says its occupation and region itself."""
    names = {str(number): name for name, number in REGIONS.items()}
    for row in body:
        kldb, region = text(row, "kldb"), names.get(_id(row, "region") or "")
        if kldb and region and _is_for_all(row) and (found := _of(row, kldb, region, None, on)):
            yield found


def _is_for_all(row: Any) -> bool:
    """Whether a row is the one of all genders, ages and industries; what it does not say was asked for."""
    return isinstance(row, Mapping) and all(_id(row, key) in (None, ALL) for key in ("gender", "ageCategory", "branche"))


def _id(row: Any, key: str) -> str | None:
    return text(row, key, "id") or text(row, key)


def _amount(row: Mapping[str, Any], key: str) -> float | None:
    """A positive number; anything else is a marker."""
    value = row.get(key)
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < MOST else None


def _headers(key: str) -> dict[str, str]:
    return {"X-API-Key": key, "Accept": "application/json"}
