"""Each fault of a server ends, within its deadline, in the error that names what to do."""

import asyncio
import subprocess
import sys
import time
from pathlib import Path

import pytest

from scraper.errors import BadAnswer, FetchError, Forbidden, Refused, Unreachable
from scraper.model import Request
from tests.evil import answer, evil
from tests.fetching import conduct, fetcher, get

DEADLINE_S = 0.6
SLACK_S = 2.0  # for a machine that has other work
SLOW = {"/slowhdr", "/slowbody", "/never", "/infinitegz"}
PEAK_MIB = 300

#: path, error, words of its reason
FAULTS: list[tuple[str, type[FetchError], str]] = [
    ("/reset", Unreachable, "ReadError"),
    ("/resetmid", Unreachable, "ReadError"),
    ("/hangup", Unreachable, "closed without an answer"),
    ("/slowhdr", Unreachable, "no complete answer within 0.6 s"),
    ("/slowbody", Unreachable, "no complete answer within 0.6 s"),
    ("/never", Unreachable, "no complete answer within 0.6 s"),
    ("/500", Unreachable, "status 500"),
    ("/garbage", BadAnswer, "malformed"),
    ("/nulhdr", BadAnswer, "malformed"),
    ("/hdrbig", BadAnswer, "malformed"),
    ("/hdrmany", BadAnswer, "malformed"),
    ("/dupclen", BadAnswer, "malformed"),
    ("/clte", BadAnswer, "Content-Length"),
    ("/badclen", BadAnswer, "malformed"),
    ("/badchunk", BadAnswer, "malformed"),
    ("/shortchunk", BadAnswer, "incomplete"),
    ("/short", BadAnswer, "incomplete"),
    ("/truncgz", BadAnswer, "truncated gzip"),
    ("/trailgz", BadAnswer, "not the gzip"),
    ("/brokengz", BadAnswer, "gzip"),
    ("/notgz", BadAnswer, "not the gzip"),
    ("/gz", BadAnswer, "unpacks to more"),
    ("/gzhtml", BadAnswer, "unpacks to more"),
    ("/gzgz", BadAnswer, "not asked for"),
    ("/gzmembers", BadAnswer, "gzip members"),
    ("/br", BadAnswer, "not asked for"),
    ("/zstd", BadAnswer, "not asked for"),
    ("/infinite", BadAnswer, "on the wire"),
    ("/huge", BadAnswer, "announced"),
    ("/304", BadAnswer, "304"),
    ("/400", BadAnswer, "messages"),
    ("/404", BadAnswer, "status 404"),
    ("/htmlforjson", BadAnswer, "where JSON was asked for"),
    ("/tohome", BadAnswer, "home page"),
    ("/loop", Forbidden, "more than 5 redirects"),
    ("/tofile", Forbidden, "scheme 'file'"),
    ("/tometa", Forbidden, "169.254.169.254"),
    ("/tometa6", Forbidden, "64:ff9b::a9fe:a9fe"),
    ("/toport", Forbidden, "port 6379"),
    ("/tonowhere", Forbidden, "not a URL"),
    ("/tologin", Refused, "login"),
    ("/403", Refused, "status 403"),
    ("/vercel", Refused, "challenge"),
    ("/cloudflare", Refused, "challenge"),
    ("/captcha", Refused, "challenge"),
    ("/tdmheader", Refused, "reserved (header"),
    ("/tdmmeta", Refused, "reserved (meta"),
]


async def _end(path: str) -> tuple[FetchError, float]:
    async with evil() as server:
        rules = conduct(deadline_s=DEADLINE_S, robots=False, tdm=False) if path in SLOW else conduct()
        started = time.monotonic()
        headers = {"Accept": "application/json"} if path == "/htmlforjson" else {}
        with pytest.raises(FetchError) as caught:
            await get(server, path, rules, headers=headers)
        return caught.value, time.monotonic() - started


@pytest.mark.parametrize(("path", "error", "words"), FAULTS, ids=[fault[0] for fault in FAULTS])
def test_fault(path: str, error: type[FetchError], words: str) -> None:
    ended, took_s = asyncio.run(_end(path))
    assert type(ended) is error or (error is Unreachable and isinstance(ended, Unreachable))
    assert words in ended.reason
    assert took_s < DEADLINE_S + SLACK_S


def test_endless_gzip_ends() -> None:
    """Wire cap or deadline, whichever comes first: 5 MB of it would be 5 GB."""
    ended, took_s = asyncio.run(_end("/infinitegz"))
    assert isinstance(ended, Unreachable | BadAnswer)
    assert took_s < DEADLINE_S + SLACK_S


@pytest.mark.parametrize("path", ["/gzip", "/members", "/ok", "/moved"])
def test_good_answers_are_pages(path: str) -> None:
    async def fetch() -> tuple[int, bytes, str]:
        async with evil() as server:
            page = await get(server, path)
            return page.status, page.body, page.url.removeprefix(server.url(""))

    assert asyncio.run(fetch()) == (200, b"<p>an ad</p>", "/ok" if path == "/moved" else path)


@pytest.mark.parametrize("status", [404, 410])
def test_missing_detail_is_a_page(status: int) -> None:
    """An ad that is gone is news about that ad; a listing that is gone is a broken source (/404 above)."""

    async def fetch() -> int:
        async with evil() as server:
            return (await get(server, f"/{status}", kind="detail")).status

    assert asyncio.run(fetch()) == status


def test_closed_port() -> None:
    async def fetch() -> None:
        async with evil() as server:
            url = server.url("/ok")
        async with fetcher(conduct(robots=False, tdm=False)) as fetching:
            await fetching.get(Request(url))

    with pytest.raises(Unreachable, match="ConnectError"):
        asyncio.run(fetch())


def test_unknown_name() -> None:
    """`.invalid` never resolves (RFC 6761)."""

    async def fetch() -> None:
        async with fetcher(conduct(deadline_s=20)) as fetching:
            await fetching.get(Request("https://jobs.invalid/"))

    with pytest.raises(Unreachable, match=r"robots\.txt cannot be read.*cannot be resolved"):
        asyncio.run(fetch())


def test_broken_connection_is_tried_again() -> None:
    async def fetch() -> tuple[int, int]:
        async with evil() as server, fetcher() as fetching:
            with pytest.raises(Unreachable):
                await fetching.get(Request(server.url("/hangup")))
            return server.count("/hangup"), next(iter(fetching.stats.values())).retries

    assert asyncio.run(fetch()) == (3, 2)


def test_untrusted_bytes_are_not_tried_again() -> None:
    async def fetch() -> int:
        async with evil() as server:
            with pytest.raises(BadAnswer):
                await get(server, "/short")
            return server.count("/short")

    assert asyncio.run(fetch()) == 1


def test_recovers_on_the_second_try() -> None:
    async def fetch() -> bytes:
        async with evil() as server:
            server.script["/flaky"] = [answer(b"", "502 Bad Gateway"), answer(b"<p>back")]
            return (await get(server, "/flaky")).body

    assert asyncio.run(fetch()) == b"<p>back"


def _whole_suite() -> None:
    """Every fault in one process; prints its peak memory in MiB."""
    for path in (*(fault[0] for fault in FAULTS), "/infinitegz"):
        asyncio.run(_end(path))
    # not ru_maxrss, which begins with the memory of the process that started this one
    (peak,) = (line.split()[1] for line in Path("/proc/self/status").read_text("ascii").splitlines() if line.startswith("VmHWM"))
    sys.stdout.write(str(int(peak) // 1024))


@pytest.mark.slow
def test_peak_memory_of_all_faults() -> None:
    code = "import tests.test_fetch_faults as t; t._whole_suite()"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert int(done.stdout) < PEAK_MIB
