"""What goes over the wire, from hop to hop: pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from scraper.errors import Forbidden
from scraper.fetch.address import next_url, site_of
from scraper.model import Request

_OURS = frozenset({"user-agent", "host", "accept-encoding", "connection", "content-length", "transfer-encoding", "cookie"})


@dataclass(frozen=True, slots=True)
class Question:
    """One HTTP request."""

    url: str
    method: str
    headers: Mapping[str, str]
    body: bytes | None
    cut_at: int | None = None  #: take only so many bytes of the body, and be content; None: all of it or an error
    conditional: bool = False  #: validators are sent, so that a 304 is an answer


def first_question(request: Request, known: tuple[str | None, str | None] | None) -> Question:
    """A source's request as we send it; `known` are the URL's stored ETag and Last-Modified, if any.

    Who we are and how the body is packed is not for a source to say.
    """
    asked = {name: value for name, value in request.headers.items() if name.lower() not in _OURS}
    own = {} if any(name.lower() == "accept" for name in asked) else {"Accept": "*/*"}
    stored = dict(zip(("If-None-Match", "If-Modified-Since"), known or (None, None), strict=True))
    validators = {name: value for name, value in stored.items() if value is not None and request.method == "GET"}
    headers = {**own, "Accept-Encoding": "gzip", **asked, **validators}
    return Question(request.url, request.method, headers, request.body, conditional=bool(validators))


def file_question(url: str, most: int) -> Question:
    """Ask for a small file of which the first `most` bytes are enough; unpacked, so that it can be cut."""
    return Question(url, "GET", {"Accept": "*/*", "Accept-Encoding": "identity"}, None, most)


def hop(question: Question, status: int, location: str, allow_loopback: bool) -> Question:
    """The next question after a redirect; nothing but plain headers goes to another host. Raises `Forbidden`."""
    if question.method != "GET" and status in {307, 308}:
        raise Forbidden(question.url, f"a {question.method} request is not sent on by redirect")
    url = next_url(question.url, location, allow_loopback)
    if site_of(url).host == site_of(question.url).host:
        return Question(url, "GET", question.headers, None, question.cut_at, question.conditional)
    plain = {name: value for name, value in question.headers.items() if name.lower().startswith("accept")}
    return Question(url, "GET", plain, None, question.cut_at)
