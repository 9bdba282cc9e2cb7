"""From bytes as sent to bytes as meant (bounded gzip), and from bytes to text (charset by rule, never by a codec's name)."""

import codecs
import re

from isal import isal_zlib  # three times as fast as zlib, same bytes, same errors

from scraper.errors import BadAnswer
from scraper.model import Page

_MAGIC = b"\x1f\x8b"
_WINDOW = 65_536
_MAX_MEMBERS = 2_000  # a member costs a decompressor; bgzip needs one per 64 KiB

#: label → codec; whatever is not here is read as cp1252
_CODECS = {
    "iso-8859-1": "cp1252",
    "iso8859-1": "cp1252",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "us-ascii": "cp1252",
    "ascii": "cp1252",
    "windows-1252": "cp1252",
    "cp1252": "cp1252",
    "iso-8859-15": "iso8859-15",
    "iso8859-15": "iso8859-15",
    "latin-9": "iso8859-15",
    "iso-8859-2": "iso8859-2",
    "windows-1250": "cp1250",
    "iso-8859-9": "cp1254",
    "windows-1254": "cp1254",
    "windows-1251": "cp1251",
    "koi8-r": "koi8-r",
    "utf-16": "utf-16-le",
    "utf-16le": "utf-16-le",
    "utf-16be": "utf-16-be",
}
#: cp1252 where it differs from Latin-1; as in browsers, the five bytes it leaves open stand for themselves
_C1 = {byte: bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in range(0x80, 0xA0)}
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_IN_HEADER = re.compile(r"charset\s*=\s*[\"']?([A-Za-z0-9_.:-]{1,40})", re.IGNORECASE)
_IN_BODY = re.compile(rb"<meta[^>]{0,300}?charset\s*=\s*[\"']?([A-Za-z0-9_.:-]{1,40})", re.IGNORECASE)


def unzip(data: bytes, limit: int, url: str = "") -> bytes:
    """Undo gzip, all members, whole or not at all.

    Args:
        data: The body as sent.
        limit: Bytes the result may have; memory stays near this, whatever the data claims.
        url: For the error only.

    Raises:
        BadAnswer: not gzip, broken, truncated, trailed by something else, or larger than `limit`.

    >>> import gzip
    >>> unzip(gzip.compress(b"a") + gzip.compress(b"b"), 10)
    b'ab'
    """
    parts: list[bytes] = []
    left, at = limit, 0
    for _ in range(_MAX_MEMBERS):
        member, used = _member(data, at, left, url)
        parts += member
        left -= sum(map(len, member))
        at += used
        if at >= len(data) or not data[at:].strip(b"\0"):
            return parts[0] if len(parts) == 1 else b"".join(parts)
    raise BadAnswer(url, f"more than {_MAX_MEMBERS} gzip members")


def _member(data: bytes, start: int, left: int, url: str) -> tuple[list[bytes], int]:
    """Decode one gzip member; its pieces, and how many bytes of `data` it took."""
    if data[start : start + 2] != _MAGIC:
        raise BadAnswer(url, "the body is not the gzip it is said to be")
    engine = isal_zlib.decompressobj(wbits=31)
    pieces: list[bytes] = []
    size, at = 0, start
    try:
        while not engine.eof and (at < len(data) or engine.unconsumed_tail):
            window = engine.unconsumed_tail
            if not window:
                window = data[at : at + _WINDOW]
                at += len(window)
            piece = engine.decompress(window, left - size + 1)
            size += len(piece)
            if size > left:
                raise BadAnswer(url, "the body unpacks to more than we hold")
            if piece:
                pieces.append(piece)
    except isal_zlib.IsalError as error:  # type: ignore[misc]  # its stub forgets its base
        raise BadAnswer(url, f"broken gzip: {error}") from error
    if not engine.eof:
        raise BadAnswer(url, "truncated gzip")
    return pieces, at - len(engine.unused_data) - start


def text(page: Page) -> str:
    """A page's body as text: BOM, else strict UTF-8, else a label we know, else cp1252. Never raises.

    >>> from scraper.model import Request
    >>> from datetime import UTC, datetime
    >>> text(Page(Request("https://a.example"), 200, "Köln".encode("cp1252"), datetime.now(UTC), {"content-type": "charset=x"}))
    'Köln'
    """
    return decoded(page.body, page.headers.get("content-type", ""))


def decoded(body: bytes, content_type: str = "") -> str:
    """Bytes as text by the same rule; `content_type` is the header's whole value, "" if there is none."""
    for mark, codec in _BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(codec, "replace")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        codec = _labelled(body, content_type)
    return body.decode("latin-1").translate(_C1) if codec == "cp1252" else body.decode(codec, "replace")


def _labelled(body: bytes, content_type: str) -> str:
    in_header = _IN_HEADER.search(content_type)
    in_body = _IN_BODY.search(body[:1024])
    label = in_header[1] if in_header else in_body[1].decode("ascii") if in_body else ""
    return _CODECS.get(label.lower(), "cp1252")
