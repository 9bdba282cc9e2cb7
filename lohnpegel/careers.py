"""Which careers system stands behind a page, by patterns that are data, and the block of config.toml that reads it."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from lohnpegel.saved import is_nowhere
from scraper.fetch.decode import text as decoded
from scraper.model import Page, RawPosting
from scraper.parse.links import links
from scraper.sources.jobposting import USUAL

MAX_TEXT = 2_000_000  #: characters of a page that are searched
UNKNOWN = "ADDRESS-OF-THE-SITE"  #: stands in a block for what a saved file does not tell


@dataclass(frozen=True, slots=True)
class Careers:
    """A careers system that was recognised."""

    system: str  #: its name for people
    kind: str | None  #: the kind of source that reads it; None: none does
    board: str | None  #: the employer's name in it
    block: str  #: to paste into config.toml
    evidence: str  #: the words that gave it away


@cache
def systems() -> tuple[Mapping[str, str], ...]:
    """The patterns, in the order in which they are tried."""
    return tuple(tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))["system"])


def detect(page: Page, ads: tuple[RawPosting, ...] = ()) -> tuple[Careers, ...]:
    """Every system that the page's address or text names; a page without any is looked at for ads and links to ads.

    Args:
        page: An employer's careers page; the block of a saved one that tells no address says where to put it.
        ads: The postings on it.
    """
    url = page.url or page.request.url
    text = f"{url}\n{decoded(page)[:MAX_TEXT]}"
    found = [_careers(system, match, url) for system in systems() if (match := _pattern(system["pattern"]).search(text))]
    told = tuple(found) or _universal(page, url, ads)
    return tuple(replace(one, block=_to_fill(one.block, url)) for one in told) if is_nowhere(url) else told


@cache
def _pattern(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


def _careers(system: Mapping[str, str], match: re.Match[str], url: str) -> Careers:
    parts = urlsplit(url)
    filled = system["block"].strip()
    board = match[1] if "{board}" in system["block"] else None
    places = {"{board}": match[1].lower(), "{site}": f"{parts.scheme}://{parts.netloc}", "{host}": parts.netloc, "{page}": url}
    for place, value in places.items():
        filled = filled.replace(place, value)
    host = (board or system["name"]) if is_nowhere(url) else parts.hostname or "board"
    return Careers(system["name"], system["kind"] or None, board, _block(host, system["kind"], filled), match[0])


def _universal(page: Page, url: str, ads: tuple[RawPosting, ...]) -> tuple[Careers, ...]:
    """Whether the page itself can be read, or links to what looks like ads."""
    linked = links(decoded(page), url, USUAL)
    known = next((one for one in (url, *linked.ads, *(ad.url for ad in ads)) if not is_nowhere(one)), url)
    parts = urlsplit(known)
    host = "board" if is_nowhere(known) else parts.hostname or "board"
    if linked.ads:
        body = f'listings = ["{url.partition("#")[0]}"]\nurl_pattern = {_quoted(_common(linked.ads))}'
        return (Careers("own pages", "jobposting", None, _block(host, "jobposting", body), f"{len(linked.ads)} links to ads"),)
    if ads:
        body = f'sites = ["{parts.scheme}://{parts.netloc}"]  # or listings = ["the page that links to the ads"]'
        return (Careers("own pages", "jobposting", None, _block(host, "jobposting", body), f"JobPosting {ads[0].title!r}"),)
    return ()


def _to_fill(block: str, url: str) -> str:
    """The block with a word to replace where the file would have to tell its address, and a line that says so."""
    filled = block.replace(url.partition("#")[0], f"https://{UNKNOWN}").replace(urlsplit(url).netloc, UNKNOWN)
    return f"# the file tells no address: write it in place of {UNKNOWN}\n{filled}" if UNKNOWN in filled else block


def _common(addresses: list[str]) -> str:
    """The beginning that the paths of all addresses share, up to its last slash, as a pattern."""
    paths = [urlsplit(one).path for one in addresses]
    shared = paths[0]
    for path in paths[1:]:
        while not path.startswith(shared):
            shared = shared[:-1]
    return re.escape(shared[: shared.rfind("/") + 1]).replace(r"\-", "-") or "/"


def _quoted(pattern: str) -> str:
    return f"'{pattern}'" if "'" not in pattern else '"' + pattern.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _block(host: str, kind: str, body: str) -> str:
    if not kind:
        return body
    name = re.sub(r"[^a-z0-9]+", "_", host.lower().removeprefix("www.")).strip("_")
    return f'[source.{name}]\nkind = "{kind}"\nenabled = true\n{body}'
