"""Verdicts on whole made-up markets whose truth is known: the right answer, and shares that hold the truth in their interval."""

from pathlib import Path
from typing import Any

import pytest

from lohnpegel.demo import Wish, play
from lohnpegel.judging import make_report
from report.finding import Verdict
from sandbox.employers import MarketKind

RIGHT: dict[MarketKind, set[Verdict]] = {
    "claim-true": {Verdict.CONFIRMED, Verdict.MOSTLY_RIGHT},
    "claim-false": {Verdict.TOO_LOW, Verdict.CONTRADICTED},
    "sparse": {Verdict.INSUFFICIENT},
}


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("kind", sorted(RIGHT))
def test_the_verdict_is_right_and_the_truth_lies_in_the_interval(kind: MarketKind, seed: int, tmp_path: Path) -> None:
    shown = play(Wish(tmp_path / "market", seed=seed, weeks=1, market=kind))
    (finding,) = make_report(shown.settings, shown.now).pay
    truth: Any = shown.truth
    assert finding.verdict in RIGHT[kind]
    for name in ("below", "within", "above"):
        measure = finding.measure(name)
        assert measure is not None
        assert (measure.interval is None) == (kind == "sparse")  # three employers: counts, never an interval
        low, high = measure.interval or measure.worst or (0.0, 1.0)
        for split in truth["by_employer"].values():
            assert low - 1e-6 <= split[name] <= high + 1e-6, (name, split, measure)
