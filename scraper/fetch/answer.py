"""What a host answered, and what that means: pure functions from status, headers and body to a page or a named error."""

from collections.abc import AsyncIterable, Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from scraper.errors import BadAnswer, FetchError, Refused
from scraper.fetch import challenge, decode, tdm
from scraper.fetch.limits import Conduct
from scraper.fetch.pace import HostStats
from scraper.fetch.question import Question
from scraper.fetch.retry import Busy, Transient
from scraper.model import Request

REDIRECTS = frozenset({301, 302, 303, 307, 308})
PAUSING = frozenset({429, 503})

_PASSING = frozenset({408, 425, 500, 502, 503, 504, 507, 508, 520, 521, 522, 523, 524, 525, 526, 527, 530})
_ENCODINGS = frozenset({"", "identity", "gzip", "x-gzip"})
_NO = frozenset({401, 402, 403, 407, 451})


@dataclass(frozen=True, slots=True)
class Answer:
    """One HTTP answer, its body unpacked."""

    status: int
    headers: Mapping[str, str]  #: names in lower case, repeated ones joined by ", "
    body: bytes  #: of anything but a 200: the first 64 KiB, as far as they could be read


def headers_of(pairs: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """Headers by lower-case name, values byte for byte as Latin-1, repeated ones joined by ", "."""
    headers: dict[str, str] = {}
    for name_raw, value_raw in pairs:
        name, value = name_raw.decode("latin-1").lower(), value_raw.decode("latin-1")
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return headers


def body_length(url: str, headers: Mapping[str, str]) -> int | None:
    """Bytes that the body must have, None if unsaid; raises `BadAnswer` if its end or its packing is in doubt."""
    if headers.get("content-encoding", "").strip().lower() not in _ENCODINGS:
        raise BadAnswer(url, f"Content-Encoding {headers['content-encoding'][:40]!r} was not asked for")
    if (length := headers.get("content-length")) is None:
        return None
    if "transfer-encoding" in headers:
        raise BadAnswer(url, "both Content-Length and Transfer-Encoding: the end of the body is in doubt")
    if not (length.isascii() and length.isdigit() and len(length) < 16):
        raise BadAnswer(url, f"Content-Length {length[:40]!r} is not one number")
    return int(length)


def unpack(url: str, headers: Mapping[str, str], raw: bytes, conduct: Conduct) -> bytes:
    """The body as meant, at most `max_decoded` bytes, `max_html` if it is HTML; raises `BadAnswer`."""
    html = "html" in headers.get("content-type", "").lower()
    limit = min(conduct.max_html, conduct.max_decoded) if html else conduct.max_decoded
    if "gzip" in headers.get("content-encoding", "").lower():
        return decode.unzip(raw, limit, url)
    if len(raw) > limit:
        raise BadAnswer(url, f"the body has more than {limit} bytes")
    return raw


async def taken(stream: object, url: str, most: int, cut_at: int | None, stats: HostStats) -> bytes:
    """A body as sent, counted into `stats`; raises `BadAnswer` beyond `most` bytes, or stops quietly at `cut_at`."""
    chunks: list[bytes] = []
    size = 0
    assert isinstance(stream, AsyncIterable)
    async for chunk in stream:
        size += len(chunk)
        stats.bytes_wire += len(chunk)
        chunks.append(chunk)
        if cut_at is not None and size >= cut_at:
            break
        if size > most:
            raise BadAnswer(url, f"the body has more than {most} bytes on the wire")
    return chunks[0] if len(chunks) == 1 else b"".join(chunks)


def objection(request: Request, question: Question, answer: Answer, conduct: Conduct) -> FetchError | None:
    """Why an answer is no page; None if it is one. `question` is the last one asked, after redirects."""
    status, url = answer.status, question.url
    if status == 200:
        return _objection_to_page(request, url, answer, conduct)
    if (status in {404, 410} and request.kind == "detail") or (status == 304 and question.conditional):
        return None
    return _error(url, answer)


def _error(url: str, answer: Answer) -> FetchError:
    status = answer.status
    if found := challenge.wall(answer.headers, answer.body):
        return Refused(url, f"blocked by a challenge page, status {status} ({found})", status)
    if status == 429:
        return Busy(url, "status 429, the site wants fewer requests", status)
    if status in _PASSING:
        return Transient(url, f"status {status}, server error", status)
    if status in _NO:
        return Refused(url, f"blocked, status {status}", status)
    if status in REDIRECTS and (location := answer.headers.get("location")):
        return BadAnswer(url, f"status {status}, sent on to {location[:200]!a}, which is not followed here", status)
    excerpt = decode.decoded(answer.body[:300], answer.headers.get("content-type", "")).strip()
    return BadAnswer(url, f"status {status} is no page{f': {excerpt!a}' if excerpt else ''}", status)


def _objection_to_page(request: Request, url: str, answer: Answer, conduct: Conduct) -> FetchError | None:
    if found := challenge.wall(answer.headers, answer.body):
        return Refused(url, f"blocked by a challenge page that says 200 ({found})", 200)
    if conduct.tdm and (where := tdm.reserved_by(answer.headers.get("tdm-reservation"), answer.body)):
        return Refused(url, f"text and data mining is reserved ({where} tdm-reservation)")
    if url != request.url:
        if challenge.wall_path(request.url, url):
            return Refused(url, "sent to a login, consent or captcha page")
        if urlsplit(request.url).path not in {"", "/"} and urlsplit(url).path in {"", "/"} and not urlsplit(url).query:
            return BadAnswer(url, f"sent to the home page instead of {request.url}")
    accept = next((value for name, value in request.headers.items() if name.lower() == "accept"), "")
    if "json" in accept and "html" not in accept and answer.body.lstrip()[:1] == b"<":
        return BadAnswer(url, "HTML or XML came where JSON was asked for")
    return None
