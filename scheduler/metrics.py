"""How everything fares, for machines: /healthz answers 200 or 503 with everything as JSON, /metrics in Prometheus' format.

On this machine alone. Everything is read when it is asked for: a scrape after a restart knows what one before it knew.
"""

import logging
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

import msgspec
from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector

from scheduler.errors import PortTaken
from scheduler.health import Standing

HOST = "127.0.0.1"
log = logging.getLogger(__name__)


class Metrics(Collector):
    """A standing as Prometheus takes it; times are seconds since 1970, UTC."""

    def __init__(self, found: Standing) -> None:
        self._found = found

    def collect(self) -> Iterable[Metric]:
        """Every metric, once."""
        found = self._found
        told = {"version": found.version, "schema": str(found.schema), "sqlite": found.sqlite}
        yield InfoMetricFamily("lohnpegel", "What runs here", value=told)
        yield from self._work()
        yield from self._ads()
        sizes = {"database": found.database_bytes, "archive": found.archive_bytes}
        kept = {name: size for name, size in sizes.items() if size is not None}
        yield _by("lohnpegel_file_bytes", "Size of a file with its log", "file", kept)
        yield _by("lohnpegel_disk_free_bytes", "Room left", "place", {disk.place: disk.free for disk in found.disks})
        yield _by(
            "lohnpegel_disk_needed_bytes", "Room under which a disk is low", "place", {d.place: d.needed for d in found.disks}
        )
        yield GaugeMetricFamily("lohnpegel_at_work", "1: a run holds the lock", value=int(found.at_work is not None))
        yield _by("lohnpegel_concern", "1: this needs a person", "about", {one.about: 1 for one in found.concerns})

    def _work(self) -> Iterator[Metric]:
        for kind, tasks in (("source", self._found.sources), ("job", self._found.jobs)):
            due = {one.name: one.next_due_at.timestamp() for one in tasks if one.next_due_at}
            yield _by(f"lohnpegel_{kind}_next_due_timestamp_seconds", "When it is due", kind, due)
            done = {one.name: one.last_done_at.timestamp() for one in tasks if one.last_done_at}
            yield _by(f"lohnpegel_{kind}_last_done_timestamp_seconds", "When it was done last, well or not", kind, done)
            took = {one.name: one.seconds for one in tasks if one.seconds is not None}
            yield _by(f"lohnpegel_{kind}_duration_seconds", "What its last run took", kind, took)
            runs = CounterMetricFamily(f"lohnpegel_{kind}_runs", "Runs that have ended, by outcome", labels=[kind, "state"])
            for one in tasks:
                for state, count in sorted(one.outcomes.items()):
                    runs.add_metric([one.name, state], count)
            yield runs

    def _ads(self) -> Iterator[Metric]:
        sources = self._found.sources
        good = {one.name: one.last_ok_at.timestamp() for one in sources if one.last_ok_at}
        yield _by("lohnpegel_source_last_success_timestamp_seconds", "End of its last ok run", "source", good)
        yield _by("lohnpegel_source_ads_open", "Ads that are open", "source", {one.name: one.open_ads for one in sources})
        yield _by("lohnpegel_source_ads_seen", "Ads in its last run", "source", {one.name: one.seen for one in sources})
        usual = {one.name: one.usual for one in sources if one.usual is not None}
        yield _by("lohnpegel_source_ads_usual", "Median of the ads in its last good runs", "source", usual)
        yield GaugeMetricFamily("lohnpegel_ads_open", "Ads that are open, of all sources", value=self._found.open_ads)


def _by(name: str, what: str, label: str, values: Mapping[str, float]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, what, labels=[label])
    for key, value in values.items():
        family.add_metric([key], value)
    return family


def page(found: Standing) -> bytes:
    """All metrics, those of this process (memory, CPU, files) among them."""
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    registry.register(Metrics(found))
    return generate_latest(registry)


class Endpoint:
    """Answers on a port of this machine until it is closed.

    Args:
        port: 0 takes a free one; `.port` has it.
        look: How everything fares now; what it raises is answered with 503.
        alive: Whether the timers of this process still run.

    Raises:
        PortTaken: the port cannot be had.
    """

    def __init__(self, port: int, look: Callable[[], Standing], alive: Callable[[], bool]) -> None:
        self._look, self._alive = look, alive
        try:
            self._server = ThreadingHTTPServer((HOST, port), _Handler)
        except OSError as error:
            raise PortTaken(f"--metrics-port {port}: {error.strerror}; name another, or 0 for a free one") from error
        self._server.daemon_threads = True
        self._server.endpoint = self  # type: ignore[attr-defined]  # the handler's only way to us
        self.port = int(self._server.server_address[1])

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, name="metrics", daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def answer(self, path: str) -> tuple[HTTPStatus, str, bytes]:
        """Status, content type and body."""
        if path not in {"/healthz", "/metrics"}:
            return HTTPStatus.NOT_FOUND, "text/plain; charset=utf-8", b"/healthz or /metrics\n"
        try:
            found = self._look()
        except Exception as error:
            log.log(logging.WARNING, "%s cannot be answered: %s", path, error, exc_info=not hasattr(error, "exit_code"))
            told = {"ok": False, "alive": self._alive(), "concerns": [{"about": "store", "what": str(error), "do": ""}]}
            return HTTPStatus.SERVICE_UNAVAILABLE, "application/json", msgspec.json.encode(told)
        if path == "/metrics":
            return HTTPStatus.OK, CONTENT_TYPE_LATEST, page(found)
        well = self._alive() and not found.concerns
        told = {"ok": well, "alive": self._alive(), "next_due_at": found.next_due_at, **msgspec.to_builtins(found)}
        return HTTPStatus.OK if well else HTTPStatus.SERVICE_UNAVAILABLE, "application/json", msgspec.json.encode(told)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 10  # a caller that says nothing holds a thread no longer

    def do_GET(self) -> None:  # the name http.server looks for
        status, kind, body = self.server.endpoint.answer(self.path.partition("?")[0])  # type: ignore[attr-defined]
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # the signature is http.server's
        log.debug(format, *args)
