"""The lives of ads over whole runs: several sources, hosts that fail in every way, clocks that jump, ads that come back,
reading again, erasing, runs that are killed. The real pipeline, judgement and database; only the host and the readers are played.

`LIFE_EXAMPLES=5000 pytest tests/test_lives.py` plays longer, by other draws.
"""

import asyncio
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import delete

from scheduler.plan import CrawlPlan, SourcePlan, SourceSummary
from scheduler.source import Desk, crawl_one
from scheduler.stop import Stop
from scraper.errors import BadAnswer, Refused, Unreachable
from scraper.fetch.limits import Conduct
from scraper.model import Options, Page, Parsed, Posting, RawPosting, Request
from storage import migrate
from storage.archive import Archive
from storage.decide import APART, STALE
from storage.engine import open_engine
from storage.purge import erase
from storage.runs import Runs
from storage.save import Store
from storage.tables import metadata
from tests.storing import START, ad
from tests.warm import PROFILE

EXAMPLES = int(os.environ.get("LIFE_EXAMPLES", "12"))
NAMES = ("north", "south")
IDS = [f"{number:02}" for number in range(14)]  #: as many as make a source's usual number count
HOUR = timedelta(hours=1)
LISTING = "https://jobs.example/{}"
Key = tuple[str, str]


def title(key: str) -> str:
    """A title with a word that no other ad has."""
    return f"Kundenberater Zulage{key}x"


@dataclass
class Host:
    """A site with its ads, and what it is up to."""

    name: str
    ads: dict[str, int] = field(default_factory=dict)  #: version by id; those with an even number have no page of their own
    mood: str = "well"
    shown: int = len(IDS)  #: so many of its ads the listing shows
    missing: set[str] = field(default_factory=set)  #: listed ads whose page answers 404

    async def get(self, request: Request) -> Page:
        if request.kind == "detail":
            return self._detail(request)
        if self.mood == "down":
            raise Unreachable(request.url, "no answer")
        if self.mood == "wall":
            raise Refused(request.url, "blocked, status 403", 403)
        listed = self.listed
        total = len(listed) * 3 if self.mood == "short" else len(listed)
        return self._page(request, {"total": total, "ads": {key: self.ads[key] for key in listed}})

    def _detail(self, request: Request) -> Page:
        key = request.source_id or ""
        if key in self.missing:
            return self._page(request, {}, 404)
        if self.mood == "torn":
            raise BadAnswer(request.url, "the body has 3 bytes instead of 300")
        return self._page(request, {"version": self.ads[key]})

    def _page(self, request: Request, body: Mapping[str, Any], status: int = 200) -> Page:
        return Page(request, status, json.dumps(body).encode(), START)

    @property
    def listed(self) -> list[str]:
        return sorted(self.ads)[: self.shown]


def start(_options: Options) -> list[Request]:
    return [Request(LISTING.format("list"))]


def parse(page: Page) -> Parsed:
    """Ads with an even number stand in the listing, the others on pages of their own."""
    body, key = json.loads(page.body), page.request.source_id
    if key is not None:
        return Parsed((raw(key, body["version"]),)) if page.status == 200 else Parsed(gone=(key,))
    told = tuple(raw(key, version) for key, version in body["ads"].items() if int(key) % 2 == 0)
    more = tuple(
        Request(LISTING.format(key), "detail", source_id=key, revision=f"v{version}")
        for key, version in body["ads"].items()
        if int(key) % 2
    )
    return Parsed(told, requests=more, total=body["total"], listing="all")


def raw(key: str, version: int) -> RawPosting:
    return RawPosting("x", key, LISTING.format(key), title(key), revision=f"v{version}", description=f"Fassung {version}")


def read(one: RawPosting, _at: datetime, _profile: object) -> Posting:
    """Today's readers, played: the hash follows from the text."""
    return replace(ad(one.source_id, one.title, one.description), raw=one)


class Clock:
    """The machine's clock, which jumps."""

    def __init__(self) -> None:
        self.at = START

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return 0.0

    async def sleep(self, seconds: float) -> None:
        raise AssertionError("nobody waits here")


@dataclass(frozen=True)
class Row:
    """An ad's life as it is stored."""

    first: str
    last: str
    closed: str | None
    reason: str | None
    misses: int
    title: str
    hash: str
    reopened: str | None
    employer: str


@dataclass(frozen=True)
class Miss:
    """A believed run that listed everything but one ad."""

    true: timedelta  #: since the beginning
    clock: timedelta  #: by our clock

    @property
    def wrong(self) -> timedelta:
        return self.clock - self.true


ENGINE = open_engine("sqlite://")
migrate.upgrade(ENGINE)
ARCHIVE = Archive("sqlite://")


class Lives(RuleBasedStateMachine):
    """What stands in the database against what the hosts really showed."""

    def __init__(self) -> None:
        super().__init__()
        with ENGINE.begin() as connection:
            for table in reversed(metadata.sorted_tables):
                connection.execute(delete(table))
        self.clock = Clock()
        self.runs, self.store = Runs(ENGINE, self.clock.now), Store(ENGINE)
        self.hosts = {name: Host(name) for name in NAMES}
        self.true_time = timedelta(0)
        self.first: dict[Key, str] = {}
        self.missed: dict[Key, list[Miss]] = {}  #: believed runs without it since it was seen
        self.covered: dict[Key, int] = {}  #: ads with blackened titles, by the version that was blackened
        self.over: dict[Key, str] = {}  #: what closed an ad that was not seen since

    @initialize(north=st.sets(st.sampled_from(IDS), min_size=11), south=st.sets(st.sampled_from(IDS), min_size=1, max_size=6))
    def begin(self, north: set[str], south: set[str]) -> None:
        for name, ids in zip(NAMES, (north, south), strict=True):
            self.hosts[name].ads = dict.fromkeys(ids, 1)
            assert self.crawl(name).state == "ok"

    # the world

    @rule(name=st.sampled_from(NAMES), change=st.sets(st.sampled_from(IDS), max_size=4))
    def ads_come_and_go(self, name: str, change: set[str]) -> None:
        ads = self.hosts[name].ads
        for key in change:
            if ads.pop(key, None) is None:
                ads[key] = 1

    @rule(name=st.sampled_from(NAMES), key=st.sampled_from(IDS))
    def an_ad_is_edited(self, name: str, key: str) -> None:
        if key in self.hosts[name].ads:
            self.hosts[name].ads[key] += 1

    @rule(hours=st.sampled_from([1, 12, 23, 24, 240]))
    def time_passes(self, hours: int) -> None:
        self.clock.at += hours * HOUR
        self.true_time += hours * HOUR

    @rule(days=st.one_of(st.integers(-900, -1), st.integers(46, 900)), then=st.sampled_from([None, *NAMES]))
    def the_clock_jumps(self, days: int, then: str | None) -> None:
        self.clock.at += timedelta(days=days)
        if then is not None:
            self.crawl(then)

    # runs

    @rule(name=st.sampled_from(NAMES), hours=st.sampled_from([0, 5, 24, 30]))
    def a_run(self, name: str, hours: int) -> None:
        self.time_passes(hours)
        self.crawl(name)

    @rule(name=st.sampled_from(NAMES), mood=st.sampled_from(["down", "wall", "short", "torn"]), hours=st.sampled_from([0, 30]))
    def a_run_that_fails(self, name: str, mood: str, hours: int) -> None:
        self.time_passes(hours)
        before, misses = self.stored(), {key: list(times) for key, times in self.missed.items()}
        summary = self.crawl(name, mood=mood)
        asked = mood != "torn" or summary.details_fetched or summary.state != "ok"
        assert summary.state != "ok" or not asked
        if summary.state != "ok":
            assert misses == {key: self.missed.get(key, times) for key, times in misses.items()}
            assert not [key for key, row in self.stored().items() if row.closed and key in before and not before[key].closed]

    @rule(name=st.sampled_from(NAMES), shown=st.integers(0, 13))
    def a_listing_that_shows_less(self, name: str, shown: int) -> None:
        """The host answers well and fully, with fewer ads than there are: nobody can tell that from ads that went."""
        self.crawl(name, shown=shown)

    @rule(name=st.sampled_from(NAMES), shown=st.integers(0, 13), hours=st.sampled_from([0, 5, 19]))
    def a_look_for_new_ads(self, name: str, shown: int, hours: int) -> None:
        """Asked only for what is new since the last full listing, so that what it does not list is not missing."""
        self.time_passes(hours)
        before = self.missed_so_far()
        summary = self.crawl(name, shown=shown, full=False)
        if not summary.complete:
            assert self.missed_so_far().items() <= before.items()

    @rule(name=st.sampled_from(NAMES), keys=st.sets(st.sampled_from(IDS), min_size=1, max_size=3))
    def pages_that_are_gone(self, name: str, keys: set[str]) -> None:
        """Ads that are listed, and whose own page says 404."""
        host = self.hosts[name]
        for key in keys & set(host.ads):
            host.ads[key] += 1  # so that the page is asked for
        self.crawl(name, missing=keys)

    @rule(name=st.sampled_from(NAMES), part=st.integers(0, 14))
    def a_run_that_is_killed(self, name: str, part: int) -> None:
        number = self.runs.start_run("crawl", "0", "x")
        self.runs.start_source_run(number, name, name)
        ads = [read(replace(raw(key, self.hosts[name].ads[key]), source=name), self.clock.at, None)
               for key in sorted(self.hosts[name].ads)[:part]]  # fmt: skip
        self.store.save_batch(number, name, ads, (), self.clock.at)
        self.saw(name, {one.raw.source_id for one in ads})

    @rule(name=st.sampled_from(NAMES))
    def a_person_accepts(self, name: str) -> None:
        assert self.runs.accept(name)

    # what is done by hand

    @rule(name=st.sampled_from(NAMES), keys=st.sets(st.sampled_from(IDS), min_size=1), rules=st.integers(2, 9))
    def reading_again(self, name: str, keys: set[str], rules: int) -> None:
        """Better readers over archived pages: what is read may change, lives may not; what is not stored is not made.

        A page with erased words is archived no more.
        """
        before = self.stored()
        keys -= {key for source, key in self.covered if source == name}
        number = self.runs.start_run("reparse", "0", "x")
        ads = [
            replace(
                read(replace(raw(key, self.version((name, key))), source=name), self.clock.at, None), employer=f"Leser {rules}"
            )
            for key in keys
        ]
        self.store.rewrite_batch(number, name, ads, self.clock.at)
        self.runs.end_run(number, "ok")
        after = self.stored()
        assert {key: replace(row, employer=before[key].employer) for key, row in after.items()} == before
        assert {after[name, key].employer for key in keys if (name, key) in after} <= {f"Leser {rules}"}

    @rule(key=st.sampled_from(IDS), whole=st.booleans())
    def words_are_erased(self, key: str, whole: bool) -> None:
        """Of every source's ad of that number; the words stand nowhere, the other lives go on."""
        before = self.stored()
        erase(ENGINE, None, f"Zulage{key}x", whole=whole)
        after = self.stored()
        hit = {one for one in before if one[1] == key}
        assert set(before) - set(after) == (hit - set(self.covered) if whole else set())
        assert {one: before[one] for one in set(before) - hit} == {one: after[one] for one in set(after) - hit}
        for one in hit:
            if whole and one not in after:
                for book in (self.first, self.missed, self.over, self.covered):
                    book.pop(one, None)
            elif one in after:
                self.covered[one] = self.version(one)
                assert (before[one].first, before[one].closed) == (after[one].first, after[one].closed)

    # how a run is played, and judged

    def missed_so_far(self) -> dict[Key, int]:
        return {key: row.misses for key, row in self.stored().items() if row.misses}

    def crawl(
        self, name: str, mood: str = "well", shown: int = 14, missing: set[str] | None = None, full: bool = True
    ) -> SourceSummary:
        host = self.hosts[name]
        host.mood, host.shown, host.missing = mood, shown, missing or set()
        before, usual = self.stored(), self.runs.usual(name) or 0
        number = self.runs.start_run("crawl", "0", "x")
        plan = CrawlPlan((), PROFILE, 15, Conduct(), "", "", "0", "x")
        parsers = SimpleNamespace(parse=self.parsed)
        desk = Desk(plan, number, self.clock.at, self.clock, host, parsers, self.store, self.runs, ARCHIVE, Stop(), None)  # type: ignore[arg-type]
        module = SimpleNamespace(NAME=name, start=start, parse=parse, HINTS={})
        with patch("scheduler.source.sources.load", lambda _kind: module), patch("scheduler.source.normalise", read):
            summary = asyncio.run(crawl_one(desk, SourcePlan(name, name, (), {}), full=full))
        self.runs.end_run(number, "ok")
        shrunk = summary.seen == 0 < usual or (usual >= 10 and summary.seen < 0.7 * usual)
        assert not (shrunk and summary.complete), "a run with far fewer ads than usual was believed"
        self.judge(name, summary, before)
        return summary

    async def parsed(self, source: Any, page: Page) -> Parsed:
        found: Parsed = source.parse(page)
        return found

    def judge(self, name: str, summary: SourceSummary, before: dict[Key, Row]) -> None:
        host, after = self.hosts[name], self.stored()
        others = {key: row for key, row in after.items() if key[0] != name}
        assert others == {key: row for key, row in before.items() if key[0] != name}, "a run touched another source's ads"
        gone = {(name, key) for key in host.missing if int(key) % 2 and key in host.listed and summary.state == "ok"}
        told = set() if host.mood in {"down", "wall"} else {key for key in host.listed if (name, key) in after}
        self.saw(name, told - {key for _, key in gone})
        newly = {key for key, row in after.items() if row.closed and not (key in before and before[key].closed)}
        if summary.state == "ok" and summary.complete:
            for key in {key for key in before if key[0] == name and key[1] not in told}:
                self.missed.setdefault(key, []).append(Miss(self.true_time, self.clock.at - START))
        assert not newly or summary.state == "ok", "a run that was not believed has closed an ad"
        assert {after[key].reason for key in newly & gone} <= {"gone"}
        for key in newly - gone:
            assert summary.complete and after[key].reason == "absent"
            assert self.may_be_over(key), "closed too soon"
        for key, times in self.missed.items():
            if key in after and self.must_be_over(times):
                assert after[key].closed, "missed for long and open still"
        for key in newly:
            self.over[key] = after[key].reason or ""

    def saw(self, name: str, keys: set[str]) -> None:
        for key in keys:
            self.missed.pop((name, key), None)
            self.over.pop((name, key), None)
            self.first.setdefault((name, key), f"{self.clock.at:%Y-%m-%dT%H:%M:%SZ}")
        rows = self.stored()
        assert not [key for key in keys if rows[name, key].closed], "an ad that was just seen is closed"

    def may_be_over(self, key: Key) -> bool:
        """Missed twice, a day apart; or a day apart by a clock that was put ahead by less than makes a miss stale."""
        *before, last = self.missed.get(key, [Miss(timedelta(0), timedelta(0))])
        return any(
            last.true - one.true >= APART or (one.wrong != last.wrong and APART <= last.clock - one.clock <= STALE)
            for one in before
        )

    @staticmethod
    def must_be_over(misses: list["Miss"]) -> bool:
        """The rule once more, by true time, where no clock has jumped: counted anew after a long silence."""
        if len({one.wrong for one in misses}) != 1:
            return False
        begun = misses[0].true
        for one in misses[1:]:
            if one.true - begun > STALE:
                begun = one.true
            elif one.true - begun >= APART:
                return True
        return False

    def stored(self) -> dict[Key, Row]:
        columns = (
            "source, source_id, first_seen_at, last_seen_at, closed_at, closed_reason, misses, title, content_hash, reopened_at"
        )
        with ENGINE.connect() as connection:
            rows = connection.exec_driver_sql(f"SELECT {columns}, employer FROM posting").all()
        return {(row[0], row[1]): Row(*row[2:]) for row in rows}

    def version(self, key: Key) -> int:
        """Which version of an ad is stored; 1 for one that is not."""
        row = self.stored().get(key)
        return int(row.hash.split("Fassung ")[1].split("|")[0]) if row else 1

    # what always holds

    @invariant()
    def first_sightings_stay(self) -> None:
        assert {key: row.first for key, row in self.stored().items()} == self.first

    @invariant()
    def what_was_closed_stays_so_until_it_is_seen(self) -> None:
        assert {key: row.reason for key, row in self.stored().items() if row.closed} == self.over

    @invariant()
    def histories_tell_each_life_in_order(self) -> None:
        """open, closed, reopened, closed … and the last word is what stands today."""
        query = "SELECT source, source_id, closed_at, new FROM posting JOIN posting_change ON posting_id = posting.id"
        told: dict[Key, list[str]] = {}
        closed: dict[Key, bool] = {}
        with ENGINE.connect() as connection:
            for source, key, at, word in connection.exec_driver_sql(f"{query} WHERE field = 'status' ORDER BY posting_change.id"):
                told.setdefault((source, key), []).append(word)
                closed[source, key] = at is not None
        for one, words in told.items():
            assert words[0] == "open", (one, words)
            assert set(words[1::2]) <= {"closed"} and set(words[2::2]) <= {"reopened"}, (one, words)
            assert (words[-1] == "closed") == closed[one], (one, words)

    @invariant()
    @precondition(lambda self: bool(self.covered))
    def erased_words_do_not_come_back_by_themselves(self) -> None:
        rows = self.stored()
        for key, version in self.covered.items():
            if key in rows and self.hosts[key[0]].ads.get(key[1], version) == version:
                assert f"Zulage{key[1]}x" not in rows[key].title

    @invariant()
    def no_run_is_left_running_but_the_one_that_was_killed(self) -> None:
        with ENGINE.connect() as connection:
            (running,) = connection.exec_driver_sql("SELECT count(*) FROM run WHERE state = 'running'").one()
        assert running <= 1


TestLives = Lives.TestCase
TestLives.settings = settings(
    max_examples=EXAMPLES, stateful_step_count=40, derandomize="LIFE_EXAMPLES" not in os.environ, deadline=None
)
