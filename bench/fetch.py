"""Fetching beside aiohttp alone and Scrapy: gzip pages of 60 KB from eight hosts on loopback, one client core.

    python -m bench.fetch [--pages 4000] [--rounds 3] [--smoke]

Ours has everything on that a user has on: robots.txt, reservations, bounded bodies, deadlines, one request at a time per host;
the peers have the same eight connections and none of that. Only ratios count.
"""

import argparse
import asyncio
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from importlib.util import find_spec

from bench.served import hosts

PEERS = ("aiohttp", "scrapy")


def ours(urls: list[list[str]]) -> int:
    """Lohnpegel's own way."""
    from scraper.fetch.client import Fetcher
    from scraper.fetch.limits import Conduct
    from scraper.fetch.memory import MemoryHosts
    from scraper.model import Request

    async def lane(fetcher: Fetcher, pages: list[str]) -> int:
        return sum([len((await fetcher.get(Request(url))).body) > 50_000 for url in pages])

    async def run() -> int:
        async with Fetcher(Conduct(allow_loopback=True, delay_s=0.0), MemoryHosts()) as fetcher:
            return sum(await asyncio.gather(*(lane(fetcher, pages) for pages in urls)))

    return asyncio.run(run())


def aiohttp(urls: list[list[str]]) -> int:
    """The fastest common client, alone."""
    import aiohttp

    async def lane(session: aiohttp.ClientSession, pages: list[str]) -> int:
        got = 0
        for url in pages:
            async with session.get(url) as answer:
                got += len(await answer.read()) > 50_000
        return got

    async def run() -> int:
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=8)) as session:
            return sum(await asyncio.gather(*(lane(session, pages) for pages in urls)))

    return asyncio.run(run())


def scrapy(urls: list[list[str]]) -> int:
    """Scrapy with its own defaults, less its throttle and its log."""
    import scrapy
    from scrapy.crawler import CrawlerProcess

    got: list[int] = []

    class Pages(scrapy.Spider):
        name = "pages"
        start_urls = tuple(url for group in zip(*urls, strict=True) for url in group)  # type: ignore[assignment]

        def parse(self, response: "scrapy.http.Response") -> None:  # type: ignore[override]
            got.append(len(response.body))

    told = {
        "LOG_LEVEL": "ERROR",
        "CONCURRENT_REQUESTS": 8,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 8,
        "DOWNLOAD_DELAY": 0,
        "TELNETCONSOLE_ENABLED": False,
    }
    process = CrawlerProcess(told)
    process.crawl(Pages)
    process.start()
    return sum(size > 50_000 for size in got)


Client = Callable[[list[list[str]]], int]
ALL: dict[str, Client] = {"lohnpegel": ours, "aiohttp": aiohttp, "scrapy": scrapy}
CLIENTS = {
    name: run for name, run in ALL.items() if name == "lohnpegel" or find_spec(name)
}  # a peer that is not there is left out


def child(name: str, bases: list[str], pages: int) -> None:
    """One client in a process of its own, on the last core; prints pages a second and peak memory."""
    import resource

    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    each = pages // len(bases)
    urls = [[f"{base}/{number}" for number in range(each)] for base in bases]
    started, used = time.perf_counter(), time.process_time()
    got = CLIENTS[name](urls)
    assert got == each * len(bases), (name, got)
    told = {"pages": got, "s": time.perf_counter() - started, "cpu_s": time.process_time() - used}
    print(json.dumps(told | {"peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))


def measured(pages: int, rounds: int) -> dict[str, dict[str, float]]:
    """Median rates of each client, interleaved."""
    found: dict[str, list[dict[str, float]]] = {name: [] for name in CLIENTS}
    with hosts() as bases:
        for _ in range(rounds):
            for name in CLIENTS:
                command = [
                    sys.executable,
                    "-m",
                    "bench.fetch",
                    "--child",
                    name,
                    "--pages",
                    str(pages),
                    "--bases",
                    ",".join(bases),
                ]
                found[name].append(
                    json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()[-1])
                )
    return {
        name: {
            "pages_per_cpu_s": statistics.median(one["pages"] / one["cpu_s"] for one in runs),
            "pages_per_s": statistics.median(one["pages"] / one["s"] for one in runs),
            "peak_mb": max(one["peak_mb"] for one in runs),
        }
        for name, runs in found.items()
    }


def table(found: dict[str, dict[str, float]]) -> str:
    """For people."""
    lines = ["| fetch, gzip, 60 KB | pages per CPU second | × aiohttp | × Scrapy | peak MB |", "|---|---|---|---|---|"]
    for name, one in found.items():
        rate = one["pages_per_cpu_s"]
        against = [f"{rate / found[peer]['pages_per_cpu_s']:.2f}" if peer in found else "–" for peer in PEERS]
        lines.append(f"| {name} | {rate:,.0f} | {against[0]} | {against[1]} | {one['peak_mb']:.0f} |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--pages", type=int, default=4000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--smoke", action="store_true")
    parser.add_argument("--child")
    parser.add_argument("--bases", default="")
    wish = parser.parse_args()
    if wish.child:
        child(wish.child, wish.bases.split(","), wish.pages)
        return
    print(table(measured(400 if wish.smoke else wish.pages, 1 if wish.smoke else wish.rounds)))


if __name__ == "__main__":
    main()
