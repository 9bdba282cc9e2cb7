"""The job search replica: what it rejects, what it serves, and that its answers tell the market's truth."""

import base64
import gzip
import http.client
import json
import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import pytest

from sandbox import Market, Sandbox, truth

MARKET = Market(1, 12)
HEADERS = {"X-API-Key": "jobboerse-jobsuche", "User-Agent": "Pegelprobe/1.0 (+mailto:probe@pegel.example)"}
PLACE = {"wo": "Duisburg", "umkreis": "25", "angebotsart": "1"}
Answered = tuple[int, Any]


@pytest.fixture(scope="module")
def box() -> Iterator[Sandbox]:
    with Sandbox(MARKET, kinds={"bundesagentur"}) as running:
        yield running


def get(box: Sandbox, path: str, query: dict[str, str] | None = None, headers: dict[str, str] | None = None) -> Answered:
    base = urlsplit(box.urls["bundesagentur"])
    connection = http.client.HTTPConnection("127.0.0.1", base.port or 0, timeout=5)
    try:
        connection.request(
            "GET", base.path + path + (f"?{urlencode(query)}" if query else ""), headers=HEADERS if headers is None else headers
        )
        reply = connection.getresponse()
        body = reply.read()
        return reply.status, json.loads(body) if body else None
    finally:
        connection.close()


def found(box: Sandbox, **query: str) -> Any:
    status, body = get(box, "/pc/v6/jobs", PLACE | query)
    assert status == 200
    return body


def references(box: Sandbox, **query: str) -> set[str]:
    first = found(box, size="250", **query)
    assert first["maxErgebnisse"] <= 250
    return {hit["referenznummer"] for hit in first.get("ergebnisliste", [])}


def detail(box: Sandbox, reference: str) -> Answered:
    return get(box, "/pc/v4/jobdetails/" + quote(base64.b64encode(reference.encode()).decode(), safe=""))


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/pc/v6/jobs", {"User-Agent": HEADERS["User-Agent"]}),
        ("/pc/v6/jobs", HEADERS | {"X-API-Key": "falsch"}),
        ("/pc/v6/jobs", HEADERS | {"User-Agent": "python-httpx/0.28.1"}),
        ("/pc/v6/jobs", {"X-API-Key": "jobboerse-jobsuche"}),
        ("/pc/v4/jobs", HEADERS),
        ("/pc/v5/jobs", HEADERS),
        ("/pc/v5/jobdetails/MTAwMDEtMS1T", HEADERS),
        ("/pc/v2/jobdetails/MTAwMDEtMS1T", HEADERS),
    ],
)
def test_refusals_are_403_and_empty(box: Sandbox, path: str, headers: dict[str, str]) -> None:
    assert get(box, path, headers=headers) == (403, None)


@pytest.mark.parametrize(
    ("query", "path"),
    [
        ({"page": "0"}, "page"),
        ({"page": "x"}, "page"),
        ({"page": "101", "size": "100"}, "page"),
        ({"size": "251"}, "size"),
        ({"was": ""}, "was"),
        ({"arbeitgeber": "Rheinkai Logistik GmbH"}, "arbeitgeber"),
        ({"homeoffice": "true"}, "homeoffice"),
    ],
)
def test_wrong_questions_are_400_with_messages(box: Sandbox, query: dict[str, str], path: str) -> None:
    status, body = get(box, "/pc/v6/jobs", PLACE | query)
    assert status == 400
    assert body["messages"] == [{"code": "EINGABEN_UNVOLLSTAENDIG_ODER_FEHLERHAFT", "path": path, "detail": "Wert ungültig"}]
    assert set(body) == {"timestamp", "logref", "messages"}


def test_paging_reaches_every_hit_once(box: Sandbox) -> None:
    total = found(box, was="Kundenservice", size="20")["maxErgebnisse"]
    pages = [found(box, was="Kundenservice", size="20", page=str(page)) for page in range(1, total // 20 + 2)]
    seen = [hit["referenznummer"] for page in pages for hit in page["ergebnisliste"]]
    assert len(seen) == len(set(seen)) == total
    past = found(box, was="Kundenservice", size="20", page=str(total // 20 + 2))
    assert "ergebnisliste" not in past
    assert past["maxErgebnisse"] == total


def test_size_0_gives_facets_only(box: Sandbox) -> None:
    body = found(box, size="0")
    assert "ergebnisliste" not in body
    assert body["facetten"]["arbeitsort"]["counts"]["Duisburg"] > 50
    assert set(found(box, size="0", facetten="pav,zeitarbeit")["facetten"]) == {"pav", "zeitarbeit"}


def test_a_facet_ignores_its_own_filter(box: Sandbox) -> None:
    body = found(box, zeitarbeit="true")
    assert body["facetten"]["zeitarbeit"]["maxCount"] > body["maxErgebnisse"] == body["facetten"]["pav"]["maxCount"]


@pytest.mark.parametrize("place", ["Duesseldorf", "Entenhausen"])
def test_a_place_not_understood_is_told(box: Sandbox, place: str) -> None:
    body = found(box, wo=place)
    assert body["woOutput"] == {"suchmodus": "UNGUELTIG"}
    assert body["maxErgebnisse"] == 0
    assert "ergebnisliste" not in body
    assert "facetten" not in body


@pytest.mark.parametrize(
    ("place", "mode"),
    [
        ("Düsseldorf", "UMKREISSUCHE"),
        ("47119", "UMKREISSUCHE"),
        ("Nordrhein-Westfalen", "BUNDESLANDSUCHE"),
        ("Deutschland", "LANDSUCHE"),
    ],
)
def test_places_that_are_understood(box: Sandbox, place: str, mode: str) -> None:
    body = found(box, wo=place)
    assert body["woOutput"]["suchmodus"] == mode
    assert body["maxErgebnisse"] > 0


def test_radius(box: Sandbox) -> None:
    near, far = found(box, umkreis="10", size="250"), found(box, umkreis="50", size="250")
    assert near["maxErgebnisse"] < far["maxErgebnisse"]
    assert max(hit["entfernung"] for hit in near["ergebnisliste"]) <= 10


def test_no_hit_has_no_list(box: Sandbox) -> None:
    body = found(box, was="Walfischfänger")
    assert body["maxErgebnisse"] == 0
    assert set(body) == {"maxErgebnisse", "page", "size", "woOutput"}


def test_words_are_anded(box: Sandbox) -> None:
    both = references(box, was="Kundenservice Reklamationen")
    assert both
    assert both < references(box, was="Kundenservice")


def test_only_documented_ages_filter(box: Sandbox) -> None:
    everything = found(box)["maxErgebnisse"]
    assert all(found(box, veroeffentlichtseit=days)["maxErgebnisse"] == everything for days in ("3", "21", "30", "100"))
    week, fortnight = (found(box, veroeffentlichtseit=days)["maxErgebnisse"] for days in ("7", "14"))
    assert 0 < week < fortnight < everything


def test_unknown_parameters_are_ignored(box: Sandbox) -> None:
    assert found(box, mindestgehalt="5000")["maxErgebnisse"] == found(box)["maxErgebnisse"]


def test_three_states_of_zeitarbeit(box: Sandbox) -> None:
    only, without = references(box, zeitarbeit="true"), references(box, zeitarbeit="false")
    assert only
    assert without
    assert only | without == references(box)
    assert not only & without


def test_apprenticeships_are_another_kind_of_offer(box: Sandbox) -> None:
    assert {hit["stellenangebotsart"] for hit in found(box, angebotsart="4")["ergebnisliste"]} == {"AUSBILDUNG"}


@pytest.mark.parametrize("pad", [True, False])
@pytest.mark.parametrize("url_safe", [True, False])
def test_details_by_any_base64(box: Sandbox, pad: bool, url_safe: bool) -> None:
    reference = next(
        hit["referenznummer"] for hit in found(box, size="250")["ergebnisliste"] if detail(box, hit["referenznummer"])[0] == 200
    )
    coded = (base64.urlsafe_b64encode if url_safe else base64.b64encode)(reference.encode()).decode()
    status, body = get(box, "/pc/v4/jobdetails/" + quote(coded if pad else coded.rstrip("="), safe=""))
    assert status == 200
    assert body["referenznummer"] == reference
    assert len(body["stellenangebotsBeschreibung"]) > 800


def test_raw_and_unknown_references_are_404(box: Sandbox) -> None:
    reference = found(box)["ergebnisliste"][0]["referenznummer"]
    for status, body in (get(box, f"/pc/v4/jobdetails/{quote(reference, safe='')}"), detail(box, "10001-1-S")):
        assert status == 404
        assert body["messages"] == [{"code": "STELLENANGEBOT_NICHT_GEFUNDEN"}]


def test_some_found_ads_have_no_detail(box: Sandbox) -> None:
    missing = {one["reference"] for week in (11,) for one in truth.ads(MARKET, week) if one["detail_missing"]}
    served = {hit["referenznummer"] for hit in found(box, wo="Deutschland", size="250")["ergebnisliste"]}
    assert missing & served
    assert all(detail(box, reference)[0] == 404 for reference in missing & served)


def test_hits_carry_no_description_and_details_no_distance(box: Sandbox) -> None:
    hits = found(box, size="250")["ergebnisliste"]
    assert not any("stellenangebotsBeschreibung" in hit for hit in hits)
    _, body = detail(box, hits[0]["referenznummer"])
    assert not {"entfernung", "alleBerufe"} & set(body)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}", body["aenderungsdatum"])


def test_pay_fields_follow_their_period(box: Sandbox) -> None:
    hits = found(box, wo="Deutschland", size="250")["ergebnisliste"]
    by_period = defaultdict(list)
    for hit in hits:
        by_period[hit["verguetungsangabe"]].append(hit)
    assert set(by_period) >= {"STUNDENLOHN", "KEINE_ANGABEN", "MONATSGEHALT"}
    assert all(13 <= hit.get("festgehalt", hit.get("gehaltsspanneVon")) <= 30 for hit in by_period["STUNDENLOHN"])
    assert not any({"festgehalt", "gehaltsspanneVon", "artDerVerguetung"} & set(hit) for hit in by_period["KEINE_ANGABEN"])


@pytest.mark.parametrize("term", ["Kundenservice"])
def test_one_term_finds_every_vacancy_in_scope(box: Sandbox, term: str) -> None:
    hits = references(box, was=term, umkreis="10", angebotsart="1")
    rows = truth.vacancies(MARKET, 11, {"bundesagentur"})
    wanted = [row for row in rows if row["in_scope"] and row["in_town"] and row["level"] != "apprentice"]
    assert [row["vacancy"] for row in wanted if hits.isdisjoint(row["ads"])] == []


_AMOUNT = re.compile(r"(\d{1,3}(?:\.\d{3})+|\d+)(?:,(\d\d))?")
_NOT_PAY = re.compile(r"bonus|Prämie|Sachbezug|Gutschein|Urlaubsgeld|Zuschuss|Weihnachtsgeld|Budget|zuschlag", re.IGNORECASE)
_UNITS = (
    ("hour", re.compile(r"stunde|std\.", re.IGNORECASE)),
    ("year", re.compile(r"p\. a\.|jahr", re.IGNORECASE)),
    ("month", re.compile(r"monat|mtl", re.IGNORECASE)),
)


def reread(body: dict[str, Any]) -> float | None:
    """Posted lower end, € a month at 40 h where no hours are told, read from an answer alone."""
    text = body["stellenangebotsBeschreibung"]
    told = re.search(r"(\d\d(?:,\d)?)(?: Stunden pro Woche| Std\./Woche|-Stunden-Woche)", text)
    hours = float(told[1].replace(",", ".")) if told and "Teilzeit mit" not in text else 40.0
    factor = {"hour": hours * 52 / 12, "year": 1 / 12, "month": 1.0}
    field = body.get("festgehalt", body.get("gehaltsspanneVon"))
    if field is not None:
        return (
            float(field)
            * factor[{"STUNDENLOHN": "hour", "JAHRESGEHALT": "year", "MONATSGEHALT": "month"}[body["verguetungsangabe"]]]
        )
    for line in re.split(r"\n|(?<=[a-zäöü])\. (?=[A-ZÄÖÜ])", text):
        unit = next((name for name, words in _UNITS if words.search(line)), None)
        if unit and re.search(r"€|Euro|EUR", line) and not _NOT_PAY.search(line) and (amount := _AMOUNT.search(line)):
            return float(amount[1].replace(".", "") + "." + (amount[2] or "0")) * factor[unit]
    return None


@pytest.mark.parametrize("week", [0, 5, 11])
def test_answers_tell_the_truth(week: int) -> None:
    of_vacancy = {one["reference"]: one["vacancy"] for one in truth.ads(MARKET, week)}
    rows = {row["vacancy"]: row for row in truth.vacancies(MARKET, week, {"bundesagentur"})}
    ends: dict[str, dict[str, float]] = defaultdict(dict)
    with Sandbox(MARKET, week, kinds={"bundesagentur"}) as box:
        for reference in references(box, was="Kundenservice"):
            status, body = detail(box, reference)
            row = rows[of_vacancy[reference]]
            if (
                status == 200
                and row["in_scope"]
                and row["in_town"]
                and row["level"] == "entry"
                and (low := reread(body)) is not None
            ):
                ends[row["employer"]][row["vacancy"]] = low
    shares = truth.shares(MARKET, week, {"bundesagentur"})
    assert len(ends) == shares.employers
    assert sum(len(lows) for lows in ends.values()) == shares.priced
    within = sum(sum(2400 <= low <= 2800 for low in lows.values()) / len(lows) for lows in ends.values()) / len(ends)
    assert within == pytest.approx(shares.by_employer["40"].within)


def test_compression_only_when_asked(box: Sandbox) -> None:
    base = urlsplit(box.urls["bundesagentur"])
    connection = http.client.HTTPConnection("127.0.0.1", base.port or 0, timeout=5)
    connection.request("GET", base.path + "/pc/v6/jobs?size=50", headers=HEADERS | {"Accept-Encoding": "gzip"})
    packed = connection.getresponse()
    body = json.loads(gzip.decompress(packed.read()))
    connection.request("GET", base.path + "/pc/v6/jobs?size=50", headers=HEADERS)  # the same connection serves again
    assert json.loads(connection.getresponse().read()) == body
    connection.close()
