"""Parsing beside bare lexbor (and extruct, where it is installed), interleaved in one process with one malloc setting.

`python -m bench.parse [ROUNDS]`. Each figure is the fastest of many short bursts, so that other work counts least;
compare ratios, not figures. Goals: JSON-LD by byte scan at least 8 × bare lexbor with the same blocks, a tree with its JSON-LD at
least 0.85 ×, descriptions at least a quarter of lexbor's own text, a page in the worker at most 1.5 × direct, memory flat.
"""

import asyncio
import importlib.util
import resource
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

from selectolax.lexbor import LexborHTMLParser

from scraper.parse import jsonld, mend
from scraper.parse.fields import page_of
from scraper.parse.html import to_text, tree
from scraper.parse.worker import Parsers, keep_memory
from scraper.sources import load

SAVED = Path(__file__).parent.parent / "tests" / "data" / "sources" / "jobposting"
PARAGRAPH = (
    "<div class='row teaser'><p>Wir suchen Verstärkung für unseren <b>Kundenservice</b> in <a href='/duisburg'>Duisburg</a>.</p>"
    + "<span>Telefonische Betreuung, Reklamationen, Stammdaten und Terminvergabe im Team.</span>" * 2
    + "</div>\n"
)
MEMORY_PAGES = 10_000


def padded(name: str, size: int = 104_000) -> bytes:
    """A saved page made as large as career pages are, its markup around the part that counts."""
    body = (SAVED / name).read_bytes()
    row = PARAGRAPH.encode()
    fill = row * ((size - len(body)) // len(row) // 2)
    return body.replace(b"</head><body>", b"</head><body>" + fill).replace(b"</body>", fill + b"</body>")


def contenders() -> dict[str, Callable[[], object]]:
    """What is measured, by its name in the table."""
    ld, micro = padded("detail_well_formed.html"), padded("microdata.html")
    late = ld.replace(b"</head>", b"<style>" + b".a{color:red}" * 2000 + b"</style></head>")
    jobposting = load("jobposting")
    page, other = page_of(ld), page_of(micro)
    told: dict[str, Callable[[], object]] = {
        "bare lexbor": lambda: LexborHTMLParser(ld),
        "JSON-LD by byte scan": lambda: jsonld.blocks(ld),
        "JSON-LD by byte scan, after 26 KB of style": lambda: jsonld.blocks(late),
        "JSON-LD by guarded tree": lambda: [mend.decode(text) for text in jsonld.in_tree(tree(ld))],
        "whole ad from JSON-LD": lambda: jobposting.parse(page),
        "whole ad from microdata": lambda: jobposting.parse(other),
    }
    if importlib.util.find_spec("extruct"):
        extruct = importlib.import_module("extruct")
        markup = ld.decode()
        told["extruct, json-ld only"] = lambda: extruct.extract(markup, syntaxes=["json-ld"])
    return told


def measured(run: Callable[[], object], bursts: int = 40) -> float:
    """Calls a second, by the fastest of some bursts."""
    best = float("inf")
    for _ in range(bursts):
        started = time.perf_counter()
        run()
        best = min(best, time.perf_counter() - started)
    return 1 / best


def table(rounds: int) -> str:
    runs = contenders()
    for name, run in runs.items():
        assert run() is not None, name
    rates: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(rounds):
        for name, run in runs.items():
            rates[name].append(measured(run))
    bare = max(rates["bare lexbor"])
    lines = ["| 104 KB page | pages/s | × bare lexbor |", "|---|---|---|"]
    for name, found in rates.items():
        lines.append(f"| {name} | {max(found):,.0f} | {max(found) / bare:.2f} |")
    return "\n".join(lines)


def descriptions(rounds: int) -> str:
    text = ("<h3>Ihre Aufgaben</h3><ul>" + "<li>Betreuung der <b>Kunden</b> am Telefon &amp; per Mail</li>" * 22 + "</ul>") * 2
    text = (text + "<p>Wir bieten 2.400&nbsp;€ brutto.<br>Bewerben Sie sich jetzt.</p>" * 5)[:3600]
    ours = max(measured(lambda: to_text(text), 300) for _ in range(rounds))
    bare = max(measured(lambda: LexborHTMLParser(text).text(), 300) for _ in range(rounds))
    return f"descriptions of {len(text)} characters to text: {ours:,.0f}/s, {ours / bare:.2f} × lexbor's text without line breaks"


async def worker(rounds: int) -> str:
    """A page that needs a tree, through the worker and without it."""
    jobposting, page = load("jobposting"), page_of(padded("microdata.html"))
    ratios: list[float] = []
    async with Parsers() as parsers:
        await parsers.parse(jobposting, page)
        for _ in range(rounds):
            started = time.perf_counter()
            for _ in range(60):
                await parsers.parse(jobposting, page)
            apart = time.perf_counter() - started
            started = time.perf_counter()
            for _ in range(60):
                jobposting.parse(page)
            ratios.append(apart / (time.perf_counter() - started))
    return f"cost of a page in the worker: {statistics.median(ratios):.2f} × direct"


def memory() -> str:
    """Peak memory after a tenth and after all of ten thousand pages."""
    jobposting = load("jobposting")
    pages = [page_of(padded(name)) for name in ("detail_well_formed.html", "microdata.html", "block_missing_comma.html")]
    peaks: list[int] = []
    for number in range(MEMORY_PAGES):
        jobposting.parse(pages[number % len(pages)])
        if number + 1 in (MEMORY_PAGES // 10, MEMORY_PAGES):
            peaks.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
    return f"peak memory: {peaks[0]} MB after {MEMORY_PAGES // 10:,} pages, {peaks[1]} MB after {MEMORY_PAGES:,}"


def same_blocks() -> str:
    files = sorted(SAVED.glob("*.html"))
    scans = [
        (scan, jsonld.by_tree(file.read_bytes())) for file in files if (scan := jsonld.scanned(file.read_bytes())) is not None
    ]
    assert all(scan == whole for scan, whole in scans)
    return f"byte scan and tree agree on {len(scans)} of {len(files)} saved pages; the others are left to the tree"


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    keep_memory()
    print(same_blocks(), table(rounds), descriptions(rounds), asyncio.run(worker(rounds)), memory(), sep="\n\n")


if __name__ == "__main__":
    main()
