"""Pace, pauses and bounds: how a host is spared, and that it is remembered."""

import asyncio
import random
import time
from datetime import UTC, datetime, timedelta

import pytest

from scraper.errors import Incomplete, Refused, Unreachable
from scraper.fetch.client import Fetcher
from scraper.fetch.memory import HostState, MemoryHosts
from scraper.fetch.pace import Paused
from scraper.fetch.retry import backoff, retry_after, unasked_pause
from scraper.model import Request
from tests.evil import Evil, answer, evil
from tests.fetching import JumpingClock, conduct, fetcher

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
PLAIN = conduct(robots=False, tdm=False)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120.0),
        (" 7\t", 7.0),
        ("0", 1.0),
        ("1000000000", 86_400.0),
        ("9" * 5000, 86_400.0),  # longer than int() reads
        ("Sun, 22 Nov 2026 12:10:00 GMT", 600.0),
        ("Sun, 22 Nov 2026 12:10:00", 600.0),  # no zone: UTC
        ("Sun, 22 Nov 2026 13:10:00 +0100", 600.0),
        ("Sunday, 22-Nov-26 12:10:00 GMT", 600.0),  # RFC 850
        ("Sun Nov 22 12:10:00 2026", 600.0),  # asctime
        ("Sun, 22 Nov 2020 12:00:00 GMT", 1.0),  # past
        ("Sun, 22 Nov 2099 12:00:00 GMT", 86_400.0),
        ("２０", None),  # fullwidth digits
        ("Sun, 22 Nov 2026 １２:10:00 GMT", None),
        ("٣", None),
        ("-5", None),
        ("1e9", None),
        ("3.5", None),
        ("1, 2", None),
        ("soon", None),
        ("", None),
        (None, None),
        ("Sun, 99 Nov 2026 12:10:00 GMT", None),
        ("\x00", None),
    ],
)
def test_retry_after(value: str | None, seconds: float | None) -> None:
    assert retry_after(value, NOW) == seconds


def test_backoff_is_full_jitter() -> None:
    rng = random.Random(1)
    draws = [[backoff(attempt, rng) for _ in range(400)] for attempt in (1, 2, 3, 99)]
    assert [max(d) <= cap for d, cap in zip(draws, (2, 4, 8, 30), strict=True)] == [True] * 4
    assert min(draws[3]) < 3  # from nought, not from half
    assert max(draws[3]) > 25


def test_unasked_pause_grows_to_a_day() -> None:
    assert [unasked_pause(strikes) for strikes in (1, 2, 3, 40)] == [30.0, 60.0, 120.0, 86_400.0]


def test_requests_are_spaced() -> None:
    clock = JumpingClock()

    async def fetch() -> None:
        async with evil() as server, fetcher(PLAIN, clock=clock) as fetching:
            for _ in range(3):
                await fetching.get(Request(server.url("/ok")))

    asyncio.run(fetch())
    assert clock.slept == [3.0, 3.0]


def test_robots_and_reservation_keep_the_pace_too() -> None:
    clock = JumpingClock()

    async def fetch() -> list[str]:
        async with evil() as server, fetcher(clock=clock) as fetching:
            await fetching.get(Request(server.url("/ok")))
            return [visit.path for visit in server.visits]

    assert asyncio.run(fetch()) == ["/robots.txt", "/.well-known/tdmrep.json", "/ok"]
    assert clock.slept == [3.0, 3.0]


def test_one_request_at_a_time_per_host() -> None:
    open_now, most = 0, 0

    async def fetch() -> None:
        async with evil() as server, fetcher(conduct(robots=False, tdm=False, delay_s=0)) as fetching:
            respond = server.respond

            async def counted(visit: object) -> None:
                nonlocal open_now, most
                open_now += 1
                most = max(most, open_now)
                await asyncio.sleep(0.005)
                await respond(visit)  # type: ignore[arg-type]  # the visit is handed through
                open_now -= 1

            server.respond = counted  # type: ignore[method-assign]  # the server under observation
            await asyncio.gather(*(fetching.get(Request(server.url(f"/ok?{n}"))) for n in range(8)))

    asyncio.run(fetch())
    assert most == 1


def test_workers_share_one_pace() -> None:
    """Ten workers on one host are no faster than one (real time: they must really queue)."""

    async def fetch() -> list[float]:
        rules = conduct(robots=False, tdm=False, delay_s=0.06)
        async with evil() as server, Fetcher(rules, MemoryHosts()) as fetching:

            async def once(n: int) -> float:
                await fetching.get(Request(server.url(f"/ok?{n}")))
                return time.monotonic()

            return sorted(await asyncio.gather(*(once(n) for n in range(10))))

    ends = asyncio.run(fetch())
    assert ends[-1] - ends[0] > 8 * 0.06


def test_crawl_delay_sets_the_pace() -> None:
    clock = JumpingClock()

    async def fetch() -> None:
        robots = answer(b"User-agent: *\nCrawl-delay: 10\n")
        async with evil(robots=robots) as server, fetcher(conduct(tdm=False), clock=clock) as fetching:
            await fetching.get(Request(server.url("/ok")))
            await fetching.get(Request(server.url("/ok?2")))

    asyncio.run(fetch())
    assert clock.slept == [10.0, 10.0]


def test_long_crawl_delay_is_spread_over_runs() -> None:
    clock, memory = JumpingClock(), MemoryHosts()
    rules = conduct(tdm=False)

    async def fetch(server: Evil) -> None:
        async with fetcher(rules, memory, clock) as fetching:
            await fetching.get(Request(server.url("/ok")))
            with pytest.raises(Paused):
                await fetching.get(Request(server.url("/ok?2")))
        clock.advance(601)
        async with fetcher(rules, memory, clock) as fetching:
            await fetching.get(Request(server.url("/ok?2")))

    async def run() -> None:
        async with evil(robots=answer(b"User-agent: *\nCrawl-delay: 600\n")) as server:
            await fetch(server)

    asyncio.run(run())


@pytest.mark.parametrize("status", ["429 Too Many Requests", "503 Service Unavailable"])
def test_short_pause_is_waited_out(status: str) -> None:
    clock = JumpingClock()

    async def fetch() -> bytes:
        async with evil() as server, fetcher(PLAIN, clock=clock) as fetching:
            server.script["/busy"] = [answer(b"", status, "Retry-After: 20"), answer(b"<p>now")]
            return (await fetching.get(Request(server.url("/busy")))).body

    assert asyncio.run(fetch()) == b"<p>now"
    assert pytest.approx(sum(clock.slept)) == 20.0


@pytest.mark.parametrize("status", ["429 Too Many Requests", "503 Service Unavailable"])
def test_long_pause_survives_a_restart(status: str) -> None:
    clock, memory = JumpingClock(), MemoryHosts()

    async def fetch() -> int:
        async with evil() as server:
            server.script["/busy"] = [answer(b"", status, "Retry-After: 3600")]
            for path in ("/busy", "/ok"):  # the second by a new fetcher: another run, another page, the same host
                async with fetcher(PLAIN, memory, clock) as fetching:
                    with pytest.raises(Paused) as caught:
                        await fetching.get(Request(server.url(path)))
                    assert caught.value.not_before == NOW + timedelta(hours=1)
            asked = len(server.visits)
            clock.advance(3600)
            async with fetcher(PLAIN, memory, clock) as fetching:
                await fetching.get(Request(server.url("/ok")))
            return asked

    assert asyncio.run(fetch()) == 1
    assert clock.slept == []
    assert isinstance(next(iter(memory.states.values())), HostState)


def test_pause_without_a_time_grows() -> None:
    clock = JumpingClock()

    async def fetch() -> int:
        async with evil() as server, fetcher(PLAIN, clock=clock) as fetching:
            server.script["/busy"] = [answer(b"", "429 Too Many Requests")]
            with pytest.raises(Refused) as caught:
                await fetching.get(Request(server.url("/busy")))
            assert caught.value.status == 429
            with pytest.raises(Paused):
                await fetching.get(Request(server.url("/ok")))
            return server.count("/busy")

    assert asyncio.run(fetch()) == 3
    assert sum(clock.slept) == pytest.approx(90)


def test_breaker_leaves_a_dead_host_alone() -> None:
    async def fetch() -> int:
        async with evil() as server, fetcher(PLAIN) as fetching:
            for n in range(5):
                with pytest.raises(Unreachable):
                    await fetching.get(Request(server.url(f"/500?{n}")))
            with pytest.raises(Unreachable, match="left alone for this run after 6"):
                await fetching.get(Request(server.url("/ok")))
            return len(server.visits)

    assert asyncio.run(fetch()) == 6


def test_budget_of_requests() -> None:
    async def fetch() -> int:
        async with evil() as server, fetcher(conduct(robots=False, tdm=False, budget_per_host=2)) as fetching:
            await fetching.get(Request(server.url("/ok?1")))
            await fetching.get(Request(server.url("/ok?2")))
            with pytest.raises(Incomplete, match="budget of 2"):
                await fetching.get(Request(server.url("/ok?3")))
            return len(server.visits)

    assert asyncio.run(fetch()) == 2


def test_refusal_is_not_tried_again() -> None:
    async def fetch() -> int:
        async with evil() as server, fetcher(PLAIN) as fetching:
            with pytest.raises(Refused):
                await fetching.get(Request(server.url("/403")))
            return server.count("/403")

    assert asyncio.run(fetch()) == 1
