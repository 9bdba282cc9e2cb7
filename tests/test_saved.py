"""Files that a person saved: where they say they come from, and what becomes of those that do not say it."""

import json
import tomllib
from contextlib import closing
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from pathlib import Path
from typing import Any

import pytest

from lohnpegel.saved import NO_ADDRESS, is_nowhere, page_of_file
from sandbox.market import Market
from sandbox.world import Sandbox
from scraper import sources
from scraper.errors import ScraperError
from scraper.model import Page, Request
from storage.archive import Archive
from storage.engine import open_engine
from storage.read import Reader
from storage.tables import reject
from tests.whole import configured, run

SAVED = Path(__file__).parent / "data" / "sources"
AD = '{"@type": "JobPosting", "title": "%s", "hiringOrganization": {"name": "Muster GmbH"}, "description": "<p>Telefon</p>"}'


def html(title: str, head: str = "") -> str:
    return f'<html><head>{head}<script type="application/ld+json">{AD % title}</script></head><body></body></html>'


def mhtml(page: str, location: str) -> bytes:
    message = MIMEMultipart("related")
    message["Snapshot-Content-Location"] = location
    part = MIMEText(page, "html", "utf-8")
    part["Content-Location"] = location
    message.attach(part)
    return message.as_bytes()


@pytest.mark.parametrize(
    ("written", "address"),
    [
        (html("A", '<link rel="canonical" href="https://a.example/jobs/7?x=1&amp;y=2">'), "https://a.example/jobs/7?x=1&y=2"),
        (html("A", "<link href=https://a.example/jobs/7 rel=canonical>"), "https://a.example/jobs/7"),
        (html("A", '<meta property="og:url" content="https://a.example/jobs/8">'), "https://a.example/jobs/8"),
        (html("A", "<meta content='https://a.example/?id=8' name='og:url'>"), "https://a.example/?id=8"),
        ("<!-- saved from url=(0028)https://a.example/jobs/9 -->" + html("A"), "https://a.example/jobs/9"),
        ("<!--\n Page saved with SingleFile \n url: https://a.example/10 \n saved date: -->" + html("A"), "https://a.example/10"),
        (mhtml(html("A"), "https://a.example/jobs/11"), "https://a.example/jobs/11"),
    ],
)
def test_a_page_that_says_its_address_keeps_it(tmp_path: Path, written: str | bytes, address: str) -> None:
    file = tmp_path / "page.html"
    file.write_bytes(written if isinstance(written, bytes) else written.encode())
    assert page_of_file(file).request.url == address


@pytest.mark.parametrize(
    "written",
    [
        html("A", '<link rel="canonical" href="https://a.example/">'),  # the home page: two ads would share it
        html("A", '<link rel="canonical" href="/jobs/7">'),  # of which site?
        '{"html": "<link rel=canonical href=https://a.example/jobs/7>"}',
        '<?xml version="1.0"?><rss><channel><item><link rel="canonical" href="https://a.example/7"/></item></channel></rss>',
        mhtml(html("A"), "cid:frame-1@mhtml.blink"),
    ],
)
def test_an_address_is_never_guessed(tmp_path: Path, written: str | bytes) -> None:
    file = tmp_path / "page.html"
    file.write_bytes(written if isinstance(written, bytes) else written.encode())
    assert is_nowhere(page_of_file(file).request.url)


def test_the_same_bytes_are_the_same_page_whatever_the_file_is_called(tmp_path: Path) -> None:
    urls = []
    for name, title in (("a.html", "Agent"), ("b.html", "Agent"), ("c.html", "Agentin")):
        (tmp_path / name).write_text(html(title))
        urls.append(page_of_file(tmp_path / name).request.url.partition("#")[0])
    assert urls[0] == urls[1] != urls[2]


@pytest.fixture
def place(tmp_path: Path) -> Path:
    with Sandbox(Market(3, 2, "mixed"), kinds=("bundesagentur",)) as box:
        configured(tmp_path, box.urls)
    return tmp_path


def stored(place: Path) -> dict[str, dict[str, Any]]:
    reader = Reader.open(f"sqlite:///{place}/lohnpegel.db")
    try:
        return {row["source_id"]: row for row in reader.ads(texts=True)}
    finally:
        reader.close()


def test_files_of_one_name_are_ads_of_their_own(place: Path) -> None:
    for folder, title in (("one", "Kundenberater"), ("two", "Telefonist"), ("three", "Kundenberater")):
        (place / folder).mkdir()
        (place / folder / "index.html").write_text(html(title))
    first = run(place, "import", "one/index.html", "two/index.html")
    assert first.code == 0 and "2 new" in first.out
    assert first.out.count(NO_ADDRESS) == 2
    assert "0 new, 0 changed, 1 unchanged" in run(place, "import", "three/index.html").out
    assert sorted(row["title"] for row in stored(place).values()) == ["Kundenberater", "Telefonist"]


def test_rejects_of_an_import_are_stored_with_their_page(place: Path) -> None:
    untitled = AD.replace('"title": "%s", ', "")
    (place / "half.html").write_text(
        html("Agent").replace("</head>", f'<script type="application/ld+json">{untitled}</script></head>')
    )
    (place / "blog.html").write_text("<p>Unser Blog</p>")
    ended = run(place, "import", "half.html", "blog.html", "--json")
    half, blog = json.loads(ended.out)["items"]
    assert ended.code == 1
    assert (half["ads"], half["rejects"], blog["rejects"]) == (1, 1, 1)
    engine = open_engine(f"sqlite:///{place}/lohnpegel.db")
    with engine.connect() as connection:
        kept = {row.url.partition("#")[2]: row for row in connection.execute(reject.select())}
    engine.dispose()
    assert {name: row.source for name, row in kept.items()} == {"half.html": "import", "blog.html": "import"}
    assert "'title' is missing" in kept["half.html"].reason
    assert "no job ad can be read" in kept["blog.html"].reason
    with closing(Archive(f"sqlite:///{place}/lohnpegel-archive.db", read_only=True)) as archive:
        assert archive.get(kept["blog.html"].archive_hash) == b"<p>Unser Blog</p>"


@pytest.mark.parametrize(
    ("page", "filled"),
    [
        ('<a href="/stellen/agent-7.html">Agent</a>', {"listings": ["https://ADDRESS-OF-THE-SITE"]}),
        ('<a href="https://a.example/stellen/agent-7.html">Agent</a>', {"listings": ["https://ADDRESS-OF-THE-SITE"]}),
        ('<a href="/Agent-de-j117.html">Agent</a>', {"preset": "rexx", "sites": ["https://ADDRESS-OF-THE-SITE"]}),
        ('<script src="https://rmkcdn.successfactors.com/x.js"></script>', {"boards": ["ADDRESS-OF-THE-SITE"]}),
        ('<iframe src="https://muster.jobs.personio.de/"></iframe>', {"boards": ["muster"]}),
        (html("Agent"), {"sites": ["https://ADDRESS-OF-THE-SITE"]}),
    ],
)
def test_detect_never_makes_up_the_address_of_a_saved_page(place: Path, page: str, filled: dict[str, Any]) -> None:
    (place / "page.html").write_text(page)
    ended = run(place, "sources", "detect", "page.html")
    assert ended.code == 0
    (block,) = tomllib.loads(ended.out)["source"].values()
    assert {key: block[key] for key in filled} == filled
    assert ("# the file tells no address" in ended.out) == ("ADDRESS-OF-THE-SITE" in ended.out)
    assert "example.org" not in ended.out and ".invalid" not in ended.out


def test_parse_says_that_an_address_is_made_up(place: Path) -> None:
    (place / "page.html").write_text(html("Agent"))
    (place / "known.html").write_text(html("Agent", '<link rel="canonical" href="https://a.example/jobs/7">'))
    page, known = json.loads(run(place, "parse", "jobposting", "page.html", "known.html", "--json").out)
    assert page["notes"] == [NO_ADDRESS] and is_nowhere(page["postings"][0]["url"])
    assert "notes" not in known and known["postings"][0]["source_id"] == "a.example/jobs/7"


def test_what_was_imported_is_read_again_from_the_archive(place: Path) -> None:
    (place / "ad.html").write_text(html("Agent"))
    (place / "feed.xml").write_text((SAVED / "personio" / "german.xml").read_text("utf-8"))
    assert run(place, "import", "ad.html", "feed.xml").code == 0
    again = run(place, "reparse", "--json")
    told = json.loads(again.out)
    assert (again.code, told["changed"], told["unread"]) == (0, 0, [])
    assert told["ads"] == len(stored(place))


@pytest.mark.parametrize(
    "saved",
    sorted(path for path in SAVED.glob("*/*") if not path.name.endswith((".expected.json", ".request.json"))),
    ids=lambda path: f"{path.parent.name}/{path.name}",
)
def test_no_file_of_one_kind_breaks_the_reader_of_another(saved: Path) -> None:
    page = page_of_file(saved)
    for kind in sources.available():
        try:
            sources.load(kind).parse(Page(Request("https://a.example/x"), 200, page.body, page.fetched_at))
        except ScraperError as error:
            assert str(error)
