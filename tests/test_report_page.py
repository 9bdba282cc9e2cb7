"""The three faces of a report: page, terminal, JSON; hostile ads included."""

import json
import re
import tomllib
from dataclasses import replace
from html.parser import HTMLParser
from io import StringIO
from typing import Any

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # comes with altair, without types
from rich.console import Console

from lohnpegel.settings import load
from lohnpegel.shipped import default_config
from report import build
from report.context import Benchmark, SourceHealth
from report.evidence import Ad
from report.finding import Report
from report.locale import FOLDER, LANGUAGES, Locale, UnknownLanguage
from report.render_html import link, page
from report.render_json import document
from report.render_terminal import print_report
from tests.report_market import CONTEXT, hourly, monthly, silent

CLAIMS = load(default_config()).claims
HOSTILE = '"><script>alert(1)</script>'


def ads() -> list[Ad]:
    found = [monthly(n, 2350 + 20 * n, 2500 + 20 * n, skills=("sap",) if n % 2 else (), sector="energy") for n in range(1, 20)]
    evil: dict[str, Any] = dict.fromkeys(("title", "employer", "pay_quote", "district"), HOSTILE)
    evil["url"] = "javascript:alert(1)"
    return [*found, hourly(20, 15.0, url="https://board.example/?a=1&b=2"), monthly(21, 2500, **evil), silent(22, title=HOSTILE)]


@pytest.fixture(scope="module")
def report() -> Report:
    health = (SourceHealth("board", "suspect", None, 3, HOSTILE),)
    benchmarks = (Benchmark("92122", "Dialogmarketing", "Deutschland", "2025", 2433, 2922, 3786),)
    return build(ads(), CLAIMS, replace(CONTEXT, health=health, benchmarks=benchmarks, demonstration=True))


@pytest.fixture(scope="module", params=LANGUAGES)
def html(request: pytest.FixtureRequest, report: Report) -> str:
    return page(report, request.param)


class Tags(HTMLParser):
    """What a page holds: tags with their attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def test_page_runs_and_fetches_nothing(html: str) -> None:
    tags = Tags(html).tags
    names = {tag for tag, _ in tags}
    assert not names & {"script", "iframe", "object", "embed", "form", "link", "base", "img", "video"}
    assert not [key for _, attributes in tags for key in attributes if key.startswith("on")]
    assert "url(" not in html and "@import" not in html
    assert "default-src 'none'" in html
    assert "&lt;script&gt;" in html


def test_links_leave_only_by_http_and_without_trace(html: str) -> None:
    hrefs = [attributes for tag, attributes in Tags(html).tags if tag == "a"]
    outside = [attributes for attributes in hrefs if not (attributes["href"] or "").startswith("#")]
    assert outside
    assert all(re.match(r"https?://", attributes["href"] or "") for attributes in outside)
    assert all(attributes["rel"] == "noopener nofollow" for attributes in outside)


def test_every_number_leads_to_its_evidence(html: str) -> None:
    tags = Tags(html).tags
    ids = [attributes["id"] for _, attributes in tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    inside = {(a["href"] or "")[1:] for tag, a in tags if tag == "a" and (a["href"] or "").startswith("#")}
    assert inside and inside <= set(ids)


def test_pictures_have_words_and_one_heading_leads(html: str) -> None:
    tags = [tag for tag, _ in Tags(html).tags]
    assert tags.count("h1") == 1
    assert tags.count("figure") == tags.count("figcaption") == tags.count("svg") == 4
    assert "<svg aria-hidden" in html


def test_first_screen_has_share_interval_and_n(report: Report) -> None:
    german = page(report, "de")
    head = german[german.index("<header>") : german.index("</header>")]
    plain = re.sub(r"<[^>]+>|[\u2060\u202f]", "", head).replace("\xa0", " ")
    assert "Stellen mit Gehaltsangabe bei 21 Arbeitgebern" in plain
    assert "95-%-Intervall" in plain
    assert "21 von 22 Einstiegsstellen" in plain
    assert "erfundenen Anzeigen" in plain


def test_equal_reports_are_equal_bytes(report: Report) -> None:
    assert page(report, "de") == page(build(reversed(ads()), CLAIMS, report.context), "de")


@pytest.mark.parametrize("count", [0, 1, 4, 7])
def test_page_of_a_sparse_market(count: int) -> None:
    sparse = build([monthly(n, 2500) for n in range(1, count + 1)], CLAIMS, CONTEXT)
    for language in LANGUAGES:
        text = page(sparse, language)
        assert Locale(language).text("answer.insufficient") in text
        assert "nan" not in re.sub(r"<[^>]+>", " ", text).split()


def test_terminal_says_the_same(report: Report) -> None:
    out = StringIO()
    print_report(report, Console(file=out, width=120), "en")
    text = out.getvalue()
    assert "21 of 22 entry vacancies" in text
    assert "95% interval" in text
    assert "At 40 hours it lies under today's legal floor." in text
    assert "Foreign languages bring more pay." in text
    narrow = StringIO()
    print_report(report, Console(file=narrow, width=80), "de")
    assert "…" not in "".join(line for line in narrow.getvalue().splitlines() if not line.startswith(" … "))
    assert "seed 1" in text


def test_json_is_plain_and_complete(report: Report) -> None:
    made = document(report)
    again = json.loads(json.dumps(made, allow_nan=False))
    assert again == made
    pay = made["findings"][0]
    assert pay["claim"]["id"] == "entry_pay" and pay["n"] == 21 and pay["of"] == 22
    within = pay["measures"]["within"]
    assert 0 <= within["interval"][0] <= within["low"] <= within["high"] <= within["interval"][1] <= 1
    assert {vacancy["ad"] for vacancy in made["vacancies"]} >= set(pay["evidence"]["ads"])
    assert pay["evidence"]["n"] == len(pay["evidence"]["ads"]) == 22


def test_both_languages_say_as_much() -> None:
    texts = [tomllib.loads((FOLDER / f"{language}.toml").read_text("utf-8")) for language in LANGUAGES]
    keys = [{(section, key) for section, entries in text.items() for key in entries} for text in texts]
    assert keys[0] == keys[1]
    marks = [
        {(s, k): sorted(set(re.findall(r"{(\w+)}", str(v)))) for s, entries in text.items() for k, v in entries.items()}
        for text in texts
    ]
    assert marks[0] == marks[1]


def test_unknown_language_names_those_there_are() -> None:
    with pytest.raises(UnknownLanguage, match="de, en"):
        Locale("fr")


BAD_LINKS = ["javascript:alert(1)", "data:text/html,x", "//evil.example", "ftp://a.example", "http://[bad", ""]


@pytest.mark.parametrize("url", BAD_LINKS)
def test_addresses_that_are_no_links(url: str) -> None:
    assert link(url) is None


PAIRS = [
    ("de", "share", (0.25, 0.5), "25\u202f–\u202f50\xa0%"),
    ("de", "eur_month", (2400.0, 2400.4), "2.400\xa0€"),
    ("de", "eur_month", (-20.0, 30.0), "−20 bis 30\xa0€"),
    ("en", "eur_month", (2400.0, 2500.0), "€2,400\u202f–\u202f2,500"),
    ("en", "share", (0.25, 0.5), "25\u202f–\u202f50%"),
]


@pytest.mark.parametrize(("language", "unit", "pair", "text"), PAIRS)
def test_pairs_in_the_readers_language(language: str, unit: str, pair: tuple[float, float], text: str) -> None:
    assert Locale(language).pair(unit, pair) == text  # type: ignore[arg-type]  # a row of the table is plain text


def test_json_keeps_its_schema(report: Report) -> None:
    schema = json.loads((FOLDER.parent / "schema.json").read_text("utf-8"))
    check = Draft202012Validator(schema)
    for one in (report, build([], CLAIMS, CONTEXT)):
        assert [error.message for error in check.iter_errors(document(one))] == []


def test_a_long_list_is_cut_and_says_so(monkeypatch: pytest.MonkeyPatch, report: Report) -> None:
    whole = page(report, "en").count("<li")
    monkeypatch.setattr("report.finding.LISTED", 3)
    cut = page(build(ads(), CLAIMS, report.context), "en")
    assert cut.count("<li") < whole
    assert re.search(r"And \d+ more", cut)
    assert "more; " not in page(build(ads()[:2], CLAIMS, CONTEXT), "en")
