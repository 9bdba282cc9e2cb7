"""An ad's life under attack: random runs, random clocks; what was seen in a run is open, and only belief closes."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from scraper.model import RunState
from storage.decide import APART, RunFacts, Seen, StoredAd, absent, decide, suspect, usual
from tests.storing import START, ad

IDS = [str(number) for number in range(6)]
HOUR = timedelta(hours=1)


STATES = st.sampled_from(["ok", "ok", "ok", "partial", "failed", "blocked", "suspect"])


class Life(RuleBasedStateMachine):
    """Ads in a store that applies intents, a source whose truth is known, and a clock that jumps."""

    def __init__(self) -> None:
        super().__init__()
        self.stored: dict[str, StoredAd] = {}
        self.first: dict[str, datetime] = {}
        self.there: set[str] = set()
        self.now = START
        self.elapsed = timedelta(0)  # what a good clock would say
        self.runs = 0
        self.jumps = 0
        self.missed: dict[str, list[tuple[timedelta, int]]] = {}  # true times of believed runs without it, since it was last seen

    @initialize(ids=st.sets(st.sampled_from(IDS), min_size=1))
    def begin(self, ids: set[str]) -> None:
        self.there = set(ids)
        self.crawl("ok", complete=True)

    @rule(change=st.sets(st.sampled_from(IDS)))
    def the_market_moves(self, change: set[str]) -> None:
        self.there ^= change

    @rule(hours=st.sampled_from([1, 12, 23, 24, 240]))
    def time_passes(self, hours: int) -> None:
        self.now += hours * HOUR
        self.elapsed += hours * HOUR

    @rule(days=st.one_of(st.integers(-3000, -1), st.integers(46, 3000)))
    def the_clock_jumps(self, days: int) -> None:
        self.now += timedelta(days=days)
        self.jumps += 1

    @rule(
        state=st.sampled_from(["ok", "ok", "ok", "partial", "failed", "blocked", "suspect"]),
        complete=st.booleans(),
        part=st.integers(0, 6),
    )
    def a_run(self, state: RunState, complete: bool, part: int) -> None:
        self.crawl(state, complete=complete and state == "ok", part=part)

    @rule(hours=st.sampled_from([1, 5, 23, 24, 30, 240]))
    def a_believed_run(self, hours: int) -> None:
        self.time_passes(hours)
        self.crawl("ok", complete=True)

    @rule(gone=st.sampled_from(IDS), state=st.sampled_from(["ok", "partial", "suspect"]))
    def a_page_is_gone(self, gone: str, state: RunState) -> None:
        self.there.discard(gone)
        self.crawl(state, complete=False, part=0, gone=frozenset({gone}))

    def crawl(self, state: RunState, *, complete: bool, part: int = 6, gone: frozenset[str] = frozenset()) -> None:
        self.runs += 1
        run = f"run{self.runs}"
        before = {key: one.closed_at for key, one in self.stored.items()}
        seen = self.there if complete else set(sorted(self.there)[:part])
        for key in sorted(seen):
            self.see(key, run)
        closings = absent(self.stored.values(), RunFacts(run, state, complete, gone), self.now)
        for fate in closings:
            old = self.stored[fate.source_id]
            assert fate.source_id not in seen, "an ad of this very run was counted as missed"
            self.stored[fate.source_id] = replace(
                old,
                misses=fate.misses,
                missed_at=fate.missed_at,
                closed_at=self.now if fate.closed else None,
                closed_reason=fate.closed,
            )
        newly = {key for key, one in self.stored.items() if one.closed_at and not before.get(key)}
        assert state == "ok" or not closings
        if state == "ok" and complete:
            for key in set(self.stored) - seen:
                self.missed.setdefault(key, []).append((self.elapsed, self.jumps))
        for key in newly - gone:
            misses = self.missed[key]
            assert len(misses) >= 2, "closed after a single miss"
            assert complete
            apart = [time for time, jumps in misses if jumps == self.jumps]
            assert len(apart) < len(misses) or apart[-1] - apart[0] >= APART, "closed within a day"

    def see(self, key: str, run: str) -> None:
        old = self.stored.get(key)
        posting = ad(key, expires_on=None)
        intent = decide(old, Seen(key) if old and self.runs % 2 else posting, self.now)
        assert (intent.kind == "new") == (old is None)
        assert intent.reopened == bool(old and old.closed_at)
        self.missed.pop(key, None)
        first = old.first_seen_at if old else self.now
        self.first.setdefault(key, first)
        last = max(old.last_seen_at, self.now) if old else self.now
        self.stored[key] = StoredAd(key, posting.content_hash, first, last, posting.raw.revision, last_run_id=run)

    @invariant()
    def first_sightings_stay(self) -> None:
        assert {key: one.first_seen_at for key, one in self.stored.items()} == self.first


TestLife = Life.TestCase
TestLife.settings = settings(max_examples=120, stateful_step_count=30, derandomize=True, deadline=None)


def miss(missed: timedelta | None, now: timedelta, misses: int = 1) -> list[tuple[int, str | None]]:
    at = START + missed if missed is not None else None
    one = StoredAd("1", "h", START, START, misses=misses if at else 0, missed_at=at)
    return [(fate.misses, fate.closed) for fate in absent([one], RunFacts("r", "ok", True), START + now)]


@pytest.mark.parametrize(
    ("missed", "now", "expected"),
    [
        (None, 1 * HOUR, [(1, None)]),
        (1 * HOUR, 24 * HOUR, []),  # 23 h after the first miss: too soon
        (1 * HOUR, 25 * HOUR, [(2, "absent")]),
        (48 * HOUR, 1 * HOUR, [(1, None)]),  # the clock went back: counting starts anew
        (1 * HOUR, 24 * 60 * HOUR, [(1, None)]),  # two months of silence, or a clock that went ahead
    ],
)
def test_misses(missed: timedelta | None, now: timedelta, expected: list[tuple[int, str | None]]) -> None:
    assert miss(missed, now) == expected


@pytest.mark.parametrize(
    ("found", "before", "doubted"),
    [
        (69, [100, 100, 100, 100, 100], True),
        (70, [100, 100, 100, 100, 100], False),
        (60, [100, 80, 60, 100, 20, 900, 900], False),  # the median of the latest five is 80
        (6, [10, 10, 10], True),
        (4, [9, 9, 9], False),  # small sources may halve
        (0, [3, 3], True),
        (0, [], False),
        (0, [0, 0, 1], False),
    ],
)
def test_suspicion(found: int, before: list[int], doubted: bool) -> None:
    assert (suspect(found, usual(before)) is not None) == doubted


def test_a_last_day_counts_to_its_end() -> None:
    one = StoredAd("1", "h", START, START, expires_on=date(2026, 11, 4), last_run_id="r")
    facts = RunFacts("r", "ok", False)
    assert absent([one], facts, datetime(2026, 11, 5, 6, tzinfo=UTC)) == []  # still the fourth west of the Atlantic
    assert [fate.closed for fate in absent([one], facts, datetime(2026, 11, 5, 12, tzinfo=UTC))] == ["expired"]


def test_whole_amounts_are_no_change() -> None:
    old = StoredAd("1", "before", START, START, fields={})
    first = decide(None, ad("1"), START).rows
    assert first is not None
    fields = first.values | {"low_eur_month": 2400.0, "languages": "de:required:C1,en:plus", "skills": "crm,sap"}
    again = decide(replace(old, fields=fields), ad("1"), START)
    assert (again.kind, again.changes) == ("changed", ())
