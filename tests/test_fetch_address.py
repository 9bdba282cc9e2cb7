"""Which URLs and addresses may be asked, what a redirect may do, and that the connection goes where the check looked."""

import asyncio
import ipaddress
import ssl
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.errors import Forbidden, Unreachable
from scraper.fetch.address import Site, checked, is_public, next_url, site_of
from scraper.fetch.client import Fetcher
from scraper.fetch.memory import MemoryHosts
from scraper.model import Request
from tests.evil import Evil, answer, evil
from tests.fetching import JumpingClock, conduct, fetcher

CERTIFICATE = Path(__file__).parent / "data/tls/jobs.test.pem"  # self-signed, by openssl req -x509 -days 36500
PLAIN = {"robots": False, "tdm": False}


@pytest.mark.parametrize(
    "address",
    [
        "8.8.8.8",
        "93.184.215.14",
        "2606:2800:21f:cb07:6820:80da:af6b:8b2c",
        "::ffff:8.8.8.8",
        "64:ff9b::808:808",
        "2002:808:808::",
    ],
)
def test_public(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.9.9.9",
        "0.0.0.0",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "192.0.2.1",
        "198.18.0.1",
        "224.0.0.1",
        "239.255.255.250",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "fe80::1",
        "fc00::1",
        "ff02::1",
        "2001:db8::1",
        "::ffff:127.0.0.1",
        "::ffff:169.254.169.254",
        "::127.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::7f00:1",
        "2002:7f00:1::",
        "2002:a9fe:a9fe::1",
        "2001:0:7f00:1::1",
        "fec0::1",
    ],
)
def test_not_public(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "ftp://a.example/",
        "gopher://a.example/",
        "javascript:alert(1)",
        "data:text/html,x",
        "//a.example/",
        "/jobs",
        "",
        "http://",
        "https:///x",
        "http://user:pass@a.example/",
        "http://a.example@127.0.0.1/",
        "http://a.example\\@b/",
        "http://a.example/\r\nX: y",
        "http://a b/",
        "http://a.example:99999/",
        "http://a.example:0/",
        "http://[::1/",
        "http://%31/",
        "http://" + "a" * 300 + "/",
        "https://a.example/\x00",
    ],
)
def test_url_not_asked(url: str) -> None:
    with pytest.raises(Forbidden):
        site_of(url)


@pytest.mark.parametrize(
    ("url", "site"),
    [
        ("https://A.Example/x", Site("https", "a.example", 443)),
        ("HTTP://a.example:8080", Site("http", "a.example", 8080)),
        ("https://jobs.duisburg-süd.de/", Site("https", "jobs.xn--duisburg-sd-2hb.de", 443)),
        ("http://[::1]:80/", Site("http", "::1", 80)),
    ],
)
def test_site(url: str, site: Site) -> None:
    assert site_of(url) == site


@given(st.text(max_size=60))
def test_site_raises_nothing_else(text: str) -> None:
    for url in (text, f"https://{text}", f"https://a.example/{text}"):
        try:
            assert site_of(url).host
        except Forbidden:
            continue


@pytest.mark.parametrize(
    "names", [["8.8.8.8", "10.0.0.1"], ["10.0.0.1", "8.8.8.8"], ["::1", "8.8.8.8"], ["127.1.1.1", "8.8.8.8"]]
)
def test_one_bad_address_condemns_the_name(names: list[str]) -> None:
    for loopback in (False, True):
        with pytest.raises(Forbidden, match="public internet"):
            checked("https://a.example/", Site("https", "a.example", 443), names, loopback)


@pytest.mark.parametrize("port", [22, 25, 6379, 8080])
def test_ports(port: int) -> None:
    with pytest.raises(Forbidden, match=f"port {port}"):
        checked("http://a.example/", Site("http", "a.example", port), ["8.8.8.8"], True)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::1]", "[::ffff:127.0.0.1]"])
def test_loopback_only_where_allowed(host: str) -> None:
    async def ask() -> None:
        async with fetcher(conduct(allow_loopback=False, tries=1, **PLAIN)) as fetching:
            await fetching.get(Request(f"http://{host}/"))

    with pytest.raises((Forbidden, Unreachable), match=r"not on the public internet|cannot be resolved"):
        asyncio.run(ask())


def test_name_that_turns_inwards_later() -> None:
    """DNS rebinding: the name is looked up once, and the connection goes to what was looked at."""
    lookups: list[str] = []

    async def resolver(host: str, _port: int) -> list[str]:
        lookups.append(host)
        return ["127.0.0.1"] if len(lookups) == 1 else ["169.254.169.254"]

    async def ask() -> list[str]:
        async with evil() as server, Fetcher(conduct(**PLAIN), MemoryHosts(), JumpingClock(), resolver=resolver) as fetching:
            for n in range(3):
                await fetching.get(Request(f"http://jobs.example:{server.port}/ok?{n}"))
            return [visit.headers["host"].partition(":")[0] for visit in server.visits]

    assert asyncio.run(ask()) == ["jobs.example"] * 3
    assert lookups == ["jobs.example"]


def test_second_address_when_the_first_is_dead() -> None:
    async def resolver(_host: str, _port: int) -> list[str]:
        return ["127.0.0.2", "127.0.0.1"]  # the server listens on the second only

    async def ask() -> int:
        async with evil() as server, Fetcher(conduct(**PLAIN), MemoryHosts(), JumpingClock(), resolver=resolver) as fetching:
            return (await fetching.get(Request(f"http://jobs.example:{server.port}/ok"))).status

    assert asyncio.run(ask()) == 200


@pytest.mark.parametrize(
    ("url", "location", "target"),
    [
        ("https://a.example/x/y", "z", "https://a.example/x/z"),
        ("https://a.example/x", "/y#part", "https://a.example/y"),
        ("https://a.example/x", "//b.example/y", "https://b.example/y"),
        ("http://a.example/x", "https://a.example/x", "https://a.example/x"),
        ("http://a.example/x", "http://a.example/y", "http://a.example/y"),
    ],
)
def test_redirect_followed(url: str, location: str, target: str) -> None:
    assert next_url(url, location, False) == target


@pytest.mark.parametrize(
    ("url", "location"),
    [
        ("https://a.example/", "http://a.example/"),
        ("https://a.example/", "http://b.example/"),
        ("http://a.example/", "http://b.example/"),
        ("https://a.example/", "file:///etc/passwd"),
        ("https://a.example/", "https://user@b.example/"),
        ("https://a.example/", "https://["),
    ],
)
def test_redirect_refused(url: str, location: str) -> None:
    with pytest.raises(Forbidden):
        next_url(url, location, False)


def test_downgrade_is_refused_on_the_wire() -> None:
    async def ask(server: Evil, plain: Evil) -> None:
        server.script["/down"] = [answer(b"", "302 Found", f"Location: {plain.url('/ok')}")]
        async with _trusting() as fetching:
            await fetching.get(Request(f"https://jobs.test:{server.port}/down"))

    async def run() -> None:
        async with evil(_tls()) as server, evil() as plain:
            try:
                await ask(server, plain)
            finally:
                assert plain.visits == []

    with pytest.raises(Forbidden, match="from https down"):
        asyncio.run(run())


def test_another_host_gets_no_keys() -> None:
    async def names(_host: str, _port: int) -> list[str]:
        return ["127.0.0.1"]

    secret = {"x-api-key", "authorization", "accept", "cookie"}
    headers = {"X-API-Key": "k", "Authorization": "b", "Accept": "text/html", "Cookie": "c", "User-Agent": "Mozilla"}

    async def ask() -> Sequence[set[str]]:
        fetching = Fetcher(conduct(**PLAIN), MemoryHosts(), JumpingClock(), resolver=names)
        async with evil() as other, evil() as server, fetching:
            server.script["/go"] = [answer(b"", "302 Found", f"Location: http://other.example:{other.port}/ok")]
            await fetching.get(Request(f"http://jobs.example:{server.port}/go", headers=headers))
            assert server.visits[0].headers["user-agent"].startswith("Lohnpegel/")
            return [set(visit.headers) & secret for visit in (*server.visits, *other.visits)]

    assert asyncio.run(ask()) == [{"x-api-key", "authorization", "accept"}, {"accept"}]


def test_post_is_not_sent_on() -> None:
    async def ask() -> None:
        async with evil() as server, fetcher(conduct(**PLAIN)) as fetching:
            server.script["/go"] = [answer(b"", "307 Temporary Redirect", "Location: /ok")]
            await fetching.get(Request(server.url("/go"), method="POST", body=b"{}"))

    with pytest.raises(Forbidden, match="not sent on"):
        asyncio.run(ask())


def _tls() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    return context


def _trusting(host: str = "jobs.test") -> Fetcher:
    async def names(_host: str, _port: int) -> list[str]:
        return ["127.0.0.1"]

    made = Fetcher(conduct(tries=2, **PLAIN), MemoryHosts(), JumpingClock(), resolver=names)
    made.trust = ssl.create_default_context(cafile=str(CERTIFICATE))
    return made


def test_pinned_address_keeps_name_in_tls_and_host() -> None:
    async def ask() -> tuple[list[str | None], str]:
        async with evil(_tls()) as server, _trusting() as fetching:
            await fetching.get(Request(f"https://jobs.test:{server.port}/ok"))
            return server.server_names, server.visits[0].headers["host"].partition(":")[0]

    assert asyncio.run(ask()) == (["jobs.test"], "jobs.test")


@pytest.mark.parametrize(("host", "trusting"), [("jobs.test", False), ("other.test", True)])
def test_wrong_certificate(host: str, trusting: bool) -> None:
    """Self-signed, or made out to another name: never read past it."""

    async def ask() -> None:
        async with evil(_tls()) as server, _trusting() as fetching:
            fetching.trust = fetching.trust if trusting else None
            try:
                await fetching.get(Request(f"https://{host}:{server.port}/ok"))
            finally:
                assert server.visits == []

    with pytest.raises(Unreachable, match=r"(?i)certificate"):
        asyncio.run(ask())
