"""Every source against its saved pages: `NAME.json` (or .xml, .html), `NAME.request.json`, `NAME.expected.json`.

Adding a case adds files, not code. `LOHNPEGEL_RECORD=1` writes what was read into the expected file:
read that by eye before it is kept.
"""

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from scraper.errors import ScraperError
from scraper.model import Options, Page, Request
from scraper.parse.shown import shown
from scraper.sources import available, load

DATA = Path(__file__).parent / "data" / "sources"
SAVED = sorted(path for path in DATA.glob("*/*") if not path.name.endswith((".request.json", ".expected.json")))
STRUCTURED = [path for path in SAVED if path.suffix in {".json", ".xml"}]
FETCHED_AT = datetime(2026, 11, 22, 6, 10, tzinfo=UTC)


def page_of(saved: Path) -> Page:
    described: dict[str, Any] = {"url": f"https://example.org/{saved.name}"}
    sidecar = saved.with_name(f"{saved.stem}.request.json")
    if sidecar.exists():
        described |= json.loads(sidecar.read_text("utf-8"))
    status = described.pop("status", 200)
    headers = described.pop("answer_headers", {})
    return Page(Request(**described), status, saved.read_bytes(), FETCHED_AT, headers)


def read(saved: Path) -> dict[str, Any]:
    try:
        told = shown(load(saved.parent.name).parse(page_of(saved)))
    except ScraperError as error:
        told = {"error": type(error).__name__, "message": str(error)}
    plain: dict[str, Any] = json.loads(json.dumps(told))
    return plain


@pytest.mark.parametrize("saved", SAVED, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_saved_page(saved: Path) -> None:
    expected = saved.with_name(f"{saved.stem}.expected.json")
    got = read(saved)
    if os.environ.get("LOHNPEGEL_RECORD"):
        expected.write_text(json.dumps(got, ensure_ascii=False, indent=1) + "\n", "utf-8")
    assert got == json.loads(expected.read_text("utf-8"))


@pytest.mark.parametrize("kind", available())
def test_every_source_has_a_saved_page(kind: str) -> None:
    assert any(path.parent.name == kind for path in SAVED)


@pytest.mark.parametrize("kind", available())
def test_every_source_keeps_the_protocol(kind: str) -> None:
    module = load(kind)
    assert kind == module.NAME
    assert isinstance(dict(module.DEFAULTS), dict)
    assert callable(module.start)
    assert callable(module.parse)


@pytest.mark.parametrize(
    "saved", [path for path in SAVED if path.suffix in {".json", ".xml"}], ids=lambda path: f"{path.parent.name}/{path.stem}"
)
def test_a_truncated_body_is_never_no_ads(saved: Path) -> None:
    page = page_of(saved)
    body = page.body.rstrip()
    cut = Page(page.request, page.status, body[: len(body) * 2 // 3], page.fetched_at, page.headers)
    with pytest.raises(ScraperError):
        load(saved.parent.name).parse(cut)


def test_bundesagentur_asks_one_listing_for_each_term() -> None:
    options = Options(terms=("Kundenservice", "Service Center"), place="Mülheim an der Ruhr", radius_km=15)
    urls = [request.url for request in load("bundesagentur").start(options)]
    assert len(urls) == 2
    assert "was=Service+Center&wo=M%C3%BClheim+an+der+Ruhr&umkreis=15&angebotsart=1&size=100&page=1" in urls[1]
    assert all("veroeffentlichtseit" not in url for url in urls)


@pytest.mark.parametrize(("hours", "days"), [(0, "0"), (20, "1"), (25, "7"), (24 * 8, "14"), (24 * 20, "28"), (24 * 29, None)])
def test_bundesagentur_uses_only_filters_that_work(hours: int, days: str | None) -> None:
    from datetime import timedelta

    options = Options(terms=("x",), place="Duisburg", radius_km=15, since=FETCHED_AT - timedelta(hours=hours), now=FETCHED_AT)
    (request,) = load("bundesagentur").start(options)
    assert (f"veroeffentlichtseit={days}" in request.url) if days else ("veroeffentlichtseit" not in request.url)
