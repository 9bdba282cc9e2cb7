"""Hostile texts: what reading them costs grows no faster than they do."""

import sys
import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bench import hostile
from scraper.normalise.pay import find

PIECES = sorted({part.strip(" ") for kind in hostile.KINDS.values() for part in kind if part.strip(" ")})
SEPARATORS = ["", " ", "\n", ", "]


def _seconds(text: str) -> float:
    best = 9.0
    for _ in range(2):
        started = time.process_time()
        find(text)
        best = min(best, time.process_time() - started)
    return best


@pytest.mark.parametrize("kind", hostile.KINDS)
def test_time_grows_no_faster_than_the_text(kind: str) -> None:
    small, large = (_seconds(hostile.text(kind, size)) for size in (15_000, 60_000))
    assert large < 0.03 + 7 * small, (small, large)  # four times the text; quadratic would be sixteen times


def _calls(text: str) -> int:
    """How many functions are called to read a text: the same at every run, on every machine."""
    counted = 0

    def count(_frame: object, event: str, _argument: object) -> None:
        nonlocal counted
        counted += event in {"call", "c_call"}

    sys.setprofile(count)
    try:
        find(text)
    finally:
        sys.setprofile(None)
    return counted


@settings(max_examples=60)
@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=6), st.sampled_from(SEPARATORS))
@example(["15 €", "brutto"], "\n")
@example(["zwischen", "15", "und"], " ")
def test_steps_grow_no_faster_than_any_mixture(pieces: list[str], separator: str) -> None:
    unit = separator.join(pieces) + (separator or " ")
    small, large = (_calls(unit * (size // len(unit) + 1)) for size in (4_000, 8_000))
    assert large < 2_000 + 2.4 * small, (unit, small, large)


@settings(max_examples=40)
@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=6), st.sampled_from(SEPARATORS))
def test_time_grows_no_faster_than_any_mixture(pieces: list[str], separator: str) -> None:
    unit = separator.join(pieces) + (separator or " ")
    small, large = (_seconds(unit * (size // len(unit) + 1)) for size in (8_000, 32_000))
    assert large < 0.5 + 8 * small, (unit, small, large)  # half a second: only what explodes is caught, no busy machine
