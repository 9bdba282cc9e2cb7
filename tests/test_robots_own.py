"""robots.txt and reservations: cases written from RFC 9309 and the TDMRep report before the readers were looked at."""

import asyncio
import gzip

import pytest

from scraper.errors import FetchError
from scraper.fetch.robots import Rules, sitemaps
from scraper.fetch.tdm import Reservations, reserved_by
from scraper.model import Request
from tests.evil import answer, evil
from tests.fetching import conduct, fetcher

HOST = "https://jobs.example.org"
RFC_5_1 = b"""\
User-Agent: *
Disallow: *.gif$
Disallow: /example/
Allow: /publications/

User-Agent: foobot
Disallow:/
Allow:/example/page.html
Allow:/example/allowed.gif

User-Agent: barbot
User-Agent: bazbot
Disallow: /example/page.html

User-Agent: quxbot

"""

#: what is tried, robots.txt, agent, paths that are allowed, paths that are not
CASES: list[tuple[str, bytes, str, str, str]] = [
    ("RFC 5.1, a named bot", RFC_5_1, "foobot", "/example/page.html /example/allowed.gif", "/ /example/ /example/page.htm"),
    ("RFC 5.1, second of two names", RFC_5_1, "BazBot/2.0", "/ /example/page.htm /a.gif", "/example/page.html"),
    ("RFC 5.1, a group without rules", RFC_5_1, "quxbot", "/ /example/ /a.gif", ""),
    ("RFC 5.1, everybody else", RFC_5_1, "other", "/ /publications/ /publications/a.gif /a.gif?x", "/a.gif /example/x"),
    ("RFC 5.2, the longer disallow", b"User-Agent: foobot\nAllow: /example/page/\nDisallow: /example/page/disallowed.gif\n",
     "foobot", "/example/page/ /example/page/allowed.gif", "/example/page/disallowed.gif"),
    ("the file itself is always allowed", b"User-agent: *\nDisallow: /\n", "foobot", "/robots.txt", "/robots.txt.bak /x"),
    ("encoded letters in the rule", b"User-agent: *\nDisallow: /foo/bar/%62%61%7A\n", "foobot", "/foo/bar/b", "/foo/bar/baz"),
    ("encoded letters in the address", b"User-agent: *\nDisallow: /foo/bar/baz\n", "foobot", "/foo/bar/b", "/foo/bar/%62%61%7A"),
    ("three bytes of one letter", "User-agent: *\nDisallow: /foo/ツ\n".encode(), "foobot", "/foo/", "/foo/%E3%83%84 /foo/ツ"),
    ("the letter only in the address", b"User-agent: *\nDisallow: /foo/%e3%83%84\n", "foobot", "/foo/", "/foo/ツ /foo/%E3%83%84"),
    ("a star that is meant as one", b"User-agent: *\nDisallow: /a%2Ab\n", "foobot", "/aXb /ab", "/a*b /a%2ab"),
    ("a dollar that is meant as one, at the end", b"User-agent: *\nDisallow: /a%24\n", "foobot", "/a", "/a$ /a$b"),
    ("octets of the rule count, stars too", b"User-agent: *\nAllow: /p*e\nDisallow: /page\n", "foobot", "/pie", "/page"),
    ("a trailing star counts as an octet: a tie", b"User-agent: *\nAllow: /ab\nDisallow: /a*\n", "foobot", "/ab /abc", "/a /ac"),
    ("the longer wildcard wins", b"User-agent: *\nAllow: /a/x\nDisallow: /*/x*\n", "foobot", "/a/y", "/a/x /b/x"),
    ("nothing but the root", b"User-agent: *\nAllow: /$\nDisallow: /\n", "foobot", "/", "/x /?a=1 /index.html"),
    ("anchored everything", b"User-agent: *\nDisallow: /*$\n", "foobot", "", "/ /a /a?b"),
    ("everything by a star alone", b"User-agent: *\nDisallow: *\n", "foobot", "", "/ /a"),
    ("an empty allow allows nothing", b"User-agent: *\nAllow:\nDisallow: /\n", "foobot", "", "/ /a"),
    ("an end anchor and a slash", b"User-agent: *\nDisallow: /jobs$\n", "foobot", "/jobs/ /jobs?x /jobs/1", "/jobs"),
    ("two stars and an anchor", b"User-agent: *\nDisallow: /*/print*.pdf$\n", "foobot", "/print.pdf /a/x.pdf /a/print.pdf?1",
     "/a/print.pdf /a/b/print-1.pdf"),
    ("a star before a query", b"User-agent: *\nDisallow: /*?id=\n", "foobot", "/a /a?x=1&id=2", "/a?id=1 /?id="),
    ("an anchor in the middle is a letter", b"User-agent: *\nDisallow: /a$/b\n", "foobot", "/a /a/b", "/a$/b"),
    ("groups of one name far apart", b"User-agent: foobot\nDisallow: /a\n\nUser-agent: x\nDisallow: /\n\nUser-agent: FooBot\n"
     b"Disallow: /b\n", "foobot", "/c", "/a /b"),
    ("groups that share a name merge", b"User-agent: x\nUser-agent: foobot\nDisallow: /a\n\nUser-agent: foobot\nAllow: /a/b\n",
     "foobot", "/a/b /c", "/a /a/c"),
    ("own rules make the star's void", b"User-agent: *\nDisallow: /a\n\nUser-agent: foobot\nAllow: /x\n", "foobot", "/a /x", ""),
    ("a name with a comment", b"User-agent: foobot # that is us\nDisallow: /\n", "foobot", "", "/a"),
    ("a name with a star behind it", b"User-agent: foobot*\nDisallow: /\n", "foobot", "", "/a"),
    ("a name with a star before it is nobody's", b"User-agent: *foobot\nDisallow: /\n", "foobot", "/a", ""),
    ("a name with spaces around", b"User-agent:   foobot   \nDisallow: /\n", "foobot", "", "/a"),
    ("underscores and hyphens belong to a name", b"User-agent: foo_bot-x\nDisallow: /\n", "foo_bot-x/1.0", "", "/a"),
    ("digits end a name", b"User-agent: foobot2\nDisallow: /\n", "foobot", "", "/a"),
    ("a blank in the path", b"User-agent: *\nDisallow: /a b\n", "foobot", "/a", "/a%20b"),
    ("broken percent signs are themselves", b"User-agent: *\nDisallow: /%zz\n", "foobot", "/zz", "/%zz"),
    ("two slashes are not one", b"User-agent: *\nDisallow: //a\n", "foobot", "/a", "//a"),
    ("a whole address is no path", b"User-agent: *\nDisallow: https://jobs.example.org/a\n", "foobot", "/a", ""),
    ("unknown lines inside a group", b"User-agent: *\nDisallow: /a\nClean-param: s\nNoindex: /c\nDisallow: /b\n", "foobot",
     "/c", "/a /b"),
    ("a delay between names", b"User-agent: foobot\nCrawl-delay: 3\nUser-agent: b\nDisallow: /\n", "foobot", "", "/a"),
    ("NUL between lines", b"User-agent: *\n\x00Disallow: /a\n\x00\x00\n", "foobot", "/b", "/a"),
    ("a mark of order and a blank line first", b"\xef\xbb\xbf\r\n\r\nUser-agent: *\r\nDisallow: /a\r\n", "foobot", "/b", "/a"),
    ("half a mark of order", b"\xef\xbbUser-agent: *\nDisallow: /a\n", "foobot", "/a", ""),
    ("HTML in its place", b"<!doctype html><html><body>Disallow: /</body></html>", "foobot", "/a", ""),
    ("a file of comments", b"# User-agent: *\n# Disallow: /\n", "foobot", "/a", ""),
    ("key and value without a blank", b"user-agent:*\ndisallow:/a\nallow:/a/b\n", "foobot", "/a/b", "/a"),
    ("a full name that says compatible", b"User-agent: foobot\nDisallow: /\n", "Mozilla/5.0 (compatible; FooBot/1.0; +https://x.example)",
     "", "/a"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "agent", "open_", "closed"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_case(body: bytes, agent: str, open_: str, closed: str) -> None:
    rules = Rules(body)
    verdicts = {path: rules.allowed(HOST + path, agent) for path in (*open_.split(), *closed.split())}
    assert verdicts == dict.fromkeys(open_.split(), True) | dict.fromkeys(closed.split(), False)


@pytest.mark.parametrize(
    ("body", "delay_s"),
    [
        (b"User-agent: *\ncrawl-delay:5 # slowly", 5.0),
        (b"User-agent: *\nCRAWL-DELAY : 7", 7.0),
        (b"User-agent: *\nCrawl-delay: 0", 0.0),
        (b"User-agent: *\nCrawl-delay: 10s", 10.0),
        (b"User-agent: *\nCrawl-delay: 99999999999999999999", 999_999_999.0),  # as long as can be: not a reason to hurry
        (b"User-agent: a\nCrawl-delay: 3\nUser-agent: foobot\nDisallow: /x", 3.0),
        (b"User-agent: foobot\nCrawl-delay: 3\n\nUser-agent: b\nAllow: /\n\nUser-agent: foobot\nCrawl-delay: 8", 8.0),
        (b"User-agent: *\nRequest-rate: 1/10\nVisit-time: 0600-0845", None),
        (b"User-agent: *\nCrawl-delay: 0x10", 0.0),
    ],
)
def test_delay(body: bytes, delay_s: float | None) -> None:
    assert Rules(body).crawl_delay("foobot") == delay_s


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (b"Sitemap: https://a.example/s.xml", ("https://a.example/s.xml",)),
        (b"user-agent: x\r\ndisallow: /\r\nsitemap:https://a.example/s.xml?a=1#b\r\n", ("https://a.example/s.xml?a=1",)),
        (b"SiteMap : /relative.xml\n#Sitemap: /no.xml", ("/relative.xml",)),
        (b"Sitemap: https://a.example/1.xml https://a.example/2.xml", ("https://a.example/1.xml https://a.example/2.xml",)),
        (b"Sitemap:\nSitemap: \t\n", ()),
    ],
)
def test_sitemaps(body: bytes, found: tuple[str, ...]) -> None:
    assert sitemaps(body) == found


# what the answer for the file means


async def _asked(robots: bytes, script: dict[str, list[bytes]] | None = None) -> str:
    """How a page is met by a host with this robots.txt."""
    async with evil(robots=robots) as server, fetcher(conduct(tdm=False)) as fetching:
        server.script.update(script or {})
        try:
            return str((await fetching.get(Request(server.url("/ok")))).status)
        except FetchError as error:
            return type(error).__name__


SHUT = b"User-agent: *\nDisallow: /\n"


@pytest.mark.parametrize(
    ("robots", "met"),
    [
        (answer(SHUT, "404 Not Found"), "200"),  # the body of an error is no file
        (answer(SHUT, "403 Forbidden"), "Refused"),
        (answer(SHUT, "203 Non-Authoritative"), "Disallowed"),
        (answer(b"User-agent: *\nAllow: /\n", "500 Oops"), "Unreachable"),
        (answer(gzip.compress(SHUT), "200 OK", "Content-Encoding: gzip"), "Disallowed"),
        (answer(gzip.compress(SHUT)[:-4], "200 OK", "Content-Encoding: gzip"), "Unreachable"),
        (answer(SHUT, "200 OK", "Content-Type: image/png"), "Disallowed"),
        (answer(b"#" * 600_000 + b"\n" + SHUT), "200"),  # behind what is read
        (answer(SHUT + b"#" * 600_000), "Disallowed"),
        (answer(b"", "204 No Content"), "200"),
    ],
)
def test_answer(robots: bytes, met: str) -> None:
    assert asyncio.run(_asked(robots)) == met


@pytest.mark.parametrize(("hops", "met"), [(5, "Disallowed"), (6, "Forbidden")])
def test_redirects_of_the_file(hops: int, met: str) -> None:
    """RFC 9309 2.3.1.2: at least five are followed; what lies behind more is not guessed to be a yes."""
    script = {f"/r{n}": [answer(b"", "302 Found", f"Location: /r{n + 1}")] for n in range(1, hops)} | {
        f"/r{hops}": [answer(SHUT)]
    }
    assert asyncio.run(_asked(answer(b"", "301 Moved", "Location: /r1"), script)) == met


# reservations


@pytest.mark.parametrize(
    ("header", "body", "where"),
    [
        ("1", b"", "header"),
        ("0", b"", None),
        (" 1 ", b"", "header"),
        ("0, 1", b"", "header"),
        ("true", b"", None),
        (None, b"<META NAME='TDM-Reservation' CONTENT='1'>", "meta"),
        (None, b"<meta content=1 name=tdm-reservation>", "meta"),
        (None, b'<meta name="tdm-reservation" content="0">', None),
        (None, b'<meta name="tdm-reservation"\n  content="1" />', "meta"),
        (None, b'<meta name="tdm-policy" content="https://x.example/p.json">', None),
        ("0", b'<meta name="tdm-reservation" content="1">', "meta"),
        (None, b'<meta name="tdm-reservation" content="10">', None),
    ],
)
def test_reserved_by(header: str | None, body: bytes, where: str | None) -> None:
    assert reserved_by(header, body) == where


@pytest.mark.parametrize(
    ("body", "reserved", "free"),
    [
        (b'[{"location": "/", "tdm-reservation": 1}]', "/ /a /a?b", ""),
        (b'[{"location": "/jobs/*", "tdm-reservation": 1}]', "/jobs/1", "/ /jobs"),
        (b'[{"location": "/*.pdf$", "tdm-reservation": 1}]', "/a.pdf", "/a.pdf?x /a"),
        (b'[{"location": "/a", "tdm-reservation": 0}]', "", "/a"),
        (b'[{"location": "/", "tdm-reservation": "1", "tdm-policy": "https://x.example"}]', "/a", ""),
        (b'[{"tdm-reservation": 1}]', "/a", ""),
        (b'{"location": "/a", "tdm-reservation": 1}', "/a", "/b"),
        (b'[{"location": "*", "tdm-reservation": 1}]', "/ /a", ""),
        (b'\xef\xbb\xbf[{"location": "/a", "tdm-reservation": 1}]', "/a", "/b"),
        (b'[{"location": "/a", "tdm-reservation": 1}, "x", 7, null]', "/a", "/b"),
        (b'[{"location": "https://jobs.example.org/a", "tdm-reservation": 1}]', "/a/b", "/b"),
        (b"<html>not found</html>", "", "/a"),
        (b"[" * 100_000, "", "/a"),
        ('[{"location": "/käse", "tdm-reservation": 1}]'.encode(), "/k%C3%A4se /käse", "/k"),
    ],
)
def test_reservation_file(body: bytes, reserved: str, free: str) -> None:
    found = Reservations(body)
    verdicts = {path: found.reserves(HOST + path) for path in (*reserved.split(), *free.split())}
    assert verdicts == dict.fromkeys(reserved.split(), True) | dict.fromkeys(free.split(), False)
