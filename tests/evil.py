"""A server that does what servers must not do: raw sockets, one path for each fault, nothing of ours imported."""

import asyncio
import contextlib
import gzip
import socket
import ssl
import struct
import zlib
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

Handler = Callable[["Visit"], Awaitable[None]]


def answer(body: bytes = b"<p>an ad</p>", status: str = "200 OK", *headers: str, length: int | None = None) -> bytes:
    """A well-formed answer; `length` is what Content-Length says, the truth if None."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body) if length is None else length}", *headers]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


def zipped(data: bytes, *headers: str, encoding: str = "gzip") -> bytes:
    return answer(data, "200 OK", f"Content-Encoding: {encoding}", *headers)


def bomb(size: int) -> bytes:
    """`size` zero bytes as gzip, made without holding them."""
    engine = zlib.compressobj(1, zlib.DEFLATED, 31)
    block = bytes(1 << 20)
    return b"".join(engine.compress(block) for _ in range(size >> 20)) + engine.flush()


@dataclass
class Visit:
    """One request as it came in."""

    path: str
    headers: dict[str, str]
    writer: asyncio.StreamWriter
    server: "Evil"

    async def send(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    def reset(self) -> None:
        """Close with RST instead of FIN."""
        sock = self.writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()


@dataclass
class Evil:
    """The running server: its port, and what it was asked."""

    port: int = 0
    robots: bytes = answer(b"", "404 Not Found")
    tdm: bytes = answer(b"", "404 Not Found")
    script: dict[str, list[bytes]] = field(default_factory=dict)  #: path → answers in turn, the last one for ever
    visits: list[Visit] = field(default_factory=list)
    server_names: list[str | None] = field(default_factory=list)  #: what TLS clients asked for

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def count(self, path: str) -> int:
        return Counter(visit.path for visit in self.visits)[path]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            while not writer.is_closing():
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
                pairs = [line.split(": ", 1) for line in head[1:] if line]
                visit = Visit(head[0].split()[1], {name.lower(): value for name, value in pairs}, writer, self)
                self.visits.append(visit)
                await self.respond(visit)
        writer.close()

    async def respond(self, visit: Visit) -> None:
        path = visit.path.partition("?")[0]
        if visit.path in self.script:
            queue = self.script[visit.path]
            await visit.send(queue.pop(0) if len(queue) > 1 else queue[0])
        elif path == "/robots.txt":
            await visit.send(self.robots)
            if b"Connection: close" in self.robots:
                visit.writer.close()
        elif path == "/.well-known/tdmrep.json":
            await visit.send(self.tdm)
        elif path in FAULTS:
            await FAULTS[path](visit)
        else:
            await visit.send(answer())


@asynccontextmanager
async def evil(tls: ssl.SSLContext | None = None, robots: bytes | None = None, tdm: bytes | None = None) -> AsyncIterator[Evil]:
    """Serve on a free loopback port; with `tls`, note the server names asked for."""
    it = Evil()
    it.robots, it.tdm = robots or it.robots, tdm or it.tdm
    if tls is not None:
        tls.sni_callback = lambda _sock, name, _context: it.server_names.append(name)
    listener = await asyncio.start_server(it.serve, "127.0.0.1", 0, ssl=tls)
    it.port = listener.sockets[0].getsockname()[1]
    try:
        yield it
    finally:
        listener.close()
        for visit in it.visits:
            visit.writer.transport.abort()
        await asyncio.sleep(0)


def always(data: bytes) -> Handler:
    async def handler(visit: Visit) -> None:
        await visit.send(data)

    return handler


def then_close(data: bytes) -> Handler:
    async def handler(visit: Visit) -> None:
        await visit.send(data)
        visit.writer.close()

    return handler


def redirect(location: str, status: str = "302 Found") -> Handler:
    return always(answer(b"", status, f"Location: {location}"))


async def reset(visit: Visit) -> None:
    visit.reset()


async def reset_midway(visit: Visit) -> None:
    await visit.send(answer(b"<p>half", length=1000))
    await asyncio.sleep(0.02)
    visit.reset()


async def slow_header(visit: Visit) -> None:
    """One header byte at a time: no single read ever times out."""
    await visit.send(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    while True:
        await visit.send(b"x")
        await asyncio.sleep(0.02)


async def slow_body(visit: Visit) -> None:
    await visit.send(answer(b"", length=1_000_000))
    while True:
        await visit.send(b"x")
        await asyncio.sleep(0.02)


async def never(visit: Visit) -> None:
    await asyncio.sleep(60)


async def infinite(visit: Visit) -> None:
    await visit.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        await visit.send(b"10000\r\n" + bytes(65_536) + b"\r\n")
        await asyncio.sleep(0)  # a full socket buffer would make the server wait, a fast reader would not


async def infinite_gzip(visit: Visit) -> None:
    """Gzip without end: small on the wire, boundless once unpacked."""
    await visit.send(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n")
    engine = zlib.compressobj(9, zlib.DEFLATED, 31)
    await visit.send(engine.compress(b"<p>") + engine.flush(zlib.Z_FULL_FLUSH))
    block = engine.compress(bytes(1 << 20)) + engine.flush(zlib.Z_FULL_FLUSH)
    while True:
        await visit.send(block)
        await asyncio.sleep(0)


_PAGE = gzip.compress(b"<p>" + b"an ad " * 2000)

FAULTS: dict[str, Handler] = {
    "/ok": always(answer()),
    "/gzip": always(zipped(gzip.compress(b"<p>an ad</p>"))),
    "/members": always(zipped(gzip.compress(b"<p>an") + gzip.compress(b" ad</p>"))),
    "/reset": reset,
    "/resetmid": reset_midway,
    "/hangup": then_close(b""),
    "/slowhdr": slow_header,
    "/slowbody": slow_body,
    "/never": never,
    "/garbage": then_close(b"\x00\x01SSH-2.0-OpenSSH\r\n\r\n"),
    "/nulhdr": then_close(b"HTTP/1.1 200 OK\r\nX-A: a\x00b\r\nContent-Length: 2\r\n\r\nok"),
    "/hdrbig": then_close(b"HTTP/1.1 200 OK\r\nX-A: " + b"a" * 2_000_000 + b"\r\nContent-Length: 2\r\n\r\nok"),
    "/hdrmany": then_close(b"HTTP/1.1 200 OK\r\n" + b"X-A: a\r\n" * 200_000 + b"Content-Length: 2\r\n\r\nok"),
    "/dupclen": then_close(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 9\r\n\r\nok"),
    "/clte": then_close(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n"),
    "/badclen": then_close(b"HTTP/1.1 200 OK\r\nContent-Length: -2\r\n\r\nok"),
    "/badchunk": then_close(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nok\r\n0\r\n\r\n"),
    "/shortchunk": then_close(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nok"),
    "/short": then_close(answer(b"<p>half", length=1000)),
    "/truncgz": always(zipped(_PAGE[:-20])),
    "/trailgz": always(zipped(_PAGE + b"<script>")),
    "/brokengz": always(zipped(_PAGE[:40] + b"\xff\xff\xff\xff" + _PAGE[44:])),
    "/notgz": always(zipped(b"<p>plain</p>")),
    "/gz": always(zipped(bomb(256 << 20))),
    "/gzhtml": always(zipped(bomb(8 << 20), "Content-Type: text/html")),
    "/gzgz": always(zipped(gzip.compress(gzip.compress(b"x")), encoding="gzip, gzip")),
    "/gzmembers": always(zipped(gzip.compress(b"") * 60_000)),
    "/br": always(zipped(b"\x1b\x00\x00", encoding="br")),
    "/zstd": always(zipped(b"\x28\xb5\x2f\xfd", encoding="zstd")),
    "/infinite": infinite,
    "/infinitegz": infinite_gzip,
    "/huge": then_close(answer(b"", length=1 << 30)),
    "/loop": redirect("/loop"),
    "/tofile": redirect("file:///etc/passwd"),
    "/tometa": redirect("http://169.254.169.254/latest/meta-data/"),
    "/tometa6": redirect("http://[64:ff9b::a9fe:a9fe]/"),
    "/toport": redirect("http://93.184.215.14:6379/"),
    "/tologin": redirect("/login?next=/tologin"),
    "/tohome": redirect("/"),
    "/tonowhere": redirect("http://["),
    "/moved": redirect("/ok", "301 Moved Permanently"),
    "/403": always(answer(b"", "403 Forbidden")),
    "/404": always(answer(b"no such ad", "404 Not Found")),
    "/410": always(answer(b"", "410 Gone")),
    "/400": always(answer(b'{"messages": ["page"]}', "400 Bad Request")),
    "/500": always(answer(b"", "500 Oops")),
    "/304": always(b"HTTP/1.1 304 Not Modified\r\n\r\n"),
    "/vercel": always(answer(b"<html>", "403 Forbidden", "X-Vercel-Mitigated: challenge")),
    "/cloudflare": always(answer(b"<title>Just a moment...</title><script>window._cf_chl_opt={}</script>")),
    "/captcha": always(answer("<title>Sicherheitsüberprüfung</title>".encode())),
    "/tdmheader": always(answer(b"<p>an ad</p>", "200 OK", "tdm-reservation: 1")),
    "/tdmmeta": always(answer(b'<meta name="tdm-reservation" content="1"><p>an ad</p>')),
    "/htmlforjson": always(answer(b" <html>maintenance</html>", "200 OK", "Content-Type: application/json")),
}
