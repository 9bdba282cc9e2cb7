"""robots.txt by RFC 9309: the given cases, traps of the same kind, hostile files, and what each status means."""

import asyncio
import base64
import json
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.errors import Forbidden, Refused, Unreachable
from scraper.fetch.limits import Conduct, user_agent
from scraper.fetch.memory import MemoryHosts
from scraper.fetch.robots import MAX_BYTES, Rules, outcome, sitemaps
from scraper.model import Request
from tests.evil import answer, evil
from tests.fetching import JumpingClock, conduct, fetcher

CASES: list[dict[str, Any]] = json.loads((Path(__file__).parent / "data/robots/cases.json").read_text("utf-8"))
HOST = "https://jobs.example.org"


def _body(case: dict[str, Any]) -> bytes:
    return base64.b64decode(case["robots_b64"]) if "robots_b64" in case else case["robots"].encode()


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_given_case(case: dict[str, Any]) -> None:
    started = time.perf_counter()
    rules = Rules(_body(case))
    assert [(url, rules.allowed(url, case["agent"])) for url, _ in case["checks"]] == [tuple(check) for check in case["checks"]]
    assert time.perf_counter() - started < 1


#: what is tried, robots.txt, agent, path, allowed
TRAPS: list[tuple[str, bytes, str, str, bool]] = [
    ("empty file", b"", "FooBot", "/x", True),
    ("longest match wins", b"User-agent: *\nDisallow: /a\nAllow: /a/b\n", "FooBot", "/a/b/c", True),
    ("longest match wins, other order", b"User-agent: *\nAllow: /a/b\nDisallow: /a\n", "FooBot", "/a/c", False),
    ("allow wins a tie", b"User-agent: *\nDisallow: /a\nAllow: /a\n", "FooBot", "/a", True),
    ("empty disallow forbids nothing", b"User-agent: *\nDisallow:\n", "FooBot", "/x", True),
    ("own group without rules frees from *", b"User-agent: FooBot\nDisallow:\nUser-agent: *\nDisallow: /", "FooBot", "/x", True),
    ("own group hides *", b"User-agent: *\nDisallow: /\n\nUser-agent: FooBot\nDisallow: /a\n", "FooBot", "/x", True),
    ("star groups merge", b"User-agent: *\nAllow: /\nUser-agent: x\nAllow:\nUser-agent: *\nDisallow: /b", "FooBot", "/b", False),
    ("end anchor", b"User-agent: *\nDisallow: /*.pdf$\n", "FooBot", "/a.pdf", False),
    ("end anchor, more follows", b"User-agent: *\nDisallow: /*.pdf$\n", "FooBot", "/a.pdf?x", True),
    ("dollar inside is a character", b"User-agent: *\nDisallow: /a$b\n", "FooBot", "/a$b", False),
    ("escaped dollar", b"User-agent: *\nDisallow: /a%24\n", "FooBot", "/a$", False),
    ("wildcard inside", b"User-agent: *\nDisallow: /a*c\n", "FooBot", "/aXXc", False),
    ("wildcard matches nothing too", b"User-agent: *\nDisallow: /a*c\n", "FooBot", "/ac", False),
    ("runs of stars", b"User-agent: *\nDisallow: /a****c\n", "FooBot", "/abc", False),
    ("paths are case sensitive", b"User-agent: *\nDisallow: /Jobs\n", "FooBot", "/jobs", True),
    ("directives are not", b"USER-AGENT: foobot\nDISALLOW: /\n", "FooBot", "/x", False),
    ("agent is not case sensitive", b"User-agent: FOOBOT\nDisallow: /\n", "foobot", "/x", False),
    ("version in the file", b"User-agent: FooBot/2.1\nDisallow: /\n", "FooBot", "/x", False),
    ("words after the token", b"User-agent: FooBot the crawler\nDisallow: /\n", "FooBot", "/x", False),
    ("ours is longer", b"User-agent: Foo\nDisallow: /\n", "FooBot", "/x", True),
    ("ours is shorter", b"User-agent: FooBot-News\nDisallow: /\n", "FooBot", "/x", True),
    ("token in the middle", b"User-agent: Bot\nDisallow: /\n", "FooBot", "/x", True),
    ("contact names another bot", b"User-agent: google\nDisallow: /\n", "FooBot/1 (+https://google.example)", "/x", True),
    ("percent-encoding: case of the digits", b"User-agent: *\nDisallow: /k%c3%a4se\n", "FooBot", "/k%C3%A4se", False),
    ("percent-encoding: raw in the file", "User-agent: *\nDisallow: /käse\n".encode(), "FooBot", "/k%C3%A4se", False),
    ("percent-encoding: raw in the URL", b"User-agent: *\nDisallow: /k%C3%A4se\n", "FooBot", "/käse", False),
    ("percent-encoding: raw in both", "User-agent: *\nDisallow: /käse\n".encode(), "FooBot", "/käse", False),
    ("percent-encoding: unreserved", b"User-agent: *\nDisallow: /%7Eme\n", "FooBot", "/~me", False),
    ("percent-encoding: reserved stays", b"User-agent: *\nDisallow: /a%2Fb\n", "FooBot", "/a/b", True),
    ("percent-encoding: reserved equals itself", b"User-agent: *\nDisallow: /a%2Fb\n", "FooBot", "/a%2fb", False),
    ("byte order mark", b"\xef\xbb\xbfUser-agent: *\nDisallow: /\n", "FooBot", "/x", False),
    ("UTF-16", "\ufeffUser-agent: *\nDisallow: /\n".encode("utf-16-le"), "FooBot", "/x", False),
    ("CR line ends", b"User-agent: *\rDisallow: /a\rDisallow: /b\r", "FooBot", "/b", False),
    ("CRLF line ends", b"User-agent: *\r\nDisallow: /a\r\nDisallow: /b\r\n", "FooBot", "/a", False),
    ("no line end at the end", b"User-agent: *\nDisallow: /a", "FooBot", "/a", False),
    ("U+2028 is no line end", "User-agent: *\nDisallow: /a\u2028Allow: /a\n".encode(), "FooBot", "/a", True),
    ("unknown line between agents", b"User-agent: FooBot\nNoindex: /x\nUser-agent: *\nDisallow: /\n", "FooBot", "/x", False),
    ("sitemap between agents", b"User-agent: FooBot\nSitemap: https://a/x\nUser-agent: b\nDisallow: /\n", "FooBot", "/x", False),
    ("blank line between agents", b"User-agent: FooBot\n\nUser-agent: b\nDisallow: /\n", "FooBot", "/x", False),
    ("sitemap in a group", b"User-agent: *\nDisallow: /a\nSitemap: https://a/x\nDisallow: /b\n", "FooBot", "/b", False),
    ("comment lines and tails", b"# all\nUser-agent: * # us\nDisallow: /a # not b\n", "FooBot", "/a", False),
    ("comment eats the rule", b"User-agent: *\nDisallow: #/a\n", "FooBot", "/a", True),
    ("spaces and tabs", b"  User-agent \t:\t *  \n\tDisallow : /a\t\n", "FooBot", "/a", False),
    ("rule before any agent", b"Disallow: /\nUser-agent: *\nAllow: /a\n", "FooBot", "/x", True),
    ("no colon", b"User-agent *\nDisallow /a\n", "FooBot", "/a", False),
    ("slip of the pen", b"User-agent: *\nDissallow: /a\n", "FooBot", "/a", False),
    ("rule without slash", b"User-agent: *\nDisallow: a\n", "FooBot", "/a", True),
    ("query is part of the path", b"User-agent: *\nDisallow: /jobs?\n", "FooBot", "/jobs?id=1", False),
    ("fragment is not", b"User-agent: *\nDisallow: /a$\n", "FooBot", "/a#b", False),
    ("colon in the path", b"User-agent: *\nDisallow: /a:b\n", "FooBot", "/a:b", False),
    ("NUL in the line", b"User-agent: *\nDisall\0ow: /a\n", "FooBot", "/a", False),
    ("root without slash", b"User-agent: *\nDisallow: /\n", "FooBot", "", False),
]


@pytest.mark.parametrize(("body", "agent", "path", "allowed"), [trap[1:] for trap in TRAPS], ids=[trap[0] for trap in TRAPS])
def test_trap(body: bytes, agent: str, path: str, allowed: bool) -> None:
    assert Rules(body).allowed(HOST + path, agent) is allowed


def test_our_own_name_is_heeded() -> None:
    agent = user_agent(Conduct("0.1", "https://example.org/bot"))
    rules = Rules(b"User-agent: lohnpegel\nDisallow: /private\n")
    assert (rules.allowed(HOST + "/private/1", agent), rules.allowed(HOST + "/open", agent)) == (False, True)


def test_only_half_a_mebibyte_is_read() -> None:
    filler = b"#" * (MAX_BYTES - 40)
    inside = Rules(b"User-agent: *\n" + filler[:-40] + b"\nDisallow: /a\n" + filler + b"\nDisallow: /b\n")
    assert [inside.allowed(HOST + path, "FooBot") for path in ("/a", "/b")] == [False, True]


@pytest.mark.parametrize(
    ("lines", "delay_s"),
    [
        (b"User-agent: *\nCrawl-delay: 10", 10.0),
        (b"User-agent: *\nCrawl-delay: 2.5", 2.5),
        (b"User-agent: *\nCrawl-delay: 1\nCrawl-delay: 7", 7.0),
        (b"User-agent: *\nDisallow: /a\nCrawl-delay: 10\n\nUser-agent: FooBot\nCrawl-delay: 4", 4.0),
        (b"User-agent: FooBot\nCrawl-delay: 4\n\nUser-agent: *\nCrawl-delay: 10", 10.0),  # one group by § 2.2.1: the slower pace,
        (b"User-agent: *\nDisallow: /\nCrawl-delay: 10\n\nUser-agent: FooBot\nDisallow: /a", None),
        (b"User-agent: Other\nCrawl-delay: 10", None),
        (b"User-agent: *\nCrawl-delay: inf", None),
        (b"User-agent: *\nCrawl-delay: nan", None),
        (b"User-agent: *\nCrawl-delay: -5", None),
        (b"User-agent: *\nCrawl-delay: soon", None),
        ("User-agent: *\nCrawl-delay: ２０".encode(), None),
        (b"Crawl-delay: 10", None),
    ],
)
def test_crawl_delay(lines: bytes, delay_s: float | None) -> None:
    assert Rules(lines).crawl_delay("FooBot/1.0") == delay_s


def test_sitemaps_belong_to_no_group() -> None:
    body = b"Sitemap: https://a.example/1.xml\nUser-agent: x\nDisallow: /\nSITEMAP:https://a.example/2.xml # two\n"
    assert sitemaps(body) == ("https://a.example/1.xml", "https://a.example/2.xml")


def _hostile(name: str, size: int) -> bytes:
    """About `size` lines' worth of a file made to be slow."""
    return {
        "groups": b"".join(b"User-agent: b%d\nDisallow: /\n" % n for n in range(size)),
        "agents": b"".join(b"User-agent: b%d\n" % n for n in range(size)) + b"Disallow: /\n",
        "wildcards": b"User-agent: *\n" + b"".join(b"Disallow: /*%d*a*b*\n" % n for n in range(size)),
        "dollars": b"User-agent: *\n" + b"Disallow: /$$$$$$$$\n" * size,
        "stars": b"User-agent: *\nDisallow: /" + b"*a" * (size * 8) + b"\n",
        "colons": b":" * (size * 16),
        "blanks": b" \t" * (size * 8) + b"x",
        "percent": b"User-agent: *\nDisallow: /" + b"%" * (size * 16) + b"\n",
    }[name]


@pytest.mark.parametrize("name", ["groups", "agents", "wildcards", "dollars", "stars", "colons", "blanks", "percent"])
def test_hostile_file_costs_in_proportion(name: str) -> None:
    def seconds(size: int) -> float:
        started = time.process_time()
        Rules(_hostile(name, size)).allowed(HOST + "/" + "a" * 2000, "FooBot")
        return time.process_time() - started

    small = min(seconds(1500) for _ in range(3))
    large = min(seconds(12_000) for _ in range(2))
    assert large < 1.0
    assert large < max(small, 0.002) * 8 * 4  # linear would be 8, quadratic 64


@given(st.binary(max_size=400), st.text(max_size=40), st.text(max_size=60))
def test_never_raises(body: bytes, agent: str, path: str) -> None:
    rules = Rules(body)
    rules.allowed(HOST + "/" + path, agent)
    rules.crawl_delay(agent)


LINES = [b"User-agent: *", b"User-agent: FooBot", b"Disallow: /", b"Allow: /a", b"", b"X: y"]


@given(st.lists(st.sampled_from(LINES), max_size=9))
def test_line_ends_do_not_matter(lines: list[bytes]) -> None:
    verdicts = {Rules(end.join(lines)).allowed(HOST + "/a", "FooBot") for end in (b"\n", b"\r\n", b"\r", b"\n\n")}
    assert len(verdicts) == 1


@pytest.mark.parametrize(
    ("status", "meaning"),
    [(200, "read"), (204, "read"), (404, "open"), (410, "open"), (400, "open"), (418, "open"), (401, "stop"), (403, "stop"),
     (429, "stop"), (500, "later"), (503, "later"), (302, "later"), (202, "later"), (304, "later")],
)  # fmt: skip
def test_status_of_robots(status: int, meaning: str) -> None:
    assert outcome(status) == meaning


async def _ask(robots: bytes, rules: Conduct) -> int:
    async with evil(robots=robots) as server, fetcher(rules) as fetching:
        try:
            return (await fetching.get(Request(server.url("/ok")))).status
        finally:
            assert server.count("/ok") == 0


@pytest.mark.parametrize(
    ("robots", "error"),
    [
        (answer(b"", "500 Oops"), Unreachable),
        (answer(b"User-agent: *\nAllow: /\n", "503 Busy"), Unreachable),
        (answer(b"", "401 No"), Refused),
        (answer(b"", "403 No"), Refused),
        (answer(b"", "429 Slower", "Retry-After: 1"), Refused),
        (answer(b"User-agent: *\nAllow: /\n", "200 OK", "Connection: close", length=900), Unreachable),
        (answer(b"", "302 Found", "Location: /robots.txt"), Forbidden),
        (answer(b"", "302 Found", "Location: file:///etc/passwd"), Forbidden),
        (answer(b"", "302 Found", "Location: http://169.254.169.254/"), Forbidden),
        (answer(b"", "202 Later"), Unreachable),
        (answer(b"User-agent: *\nDisallow: /\n"), Refused),
    ],
    ids=["500", "503", "401", "403", "429", "short", "loop", "file", "meta", "202", "disallowed"],
)
def test_fails_closed(robots: bytes, error: type[Exception]) -> None:
    with pytest.raises(error):
        asyncio.run(_ask(robots, conduct(tdm=False)))


@pytest.mark.parametrize("robots", [answer(b"", "404 Not Found"), answer(b"", "410 Gone"), answer(b"<html>sorry</html>")])
def test_open_without_rules(robots: bytes) -> None:
    async def ask() -> int:
        async with evil(robots=robots) as server, fetcher(conduct(tdm=False)) as fetching:
            return (await fetching.get(Request(server.url("/ok")))).status

    assert asyncio.run(ask()) == 200


def test_exempt_host_may_refuse_its_robots() -> None:
    """A host whose policy is published elsewhere, by name and only for 401/403."""

    async def ask(robots: bytes) -> int:
        rules = conduct(tdm=False, robots_exempt=frozenset({"127.0.0.1"}))
        async with evil(robots=robots) as server, fetcher(rules) as fetching:
            return (await fetching.get(Request(server.url("/ok")))).status

    assert asyncio.run(ask(answer(b"", "403 No"))) == 200
    with pytest.raises(Unreachable):
        asyncio.run(ask(answer(b"", "500 Oops")))


def test_rules_bind_each_hop() -> None:
    async def ask() -> list[str]:
        robots = answer(b"User-agent: *\nDisallow: /private\n")
        async with evil(robots=robots) as server, fetcher(conduct(tdm=False)) as fetching:
            server.script["/go"] = [answer(b"", "302 Found", "Location: /private/x")]
            with pytest.raises(Refused, match=r"private/x: robots\.txt disallows"):
                await fetching.get(Request(server.url("/go")))
            return [visit.path for visit in server.visits]

    assert asyncio.run(ask()) == ["/robots.txt", "/go"]


def test_redirected_robots_bind_the_first_host() -> None:
    async def ask() -> None:
        async with evil(robots=answer(b"User-agent: *\nDisallow: /\n")) as other:
            moved = answer(b"", "301 Moved", f"Location: {other.url('/robots.txt')}")
            async with evil(robots=moved) as server, fetcher(conduct(tdm=False)) as fetching:
                with pytest.raises(Refused, match="disallows"):
                    await fetching.get(Request(server.url("/ok")))

    asyncio.run(ask())


def test_read_once_a_day_and_across_runs() -> None:
    clock, memory = JumpingClock(), MemoryHosts()

    async def ask() -> list[int]:
        asked = []
        async with evil(robots=answer(b"User-agent: *\nDisallow: /private\n")) as server:
            for hours in (0, 23, 2):
                clock.advance(hours * 3600)
                async with fetcher(conduct(tdm=False), memory, clock) as fetching:
                    await fetching.get(Request(server.url("/ok")))
                    await fetching.get(Request(server.url("/ok")))
                    with pytest.raises(Refused):
                        await fetching.get(Request(server.url("/private")))
                asked.append(server.count("/robots.txt"))
        return asked

    assert asyncio.run(ask()) == [1, 1, 2]


def test_an_error_is_not_remembered() -> None:
    memory = MemoryHosts()

    async def ask() -> int:
        async with evil() as server:
            server.script["/robots.txt"] = [answer(b"", "500 Oops")] * 3 + [answer(b"User-agent: *\nAllow: /\n")]
            async with fetcher(conduct(tdm=False), memory) as fetching:
                with pytest.raises(Unreachable):
                    await fetching.get(Request(server.url("/ok")))
            async with fetcher(conduct(tdm=False), memory) as fetching:
                return (await fetching.get(Request(server.url("/ok")))).status

    assert asyncio.run(ask()) == 200
