"""The sandbox's web: one loopback port for each kind of source, compressing, counting, and failing on demand."""

import gzip
import hashlib
import socket
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

from sandbox import faults
from sandbox.traffic import Traffic
from sandbox.wire import Answer, Asked, Reply, as_json

ROBOTS = b"User-agent: *\nAllow: /\n"
STATS = "/_sandbox/stats"


class Host:
    """One kind of source on one port: answers, counts, misbehaves when told to."""

    def __init__(self, kind: str, answer: Callable[[], Answer], robots: str, traffic: Traffic) -> None:
        self.kind, self.robots, self.fault = kind, robots, ""
        self.traffic = traffic
        self.stopping = threading.Event()
        self._answer = answer
        self._lock = threading.Lock()
        self.counts: Counter[str] = Counter()
        self.since_fault = 0  #: requests since the present fault was set
        self._open: set[socket.socket] = set()
        self._server: _Server | None = None
        self._thread = threading.Thread()

    @property
    def port(self) -> int:
        """The port that was free; known once the host has started."""
        if self._server is None:
            raise RuntimeError(f"the sandbox's host for {self.kind} has no address before it is started: use `with`")
        return int(self._server.server_address[1])

    def start(self) -> None:
        """Begin to answer."""
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.host = self
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), name=f"sandbox-{self.kind}", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop listening and hang up on everybody."""
        if self._server is None:
            return
        self.stopping.set()
        self._server.shutdown()
        self._thread.join()
        with self._lock:
            held = list(self._open)
        for connection in held:
            hang_up(connection)
        self._server.server_close()

    def answer(self, asked: Asked) -> Reply:
        """The reply to a request, fault included; counted by path kind."""
        if asked.path == STATS:
            return as_json(200, dict(self.counts), "stats", cacheable=False)
        if asked.path == "/robots.txt" and self.robots != "own":
            forbidden = self.robots == "403"
            reply = (
                Reply(403, b"", "text/plain", "robots")
                if forbidden
                else Reply(200, ROBOTS, "text/plain; charset=utf-8", "robots")
            )
        else:
            reply = self._answer()(asked)
        with self._lock:
            self.counts[reply.label] += 1
            self.since_fault += 1
            fault, number = self.fault, self.since_fault
        return faults.applied(fault, number, reply, self.stopping) if reply.label != "robots" else reply

    def hold(self, connection: socket.socket, *, is_open: bool) -> None:
        """Remember which connections are open, so that `stop` can close them."""
        with self._lock:
            (self._open.add if is_open else self._open.discard)(connection)

    def set_fault(self, fault: str) -> None:
        """Misbehave from now on; "" behaves again."""
        faults.check(fault)
        with self._lock:
            self.fault, self.since_fault = fault, 0


class Web:
    """Several hosts that start and stop together; a context manager."""

    def __init__(self) -> None:
        self.hosts: dict[str, Host] = {}
        self.traffic = Traffic()
        self.bases: dict[str, str] = {}  #: kind → path that its URL ends with

    def add(self, kind: str, answer: Callable[[], Answer], base: str = "", robots: str = "allow") -> None:
        """Put a kind of source on a port of its own. `answer` is asked anew for each request, so the week may move on."""
        self.hosts[kind], self.bases[kind] = Host(kind, answer, robots, self.traffic), base

    @property
    def urls(self) -> dict[str, str]:
        """Base URL of each kind of source."""
        return {kind: f"http://127.0.0.1:{host.port}{self.bases[kind]}" for kind, host in self.hosts.items()}

    @property
    def faults(self) -> dict[str, str]:
        """Faults now in force, by kind of source."""
        return {kind: host.fault for kind, host in self.hosts.items() if host.fault}

    @faults.setter
    def faults(self, wanted: Mapping[str, str]) -> None:
        if unknown := set(wanted) - set(self.hosts):
            raise KeyError(f"no such host: {', '.join(sorted(unknown))}; there are {', '.join(self.hosts)}")
        for kind, host in self.hosts.items():
            host.set_fault(wanted.get(kind, ""))

    def stats(self) -> dict[str, dict[str, int]]:
        """Requests so far, by kind of source and kind of path."""
        return {kind: dict(host.counts) for kind, host in self.hosts.items()}

    def __enter__(self) -> Self:
        for host in self.hosts.values():
            host.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for host in self.hosts.values():
            host.stop()


class _Server(ThreadingHTTPServer):
    daemon_threads = False  # so that closing waits for them
    request_queue_size = 128
    host: Host

    def handle_error(self, request: Any, client_address: Any) -> None:  # a client that hangs up is no news
        del request, client_address


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    server: _Server

    def setup(self) -> None:
        super().setup()
        self.server.host.hold(self.connection, is_open=True)

    def finish(self) -> None:
        self.server.host.hold(self.connection, is_open=False)
        super().finish()

    def do_GET(self) -> None:  # the name http.server looks for
        parts = urlsplit(self.path)
        asked = Asked(
            parts.path, dict(parse_qsl(parts.query, keep_blank_values=True)), {k.lower(): v for k, v in self.headers.items()}
        )
        host = self.server.host
        with host.traffic.in_hand(host.kind):
            reply = host.answer(asked)
            if reply.status == faults.HANG_UP:
                self.close_connection = True
                hang_up(self.connection)
                return
            self._send(asked, reply)

    def _send(self, asked: Asked, reply: Reply) -> None:
        status, body, headers = reply.status, reply.body, dict(reply.headers)
        if reply.cacheable and status == HTTPStatus.OK:
            headers["ETag"] = f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
            if asked.headers.get("if-none-match") == headers["ETag"]:
                status, body = HTTPStatus.NOT_MODIFIED, b""
        if len(body) > 500 and "gzip" in asked.headers.get("accept-encoding", ""):
            body = gzip.compress(body, 1, mtime=0)
            headers["Content-Encoding"] = "gzip"
        self.send_response(status)
        if status != HTTPStatus.NOT_MODIFIED:
            self.send_header("Content-Type", reply.content_type)
            self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            if name != faults.CUT:
                self.send_header(name, value)
        self.end_headers()
        if faults.CUT in headers:
            self.wfile.write(body[: len(body) // 2])
            self.wfile.flush()
            self.close_connection = True
            return
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # the signature is http.server's
        del format, args


def hang_up(connection: socket.socket) -> None:
    """Close a connection at once, whoever else holds it."""
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        return
