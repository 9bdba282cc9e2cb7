"""The whole way beside the usual one: gzip pages of 60 KB from eight hosts into SQLite, one core for the client.

    python -m bench.whole [--pages 2000] [--rounds 3] [--smoke]

Ours is `lohnpegel crawl` as it stands: robots.txt, reservations, bounded bodies, a worker for foreign pages, archive, contacts
removed, pay and facets read, full text, grouping. The peer is Scrapy with extruct (JSON-LD alone) and a pipeline that writes
batches into SQLite; it reads no pay and no facets. "without reading" is ours with that step left out, to be beside the peer.
"""

import argparse
import json
import os
import resource
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

from bench.served import hosts


def ours(bases: list[str], each: int, folder: Path) -> int:
    """A crawl of eight career sites."""
    import tomlkit

    from lohnpegel.plans import crawl_plan
    from lohnpegel.settings import load
    from lohnpegel.shipped import default_config
    from scheduler.run import run_crawl

    document = tomlkit.parse(default_config().read_text("utf-8")).unwrap()
    document["crawler"].update({"contact": "bench@lohnpegel.example", "delay_s": 0.0, "allow_loopback": True, "max_pages": 10**6})
    document["crawler"]["requests_per_host"] = 10**6
    document["source"] = {
        f"site_{n}": {"kind": "jobposting", "enabled": True, "sitemaps": [f"{base}/sitemap.xml?{each}"]}
        for n, base in enumerate(bases)
    }
    (folder / "config.toml").write_text(tomlkit.dumps(document), "utf-8")
    summary = run_crawl(crawl_plan(load(folder / "config.toml")))
    assert summary.exit_code == 0, summary
    return sum(source.new for source in summary.sources)


def unread(bases: list[str], each: int, folder: Path) -> int:
    """The same with an empty reading of each ad: what fetching, parsing, archiving and storing cost."""
    import scheduler.source
    from scraper.model import Facets, Posting, RawPosting

    def bare(raw: RawPosting, *_: object) -> Posting:
        return Posting(raw, raw.title, raw.description or "", None, (), (), None, None, Facets(), content_hash=raw.source_id)

    scheduler.source.normalise = bare  # type: ignore[assignment]
    return ours(bases, each, folder)


def scrapy(bases: list[str], each: int, folder: Path) -> int:
    """Scrapy + extruct + SQLite in batches."""
    import extruct
    import scrapy
    from scrapy.crawler import CrawlerProcess

    database = sqlite3.connect(folder / "peer.db")
    database.execute("CREATE TABLE ad (url PRIMARY KEY, title, employer, city, low, high, unit, posted, description, raw)")
    batch: list[tuple[object, ...]] = []

    def flush() -> None:
        with database:
            database.executemany("INSERT OR REPLACE INTO ad VALUES (?,?,?,?,?,?,?,?,?,?)", batch)
        batch.clear()

    class Ads(scrapy.Spider):
        name = "ads"
        start_urls = tuple(f"{base}/jobs/{n}" for n in range(each) for base in bases)  # type: ignore[assignment]

        def parse(self, response: "scrapy.http.Response") -> None:  # type: ignore[override]
            (found,) = extruct.extract(response.text, syntaxes=["json-ld"])["json-ld"]
            pay = found["baseSalary"]["value"]
            text = " ".join(scrapy.Selector(text=found["description"]).xpath("//text()").getall())
            batch.append((response.url, found["title"], found["hiringOrganization"]["name"],
                          found["jobLocation"]["address"]["addressLocality"], pay["minValue"], pay["maxValue"], pay["unitText"],
                          found["datePosted"], text, json.dumps(found)))  # fmt: skip
            if len(batch) >= 200:
                flush()

    told = {"LOG_LEVEL": "ERROR", "CONCURRENT_REQUESTS": 8, "CONCURRENT_REQUESTS_PER_DOMAIN": 8, "DOWNLOAD_DELAY": 0}
    process = CrawlerProcess({**told, "TELNETCONSOLE_ENABLED": False})
    process.crawl(Ads)
    process.start()
    flush()
    return int(database.execute("SELECT count(*) FROM ad").fetchone()[0])


Way = Callable[[list[str], int, Path], int]
WAYS: dict[str, Way] = {"lohnpegel": ours, "lohnpegel without reading": unread}
if find_spec("scrapy") and find_spec("extruct"):  # a peer that is not there is left out
    WAYS["scrapy"] = scrapy


def child(name: str, bases: list[str], pages: int) -> None:
    """One way in a process of its own, with all its children on the last core."""
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    each = pages // len(bases)
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        stored = WAYS[name](bases, each, Path(folder))
        took = time.perf_counter() - started
    assert stored == each * len(bases), (name, stored)
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    told = {"ads": stored, "s": took, "cpu_s": sum(one.ru_utime + one.ru_stime for one in used)}
    print(json.dumps(told | {"peak_mb": max(one.ru_maxrss for one in used) / 1024}))


def measured(pages: int, rounds: int) -> dict[str, dict[str, float]]:
    """Medians of each way, interleaved."""
    found: dict[str, list[dict[str, float]]] = {name: [] for name in WAYS}
    with hosts(distinct=pages // 8) as bases:
        for _ in range(rounds):
            for name in WAYS:
                command = [
                    sys.executable,
                    "-m",
                    "bench.whole",
                    "--child",
                    name,
                    "--pages",
                    str(pages),
                    "--bases",
                    ",".join(bases),
                ]
                said = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
                found[name].append(json.loads(said.splitlines()[-1]))
    return {
        name: {
            "cpu_s_per_1000": statistics.median(1000 * one["cpu_s"] / one["ads"] for one in runs),
            "peak_mb": max(one["peak_mb"] for one in runs),
        }
        for name, runs in found.items()
    }


def table(found: dict[str, dict[str, float]]) -> str:
    """For people."""
    lines = [
        "| whole way, 60 KB pages | CPU seconds per 1,000 ads | × Scrapy + extruct + SQLite | peak MB |",
        "|---|---|---|---|",
    ]
    peer = found.get("scrapy", {}).get("cpu_s_per_1000")
    for name, one in found.items():
        against = f"{peer / one['cpu_s_per_1000']:.2f}" if peer else "–"
        lines.append(f"| {name} | {one['cpu_s_per_1000']:.2f} | {against} | {one['peak_mb']:.0f} |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--pages", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--smoke", action="store_true")
    parser.add_argument("--child")
    parser.add_argument("--bases", default="")
    wish = parser.parse_args()
    if wish.child:
        child(wish.child, wish.bases.split(","), wish.pages)
        return
    print(table(measured(160 if wish.smoke else wish.pages, 1 if wish.smoke else wish.rounds)))


if __name__ == "__main__":
    main()
