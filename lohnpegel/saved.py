"""Pages that a person saved, or a test holds: files to `Page` values, with their own address where they tell it."""

import email
import email.policy
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from lohnpegel.errors import UsageError
from scraper.model import Page, Request

MAX_BYTES = 50_000_000  #: of one file
_SAVED_FROM = re.compile(rb"<!--\s*saved from url=\(\d+\)(https?://[^\s>]{1,2000})\s*-->", re.IGNORECASE)
_CANONICAL = re.compile(
    rb"""<(?:link\b[^>]{0,300}?\brel=["']canonical["'][^>]{0,300}?\bhref|meta\b[^>]{0,300}?["']og:url["'][^>]{0,300}?\bcontent)"""
    rb"""=["'](https?://[^"'\s]{1,2000})""",
    re.IGNORECASE,
)
_MHTML = re.compile(rb"^(?:From|MIME-Version|Snapshot-Content-Location|Content-Type):", re.IGNORECASE | re.MULTILINE)


class UnreadableFile(UsageError):
    """A file that is missing, too large, or described wrongly."""


def page_of_file(path: Path, now: datetime | None = None) -> Page:
    """A saved page.

    Its address, kind and carry stand in `NAME.request.json` beside it, where there is such a file; else the address is the one
    that the browser wrote into it, the page's canonical one, or a made-up one with the file's name.

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
    if not described and _MHTML.match(body[:2000].lstrip()):
        body, url = unpacked(body)
        described = {"url": url} if url else {}
    status, headers = described.pop("status", 200), described.pop("answer_headers", {})
    described.setdefault("url", _address(body) or f"https://example.org/{path.name}")
    try:
        return Page(Request(**described), status, body, fetched_at, headers)
    except TypeError as error:
        raise UnreadableFile(f"{path.stem}.request.json: {error}") from error


def unpacked(body: bytes) -> tuple[bytes, str | None]:
    """The page inside of an MHTML file (or a saved e-mail), and its address where the file says it."""
    message = email.message_from_bytes(body, policy=email.policy.default)
    url = message.get("Snapshot-Content-Location")
    for part in message.walk():
        if part.get_content_type() in ("text/html", "application/xhtml+xml"):
            payload = part.get_payload(decode=True)
            content = payload if isinstance(payload, bytes) else b""
            return _utf8(content, part.get_content_charset()), str(url or part.get("Content-Location") or "") or None
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
    found = _SAVED_FROM.search(body[:5000]) or _CANONICAL.search(body[:200_000])
    return found[1].decode("ascii", "replace") if found else None
