"""From a request to a page, or to a named error: with `wire`, the only importer of httpx.

`Fetcher.get` is the flow: gate (robots, reservation) → lane (turn, pause, breaker) → line (pinned address, one deadline,
bounded bytes) → answer (page, redirect, refusal, another try).
"""

import asyncio
import random
import ssl
from collections.abc import Awaitable, Callable, Mapping
from types import TracebackType
from typing import Self, TypeVar
from urllib.parse import urlsplit

import httpx

from scraper.errors import BadAnswer, FetchError, Forbidden, Unreachable
from scraper.fetch.address import Resolver, Site, checked, is_loopback, resolve, site_of
from scraper.fetch.answer import PAUSING, REDIRECTS, Answer, body_length, headers_of, objection, taken, unpack
from scraper.fetch.clock import Clock, SystemClock
from scraper.fetch.gate import Gate
from scraper.fetch.limits import Conduct, user_agent
from scraper.fetch.memory import HostMemory, Remembered, Validators
from scraper.fetch.pace import HostStats, Lane, Paused, Turns
from scraper.fetch.question import Question, file_question, first_question, hop
from scraper.fetch.retry import Transient, backoff, retry_after
from scraper.fetch.wire import Wire
from scraper.model import Page, Request

T = TypeVar("T")

_SCRAP = 65_536  # so much is read of anything but a 200: enough to know a wall, or an error message, by


class _Line:
    """The connection to one site, pinned to an address that was checked; one request at a time."""

    def __init__(self, site: Site, conduct: Conduct, resolver: Resolver, transport: httpx.AsyncBaseTransport) -> None:
        self.transport = transport
        self._site, self._conduct, self._resolver = site, conduct, resolver
        self._addresses: list[str] = []
        self._extensions = {"timeout": {"connect": conduct.connect_s}, "sni_hostname": site.host}
        self._headers = {"Host": site.netloc, "User-Agent": user_agent(conduct)}

    async def ask(self, question: Question, stats: HostStats) -> Answer:
        """Send, read, unpack; raises `Transient`, `BadAnswer` or `Forbidden`."""
        if not self._addresses:
            self._addresses = await self._resolve(question.url)
        try:
            for address in tuple(self._addresses):
                try:
                    return await self._ask_at(address, question, stats)
                except (httpx.ConnectError, httpx.ConnectTimeout):
                    self._addresses.remove(address)  # the last one gone: the name is resolved anew next time
                    if not self._addresses:
                        raise
        except httpx.RemoteProtocolError as error:
            if "without sending a response" in str(error):
                raise Transient(question.url, "the connection was closed without an answer") from error
            raise BadAnswer(question.url, f"malformed or incomplete answer: {error}") from error
        except (httpx.LocalProtocolError, httpx.InvalidURL, UnicodeError) as error:
            raise Forbidden(question.url, f"the request cannot be sent: {error}") from error
        except httpx.TransportError as error:
            raise Transient(question.url, f"{type(error).__name__}: {error}".rstrip(": ")) from error
        raise AssertionError("unreachable: the loop returns or raises")

    async def _resolve(self, url: str) -> list[str]:
        site = self._site
        try:
            async with asyncio.timeout(self._conduct.connect_s):
                found = await self._resolver(site.host, site.port)
        except (OSError, UnicodeError) as error:  # TimeoutError is an OSError
            raise Transient(url, f"the name {site.host} cannot be resolved: {error or 'no answer'}") from error
        if not found:
            raise Transient(url, f"the name {site.host} has no address")
        if not self._conduct.contact and not all(map(is_loopback, found)):
            raise Forbidden(url, "crawler.contact is empty, so nothing but loopback may be asked")
        return checked(url, site, found, self._conduct.allow_loopback)

    async def _ask_at(self, address: str, question: Question, stats: HostStats) -> Answer:
        parts = urlsplit(question.url)
        target = f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
        host = f"[{address}]" if ":" in address else address
        request = httpx.Request(
            question.method,
            f"{self._site.scheme}://{host}:{self._site.port}{target}",
            headers={**self._headers, **question.headers},
            content=question.body,
            extensions=self._extensions,
        )
        response = await self.transport.handle_async_request(request)
        try:
            return await self._read(response, question, stats)
        finally:
            await response.aclose()

    async def _read(self, response: httpx.Response, question: Question, stats: HostStats) -> Answer:
        headers, status, conduct = headers_of(response.headers.raw), response.status_code, self._conduct
        if status != 200:
            return Answer(status, headers, await self._scrap(response, headers, stats))
        due = body_length(question.url, headers)
        if due is not None and due > conduct.max_wire and question.cut_at is None:
            raise BadAnswer(question.url, f"the body is announced with {due} bytes, more than {conduct.max_wire}")
        packed = "content-encoding" in headers
        cut_at = None if packed else question.cut_at
        raw = await taken(response.stream, question.url, conduct.max_wire, cut_at, stats)
        if due is not None and len(raw) != due and cut_at is None:
            raise BadAnswer(question.url, f"the body has {len(raw)} bytes instead of {due}")
        body = unpack(question.url, headers, raw, conduct)
        stats.bytes_decoded += len(body)
        return Answer(status, headers, body if question.cut_at is None else body[: question.cut_at])

    async def _scrap(self, response: httpx.Response, headers: Mapping[str, str], stats: HostStats) -> bytes:
        """The beginning of an error page, as far as it can be had: its status has said what matters."""
        if headers.get("content-length") == "0" or "content-encoding" in headers:
            return b""
        try:
            return await taken(response.stream, "", _SCRAP, _SCRAP, stats)
        except httpx.TransportError:
            return b""


class _Allowance:
    """Seconds that one page may still cost on the wire."""

    def __init__(self, seconds: float) -> None:
        self.total_s = self.left_s = seconds


class Fetcher:
    """Fetches pages, one at a time per host, by the rules of a `Conduct`.

    ::

        async with Fetcher(conduct, memory) as fetcher:
            page = await fetcher.get(Request("https://jobs.example.org/"))

    Args:
        resolver: Name and port to addresses; the system's if None.
    """

    validators: Validators | None = None  #: set it to ask conditionally; a `Page` may then have status 304 and no body
    turns: Turns | None = None  #: set it where other processes ask the same hosts
    trust: ssl.SSLContext | None = None  #: certificates to trust instead of the usual ones

    def __init__(
        self,
        conduct: Conduct,
        memory: HostMemory,
        clock: Clock | None = None,
        rng: random.Random | None = None,
        resolver: Resolver | None = None,
    ) -> None:
        self._conduct = conduct
        self._clock = clock or SystemClock()
        self._rng = rng or random.Random()
        self._resolver = resolver or resolve
        self._states = Remembered(memory)
        self._gate = Gate(conduct, self._states, self._clock, self._file)
        self._lanes: dict[str, Lane] = {}
        self._lines: dict[Site, _Line] = {}

    async def __aenter__(self) -> Self:
        self._conduct.check()
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for line in self._lines.values():
            await line.transport.aclose()
        self._lines.clear()

    @property
    def stats(self) -> dict[str, HostStats]:
        """What each host was asked for so far, by host (with port, where it is not 80 or 443)."""
        return {key: lane.stats for key, lane in self._lanes.items()}

    async def get(self, request: Request) -> Page:
        """Fetch one page.

        Returns:
            Status 200; 404 or 410 for a detail; 304 only if validators were sent.

        Raises:
            Unreachable, Refused (Paused, with its `not_before`), BadAnswer, Forbidden: see `scraper.errors`.
            Incomplete: the host's request budget is used up.
        """
        allowance = _Allowance(self._conduct.deadline_s)
        return await self._tried(request.url, lambda: self._page(request, allowance))

    def make_transport(self, site: Site) -> httpx.AsyncBaseTransport:
        """What carries the bytes for one site: HTTP/1.1, one connection, no proxy from the environment."""
        if site.scheme == "https" and self.trust is None:  # loaded where it is needed: it costs 30 ms
            self.trust = httpx.create_ssl_context(trust_env=False)
        return Wire(self.trust)

    async def _tried(self, url: str, once: Callable[[], Awaitable[T]]) -> T:
        attempt = 1
        while True:
            try:
                return await once()
            except Transient as error:
                if attempt >= self._conduct.tries:
                    raise error.settle() from error
            stats = self._lane(site_of(url)).stats
            pause_s = backoff(attempt, self._rng)
            stats.retries += 1
            stats.waits_s += pause_s
            await self._clock.sleep(pause_s)
            attempt += 1

    async def _page(self, request: Request, allowance: _Allowance) -> Page:
        known = self.validators.get(request.url) if self.validators else None
        question = first_question(request, known)
        for _ in range(self._conduct.max_redirects + 1):
            answer = await self._asked(question, allowance, gated=True)
            if answer.status not in REDIRECTS or "location" not in answer.headers or not request.follow:
                return self._judged(request, question, answer)
            question = hop(question, answer.status, answer.headers["location"], self._conduct.allow_loopback)
        raise Forbidden(request.url, f"more than {self._conduct.max_redirects} redirects")

    async def _file(self, url: str, most: int) -> Answer:
        """A site's own notice to robots, by RFC 9309's rules for redirects; status 429 and 5xx are tried again, then raise."""
        allowance = _Allowance(self._conduct.deadline_s)
        return await self._tried(url, lambda: self._file_once(url, most, allowance))

    async def _file_once(self, url: str, most: int, allowance: _Allowance) -> Answer:
        question = file_question(url, most)
        for _ in range(self._conduct.max_redirects + 1):
            answer = await self._asked(question, allowance, gated=False)
            if answer.status in REDIRECTS and "location" in answer.headers:
                question = hop(question, answer.status, answer.headers["location"], self._conduct.allow_loopback)
                continue
            if answer.status == 429 or answer.status >= 500:
                self._judged(Request(url), question, answer)
            return answer
        raise Forbidden(url, f"more than {self._conduct.max_redirects} redirects")

    async def _asked(self, question: Question, allowance: _Allowance, gated: bool) -> Answer:
        site = site_of(question.url)
        lane = self._lane(site)
        if gated:
            lane.crawl_delay(await self._gate.pass_or_refuse(site, question.url))
        async with lane.held():
            await lane.turn(question.url)
            started = self._now()
            try:
                async with asyncio.timeout(allowance.left_s):
                    answer = await self._line(site).ask(question, lane.stats)
            except TimeoutError as error:
                lane.failed()
                raise Unreachable(question.url, f"no complete answer within {allowance.total_s:g} s") from error
            except FetchError:
                lane.failed()
                raise
            finally:
                allowance.left_s = max(0.0, allowance.left_s - (self._now() - started))
        return answer

    def _judged(self, request: Request, question: Question, answer: Answer) -> Page:
        url = question.url
        lane = self._lane(site_of(url))
        error = objection(request, question, answer, self._conduct)
        if error is None:
            lane.worked()
            lane.page_taken()
            self._remember(request, answer)
            return Page(request, answer.status, answer.body, self._clock.now(), answer.headers, url)
        if not isinstance(error, Transient | BadAnswer):
            raise error
        lane.failed()
        if answer.status in PAUSING:
            asked_s = retry_after(answer.headers.get("retry-after"), self._clock.now())
            until = lane.pause(asked_s)
            if asked_s is not None and asked_s > self._conduct.max_wait_s:
                raise Paused(url, until, answer.status)
        raise error

    def _remember(self, request: Request, answer: Answer) -> None:
        if self.validators and answer.status == 200 and request.method == "GET":
            self.validators.put(request.url, answer.headers.get("etag"), answer.headers.get("last-modified"))

    def _lane(self, site: Site) -> Lane:
        if (lane := self._lanes.get(site.lane)) is None:
            lane = self._lanes[site.lane] = Lane(site.lane, self._conduct, self._states, self._clock, self.turns)
        return lane

    def _line(self, site: Site) -> _Line:
        if (line := self._lines.get(site)) is None:
            line = self._lines[site] = _Line(site, self._conduct, self._resolver, self.make_transport(site))
        return line

    @staticmethod
    def _now() -> float:
        return asyncio.get_running_loop().time()
