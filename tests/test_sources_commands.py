"""`lohnpegel parse`, `import` and `sources` over the real command line."""

import base64
import json
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import tomlkit

from lohnpegel.careers import detect, systems
from lohnpegel.scaffold import section
from sandbox import career
from sandbox.market import Market
from sandbox.world import Sandbox
from scraper.parse.fields import page_of
from scraper.sources import available, load
from storage.read import Reader
from tests.whole import configured, run

SAVED = Path(__file__).parent / "data" / "sources"
MARKET = Market(3, 2, "mixed")
AD = (SAVED / "jobposting" / "detail_well_formed.html").read_bytes()


@pytest.fixture(scope="module")
def box() -> Iterator[Sandbox]:
    with Sandbox(MARKET, kinds=("bundesagentur", "jobposting")) as made:
        yield made


@pytest.fixture
def place(box: Sandbox, tmp_path: Path) -> Path:
    """A folder with a configuration that knows two sources."""
    configured(tmp_path, box.urls)
    file = tmp_path / "config.toml"
    document: dict[str, Any] = tomlkit.parse(file.read_text("utf-8"))
    block = {"enabled": True, "sites": [box.urls["jobposting"]], "url_pattern": "/stellen/"}
    document["source"]["jobposting"] = block
    file.write_text(tomlkit.dumps(document), "utf-8")
    return tmp_path


def test_parse_prints_what_the_saved_pair_holds(tmp_path: Path) -> None:
    saved = SAVED / "jobposting" / "listing.html"
    ended = run(tmp_path, "parse", "jobposting", str(saved), str(saved.with_name("sitemap_doctype.xml")), "--json")
    first, second = json.loads(ended.out)
    assert ended.code == 1
    assert {key: first[key] for key in first if key != "file"} == json.loads(saved.with_name("listing.expected.json").read_text())
    assert second["error"] == "ParseError"


def test_parse_reads_a_page_without_a_sidecar(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_bytes(b"<!-- saved from url=(0030)https://jobs.muster.example/a/7 -->" + AD)
    ended = run(tmp_path, "parse", "jobposting", "page.html", "--json")
    (ad,) = json.loads(ended.out)[0]["postings"]
    assert (ended.code, ad["source_id"]) == (0, "jobs.muster.example/RK-117")


def test_parse_refuses_a_kind_that_is_none(tmp_path: Path) -> None:
    ended = run(tmp_path, "parse", "linkedin", "x.html")
    assert ended.code == 2 and "no kind of source 'linkedin'" in ended.err


def test_import_stores_files_of_every_format_once(place: Path, box: Sandbox) -> None:
    (place / "ad.html").write_bytes(AD)
    mhtml = b"From: <Saved by a browser>\r\nSnapshot-Content-Location: https://board.example/ads/9\r\nMIME-Version: 1.0\r\n"
    mhtml += b'Content-Type: multipart/related; type="text/html"; boundary="xx"\r\n\r\n--xx\r\nContent-Type: text/html\r\n'
    mhtml += b"Content-Transfer-Encoding: base64\r\nContent-Location: https://board.example/ads/9\r\n\r\n"
    body = AD.replace(b"RK-117", b"RK-9").replace(
        b'<link rel="canonical" href="/stellen/mitarbeiter-kundenservice-117.html">', b""
    )
    (place / "ad.mhtml").write_bytes(mhtml + base64.encodebytes(body) + b"\r\n--xx--\r\n")
    (place / "generic.json").write_text(
        '{"jobs": [{"@type": "JobPosting", "title": "Agent", "url": "https://b.example/jobs/5"}]}'
    )
    personio = next((SAVED / "personio").glob("*.xml"), None)
    files = ["ad.html", "ad.mhtml", "generic.json", *([str(personio)] if personio else [])]
    first = run(place, "import", *files, "--json")
    told = json.loads(first.out)
    assert first.code == 0, first.out
    assert [one["kind"] for one in told["items"]][:3] == ["jobposting", "jobposting", "jobposting"]
    assert told["new"] == sum(one["ads"] for one in told["items"])
    again = json.loads(run(place, "import", *files, "--json").out)
    assert (again["new"], again["unchanged"]) == (0, told["new"])
    reader = Reader.open(f"sqlite:///{place}/lohnpegel.db")
    try:
        stored = {row["source_id"]: row for row in reader.ads(texts=True)}
    finally:
        reader.close()
    assert "board.example/RK-9" in stored


def test_import_names_what_cannot_be_read_and_stores_the_rest(place: Path) -> None:
    (place / "ad.html").write_bytes(AD)
    (place / "blog.html").write_text("<p>Unser Blog</p>")
    ended = run(place, "import", "blog.html", "missing.html", "ad.html")
    assert ended.code == 1
    assert "blog.html: no job ad can be read" in ended.out
    assert "missing.html: missing.html: cannot be read" in ended.out
    assert "1 new" in ended.out


def test_import_fetches_an_address_by_the_rules(place: Path, box: Sandbox) -> None:
    state = MARKET.week(1, "jobposting")[0]
    url = f"{box.urls['jobposting']}/{career.slug(state.ad.opening.employer)}/stellen/{state.ad.reference}"
    before = box.stats()["jobposting"].get("detail", 0)
    ended = run(place, "import", url, "--json")
    assert (ended.code, json.loads(ended.out)["new"]) == (0, 1)
    assert box.stats()["jobposting"]["detail"] == before + 2  # the ad, and tdmrep.json, which the replica books as one


def test_sources_check_looks_and_stores_nothing(place: Path) -> None:
    ended = run(place, "sources", "check", "--json")
    told = {one["source"]: one for one in json.loads(ended.out)}
    assert ended.code == 0, ended.out
    assert told["jobposting"]["ads"] >= 1 and told["jobposting"]["further"] > 1
    assert told["bundesagentur"]["ads"] + told["bundesagentur"]["further"] >= 1
    assert not (place / "lohnpegel.db").exists()


def test_sources_detect_names_the_system_and_the_block(place: Path) -> None:
    (place / "page.html").write_text('<iframe src="https://muster.career.softgarden.de/jobs"></iframe>')
    ended = run(place, "sources", "detect", "page.html")
    assert ended.code == 0
    (block,) = tomllib.loads(ended.out)["source"].values()
    assert block == {"kind": "softgarden", "enabled": True, "boards": ["muster"]}


def test_sources_detect_says_so_when_there_is_none(place: Path) -> None:
    (place / "page.html").write_text("<p>Willkommen</p>")
    assert run(place, "sources", "detect", "page.html").code == 1


@pytest.mark.parametrize("system", systems(), ids=lambda system: system["name"])
def test_each_system_is_known_by_its_example(system: dict[str, str]) -> None:
    page = page_of(f'<a href="{system["example"]}">Karriere</a>'.encode(), "https://www.muster.example/karriere")
    found = detect(page)
    assert found[0].system == system["name"]
    if found[0].kind:
        assert found[0].kind in available()
        (block,) = tomllib.loads(found[0].block)["source"].values()
        known = load(found[0].kind).DEFAULTS
        assert all(key in known for key in block if key not in ("kind", "enabled"))


def test_a_new_source_passes_the_tests_at_once(tmp_path: Path) -> None:
    (tmp_path / "scraper" / "sources").mkdir(parents=True)
    (tmp_path / "tests" / "data" / "sources").mkdir(parents=True)
    ended = run(tmp_path, "sources", "new", "hafen_jobs")
    assert ended.code == 0
    assert section("hafen_jobs") in ended.out
    names: dict[str, Any] = {}
    exec(compile((tmp_path / "scraper/sources/hafen_jobs.py").read_text(), "hafen_jobs", "exec"), names)
    from scraper.parse.shown import shown

    saved = tmp_path / "tests/data/sources/hafen_jobs"
    got = shown(names["parse"](page_of((saved / "ads.json").read_bytes())))
    assert got == json.loads((saved / "ads.expected.json").read_text())
    assert run(tmp_path, "sources", "new", "hafen_jobs").code == 2
    assert run(tmp_path, "sources", "new", "Hafen-Jobs").code == 2
