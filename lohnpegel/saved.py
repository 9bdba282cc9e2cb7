"""Pages that a person saved, or a test holds: files to `Page` values, with their own address where they tell it."""

import email
import email.policy
import html
import re
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import msgspec

from lohnpegel.errors import UsageError
from scraper.fetch.decode import decoded
from scraper.model import Page, Request
from scraper.parse.links import links

MAX_BYTES = 50_000_000  #: of one file
NOWHERE = ".saved.invalid"  #: of hosts that stand for a file without an address; RFC 2606 reserves the ending, so nobody owns one
NO_ADDRESS = "the file does not say where it was found: the address of its ads is made up and leads nowhere"
_HEAD = 200_000  #: characters in which a page says its address
_SAVED_FROM = re.compile(
    r"<!--\s{0,20}saved from url=\(\d+\)(https?://[^\s>]{1,2000})|<!--\s{0,20}Page saved with SingleFile\s{0,20}url:\s{0,20}(https?://\S{1,2000})",
    re.IGNORECASE,
)
_META = re.compile(r"<meta(?=\s)[^>]{0,3000}>", re.IGNORECASE)
_OG_URL = re.compile(r"(?:property|name)\s{0,5}=\s{0,5}[\"']?og:url[\"'\s/>]", re.IGNORECASE)
_CONTENT = re.compile(r"\bcontent\s{0,5}=\s{0,5}[\"']?\s{0,20}(https?://[^\"'\s>]{1,2000})", re.IGNORECASE)
_MHTML = re.compile(rb"^(?:From|MIME-Version|Snapshot-Content-Location|Content-Type):", re.IGNORECASE | re.MULTILINE)
_DATA = (b"{", b"[", b"<rss", b"<feed", b"<urlset", b"<sitemapindex", b"<workzag")


class UnreadableFile(UsageError):
    """A file that is missing, too large, or described wrongly."""


def page_of_file(path: Path, now: datetime | None = None) -> Page:
    """A saved page.

    Its address, kind and carry stand in `NAME.request.json` beside it, where there is such a file; else the address is the one
    that the browser wrote into it, or the page's own (canonical, og:url). A file that tells none gets one below `NOWHERE`,
    made of its bytes: the same page is the same ad, and two pages are two, whatever the files are called.

    Raises:
        UnreadableFile: the file cannot be read, or what stands beside it is wrong.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise UnreadableFile(f"{path}: larger than {MAX_BYTES // 1_000_000} MB")
        body = path.read_bytes()
    except OSError as error:
        raise UnreadableFile(f"{path}: cannot be read: {error.strerror}") from error
    described = _described(path)
    fetched_at = now or datetime.now(UTC)
    told = None
    if not described and body.lstrip()[:1] not in (b"<", b"{", b"[") and _MHTML.match(body[:2000].lstrip()):
        body, told = unpacked(body)
    status, headers = described.pop("status", 200), described.pop("answer_headers", {})
    described.setdefault("url", told or _address(body) or _made_up(body, path.name))
    try:
        return Page(Request(**described), status, body, fetched_at, headers)
    except TypeError as error:
        raise UnreadableFile(f"{path.stem}.request.json: {error}") from error


def is_nowhere(url: str) -> bool:
    """Whether an address was made up for a file that tells none.

    >>> is_nowhere("https://a1b2.saved.invalid/#ad.html"), is_nowhere("https://jobs.example/7")
    (True, False)
    """
    return (urlsplit(url).hostname or "").endswith(NOWHERE)


def unpacked(body: bytes) -> tuple[bytes, str | None]:
    """The page inside of an MHTML file (or a saved e-mail), and its address where the file says it."""
    message = email.message_from_bytes(body, policy=email.policy.default)
    url = message.get("Snapshot-Content-Location")
    for part in message.walk():
        if part.get_content_type() in ("text/html", "application/xhtml+xml"):
            payload = part.get_payload(decode=True)
            content = payload if isinstance(payload, bytes) else b""
            said = str(url or part.get("Content-Location") or "").strip()
            return _utf8(content, part.get_content_charset()), said if said.startswith(("http://", "https://")) else None
    return body, None


def _utf8(content: bytes, charset: str | None) -> bytes:
    """The part's bytes, left alone unless its header names another encoding than the page can say itself."""
    if charset in (None, "utf-8", "us-ascii"):
        return content
    try:
        return content.decode(charset or "utf-8").encode()
    except (LookupError, UnicodeError):
        return content


def _described(path: Path) -> dict[str, Any]:
    sidecar = path.with_name(f"{path.stem}.request.json")
    if not sidecar.exists():
        return {}
    try:
        told: dict[str, Any] = msgspec.json.decode(sidecar.read_bytes(), type=dict[str, Any])
    except (OSError, msgspec.DecodeError) as error:
        raise UnreadableFile(f"{sidecar}: not a JSON object: {error}") from error
    return told


def _address(body: bytes) -> str | None:
    """What a page says of its own address; one that names a whole site is no ad's, and two pages may share it."""
    start = body[:1000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith(_DATA) or (start.startswith(b"<?xml") and b"<html" not in start):
        return None
    head = decoded(body[: 4 * _HEAD])[:_HEAD]
    if found := _SAVED_FROM.search(head[:5000]):
        return html.unescape(found[1] or found[2])
    said = [links(head, f"https://x{NOWHERE}/").canonical, *_og_urls(head)]
    return next((one for one in said if one and not is_nowhere(one) and _names_a_page(one)), None)


def _og_urls(head: str) -> list[str]:
    metas = (found[0] for found in _META.finditer(head))
    return [html.unescape(told[1]) for meta in metas if _OG_URL.search(meta) and (told := _CONTENT.search(meta))]


def _names_a_page(url: str) -> bool:
    parts = urlsplit(url)
    return parts.path not in ("", "/") or bool(parts.query)


def _made_up(body: bytes, name: str) -> str:
    """An address that leads nowhere and says so; the file's name stands where it names nothing, for people."""
    return f"https://{blake2b(body, digest_size=8).hexdigest()}{NOWHERE}/#{quote(name)}"
