"""Closed-form cases of the statistics, and a small simulation of what an interval promises."""

import numpy as np
import pytest

from report.weighted import (
    interval,
    median,
    median_draws,
    numbered,
    resample,
    share_draws,
    share_interval,
    tail_share,
    turnbull,
    weights,
)


def test_every_employer_weighs_the_same() -> None:
    groups = numbered(["big", "big", "big", "small"])
    assert weights(groups).tolist() == pytest.approx([1 / 6, 1 / 6, 1 / 6, 1 / 2])


@pytest.mark.parametrize("values", [[3.0, 1.0, 2.0], [4.0, 1.0, 3.0, 2.0], [5.0], [2.0, 2.0, 9.0, 9.0]])
def test_median_with_equal_weights_is_the_median(values: list[float]) -> None:
    assert median(np.array(values), np.full(len(values), 1 / len(values))) == np.median(values)


def test_median_leans_to_the_heavy() -> None:
    assert median(np.array([1.0, 2.0, 3.0]), np.array([0.6, 0.2, 0.2])) == 1.0


def test_resample_draws_as_many_employers_as_there_are() -> None:
    counts = resample(7, 50, np.random.default_rng(1))
    assert counts.shape == (50, 7)
    assert set(counts.sum(axis=1).tolist()) == {7}


def test_one_draw_of_each_employer_gives_the_estimate() -> None:
    groups = numbered(["a", "a", "b", "c"])
    values = np.array([10.0, 20.0, 30.0, 40.0])
    once = np.ones((1, 3), dtype=np.int64)
    assert share_draws(values > 15, groups, once)[0] == pytest.approx((0.5 + 1 + 1) / 3)
    assert median_draws(values, groups, once)[0] == median(values, weights(groups))


def test_median_draws_equal_the_plain_way() -> None:
    rng = np.random.default_rng(5)
    groups, values = np.sort(rng.integers(0, 12, 60)), rng.normal(2600, 200, 60).round(-1)
    groups = np.unique(groups, return_inverse=True)[1].astype(np.int64)
    counts = resample(int(groups.max()) + 1, 30, rng)
    plain = [median(values, row[groups] / np.bincount(groups)[groups]) for row in counts]
    assert median_draws(values, groups, counts).tolist() == pytest.approx(plain)


def test_interval_is_wider_for_few_employers() -> None:
    draws = np.linspace(0, 1, 2001)
    few, many = interval(draws, draws, 10), interval(draws, draws, 100_000)
    assert few[0] < many[0] and few[1] > many[1]
    assert many == pytest.approx((0.025, 0.975), abs=1e-3)


@pytest.mark.parametrize(("employers", "t"), [(10, 2.2622), (20, 2.0930), (41, 2.0211)])
def test_tail_matches_the_t_distribution(employers: int, t: float) -> None:
    from statistics import NormalDist

    wanted = NormalDist().cdf(-t * (employers / (employers - 1)) ** 0.5)
    assert tail_share(employers) == pytest.approx(wanted, rel=2e-3)


def test_unanimous_employers_still_leave_doubt() -> None:
    none = np.zeros(100)
    assert share_interval(none, none, 10, (0.0, 0.0)) == pytest.approx((0.0, 1 - 0.05**0.1))
    assert share_interval(none + 1, none + 1, 10, (1.0, 1.0)) == pytest.approx((0.05**0.1, 1.0))


def test_turnbull_of_exact_values_is_the_empirical_distribution() -> None:
    values = np.array([1.0, 2.0, 2.0, 5.0])
    left, right, mass = turnbull(values, values, np.ones(4))
    assert left.tolist() == right.tolist() == [1.0, 2.0, 5.0]
    assert mass.tolist() == pytest.approx([0.25, 0.5, 0.25])


def test_turnbull_of_open_intervals_is_kaplan_meier() -> None:
    low, high = np.array([1.0, 2.0, 3.0, 4.0]), np.array([1.0, np.inf, 3.0, 4.0])
    _, right, mass = turnbull(low, high, np.ones(4))
    assert right.tolist() == [1.0, 3.0, 4.0]
    assert mass.tolist() == pytest.approx([1 / 4, 3 / 8, 3 / 8], abs=1e-6)  # survival 3/4, then 3/4 · 1/2


def test_turnbull_moves_mass_to_where_others_are() -> None:
    low, high = np.array([2400.0, 2400.0, 2800.0]), np.array([2400.0, 2800.0, 2800.0])
    left, _, mass = turnbull(low, high, np.ones(3))
    assert left.tolist() == [2400.0, 2800.0]
    assert mass.tolist() == pytest.approx([0.5, 0.5])


def test_intervals_hold_the_truth_about_as_often_as_they_say() -> None:
    """200 markets of 20 employers: 95 % are due, 90 to 99 % may show; `bench/coverage.py` looks closer."""
    held = 0
    for seed in range(200):
        rng = np.random.default_rng(seed)
        groups = np.repeat(np.arange(20), rng.choice([1, 2, 5], 20)).astype(np.int64)
        flags = rng.random(len(groups)) < rng.beta(2, 2, 20)[groups]
        draws = share_draws(flags, groups, resample(20, 400, rng))
        point = float(flags @ weights(groups))
        low, high = share_interval(draws, draws, 20, (point, point))
        held += low <= 0.5 <= high
    assert 180 <= held <= 198


#: lifelines 0.30.3, KaplanMeierFitter.fit_interval_censoring(low, high, tol=1e-12): falls of the survival curve over each
#: innermost interval. The library would bring pandas, scipy and matplotlib into every test run; its numbers do.
LIFELINES = [
    (
        [2569, 2664, 2566, 2239, 2681, 2589, 2393, 2616, 2573, 2559, 2506, 2609, 2353, 2467],
        [2610, 2822, 2620, 2403, 3114, 2658, 2565, 2794, 3005, 2620, 2774, 2775, 2420, 2905],
        {(2393, 2403): 0.21429, (2609, 2610): 0.39285, (2616, 2620): 0.07858, (2681, 2774): 0.31428},
    ),
    (
        [2538, 2395, 2417, 2012, 2860, 2729, 2435, 2655, 2556, 2389, 2696, 2438, 2434, 2342],
        [2985, 2560, 2477, 2298, 3316, 3182, 2894, 2924, 2733, 2566, 2742, 2492, 2601, 2512],
        {(2012, 2298): 0.07143, (2438, 2477): 0.46429, (2729, 2733): 0.30952, (2860, 2894): 0.15476},
    ),
    (
        [2340, 2235, 2450, 2584, 2727, 2522, 2389, 2343, 2650, 2827, 2555, 2253, 2308, 2820],
        [2407, 2673, 2890, 3040, 2772, 2673, 2660, 2513, 2913, 3113, 2825, 2299, 2754, 3106],
        {(2253, 2299): 0.08046, (2389, 2407): 0.21672, (2650, 2660): 0.33908, (2727, 2754): 0.15823, (2827, 2890): 0.20552},
    ),
]


@pytest.mark.parametrize(("low", "high", "masses"), LIFELINES)
def test_turnbull_gives_what_lifelines_gives(low: list[int], high: list[int], masses: dict[tuple[int, int], float]) -> None:
    left, right, mass = turnbull(np.array(low, dtype=float), np.array(high, dtype=float), np.ones(len(low)))
    found = {(int(a), int(b)): float(m) for a, b, m in zip(left, right, mass, strict=True) if m > 1e-6}
    assert found.keys() == masses.keys()
    assert list(found.values()) == pytest.approx(list(masses.values()), abs=2e-5)
