"""Claims as data: what is shipped reads, what is wrong is named."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from lohnpegel.settings import load
from lohnpegel.shipped import default_config
from report import facets
from report.claims import KINDS, ClaimError, Facet, Share, parse, parse_all
from tests.report_market import gathered, silent

PAY: dict[str, Any] = {
    "id": "pay", "kind": "pay_range", "wording": {"en": "w"}, "reason": "r", "low": 2400, "high": 2800,
}  # fmt: skip
SHARE: dict[str, Any] = {"id": "s", "kind": "share", "wording": {"en": "w"}, "reason": "r", "facet": {"skills": ["sap"]}}

WRONG = [
    (PAY | {"kind": "range"}, "kind", "none of pay_range"),
    (PAY | {"id": "no spaces"}, "id", "letters"),
    (PAY | {"lo": 1}, "lo", "unknown"),
    (PAY | {"high": 2400}, "high", "above low"),
    (PAY | {"low": "2400"}, "low", "number"),
    (PAY | {"majority": 50}, "majority", "between 0 and 1"),
    (PAY | {"base": "beginners"}, "base", "entry, all"),
    (PAY | {"wording": "text"}, "wording", "by language"),
    (PAY | {"reason": " "}, "reason", "text"),
    ({key: value for key, value in PAY.items() if key != "low"}, "low", "missing"),
    (SHARE | {"facet": {}}, "facet", "table"),
    (SHARE | {"facet": {"skill": ["sap"]}}, "facet.skill", "unknown"),
    (SHARE | {"facet": {"skills": "sap"}}, "facet.skills", "list"),
    (SHARE | {"facet": {"skills": ["sap"], "at_least": 2}}, "facet.at_least", "more than"),
    (SHARE | {"weeks": 3}, "weeks", "unknown"),
]


@pytest.mark.parametrize(("block", "key", "right"), WRONG, ids=[f"{key}: {right}" for _, key, right in WRONG])
def test_wrong_claim_is_refused_with_its_key(block: dict[str, Any], key: str, right: str) -> None:
    with pytest.raises(ClaimError, match=right) as caught:
        parse(block)
    assert caught.value.key == key


def test_ids_differ() -> None:
    with pytest.raises(ClaimError, match="stands twice"):
        parse_all([PAY, PAY])


def test_every_kind_is_shipped_in_two_languages() -> None:
    claims = load(default_config()).claims
    assert {claim.kind for claim in claims} == set(KINDS)
    assert all(set(claim.wording) == {"de", "en"} for claim in claims)
    assert claims[0].id == "entry_pay"


FACETS = [
    ({"skills": ["sap", "crm"]}, {"skills": ("crm",)}, True),
    ({"skills": ["sap", "crm"], "at_least": 2}, {"skills": ("crm",)}, False),
    ({"skills": ["sap", "crm"], "at_least": 2}, {"skills": ("crm", "sap")}, True),
    ({"languages": ["foreign"]}, {"languages": (("de", "required"),)}, False),
    ({"languages": ["foreign"]}, {"languages": (("de", "required"), ("en", "plus"))}, True),
    ({"levels": ["lead"], "career_changers": True}, {"career_changers": True}, True),
    ({"sectors": ["energy"]}, {"sector": "energy"}, True),
    ({"training": ["it"]}, {"training": ("general",)}, False),
]


@pytest.mark.parametrize(("table", "ad", "holds"), FACETS)
def test_facet(table: dict[str, Any], ad: dict[str, Any], holds: bool) -> None:
    claim = parse(SHARE | {"facet": table})
    assert isinstance(claim, Share)
    assert facets.holds(claim.facet, gathered([silent(1, **ad)], claim)).tolist() == [holds]


def test_only_a_sector_can_be_unsaid() -> None:
    openings = gathered([silent(1)], Share("s", {}, "", facet=Facet(skills=("sap",))))
    assert facets.unsaid(Facet(sectors=("energy",)), openings).tolist() == [True]
    assert facets.unsaid(Facet(skills=("sap",)), openings).tolist() == [False]


def test_claims_in_the_manual_are_valid() -> None:
    text = (Path(__file__).parent.parent / "docs" / "statistics.md").read_text("utf-8")
    block = text.split("```toml\n")[1].split("```")[0]
    assert [claim.kind for claim in parse_all(tomllib.loads(block)["claim"])] == ["pay_range", "premium"]
