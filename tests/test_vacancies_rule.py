"""The grouping rule against the gold sets, and what must hold for any ads."""

import json
import random
from collections.abc import Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.vacancies.rule import AdFacts, Edit, group, jsonl, why

GOLD = Path(__file__).parent / "data" / "gold"
NAMES = ("vacancies", "vacancies-own", "vacancies-own2", "vacancies-own3", "vacancies-own4")
BASE: dict[str, Any] = {
    "id": "a",
    "source": "ba",
    "source_id": "1",
    "url": "https://ba.example/1",
    "title": "Kundenberater Wasser (m/w/d)",
    "employer": "Emscherquell AG",
    "place": "Duisburg",
    "postcode": "47178",
    "posted_on": "2026-09-01",
    "text": "Sie erklären Bescheide, nehmen Umzüge auf und vergeben Termine für den Zählerwechsel. Kantine im Haus.",
    "pay_text": "2.700 €",
}


def lines(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (GOLD / f"{name}.jsonl").read_text("utf-8").splitlines()]


def figures(rows: Sequence[dict[str, Any]]) -> tuple[float, float]:
    found = {row["id"]: row["vacancy"] for row in jsonl(rows)}
    pairs = [(a["vacancy"] == b["vacancy"], found[a["id"]] == found[b["id"]]) for a, b in combinations(rows, 2)]
    hit = sum(same and said for same, said in pairs)
    return hit / sum(said for _, said in pairs), hit / sum(same for same, _ in pairs)


def together(*rows: dict[str, Any], edits: Sequence[Edit] = ()) -> int:
    """How many vacancies these ads make."""
    return len({member.vacancy for member in group([AdFacts.of(row) for row in rows], edits)})


@pytest.mark.parametrize("name", NAMES)
def test_gold(name: str) -> None:
    precision, recall = figures(lines(name))
    assert precision >= 0.99
    assert recall >= 0.97


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_order_of_the_ads_changes_nothing(seed: int) -> None:
    rows = [AdFacts.of(row) for row in lines("vacancies-own")]
    shuffled = rows[:]
    random.Random(seed).shuffle(shuffled)
    assert group(shuffled) == group(rows)


def test_answer_never_reads_the_truth() -> None:
    rows = lines("vacancies-own")
    bare = [{key: value for key, value in row.items() if key not in ("vacancy", "tags")} for row in rows]
    assert jsonl(bare) == jsonl(rows)


@pytest.mark.parametrize(
    ("change", "vacancies"),
    [
        ({"employer": "EMSCHERQUELL"}, 1),
        ({"employer": "Ruhrquell AG"}, 2),
        ({"employer": None}, 2),  # the same text alone never vouches for an unknown employer
        ({"place": "Großraum Duisburg", "postcode": None}, 1),
        ({"place": "Krefeld", "postcode": "47805"}, 2),
        ({"place": None, "postcode": None}, 1),
        ({"posted_on": "2026-12-30", "pay_text": "2.900 €"}, 1),
        ({"posted_on": "2026-12-31"}, 2),  # 121 days: opened again
        ({"title": "Kundenberater/in Wasser in Vollzeit"}, 1),
        ({"text": BASE["text"] + " Kennziffer AB-12."}, 1),
        ({"text": "Du schreibst Mahnungen, vereinbarst Raten und bereitest Sperrungen vor. Kantine im Haus."}, 2),
        ({"text": f"<p>{BASE['text']}</p>".replace("ä", "&auml;")}, 1),
        ({"text": BASE["text"][:70] + "…", "source": "adzuna"}, 1),
    ],
)
def test_one_change(change: dict[str, Any], vacancies: int) -> None:
    assert together(BASE, {**BASE, "id": "b", **change}) == vacancies


def test_own_reference_numbers_part_and_a_portal_field_does_not() -> None:
    text = BASE["text"]
    assert together({**BASE, "text": f"{text} Kennziffer A-1."}, {**BASE, "id": "b", "text": f"{text} Kennziffer A-2."}) == 2
    assert together({**BASE, "reference": "1000-1-S"}, {**BASE, "id": "b", "reference": "1000-2-S"}) == 1


def test_reposts_chain_over_more_than_the_span() -> None:
    days = ("2026-05-01", "2026-08-20", "2026-11-30")
    assert together(*({**BASE, "id": day, "posted_on": day} for day in days)) == 1


def test_cut_text_joins_one_of_two_openings_and_bridges_none() -> None:
    intro = (
        "Die Emscherquell AG liefert Trinkwasser an 310.000 Menschen in Walsum und Dinslaken, seit 1911 aus Brunnen am Rhein. "
    )
    first = {**BASE, "title": "Kundenberater Zähler", "text": intro + "Sie tauschen Zähler, lesen ab und prüfen Werte."}
    second = {
        **BASE,
        "id": "b",
        "title": "Kundenberater Mahnung",
        "text": intro + "Sie mahnen Kunden, vereinbaren Raten, sperren.",
    }
    cut = {**BASE, "id": "c", "title": "Kundenberater Mahnung", "text": intro.strip()[:-10] + "…"}
    homes = {row["id"]: row["vacancy"] for row in jsonl([first, second, cut])}
    assert homes["b"] == homes["c"] != homes["a"]


def test_a_person_has_the_last_word() -> None:
    twin = {**BASE, "id": "b"}
    other = {**BASE, "id": "c", "employer": "Ruhrquell AG"}
    assert together(BASE, twin, edits=[Edit("a", "b", same=False)]) == 2
    assert together(BASE, other, edits=[Edit("a", "c", same=True)]) == 1
    assert together(BASE, twin, other, edits=[Edit("b", "c", same=True)]) == 1


def test_why_names_what_speaks_against() -> None:
    told = why(AdFacts.of(BASE), AdFacts.of({**BASE, "id": "b", "place": "Krefeld", "postcode": "47805"}))
    assert [(e.name, e.detail) for e in told if e.bearing == "against"] == [("place", "duisburg ≠ krefeld")]


@given(st.lists(st.tuples(st.text(max_size=40), st.text(max_size=20) | st.none(), st.text(max_size=200)), max_size=6))
def test_any_text_is_grouped_once(raw: list[tuple[str, str | None, str]]) -> None:
    rows = [{**BASE, "id": str(i), "title": a, "employer": b, "place": b, "text": c} for i, (a, b, c) in enumerate(raw)]
    members = group([AdFacts.of(row) for row in rows])
    assert sorted(member.id for member in members) == sorted(row["id"] for row in rows)
    assert {member.vacancy for member in members} <= {member.id for member in members}
