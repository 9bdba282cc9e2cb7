"""Replicas of employers' own boards: each in its own shape, openings on several of them, defects that can still be read."""

import html
import http.client
import json
import re
import xml.etree.ElementTree as ET
from collections import Counter, defaultdict
from collections.abc import Iterator
from random import Random
from typing import Any
from urllib.parse import urlsplit

import pytest

from sandbox import Market, Sandbox, jobposting, jsonld, servicebund, truth

MARKET = Market(3, 8)
KINDS = ("jobposting", "personio", "softgarden", "dvinci", "recruitee")


@pytest.fixture(scope="module")
def box() -> Iterator[Sandbox]:
    with Sandbox(MARKET, 7) as running:
        yield running


def get(url: str, headers: dict[str, str] | None = None) -> tuple[int, str, http.client.HTTPMessage]:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection("127.0.0.1", parts.port or 0, timeout=5)
    connection.request("GET", parts.path + (f"?{parts.query}" if parts.query else ""), headers=headers or {})
    reply = connection.getresponse()
    body = reply.read().decode()
    connection.close()
    return reply.status, body, reply.headers


def expected(kind: str, employer: str) -> set[str]:
    return {state.ad.reference for state in MARKET.week(7, kind) if state.ad.opening.employer.name == employer}


def listed(kind: str, url: str) -> set[str]:
    status, body, _ = get(url)
    assert status == 200
    if kind == "personio":
        return {one.findtext("id") or "" for one in ET.fromstring(body)}
    if kind == "recruitee":
        return {(one.findtext("reference") or "").strip().rpartition(":")[2] for one in ET.fromstring(body)}
    if kind == "softgarden":
        feed = json.loads(body)
        assert feed["numberOfItems"] == len(feed["dataFeedElement"])
        return {str(one["item"]["identifier"]["value"]) for one in feed["dataFeedElement"]}
    if kind == "dvinci":
        return {str(one["id"]) for one in json.loads(body) if one["jobOpening"]["type"] != "UNSOLICITED"}
    found = set(re.findall(r"/stellen/(\d+)", body))
    more = re.search(r'rel="next" href="([^"]+)"', body)
    return found | listed(kind, f"{url.split('/', 3)[0]}//{urlsplit(url).netloc}{more[1]}") if more else found


@pytest.mark.parametrize("kind", KINDS)
def test_each_board_lists_its_employers_ads(box: Sandbox, kind: str) -> None:
    boards = box.boards[kind]
    assert boards
    for employer, url in boards.items():
        assert listed(kind, url) == expected(kind, employer)


@pytest.mark.parametrize("kind", KINDS)
def test_unknown_tenants(box: Sandbox, kind: str) -> None:
    status, _, headers = get(
        next(iter(box.boards[kind].values())).replace(f"{urlsplit(box.urls[kind]).port}/", f"{urlsplit(box.urls[kind]).port}/x")
    )
    assert status == (307 if kind == "personio" else 404)
    assert ("Location" in headers) == (kind == "personio")


def test_openings_stand_on_several_channels() -> None:
    channels: dict[str, set[str]] = defaultdict(set)
    for ad in truth.ads(MARKET, 7):
        channels[ad["vacancy"]].add(ad["channel"])
    assert max(len(kinds) for kinds in channels.values()) >= 3
    assert any("bundesagentur" not in kinds for kinds in channels.values())


def test_an_ad_page_names_its_posting(box: Sandbox) -> None:
    for state in MARKET.week(7, "jobposting"):
        page = jobposting.page(state, box.urls["jobposting"])
        assert html.escape(state.title) in page
        assert page.count("application/ld+json") == 1


def test_closed_ads_are_gone_and_unknown_ones_missing(box: Sandbox) -> None:
    closed = next(ad for ad in MARKET.ads if ad.channel == "jobposting" and max(ad.weeks) < 7)
    board = box.boards["jobposting"][closed.opening.employer.name].removesuffix("karriere")
    assert get(f"{board}stellen/{closed.reference}")[0] == 410
    assert get(f"{board}stellen/1")[0] == 404


def test_robots_names_a_sitemap_that_holds_every_ad(box: Sandbox) -> None:
    _, robots, _ = get(box.urls["jobposting"] + "/robots.txt")
    address = re.search(r"Sitemap: (\S+)", robots)
    assert address
    _, body, _ = get(address[1])
    assert len(re.findall(r"/stellen/\d+", body)) == len(MARKET.week(7, "jobposting"))


def sample() -> dict[str, Any]:
    state = next(
        one for market in map(Market, range(1, 9)) for one in market.week(0, "jobposting") if one.pay and one.pay.where != "text"
    )
    return jobposting.posting(state, "http://127.0.0.1/x/stellen/1")


@pytest.mark.parametrize("defect", jsonld.DEFECTS, ids=lambda defect: defect.__name__)
def test_a_careful_reader_can_read_every_defect(defect: Any) -> None:
    posting = sample()
    block = defect(json.loads(json.dumps(posting)))
    body = re.sub(r"^\s*//(<!\[CDATA\[|\]\]>)\s*$", "", block.split(">", 1)[1].removesuffix("</script>"), flags=re.MULTILINE)
    if body.startswith("{&quot;"):
        body = html.unescape(body)
    read = json.loads(re.sub(r",\}$", "}", body), strict=False)
    read = read["@graph"][1] if "@graph" in read else read
    assert read["title"] == posting["title"]
    assert "baseSalary" in read


def test_defects_are_drawn_for_about_half() -> None:
    posting = sample()
    body = json.dumps(posting, ensure_ascii=False).replace("</", "<" + chr(92) + "/")
    whole = f'<script type="application/ld+json">{body}</script>'
    drawn = Counter(jsonld.spoilt(posting, Random(seed)) for seed in range(400))
    assert 0.4 <= drawn[whole] / 400 <= 0.6
    assert len(drawn) == len(jsonld.DEFECTS)  # the whole one, and each defect but 0–0, which spoils nothing where pay is given


def test_personio_gives_descriptions_in_the_asked_language_only(box: Sandbox) -> None:
    url = next(url for employer, url in box.boards["personio"].items() if expected("personio", employer))
    german, english = get(url)[1], get(url.replace("language=de", "language=en"))[1]
    assert "<jobDescription>" in german
    assert "<jobDescription>" not in english
    assert len(ET.fromstring(english)) == len(ET.fromstring(german))


def test_dvinci_carries_a_contact_that_must_be_dropped(box: Sandbox) -> None:
    pages = [json.loads(get(url)[1]) for url in box.boards["dvinci"].values()]
    users = [one["responsibleUser"] for page in pages for one in page if "responsibleUser" in one]
    assert users
    assert all(user["email"] in MARKET.contacts for user in users)


def test_service_bund_filters_by_place_and_word(box: Sandbox) -> None:
    status, body, _ = get(box.urls["servicebund"] + servicebund.SEARCH)
    items = ET.fromstring(body).findall("channel/item")
    assert (status, len(items)) == (200, len(MARKET.week(7, "servicebund")))
    assert "<strong>" in (items[0].findtext("description") or "")
    other = get(box.urls["servicebund"] + servicebund.SEARCH.replace("Duisburg", "Kiel"))[1]
    assert not ET.fromstring(other).findall("channel/item")


def test_a_second_visit_may_be_answered_304(box: Sandbox) -> None:
    url = next(iter(box.boards["softgarden"].values()))
    _, _, headers = get(url)
    status, body, _ = get(url, {"If-None-Match": headers["ETag"]})
    assert (status, body) == (304, "")


def test_recruitee_json_asks_for_a_token(box: Sandbox) -> None:
    url = next(iter(box.boards["recruitee"].values())).replace("feeds/offers.xml", "offers")
    assert get(url)[0] == 401
