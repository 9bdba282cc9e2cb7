"""A megabyte of one thing is read in seconds, and the benchmark of the readers runs."""

import time

import pytest

from bench.normalise import SIZE, ads, compare, profile
from scraper.normalise import facets
from scraper.normalise.ad import Ad


@pytest.mark.parametrize("piece", ["0203 1", "((", "- / ", "Anna Kraus ", "Ihr Kontakt: "])
def test_facets_of_a_megabyte_take_seconds(piece: str) -> None:
    text = (piece * (1_000_000 // len(piece) + 1))[:1_000_000]
    begun = time.process_time()
    facets.read(Ad(text=text), profile().town)
    assert time.process_time() - begun < 20


def test_the_benchmark_measures_every_reader() -> None:
    assert all(len(text) <= SIZE for _, text in ads(5))
    rows = compare(3, 1)
    assert [row.name for row in rows] == ["bare scan", "contacts", "pay", "facets", "whole", "facets, new", "whole, new"]
    assert all(row.ads_per_second > 0 for row in rows)
