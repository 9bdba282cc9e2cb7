"""Pay gold sets against floors; the figures of today stand in docs/pay.md."""

from pathlib import Path

import pytest

from bench.accuracy_pay import GOLD, score

FLOORS = {
    "claim_precision": 0.98, "claim_recall": 0.97, "amount_precision": 0.97, "amount_recall": 0.95,
    "unit_recall": 0.95, "all_fields": 0.90, "tariff_only_right": 0.90, "span_holds": 0.98,
}  # fmt: skip


@pytest.mark.parametrize("path", sorted(GOLD.glob("pay*.jsonl")), ids=lambda path: path.stem)
def test_gold_meets_its_floors(path: Path) -> None:
    result = score(path)
    figures = result.figures()
    if not result.counts["tariff"]:
        figures["tariff_only_right"] = 1.0
    short = {name: figures[name] for name, least in FLOORS.items() if figures[name] < least}
    assert not short, result.misses
    assert figures["false_claims_on_null"] <= 0.03, result.misses
