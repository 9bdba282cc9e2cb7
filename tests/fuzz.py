"""Every parser under broken input: `FUZZ_SECONDS=60 python -m tests.fuzz [TARGET …]`.

Saved pages are cut, doubled, spliced and flipped. A parser may answer, or raise an error of the kind that it promises;
anything else, and any input that takes longer than `SLOW_S`, is a finding: printed, kept in a file, exit code 1.
"""

import os
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from hashlib import blake2b
from itertools import cycle
from pathlib import Path
from random import Random

from scraper.errors import ScraperError
from scraper.fetch.answer import unpack
from scraper.fetch.challenge import wall
from scraper.fetch.decode import decoded
from scraper.fetch.limits import Conduct
from scraper.fetch.retry import retry_after
from scraper.fetch.robots import Rules, sitemaps
from scraper.fetch.tdm import reserved_by
from scraper.legible import legible
from scraper.model import Page, RawPosting, Request
from scraper.normalise import dates
from scraper.normalise.posting import normalise
from scraper.parse.fields import load_json
from scraper.parse.html import hostile, to_text
from scraper.parse.jsonld import blocks, postings
from scraper.parse.xml import load_xml
from scraper.sources import available, load
from tests.test_sources import SAVED, page_of
from tests.warm import PROFILE

SLOW_S = 3.0
MOST = 64 * 1024  #: bytes of an input
AT = datetime(2026, 11, 22, 6, 10, tzinfo=UTC)
TOKENS = (
    b"\x00", b"\xff\xfe", b"\xed\xa0\x80", b"<", b">", b"</", b"<!--", b"<![CDATA[", b"<!DOCTYPE x [", b"&#x0;", b"&amp;amp;",
    b"{", b"}", b"[", b'"', b"\\ud800", b"\\u0000", b"1e999", b"NaN", b"-9" * 40, b"9" * 400, b"null", b"[]", b"{}", b"\r\n",
    b"2.400 - 2.800 EUR", b"14,50 \xe2\x82\xac/h", b"0; 0 - 0", b"9999-12-31T25:61:61+99:99", b"User-agent: *",
    b"Disallow: /*$*$",
    b"Crawl-delay: 1e9", b"\xe2\x80\xae", b"\xc2\xa0", b"*" * 50, b"%" * 9, b"(((((", b"\xef\xbb\xbf",
)  # fmt: skip


@dataclass(frozen=True)
class Target:
    """One parser: what it is fed, and what it may raise."""

    feed: Callable[[bytes], object]
    seeds: tuple[bytes, ...]
    may_raise: tuple[type[Exception], ...] = ()


def _ad(data: bytes) -> object:
    text = data.decode("utf-8", "surrogateescape")
    half = len(text) // 2
    raw = RawPosting("fuzz", "1", text[:80], text[:200], text[20:60], description=text[:8000], posted_text=text[half : half + 30])
    once = normalise(legible(replace(raw, description_format="html")), AT, PROFILE)
    twice = normalise(once.raw, AT, PROFILE)
    assert once.description == twice.description, "reading its own text again changes it"
    assert once.pays == twice.pays, "reading its own text again changes the pay"
    return once


def _dates(data: bytes) -> object:
    text = data.decode("latin-1")[:60]
    return dates.day(text), dates.moment(text), retry_after(text, AT)


def _robots(data: bytes) -> object:
    rules = Rules(data)
    return (
        rules.allowed("https://x.example/jobs?a=b", "Lohnpegel"),
        rules.crawl_delay("Lohnpegel"),
        sitemaps(data),
        reserved_by(None, data),
    )


def _fetched(data: bytes) -> object:
    headers = {"content-encoding": "gzip", "content-type": "text/html; charset=" + data[:12].decode("latin-1")}
    with suppress(ScraperError):
        unpack("https://x.example/", headers, data, Conduct(contact="x@y.example"))
    return decoded(data, headers["content-type"]), wall({}, data)


def _html(data: bytes) -> object:
    return None if hostile(data) else to_text(data.decode("utf-8", "replace"))


def _page(data: bytes) -> Page:
    return Page(Request("https://x.example/"), 200, data, AT)


def _jsonld(data: bytes) -> object:
    return None if hostile(data) else postings(blocks(data))


def _source(kind: str, pages: tuple[Page, ...], data: bytes) -> object:
    """A source reads the broken body under each kind of question it asks."""
    if getattr(load(kind), "HTML", False) and hostile(data):
        return None
    for page in pages:
        with suppress(ScraperError):
            load(kind).parse(replace(page, body=data))
    return None


def targets() -> dict[str, Target]:
    """All of them, by name."""
    saved = {kind: tuple(path for path in SAVED if path.parent.name == kind) for kind in available()}
    every = tuple(path.read_bytes()[:MOST] for path in SAVED)
    pages = tuple(body for body in every if body.lstrip()[:1] == b"<")
    found = {
        "json": Target(lambda data: load_json(_page(data)), every, (ScraperError,)),
        "xml": Target(lambda data: load_xml(_page(data)), pages, (ScraperError,)),
        "html": Target(_html, pages, (ScraperError,)),
        "jsonld": Target(_jsonld, pages, (ScraperError,)),
        "robots": Target(
            _robots, (b"User-agent: *\nDisallow: /a*b$\nAllow: /\nCrawl-delay: 3\nSitemap: https://x.example/s.xml\n",)
        ),
        "fetched": Target(_fetched, every),
        "dates": Target(
            _dates, (b"2026-11-22T06:10:00+01:00", b"Sun, 22 Nov 2026 06:10:00 GMT", b"22.11.2026", b"120", b"vor 3 Tagen")
        ),
        "ad": Target(_ad, every),
    }
    for kind, paths in saved.items():
        asked = {page_of(path).request.kind: page_of(path) for path in paths}
        found[f"source:{kind}"] = Target(
            partial(_source, kind, tuple(asked.values())), tuple(path.read_bytes()[:MOST] for path in paths)
        )
    return found


def mutated(seed: bytes, other: bytes, rng: Random) -> bytes:
    """A seed, spoilt in one to eight ways."""
    data = bytearray(seed)
    for _ in range(rng.randint(1, 8)):
        at = rng.randrange(len(data) + 1)
        end = min(len(data), at + rng.choice((1, 2, 8, 64, 1024)))
        match rng.randrange(6):
            case 0:
                del data[at:end]
            case 1:
                data[at:at] = rng.choice(TOKENS) * rng.choice((1, 1, 1, 20))
            case 2:
                data[at:at] = data[at:end] * rng.choice((1, 2, 30))
            case 3:
                del data[at:]
            case 4 if data:
                data[min(at, len(data) - 1)] ^= 1 << rng.randrange(8)
            case _:
                start = rng.randrange(len(other) + 1)
                data[at:at] = other[start : start + rng.choice((8, 200, 2000))]
    return bytes(data[:MOST])


def attack(target: Target, rng: Random, seconds: float) -> Iterator[tuple[bytes, str]]:
    """Findings of one target, as (input, what happened); the number of inputs comes last, with an empty input."""
    until, number = time.monotonic() + seconds, 0
    while time.monotonic() < until:
        data = mutated(rng.choice(target.seeds), rng.choice(target.seeds), rng)
        number += 1
        began = time.monotonic()
        try:
            target.feed(data)
        except target.may_raise:
            pass
        except Exception:  # noqa: BLE001 - whatever it is, it is a finding
            yield data, traceback.format_exc(limit=-3)
        if (took := time.monotonic() - began) > SLOW_S:
            yield data, f"took {took:.1f} s"
    yield b"", str(number)


def _where(told: str) -> str:
    """One name for findings that are the same mistake: the kind of error, and the line of ours that raised it."""
    lines = told.strip().splitlines()
    places = [line.strip() for line in lines if line.startswith("  File")]
    return f"{lines[-1].partition(':')[0][:60]} {places[-1] if places else ''}"


def main() -> int:
    """Share the time among the targets; print what was found."""
    seconds, seed = float(os.environ.get("FUZZ_SECONDS", "60")), int(os.environ.get("FUZZ_SEED", "1"))
    chosen = {name: target for name, target in targets().items() if not sys.argv[1:] or name in sys.argv[1:]}
    found: dict[str, tuple[str, bytes, str]] = {}
    for (name, target), number in zip(chosen.items(), cycle(range(10**6)), strict=False):
        inputs = ""
        for data, told in attack(target, Random(f"{seed}:{number}"), seconds / len(chosen)):
            inputs = told if not data else inputs
            if data:
                found.setdefault(f"{name}: {_where(told)}", (name, data, told))
        sys.stdout.write(f"{name:24} {inputs:>8} inputs\n")
    for title, (name, data, told) in found.items():
        kept = Path(tempfile.gettempdir()) / f"fuzz-{name.replace(':', '-')}-{blake2b(data, digest_size=4).hexdigest()}"
        kept.write_bytes(data)
        sys.stdout.write(f"\n{title}\n  input: {kept}\n{told}\n")
    sys.stdout.write(f"{len(found)} findings\n")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
