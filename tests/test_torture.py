"""The short form of `make torture`: twenty kills at random points of the real program."""

from pathlib import Path

import pytest

from sandbox.market import Market
from tests.torture import torture
from tests.whole import town


@pytest.mark.slow
def test_twenty_kills(tmp_path: Path) -> None:
    with town(tmp_path, Market(1, 3, "sparse")) as place:
        figures = torture(place, 20, seed=7)
    assert figures.right, str(figures)
    assert sum(figures.kills.values()) == 20 and len(figures.kills) >= 4
