"""Replica of the Bundesagentur's Entgeltatlas: `GET {base}/pc/v1/dataset` and `GET {base}/pc/v1/entgelte/{KldB}?l=&r=&g=&a=&b=`.

Its figures are made up, as all of the market. Without `g`, `a` and `b` it answers a row for each combination; for want of an
amount it says a negative marker. A wrong path, key or User-Agent is a 403 without a body.
"""

import itertools
from typing import Any

from sandbox.bundesagentur import LIBRARIES
from sandbox.market import Market
from sandbox.wire import Answer, Asked, Reply, as_json

KIND = "entgeltatlas"
BASE = "/infosysbub/entgeltatlas"
KEY = "infosysbub-ega"
DATASET, FIGURES = f"{BASE}/pc/v1/dataset", f"{BASE}/pc/v1/entgelte/"
NONE, CEILING = -1, -2  #: markers: no amount, above the ceiling
#: KldB → lower quartile, median, upper quartile and people in the whole country
MIDDLES = {"92122": (2460, 2960, 3810, 58900), "71402": (3170, 4050, 5230, 851000)}
REGIONS = {
    1: ("Deutschland", "D", 1.0), 3: ("Westdeutschland", "W", 1.02), 8: ("Nordrhein-Westfalen", "05", 0.98),
    21: ("Düsseldorf", "1111", 1.05), 22: ("Dortmund", "1112", 0.97), 23: ("Essen", "1113", 0.99), 27: ("Köln", "1115", 1.06),
}  # fmt: skip
GENDERS = {1: "Gesamt", 2: "Männer", 3: "Frauen"}
AGES = {1: "Gesamt", 2: "unter 25 Jahre", 3: "25 bis 54 Jahre", 4: "ab 55 Jahre"}
BRANCHES = {1: "Gesamt", 9: "Wirtschaftliche Dienstleistungen"}


def routes(market: Market, week: int) -> Answer:
    """The replica of that week; its data are of the year before."""
    year = market.day(week).year - 1

    def answer(asked: Asked) -> Reply:
        agent = asked.headers.get("user-agent", "").casefold()
        label = "dataset" if asked.path == DATASET else "figures" if asked.path.startswith(FIGURES) else "other"
        if label == "other" or asked.headers.get("x-api-key") != KEY or not agent or agent.startswith(LIBRARIES):
            return Reply(403, b"", label=label, cacheable=False)
        if label == "dataset":
            return as_json(200, {"year": year}, label, cacheable=False)
        return as_json(200, _rows(asked.path.removeprefix(FIGURES), asked.query), label, cacheable=False)

    return answer


def _rows(kldb: str, query: dict[str, str]) -> list[dict[str, Any]]:
    """A row for each region, gender, age and industry that the question leaves open."""
    if kldb not in MIDDLES:
        return []
    open_ids = (_wanted(query.get(key), known) for key, known in (("r", REGIONS), ("g", GENDERS), ("a", AGES), ("b", BRANCHES)))
    return [_row(kldb, *ids) for ids in itertools.product(*open_ids)]


def _wanted(asked: str | None, known: dict[int, Any]) -> list[int]:
    return [number for number in known if asked in (None, "", str(number))]


def _row(kldb: str, region: int, gender: int, age: int, branch: int) -> dict[str, Any]:
    name, key, factor = REGIONS[region]
    low, middle, high, people = MIDDLES[kldb]
    share = factor * (0.85 if age == 2 else 1.0) * (0.97 if gender == 3 else 1.0)
    few = region > 20 and branch != 1  # too few people to say anything
    amounts = [NONE if few else round(amount * share) for amount in (low, middle, high)]
    if amounts[2] > 5300:
        amounts[2] = CEILING
    return {
        "kldb": kldb,
        "region": {"id": region, "bezeichnung": name, "schluessel": key, "beitragsBemessungsGrenze": 8450},
        "gender": {"id": gender, "bezeichnung": GENDERS[gender]},
        "ageCategory": {"id": age, "bezeichnung": AGES[age]},
        "performanceLevel": {"id": int(kldb[4])},
        "branche": {"id": branch, "bezeichnung": BRANCHES[branch]},
        "entgelt": amounts[1],
        "entgeltQ25": amounts[0],
        "entgeltQ75": amounts[2],
        "besetzung": NONE if few else round(people * (1.0 if region == 1 else 0.2)),
    }
