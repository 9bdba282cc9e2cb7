"""The generator: the same seed gives the same market, and its truth holds together."""

import doctest
import importlib
import json
import pkgutil
import re
import time
from collections import Counter
from dataclasses import asdict
from datetime import date, timedelta

import pytest

import sandbox
from sandbox import pay, truth
from sandbox.employers import PLANS, MarketKind
from sandbox.market import Market

KINDS: tuple[MarketKind, ...] = ("mixed", "claim-true", "claim-false", "sparse")
BA = {"bundesagentur"}


def printed(market: Market) -> str:
    return "\n".join(repr(state) for week in range(market.weeks) for state in market.week(week))


@pytest.mark.parametrize("module", [module.name for module in pkgutil.walk_packages(sandbox.__path__, "sandbox.")])
def test_examples_in_docstrings(module: str) -> None:
    assert doctest.testmod(importlib.import_module(module)).failed == 0


def test_same_seed_same_bytes() -> None:
    first, second = Market(7, 4), Market(7, 4)
    assert printed(first) == printed(second)
    assert json.dumps(truth.whole(first)) == json.dumps(truth.whole(second))
    assert printed(Market(8, 4)) != printed(first)


def test_twelve_weeks_take_less_than_two_seconds() -> None:
    before = time.perf_counter()
    printed(Market(3, 12))
    assert time.perf_counter() - before < 2


def test_last_week_ends_today() -> None:
    market = Market(1, 5, today=date(2026, 10, 4))
    assert market.day(4) == date(2026, 10, 4)
    assert market.day(0) == date(2026, 10, 4) - timedelta(weeks=4)
    assert all(state.ad.posted_on <= market.day(week) for week in range(5) for state in market.week(week))
    assert all(state.changed_at.date() <= market.day(week) for week in range(5) for state in market.week(week))


def test_wrong_arguments_are_refused() -> None:
    with pytest.raises(ValueError, match="at least one week"):
        Market(1, 0)
    with pytest.raises(ValueError, match="claim-true"):
        Market(1, 2, "claim-maybe")  # type: ignore[arg-type]  # what a user may type
    with pytest.raises(IndexError, match="weeks 0 to 1"):
        Market(1, 2).week(2)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_each_kind_keeps_its_promise(kind: MarketKind, seed: int) -> None:
    shares = truth.shares(Market(seed, 12, kind), 11, BA)
    within = [split.within for split in shares.by_employer.values()]
    if kind == "claim-true":
        assert min(within) >= 0.85
    if kind == "claim-false":
        assert max(within) <= 0.15
    if kind == "mixed":
        assert 0.4 <= min(within) <= max(within) <= 0.65
    if kind == "sparse":
        assert shares.priced < 5
    else:
        assert shares.employers == len(PLANS[kind].bands)


@pytest.mark.parametrize("seed", [1, 5, 9])
def test_size_and_disclosure_are_as_in_the_world(seed: int) -> None:
    market = Market(seed)
    states = [one for one in market.week(11, "bundesagentur") if one.ad.opening.in_scope and one.ad.opening.spot.in_town]
    priced = [one for one in states if one.pay is not None and one.pay.low is not None]
    assert 60 <= len(states) <= 130
    assert 0.16 <= len(priced) / len(states) <= 0.36
    assert 1400 <= sum(len(one.text) for one in states) / len(states) <= 3500


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_every_kind_of_event_and_ad_occurs(seed: int) -> None:
    market = Market(seed)
    kinds = Counter(event["event"] for week in range(12) for event in truth.events(market, week))
    assert set(kinds) == {"open", "close", "reopen", "change"}
    assert {ad.kind for ad in market.ads} == {"original", "copy", "agency_copy", "repost", "location_variant"}


def test_events_agree_with_the_weeks() -> None:
    market = Market(2)
    for week in range(1, 12):
        before = {row["vacancy"] for row in truth.vacancies(market, week - 1)}
        now = {row["vacancy"] for row in truth.vacancies(market, week)}
        events = truth.events(market, week)
        assert now - before == {one["vacancy"] for one in events if one["event"] in {"open", "reopen"}}
        assert before - now == {one["vacancy"] for one in events if one["event"] == "close"}


def test_pay_is_legal_but_for_rare_cases() -> None:
    illegal, hourly = 0, 0
    for seed in range(1, 9):
        for opening in Market(seed, 4).openings:
            posted = opening.versions[0].pay
            if posted and posted.unit == "hour" and posted.low is not None:
                hourly += 1
                illegal += posted.low < pay.LEGAL_FLOOR
    assert 0 < illegal < hourly * 0.05


def test_amounts_keep_off_the_edges_of_the_band() -> None:
    ends = [end for seed in range(1, 6) for end in truth.shares(Market(seed), 11).lower_ends if end[2] == end[3]]
    assert min(abs(low - edge) for _, _, low, _ in ends for edge in pay.CLAIM) >= pay.MARGIN


def test_pay_is_written_in_many_forms() -> None:
    texts = [state.text for seed in range(1, 5) for state in Market(seed, 6).week(5)]
    forms = [
        r"\d\.\d{3} – \d\.\d{3} (€|Euro|EUR) brutto/Monat",
        r"ab \d\d,\d\d (€|Euro|EUR)/Std\.",
        r"Stundenlohn \d\d,\d\d",
        r"p\. a\.",
        r"TVöD E5",
    ]
    assert all(any(re.search(form, text) for text in texts) for form in forms)


def test_planted_contacts_stand_in_the_texts() -> None:
    market = Market(1, 2)
    for state in market.week(1):
        for text in asdict(state.ad.contact).values() if state.ad.contact else ():
            assert text in state.text
            assert text in market.contacts


def test_openings_of_one_employer_differ() -> None:
    for week in range(12):
        rows = truth.vacancies(Market(4), week)
        pairs = Counter((row["employer"], row["title"]) for row in rows)
        assert max(pairs.values()) == 1
