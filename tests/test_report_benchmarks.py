"""Outside figures: asked for by the profile, dated, and never later than the day of the report."""

from datetime import date
from typing import Any

import pytest

from lohnpegel.benchmarks import benchmarks
from lohnpegel.blocks import ReportBlock
from report.locale import LANGUAGES, Locale
from report.wording import middle, origin, quartiles

ON = date(2026, 11, 22)
WANTED = ReportBlock(occupations=("92122",), tariffs=("TVöD E5", "GVP EG1", "IGM EG 3"))


def stored(**more: Any) -> dict[str, Any]:
    row = {"kind": "entgeltatlas", "key": "92122", "region": "NRW", "valid_from_on": date(2025, 1, 1), "low": 2400.0}
    return row | {"median": 2900.0, "high": 3700.0, "persons": 9, "retrieved_on": date(2026, 11, 20)} | more


def test_shipped_figures_stand_in_until_live_ones_are_stored() -> None:
    atlas, tvoed, gvp = benchmarks(WANTED, ON)  # a group whose table nobody has is left out
    assert (atlas.key, atlas.region, atlas.median, atlas.low, atlas.high) == ("92122", "DE", 2922, 2433, 3786)
    assert (atlas.year, atlas.retrieved_on) == ("", date(2026, 9, 1))
    assert tvoed.low == tvoed.high == 3124
    assert gvp.low == pytest.approx(15.33 * 35 * 52 / 12)
    assert gvp.high == pytest.approx(15.33 * 40 * 52 / 12)


def test_the_newest_stored_figure_counts() -> None:
    germany = stored(region="DE", median=3000.0)
    found = benchmarks(WANTED, ON, [stored(), germany, stored(kind="tariff", key="92122", region="Köln")])
    assert [(one.region, one.median) for one in found[:2]] == [("DE", 3000.0), ("NRW", 2900.0)]
    assert found[0].year == "2025"


def test_nothing_from_after_the_day() -> None:
    early = benchmarks(WANTED, date(2026, 5, 4), [stored()])
    assert [one.key for one in early if one.kind == "occupation"] in ([], ["92122"])
    assert all(one.retrieved_on is not None and one.retrieved_on <= date(2026, 5, 4) for one in early)


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_figure_says_whose_it_is_and_of_when(language: str) -> None:
    locale = Locale(language)
    for one in benchmarks(WANTED, ON, [stored(region="Köln")]):
        assert "2026" in origin(one, locale)
        assert "€" in middle(one, locale)
        assert (quartiles(one, locale) == "–") == (one.kind == "tariff")
