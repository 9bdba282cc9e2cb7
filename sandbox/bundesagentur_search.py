"""Which ads a search of the Bundesagentur's replica finds: place, radius, words, filters, facets."""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sandbox import bundesagentur_ads as shape
from sandbox import stock
from sandbox.values import AdState

DEFAULT_RADIUS_KM = 25
_SINCE = {"0", "1", "7", "14", "28"}  # any other number filters nothing, whatever old documents say
_OFFERS = {"1": "ARBEIT", "2": "SELBSTAENDIGKEIT", "4": "AUSBILDUNG", "34": "PRAKTIKUM_TRAINEE"}
_TERMS = {"1": "BEFRISTET", "2": "UNBEFRISTET", "3": "KEINE_ANGABE"}
Keep = Callable[["Found"], bool]


@dataclass(frozen=True, slots=True)
class Found:
    """An ad with what the search needs of it."""

    state: AdState
    hit: dict[str, Any]
    words: str  #: title, occupation and text, casefolded


@dataclass(frozen=True, slots=True)
class Where:
    """How the place of a search was understood."""

    mode: str
    name: str | None = None
    lat: float | None = None
    lon: float | None = None

    def as_json(self) -> dict[str, Any]:
        """The `woOutput` of an answer."""
        out: dict[str, Any] = {} if self.name is None else {"bereinigterOrt": self.name}
        out["suchmodus"] = self.mode
        if self.lat is not None:
            out["koordinaten"] = [{"lat": self.lat, "lon": self.lon}]
        return out


_COUNTRY = Where("LANDSUCHE", "Deutschland")
_WIDE = {"": _COUNTRY, "deutschland": _COUNTRY, "nordrhein-westfalen": Where("BUNDESLANDSUCHE", "Nordrhein-Westfalen")}


def index(states: Iterable[AdState]) -> list[Found]:
    """The ads of a week, ready to be searched."""
    return [Found(one, shape.hit(one), f"{one.title}\n{one.ad.opening.occupation}\n{one.text}".casefold()) for one in states]


def understand(query: Mapping[str, str]) -> Where:
    """Read `wo` or `koordinaten`: names are matched with their umlauts, spellings without are not understood."""
    if "koordinaten" in query:
        lat, _, lon = query["koordinaten"].partition(",")
        is_pair = all(part.strip().lstrip("-").replace(".", "", 1).isdecimal() for part in (lat, lon))
        return Where("UMKREISSUCHE_MIT_KOORDINATEN", None, float(lat), float(lon)) if is_pair else Where("UNGUELTIG")
    place = query.get("wo", "Deutschland").strip().casefold()
    if place in _WIDE:
        return _WIDE[place]
    for town in stock.load("places")["town"]:
        if place == town["name"].casefold() or place.endswith(f" {town['name'].casefold()}"):
            return Where("UMKREISSUCHE", town["name"], town["lat"], town["lon"])
        for district in town["districts"]:
            if place == district["plz"]:
                return Where("UMKREISSUCHE", f"{place} {town['name']}", district["lat"], district["lon"])
    return Where("UNGUELTIG")


def filters(query: Mapping[str, str], today: date) -> dict[str, Keep]:
    """The tests that `query` asks for, by parameter; unknown parameters ask for nothing."""
    tests: dict[str, Callable[[str], Keep]] = {
        "was": lambda value: lambda one: all(word in one.words for word in value.casefold().split()),
        "angebotsart": lambda value: lambda one: one.hit["stellenangebotsart"] == _OFFERS.get(value),
        "zeitarbeit": lambda value: lambda one: (one.state.ad.opening.employer.agency == "temp") == (value == "true"),
        "pav": lambda value: lambda one: (one.state.ad.kind == "agency_copy") == (value == "true"),
        "befristung": lambda value: lambda one: one.hit["vertragsdauer"] in {_TERMS.get(part) for part in value.split(";")},
        "arbeitszeit": lambda value: lambda one: not _work_times(one.hit).isdisjoint(value.split(";")),
        "arbeitgeber": lambda value: lambda one: bool(one.hit["firma"] == value),
        "beruf": lambda value: lambda one: bool(one.hit["hauptberuf"] == value),
        "arbeitsort": lambda value: lambda one: value in _towns(one.hit),
        "quereinstieg": lambda value: lambda one: one.hit["quereinstiegGeeignet"] == (value == "true"),
        "externestellenboersen": lambda value: lambda one: shape.is_partner(one.state) == (value == "true"),
        "veroeffentlichtseit": lambda value: lambda one: value not in _SINCE or _age(one, today) <= int(value),
    }
    return {name: make(query[name]) for name, make in tests.items() if name in query}


def distance_km(one: Found, where: Where) -> float | None:
    """From the searched centre to the ad's nearest place; None for a search without a centre."""
    if where.lat is None or where.lon is None:
        return None
    return min(_great_circle(where.lat, where.lon, spot.lat, spot.lon) for spot in one.state.ad.spots)


def facets(near: list[Found], kept: Mapping[str, Keep], today: date) -> dict[str, Any]:
    """Counts by facet; a facet ignores its own filter, so its sum may exceed the hits."""
    readings: dict[str, Callable[[Found], Iterable[str]]] = {
        "arbeitsort": lambda one: _towns(one.hit),
        "arbeitsort_plz": lambda one: {
            place["adresse"]["plz"] for place in one.hit["stellenlokationen"] if "plz" in place["adresse"]
        },
        "arbeitgeber": lambda one: [one.hit["firma"]],
        "beruf": lambda one: one.hit["alleBerufe"],
        "befristung": lambda one: [key for key, name in _TERMS.items() if name == one.hit["vertragsdauer"]],
        "zeitarbeit": lambda one: [_flag(one.state.ad.opening.employer.agency == "temp")],
        "pav": lambda one: [_flag(one.state.ad.kind == "agency_copy")],
        "quereinstieg": lambda one: [_flag(one.hit["quereinstiegGeeignet"])],
        "externestellenboersen": lambda one: [_flag(shape.is_partner(one.state))],
        "angebotsart": lambda one: [key for key, name in _OFFERS.items() if name == one.hit["stellenangebotsart"]],
        "arbeitszeit": lambda one: _work_times(one.hit),
        "verguetung": lambda one: {"STUNDENLOHN": ["stunde"], "JAHRESGEHALT": ["jahr"]}.get(one.hit["verguetungsangabe"], []),
        "homeoffice": lambda one: _home(one.hit),
        "veroeffentlichtseit": lambda one: ["alle", *(days for days in _SINCE if _age(one, today) <= int(days))],
    }
    out: dict[str, Any] = {}
    for name, read in readings.items():
        rest = [one for one in near if all(test(one) for key, test in kept.items() if key != name)]
        counts = Counter(label for one in rest for label in read(one))
        out[name] = ({"counts": dict(sorted(counts.items()))} if counts else {}) | {"maxCount": len(rest)}
    return out


def _towns(hit: dict[str, Any]) -> set[str]:
    return {place["adresse"]["ort"] for place in hit["stellenlokationen"]}


def _work_times(hit: dict[str, Any]) -> set[str]:
    part = any(value for key, value in hit.items() if key.startswith("arbeitszeitTeilzeit"))
    flags = {"vz": hit["arbeitszeitVollzeit"], "tz": part, "snw": hit["arbeitszeitSchichtNachtWochenende"]}
    return {name for name, on in flags.items() if on}


def _home(hit: dict[str, Any]) -> list[str]:
    if hit.get("homeofficetyp") == "ANGABE_IN_PROZENT":
        return ["prozentual"]
    return [f"nv_{_flag(hit['homeofficemoeglich'])}"] if "homeofficemoeglich" in hit else []


def _flag(on: bool) -> str:
    return "true" if on else "false"


def _age(one: Found, today: date) -> int:
    """Days since the present publication."""
    return (today - shape.published(one.state)).days


def _great_circle(lat: float, lon: float, lat2: float, lon2: float) -> float:
    """Distance on the globe, km."""
    a, b = math.radians(lat), math.radians(lat2)
    half = math.sin((b - a) / 2) ** 2 + math.cos(a) * math.cos(b) * math.sin(math.radians(lon2 - lon) / 2) ** 2
    return 12742 * math.asin(math.sqrt(half))
