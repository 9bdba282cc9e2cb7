"""Conduct, bytes, text, walls and reservations: what makes an answer a page."""

import asyncio
import gzip
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.errors import BadAnswer, Forbidden, Refused
from scraper.fetch.address import Site
from scraper.fetch.challenge import wall
from scraper.fetch.client import Fetcher
from scraper.fetch.decode import decoded, text, unzip
from scraper.fetch.limits import Conduct, NoContact, user_agent
from scraper.fetch.memory import MemoryHosts
from scraper.fetch.tdm import Reservations
from scraper.model import Page, Request
from tests.evil import answer, bomb, evil
from tests.fetching import conduct, fetcher


@pytest.mark.parametrize("contact", ["", "me", "Lohnpegel", "mailto", "http://", "@", "a@b"])
def test_live_run_needs_a_contact(contact: str) -> None:
    with pytest.raises(NoContact, match=r"crawler\.contact"):
        Conduct("0.1", contact).check()


@pytest.mark.parametrize("contact", ["mail@example.org", "https://example.org/bot"])
def test_contact_accepted(contact: str) -> None:
    rules = Conduct("0.1", contact)
    rules.check()
    assert user_agent(rules) == f"Lohnpegel/0.1 (+{contact})"


@pytest.mark.parametrize("changes", [{"contact": "a@b.de\r\nX: y"}, {"product": "Lohn Pegel"}, {"tries": 0}, {"deadline_s": 0}])
def test_impossible_conduct(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"crawler\."):
        replace(Conduct("0.1", "mail@example.org"), **changes).check()


def test_without_contact_nothing_but_loopback() -> None:
    async def resolver(_host: str, _port: int) -> list[str]:
        return ["93.184.215.14"]

    async def ask() -> None:
        made = fetcher(conduct(contact="", robots=False, tdm=False))
        made._resolver = resolver
        async with made:
            await made.get(Request("https://jobs.example/"))

    with pytest.raises(Forbidden, match=r"crawler\.contact is empty"):
        asyncio.run(ask())


def test_fetcher_does_not_start_without_contact() -> None:
    async def start() -> None:
        async with fetcher(Conduct("0.1")):
            pass

    with pytest.raises(NoContact):
        asyncio.run(start())


PACKED = gzip.compress(b"an ad " * 1000)


@given(st.binary(max_size=5000), st.integers(1, 5))
def test_unzip_gives_back(data: bytes, members: int) -> None:
    assert unzip(gzip.compress(data) * members, 30_000) == data * members


@given(st.integers(0, len(PACKED) - 1))
def test_any_truncation_is_refused(length: int) -> None:
    with pytest.raises(BadAnswer):
        unzip(PACKED[:length], 10_000)


@given(st.binary(max_size=300))
def test_unzip_raises_nothing_else(data: bytes) -> None:
    for body in (data, b"\x1f\x8b\x08\x00\x00\x00\x00\x00" + data, PACKED[: len(data) % 60] + data):
        try:
            unzip(body, 1000)
        except BadAnswer:
            continue


def test_unzip_bounds() -> None:
    assert len(unzip(bomb(1 << 20), 1 << 20)) == 1 << 20
    with pytest.raises(BadAnswer, match="more than we hold"):
        unzip(bomb(1 << 20), (1 << 20) - 1)
    assert unzip(PACKED + b"\0\0\0", 10_000) == b"an ad " * 1000  # padding, as tape and some servers leave it


@pytest.mark.parametrize(
    ("body", "content_type", "expected"),
    [
        ("Köln".encode(), "", "Köln"),
        ("Köln".encode(), "text/html; charset=iso-8859-1", "Köln"),  # strict UTF-8 goes before the label
        ("\ufeffKöln".encode(), "", "Köln"),
        ("\ufeffKöln".encode("utf-16-le"), "", "Köln"),
        ("\ufeffKöln".encode("utf-16-be"), "text/html; charset=utf-8", "Köln"),
        ("Köln – 14 €".encode("cp1252"), "text/html; charset=utf-8", "Köln – 14 €"),  # mislabelled
        ("Köln – 14 €".encode("cp1252"), "text/html; charset=ISO-8859-1", "Köln – 14 €"),
        ("Köln – 14 €".encode("cp1252"), "", "Köln – 14 €"),
        ("Köln 14 €".encode("iso8859-15"), 'text/html; charset="ISO-8859-15"', "Köln 14 €"),
        (b'<meta charset="iso-8859-15">' + "14 €".encode("iso8859-15"), "", '<meta charset="iso-8859-15">14 €'),
        ("Köln".encode("cp1252"), "text/html; charset=rot13", "Köln"),
        ("Köln".encode("cp1252"), "text/html; charset=zlib_codec", "Köln"),
        ("Köln".encode("cp1252"), "text/html; charset=utf-7", "Köln"),
        (b"\x81\x8d\xe9", "", "\x81\x8dé"),  # left open by cp1252
        (b"", "", ""),
    ],
)
def test_charset_by_rule(body: bytes, content_type: str, expected: str) -> None:
    assert text(Page(Request("https://a.example"), 200, body, datetime.now(UTC), {"content-type": content_type})) == expected


@given(st.binary(max_size=300), st.text(max_size=20))
def test_text_never_raises(body: bytes, label: str) -> None:
    decoded(body, f"text/html; charset={label}")


@pytest.mark.parametrize(
    "body",
    [
        b"<title>Just a moment...</title>",
        b"<html><head><title>Attention Required! | Cloudflare</title>",
        b"<TITLE>Access Denied</TITLE>",
        b"<script src='https://geo.captcha-delivery.com/c.js'>",
        b"<div id='px-captcha'></div>",
        b"<script>window.gokuProps = {}</script>",
        b"<title>Vercel Security Checkpoint</title>",
        "<title>Sicherheitsüberprüfung</title>".encode("cp1252"),
        b"<title>Pardon Our Interruption</title>",
    ],
)
def test_wall(body: bytes) -> None:
    assert wall({}, b"<!doctype html>" + body)


@pytest.mark.parametrize(
    "body",
    [
        b"<title>Kundenberater (m/w/d) Login-Support</title>",
        b"<title>Security Analyst</title><form><div class='g-recaptcha'></div></form>",
        b"<title>Jobs</title><script src='/cdn-cgi/challenge-platform/scripts/jsd/main.js'></script>",
        b'{"title": "Just a moment..."}',
    ],
)
def test_no_wall(body: bytes) -> None:
    assert wall({"server": "cloudflare"}, body) is None


@pytest.mark.parametrize(
    ("body", "reserved"),
    [
        (b'[{"location": "/", "tdm-reservation": 1}]', True),
        (b'[{"location": "/jobs", "tdm-reservation": 1, "tdm-policy": "https://a.example/p"}]', True),
        (b'[{"location": "/*/secret", "tdm-reservation": 1}]', False),
        (b'[{"location": "/", "tdm-reservation": 0}]', False),
        (b'[{"location": "/press", "tdm-reservation": 1}]', False),
        (b'{"location": "/jobs/*", "tdm-reservation": "1"}', True),
        (b'[{"tdm-reservation": 1}]', True),
        (b'[{"location": "/x\\nAllow: /jobs", "tdm-reservation": 1}]', False),
        (b"<html>not found</html>", False),
        (b"[" * 100_000, False),
        (b"\xff\xfe", False),
        (b"[1, null, []]", False),
        (b"", False),
    ],
)
def test_tdmrep_file(body: bytes, reserved: bool) -> None:
    assert Reservations(body).reserves("https://a.example/jobs/1") is reserved


def test_reservation_file_is_heeded_and_can_be_switched_off() -> None:
    tdm = answer(b'[{"location": "/", "tdm-reservation": 1}]')

    async def ask(heed: bool) -> int:
        async with evil(tdm=tdm) as server, fetcher(conduct(tdm=heed)) as fetching:
            return (await fetching.get(Request(server.url("/ok")))).status

    assert asyncio.run(ask(False)) == 200
    with pytest.raises(Refused, match="reserved"):
        asyncio.run(ask(True))


class Lax(Fetcher):
    """Carried by a transport that does not count bytes itself."""

    def make_transport(self, site: Site) -> httpx.AsyncBaseTransport:
        return httpx.MockTransport(lambda _: httpx.Response(200, headers={"Content-Length": "9"}, content=b"short"))


def test_length_is_checked_whatever_carries_the_bytes() -> None:
    async def ask() -> None:
        async with Lax(conduct(robots=False, tdm=False), MemoryHosts()) as fetching:
            await fetching.get(Request("http://127.0.0.1/"))

    with pytest.raises(BadAnswer, match="5 bytes instead of 9"):
        asyncio.run(ask())


class Stored:
    """Validators in a dict."""

    def __init__(self) -> None:
        self.kept: dict[str, tuple[str | None, str | None]] = {}

    def get(self, url: str) -> tuple[str | None, str | None] | None:
        return self.kept.get(url)

    def put(self, url: str, etag: str | None, last_modified: str | None) -> None:
        self.kept[url] = (etag, last_modified)


def test_conditional_request() -> None:
    stored = Stored()

    async def ask() -> tuple[list[int], dict[str, str]]:
        async with evil() as server, fetcher(conduct(robots=False, tdm=False)) as fetching:
            fetching.validators = stored
            server.script["/feed"] = [
                answer(b"<p>", "200 OK", 'ETag: W/"a, b"', "Last-Modified: yesterday"),
                b"HTTP/1.1 304 Not Modified\r\n\r\n",
                answer(b"<p>new"),
                answer(b"<p>new"),
            ]
            statuses = [(await fetching.get(Request(server.url("/feed")))).status for _ in range(4)]
            assert "if-none-match" not in server.visits[3].headers  # no validators came with the last answer
            return statuses, server.visits[1].headers

    statuses, sent = asyncio.run(ask())
    assert statuses == [200, 304, 200, 200]
    assert (sent["if-none-match"], sent["if-modified-since"]) == ('W/"a, b"', "yesterday")


def test_conditional_request_through_a_redirect() -> None:
    stored = Stored()

    async def ask() -> int:
        async with evil() as server, fetcher(conduct(robots=False, tdm=False)) as fetching:
            fetching.validators = stored
            stored.put(server.url("/go"), '"a"', None)
            server.script["/go"] = [answer(b"", "302 Found", "Location: /feed")]
            server.script["/feed"] = [b"HTTP/1.1 304 Not Modified\r\n\r\n"]
            return (await fetching.get(Request(server.url("/go")))).status

    assert asyncio.run(ask()) == 304


@pytest.mark.parametrize(
    "request_",
    [
        Request("https://a.example/\ud800"),
        Request("https://a.example/" + "a" * 70_000),
        Request("https://a.example/", headers={"X-A": "a\r\nHost: b"}),
        Request("https://a.example/", headers={"X-A": "\ud800"}),
        Request("https://a.example/", headers={"X A": "b"}),
        Request("https://a.example/", method="GET /x"),
    ],
    ids=["surrogate", "long", "header split", "header surrogate", "header name", "method"],
)
def test_request_that_cannot_be_sent(request_: Request) -> None:
    async def ask() -> None:
        async with evil() as server, fetcher(conduct(robots=False, tdm=False)) as fetching:
            url = request_.url.replace("https://a.example", server.url(""))
            await fetching.get(replace(request_, url=url))

    with pytest.raises(Forbidden):
        asyncio.run(ask())


def test_counts() -> None:
    async def ask() -> tuple[int, int, int]:
        async with evil() as server, fetcher(conduct(robots=False, tdm=False)) as fetching:
            server.script["/z"] = [answer(PACKED, "200 OK", "Content-Encoding: gzip")]
            await fetching.get(Request(server.url("/z")))
            stats = fetching.stats[f"127.0.0.1:{server.port}"]
            return stats.requests, stats.bytes_wire, stats.bytes_decoded

    assert asyncio.run(ask()) == (1, len(PACKED), 6000)
