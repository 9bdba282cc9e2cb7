"""HTTP/1.1 over one connection, for one request at a time: what a polite crawler needs of a client, and nothing more.

httpx's own transport serves pools, proxies and HTTP/2, and costs twice as much a page. This one speaks the same interface
(`httpx.AsyncBaseTransport`, its errors included), so that either can carry a `Fetcher`. Parsing is llhttp's, strict.
"""

import asyncio
import re
import ssl
from collections.abc import AsyncIterator
from types import TracebackType
from typing import Self

import httptools
import httpx

_TOKEN = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VALUE = re.compile(rb"[^\x00-\x08\x0a-\x1f\x7f]*")
_TARGET = re.compile(rb"[!-~]+")
_MOST_FRAMING = 131_072  # bytes of an answer that are no body: head, chunk sizes, trailers
_MOST_WAITING = 262_144  # bytes of a body that wait to be taken before reading pauses
_IDLE_S = 30.0  # a connection idle for longer is not trusted to be alive


class _Line(asyncio.Protocol):
    """One connection and the answer that is coming in on it."""

    def __init__(self) -> None:
        self.transport: asyncio.Transport | None = None
        self.lost = False
        self.idle_since = 0.0
        self._loop = asyncio.get_running_loop()
        self.expect()

    def expect(self) -> None:
        """Get ready for an answer."""
        self.status, self.headers, self.headed, self.complete = 0, list[tuple[bytes, bytes]](), False, False
        self.error: Exception | None = None
        self._parser = httptools.HttpResponseParser(self)
        self._chunks: list[bytes] = []
        self._waiting = self._fed = self._body = 0
        self._paused = self._beyond = self._kept = False
        self._news: asyncio.Future[None] | None = None

    # what the event loop tells

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self._fed += len(data)
        if self.complete:  # nobody asked for this
            self._fail(httpx.RemoteProtocolError("data came after the answer had ended"))
            return
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            self._fail(httpx.RemoteProtocolError("the server wants another protocol"))
        except httptools.HttpParserError as error:
            self._fail(httpx.RemoteProtocolError(str(error) or type(error).__name__))
        if self._fed - self._body > _MOST_FRAMING and not self.complete:
            self._fail(httpx.RemoteProtocolError(f"more than {_MOST_FRAMING} bytes of headers and framing"))
        elif self._waiting > _MOST_WAITING and not self._paused and self.transport is not None:
            self._paused = True
            self.transport.pause_reading()
        self._tell()

    def eof_received(self) -> bool:
        return False

    def connection_lost(self, error: Exception | None) -> None:
        self.lost = True
        if not self.complete and self.error is None:
            self.error = self._torn(error)
        self._tell()

    def _torn(self, error: Exception | None) -> Exception | None:
        """What an end without an end means; None where the connection's end is the body's."""
        if isinstance(error, OSError):
            return httpx.ReadError(str(error))
        if not self.headed:
            return httpx.RemoteProtocolError("Server disconnected without sending a response.")
        names = {name.lower() for name, _ in self.headers}
        if b"content-length" in names or b"transfer-encoding" in names:
            return httpx.RemoteProtocolError("peer closed connection without sending complete message body")
        self.complete = True
        return None

    # what the parser tells

    def on_message_begin(self) -> None:
        if self.complete:  # a second answer that nobody asked for
            self._beyond = True

    def on_header(self, name: bytes, value: bytes) -> None:
        if not self.headed:  # what comes later are trailers
            self.headers.append((name, value))

    def on_headers_complete(self) -> None:
        self.status = self._parser.get_status_code()
        if self.status == 101 or self.status >= 200:
            self.headed, self._kept = True, self._parser.should_keep_alive()  # after the body it knows no longer

    def on_body(self, body: bytes) -> None:
        if self._beyond:
            return
        self._body += len(body)
        self._waiting += len(body)
        self._chunks.append(body)

    def on_message_complete(self) -> None:
        if self._beyond:
            return
        if self.status < 200:  # 100 Continue, 103 Early Hints: the answer is still to come
            self.headers = []
            return
        self.complete = True

    # what the transport asks

    async def head(self) -> None:
        """Wait for status and headers."""
        while not self.headed:
            if self.error is not None:
                raise self.error
            await self._wait()

    async def body(self) -> AsyncIterator[bytes]:
        """The body as it comes in."""
        while True:
            if self._chunks:
                taken, self._chunks, self._waiting = self._chunks, [], 0
                if self._paused and self.transport is not None:
                    self._paused = False
                    self.transport.resume_reading()
                yield taken[0] if len(taken) == 1 else b"".join(taken)
            elif self.error is not None:
                raise self.error
            elif self.complete:
                return
            else:
                await self._wait()

    def usable(self) -> bool:
        """Whether another request may be sent on it."""
        return (
            not self.lost
            and self.error is None
            and self.transport is not None
            and not self.transport.is_closing()
            and self._loop.time() - self.idle_since < _IDLE_S
        )

    def ended(self) -> bool:
        """Whether the answer is whole, and the server keeps the connection."""
        whole = self.complete and self.error is None and not self._chunks
        return whole and not self._beyond and not self.lost and self._kept

    def abort(self) -> None:
        """Let the connection go at once."""
        self.lost = True
        if self.transport is not None:
            self.transport.abort()

    def _fail(self, error: Exception) -> None:
        if self.error is None:
            self.error = error
        self.abort()

    def _tell(self) -> None:
        if self._news is not None and not self._news.done():
            self._news.set_result(None)

    async def _wait(self) -> None:
        self._news = self._loop.create_future()
        await self._news


class _Body(httpx.AsyncByteStream):
    """The body of an answer; closing it early closes the connection."""

    def __init__(self, line: _Line) -> None:
        self._line = line

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for chunk in self._line.body():
            yield chunk

    async def aclose(self) -> None:
        line = self._line
        if line.ended():
            line.idle_since = asyncio.get_running_loop().time()
        else:
            line.abort()


class Wire(httpx.AsyncBaseTransport):
    """Carries requests to one site, one at a time, on a connection that is kept while the site keeps it.

    Args:
        trust: For https; the name to be proved is the request's `sni_hostname`.
    """

    def __init__(self, trust: ssl.SSLContext | None = None) -> None:
        self._trust = trust
        self._line: _Line | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request; its body is read by whoever takes the response's stream."""
        words = _written(request)
        line = self._line
        if line is None or not line.usable():
            line = self._line = await self._connected(request)
        line.expect()
        assert line.transport is not None
        try:
            line.transport.write(words)
            await line.head()
        except BaseException:
            line.abort()
            raise
        return httpx.Response(line.status, headers=line.headers, stream=_Body(line))

    async def aclose(self) -> None:
        if self._line is not None and self._line.transport is not None:
            self._line.transport.close()
        self._line = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None = None,
        error: BaseException | None = None,
        trace: TracebackType | None = None,
    ) -> None:
        await self.aclose()

    async def _connected(self, request: httpx.Request) -> _Line:
        url, seconds = request.url, request.extensions.get("timeout", {}).get("connect")
        secure = url.scheme == "https"
        name = request.extensions.get("sni_hostname", url.host) if secure else None
        try:
            async with asyncio.timeout(seconds):
                _, line = await asyncio.get_running_loop().create_connection(
                    _Line,
                    url.host,
                    url.port or (443 if secure else 80),
                    ssl=self._trust if secure else None,
                    server_hostname=name,
                )
        except TimeoutError as error:
            raise httpx.ConnectTimeout(f"no connection within {seconds:g} s") from error
        except OSError as error:  # a certificate that does not hold is one as well
            raise httpx.ConnectError(str(error)) from error
        line.idle_since = asyncio.get_running_loop().time()
        return line


def _written(request: httpx.Request) -> bytes:
    """A request as bytes.

    Raises:
        httpx.LocalProtocolError: It would break out of its line.
    """
    method, target = request.method.encode("ascii"), request.url.raw_path
    if not _TOKEN.fullmatch(method) or not _TARGET.fullmatch(target):
        raise httpx.LocalProtocolError(f"the request line cannot be sent: {method!r} {target!r}")
    lines = [b"%s %s HTTP/1.1" % (method, target)]
    for name, value in request.headers.raw:
        if not _TOKEN.fullmatch(name) or not _VALUE.fullmatch(value):
            raise httpx.LocalProtocolError(f"the header {name!r} cannot be sent")
        lines.append(b"%s: %s" % (name, value))
    body = request.content
    return b"\r\n".join((*lines, b"", body))
