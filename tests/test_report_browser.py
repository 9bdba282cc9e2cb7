"""The page in a real browser: Debian's Chromium by Playwright; skipped, visibly, where either is missing."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from report import build
from report.locale import LANGUAGES, Locale
from report.render_html import page
from tests.report_market import CONTEXT
from tests.test_report_page import CLAIMS, ads

CHROMIUM = shutil.which("chromium") or ""
WIDTHS = {"phone": (390, 844), "desktop": (1280, 900)}

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api")
    if not CHROMIUM:
        pytest.skip("no chromium on this machine")
    with playwright.sync_playwright() as driver:
        found = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield found
        found.close()


@pytest.fixture(scope="module", params=LANGUAGES)
def file(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    path = tmp_path_factory.mktemp("page") / "report.html"
    path.write_text(page(build(ads(), CLAIMS, replace(CONTEXT, demonstration=True)), request.param), "utf-8")
    return path, request.param


@pytest.mark.parametrize("device", sorted(WIDTHS))
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_first_screen_answers_and_nothing_is_asked_for(
    browser: Any, file: tuple[Path, str], device: str, scheme: str
) -> None:
    path, language = file
    width, height = WIDTHS[device]
    tab = browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)
    said: list[str] = []
    asked: list[str] = []
    tab.on("console", lambda message: said.append(message.text))
    tab.on("pageerror", lambda error: said.append(str(error)))
    tab.on("request", lambda request: asked.append(request.url))
    tab.goto(path.as_uri())
    verdict = tab.locator("h1").bounding_box()
    sentence = tab.locator(".lead").first.bounding_box()
    assert verdict["y"] + verdict["height"] < height
    assert sentence["y"] + sentence["height"] < height
    assert Locale(language).text("answer.interval", interval="")[:6] in tab.locator(".lead").first.inner_text()
    assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert said == []
    assert asked == [path.as_uri()]
    tab.close()


def test_every_link_within_the_page_leads_somewhere(browser: Any, file: tuple[Path, str]) -> None:
    tab = browser.new_page()
    tab.goto(file[0].as_uri())
    here = "[...document.querySelectorAll('a[href^=\"#\"]')].map(a => a.getAttribute('href').slice(1))"
    lost = tab.evaluate(f"{here}.filter(id => !document.getElementById(id))")
    assert lost == []
    assert tab.evaluate(
        "[...document.querySelectorAll('[id]')].length === new Set([...document.querySelectorAll('[id]')].map(e => e.id)).size"
    )
    tab.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(browser: Any, file: tuple[Path, str], scheme: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    tab = browser.new_page(color_scheme=scheme, bypass_csp=True)  # the page forbids scripts, the inspector is one
    tab.goto(file[0].as_uri())
    answer = axe.Axe().run(tab).response
    assert len(answer["passes"]) > 20  # it did look
    found = answer["violations"]
    serious = [
        (item["id"], [node["html"][:160] for node in item["nodes"]][:3])
        for item in found
        if item["impact"] in ("serious", "critical")
    ]
    assert serious == []
    tab.close()


def test_it_prints_on_a4(browser: Any, file: tuple[Path, str]) -> None:
    tab = browser.new_page()
    tab.goto(file[0].as_uri())
    assert tab.pdf(format="A4", prefer_css_page_size=True).startswith(b"%PDF")
    tab.close()
