"""Reading pay from text: properties; the forms themselves are in the gold sets."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.accuracy_pay import GOLD
from bench.pay import ads, compare
from scraper.normalise.pay import choose, find, jsonl_row, statements

PIECES = [
    "2.400",
    "15,50",
    "€",
    "EUR",
    "brutto",
    "bis",
    "-",
    "/",
    "Stunde",
    "Monat",
    "Gehalt",
    "Bonus",
    "\n",
    "(",
    ")",
    "40 h",
    "TVöD",
    "E 5",
    "&euro;",
    "\\.",
    "ab",
    "k",
    ".",
]


@given(st.text(max_size=120) | st.lists(st.sampled_from(PIECES), max_size=25).map(" ".join))
def test_any_text_is_read_and_every_span_holds(text: str) -> None:
    for pay in find(text):
        assert pay.span is not None
        assert pay.quote == text[slice(*pay.span)]
        assert pay.quote
        assert pay.low is None or pay.high is None or pay.low <= pay.high


ITEMS = [
    "Gehalt: 2.500 € brutto im Monat",
    "30 Tage Urlaub",
    "50 € Sachbezug",
    "Startprämie: 1.000 €",
    "Zuschuss von 40 € im Monat",
    "38,5 Stunden pro Woche",
]


@given(st.permutations(ITEMS))
def test_order_of_list_items_does_not_matter(items: list[str]) -> None:
    got = jsonl_row("\n".join(f"- {item}" for item in items))
    assert got is not None
    assert (got["min"], got["max"], got["unit"], got["gross"], got["weekly_hours"]) == (2500, 2500, "month", True, 38.5)


def test_quote_stays_the_ads_own() -> None:
    text = "Verg&uuml;tung: 2\\.400&nbsp;&euro; &ndash; 2\\.600&nbsp;&euro; brutto"
    pay = choose(find(text))
    assert pay is not None
    assert (pay.low, pay.high) == (2400, 2600)
    assert pay.quote == "2\\.400&nbsp;&euro; &ndash; 2\\.600&nbsp;&euro;"


def test_contexts_far_apart_do_not_mix() -> None:
    text = "Gehalt: 2.500 € brutto im Monat\n" + "Wir sind nett.\n" * 60 + "Startprämie: 1.500 €"
    assert [(pay.low, pay.quote) for pay in find(text)] == [(2500.0, "2.500 €")]


@pytest.mark.parametrize(
    ("lines", "want"),
    [
        (["- Dienstrad-Leasing", "- 3.130 – 3.260 € brutto/Monat"], (3130, 3260)),
        (["- Monatlicher Sachbezug in Höhe von 50 €", "- 3.850 bis 4.160 EUR brutto im Monat"], (3850, 4160)),
        (["Prämie von 1.000 Euro für jede Empfehlung", "", "von 3.340 € bis 3.850 € brutto monatlich."], (3340, 3850)),
        (["- Weihnachtsgeld bis zu 800 €", "- 18,00 bis 20,40 Euro pro Stunde"], (18, 20.4)),
        (["- Ein Budget von 1.500 € im Jahr für Fortbildungen", "- Monatlicher Sachbezug in Höhe von 50 €"], None),
        (["Startprämie:", "- 2.500 € brutto"], None),
    ],
)
def test_an_item_says_nothing_about_the_next_one(lines: list[str], want: tuple[float, float] | None) -> None:
    pay = choose(find("\n".join(lines)))
    assert (pay and (pay.low, pay.high)) == want


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("Werkstudent (m/w/d) im Support\nWir bieten viel.\n- 15,20 € pro Stunde", {"werkstudent"}),
        ("Kundenberater\nDein Profil\n- Ausbildung zum Kaufmann\n- Praktikum\nWir bieten\n- 2.500 € brutto im Monat", set()),
        ("Wir bieten 2.500 € brutto im Monat.\n\nAuch als Minijob möglich.", set()),
        ("Telefonist für die Zentrale\nMinijob oder Teilzeit, 15 € pro Stunde", {"minijob"}),
        ("Wir bilden aus!\nAusbildungsvergütung: 1.100 € brutto im Monat", {"azubi"}),
    ],
)
def test_the_kind_of_pay_is_said_at_the_amount_or_where_the_ad_opens(text: str, kinds: set[str]) -> None:
    pay = choose(find(text))
    assert pay is not None
    assert {"azubi", "werkstudent", "freelance", "minijob"} & set(pay.tags) == kinds


def test_passing_over_lines_without_evidence_loses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [
        json.loads(line)["text"] for path in sorted(GOLD.glob("pay*.jsonl")) for line in path.read_text("utf-8").splitlines()
    ]
    quick = [find(text) for text in texts]
    monkeypatch.setattr(statements, "stretches", lambda made: [(0, len(made.low))])
    assert [find(text) for text in texts] == quick


def test_the_town_decides_among_places() -> None:
    pays = find("Essen: 15,90 €/h - Duisburg: 15,40 €/h - Krefeld: 15,10 €/h")
    assert [pay.low for town in ("Essen", "Duisburg", "Bonn") if (pay := choose(pays, town))] == [15.9, 15.4, 15.1]


def test_benchmark_claims_pay_only_where_it_was_planted() -> None:
    reader, naive = compare(40, rounds=1)
    planted = sum(states for _, states in ads(40))
    assert (reader.claims, reader.false) == (planted, 0)
    assert naive.false
