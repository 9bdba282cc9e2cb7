"""A service that takes messages, on this machine: it answers as each test wants, and remembers what it was told."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Webhook:
    """What came, and how it is answered."""

    port: int = 0
    status: int = 200
    wait_s: float = 0.0  #: before the answer
    on_message: Callable[[], None] = lambda: None  #: called when a message has come and before it is answered
    taken: list[dict[str, Any]] = field(default_factory=list)
    refused: list[dict[str, Any]] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        """As apprise writes it."""
        return f"json://127.0.0.1:{self.port}/hook"

    @property
    def titles(self) -> list[str]:
        return [message["title"] for message in self.taken]


@contextmanager
def webhook() -> Iterator[Webhook]:
    """Serve until the block ends."""
    hook = Webhook()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            message = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            (hook.taken if hook.status == 200 else hook.refused).append(message)
            hook.on_message()
            until = time.monotonic() + hook.wait_s
            try:
                while time.monotonic() < until and not hook.over.wait(0.2):  # byte after byte: no read timeout ever strikes
                    self.wfile.write(b"H" if not getattr(self, "begun", False) else b"")
                    self.begun = True
                self.send_response(hook.status)
                self.send_header("Content-Length", "0")
                self.end_headers()
            except OSError:
                pass  # whoever asked is gone

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    hook.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield hook
    finally:
        hook.over.set()
        server.shutdown()
        server.server_close()
