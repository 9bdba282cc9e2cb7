"""The sandbox's web: weeks that move on, counts, robots.txt, faults on demand, and recordings played back."""

import base64
import http.client
import json
import threading
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from sandbox import Market, Sandbox
from sandbox.replay import Replay, read
from sandbox.server import Web

MARKET = Market(2, 3)
RECORDED = Path(__file__).parent / "data" / "replay"
HEADERS = {"X-API-Key": "jobboerse-jobsuche", "User-Agent": "Pegelprobe/1.0 (+mailto:probe@pegel.example)"}
SEARCH = "/jobboerse/jobsuche-service/pc/v6/jobs"
DETAIL = "/jobboerse/jobsuche-service/pc/v4/jobdetails/"


def get(web: Web, path: str, headers: dict[str, str] = HEADERS, timeout_s: float = 5) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("127.0.0.1", urlsplit(web.urls["bundesagentur"]).port or 0, timeout=timeout_s)
    try:
        connection.request("GET", path, headers=headers)
        reply = connection.getresponse()
        reply.body = reply.read()  # type: ignore[attr-defined]  # kept beside the status for the test
        return reply
    finally:
        connection.close()


def body(reply: http.client.HTTPResponse) -> bytes:
    return bytes(reply.body)  # type: ignore[attr-defined]  # set by `get`


def test_weeks_move_on() -> None:
    with Sandbox(MARKET, week=0) as box:
        totals = []
        for week in range(3):
            box.week = week
            totals.append(json.loads(body(get(box, SEARCH)))["maxErgebnisse"])
        with pytest.raises(IndexError):
            box.week = 3
    assert totals == [len(MARKET.week(week, "bundesagentur")) for week in range(3)]


def test_requests_are_counted_by_kind_of_path() -> None:
    with Sandbox(MARKET) as box:
        get(box, SEARCH)
        get(box, SEARCH)
        get(box, DETAIL + "MTAwMDEtMS1T")
        get(box, "/robots.txt")
        counted = json.loads(body(get(box, "/_sandbox/stats")))
        assert counted == box.stats()["bundesagentur"] == {"search": 2, "detail": 1, "robots": 1}


def test_robots_may_be_refused_as_the_real_host_does() -> None:
    with Sandbox(MARKET) as box:
        assert body(get(box, "/robots.txt")) == b"User-agent: *\nAllow: /\n"
    with Sandbox(MARKET, robots="403") as box:
        assert (get(box, "/robots.txt").status, get(box, SEARCH).status) == (403, 200)


@pytest.mark.parametrize(
    ("fault", "status"), [("500", 500), ("429", 429), ("403", 403), ("html", 200), ("empty", 200), ("messages200", 200)]
)
def test_faults_with_an_answer(fault: str, status: int) -> None:
    with Sandbox(MARKET) as box:
        box.faults = {"bundesagentur": fault}
        reply = get(box, SEARCH)
        assert reply.status == status
        assert (b"<html" in body(reply)) == (fault == "html")
        assert (b"messages" in body(reply)) == (fault == "messages200")
        box.faults = {}
        assert b"ergebnisliste" in body(get(box, SEARCH))


def test_retry_after() -> None:
    with Sandbox(MARKET) as box:
        box.faults = {"bundesagentur": "429:120"}
        assert get(box, SEARCH).headers["Retry-After"] == "120"


def test_a_host_that_is_down_hangs_up() -> None:
    with Sandbox(MARKET) as box:
        box.faults = {"bundesagentur": "down"}
        with pytest.raises((http.client.RemoteDisconnected, ConnectionError)):
            get(box, SEARCH)


def test_a_truncated_body() -> None:
    with Sandbox(MARKET) as box:
        box.faults = {"bundesagentur": "truncated"}
        with pytest.raises(http.client.IncompleteRead):
            get(box, SEARCH)


def test_a_slow_host_does_not_keep_the_sandbox_from_stopping() -> None:
    with Sandbox(MARKET) as box:
        box.faults = {"bundesagentur": "slow"}
        with pytest.raises(TimeoutError):
            get(box, SEARCH, timeout_s=0.1)
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("sandbox-")]


def test_faults_that_begin_or_end_after_some_requests() -> None:
    with Sandbox(MARKET) as box:
        box.faults = {"bundesagentur": "stop_after:2"}
        assert [get(box, SEARCH).status for _ in range(2)] == [200, 200]
        with pytest.raises((http.client.RemoteDisconnected, ConnectionError)):
            get(box, SEARCH)
        box.faults = {"bundesagentur": "first:2:503"}
        assert [get(box, SEARCH).status for _ in range(3)] == [503, 503, 200]


@pytest.mark.parametrize("fault", ["flood", "stop_after:x", "first:2", "first:2:flood", "200"])
def test_unknown_faults_are_refused(fault: str) -> None:
    with Sandbox(MARKET) as box, pytest.raises(ValueError, match="unknown fault"):
        box.faults = {"bundesagentur": fault}


def test_unknown_hosts_are_refused() -> None:
    with Sandbox(MARKET) as box, pytest.raises(KeyError, match="no such host"):
        box.faults = {"nirgends": "500"}


def test_replay_pages_the_union_of_hits() -> None:
    with Replay(RECORDED) as box:
        pages = [json.loads(body(get(box, f"{SEARCH}?was=Kundenservice&wo=Duisburg&size=3&page={page}"))) for page in (1, 2, 3)]
    assert [page["maxErgebnisse"] for page in pages] == [4, 4, 4]
    listed = [hit["referenznummer"] for page in pages for hit in page.get("ergebnisliste", [])]
    assert sorted(listed) == ["10001-1000000017-S", "10001-1000000018-S", "12265-NR/31-S", "17159-k10001.17-S"]
    assert "ergebnisliste" not in pages[2]


def test_replay_answers_details_and_errors_as_recorded() -> None:
    with Replay(RECORDED) as box:
        known, gone = (get(box, DETAIL + base64.b64encode(one).decode()) for one in (b"10001-1000000017-S", b"17159-k10001.17-S"))
        assert json.loads(body(known)) == json.loads((RECORDED / "detail_known.json").read_bytes())
        assert (gone.status, json.loads(body(gone))) == (404, json.loads((RECORDED / "error_gone.json").read_bytes()))
        assert json.loads(body(get(box, f"{SEARCH}?page=0")))["logref"] == "11aa22bb"
        assert get(box, SEARCH, headers={"User-Agent": "x"}).status == 403


def test_replay_says_what_it_leaves_out(tmp_path: Path) -> None:
    (tmp_path / "broken.json").write_text("{")
    (tmp_path / "list.json").write_text("[]")
    (tmp_path / "older.json").write_text('{"stellenangebote": [], "maxErgebnisse": 0}')
    (tmp_path / "nameless.json").write_text('{"stellenangebotsBeschreibung": "x"}')
    skipped = read(tmp_path).skipped
    assert set(skipped) == {"broken.json", "list.json", "older.json", "nameless.json"}
    assert skipped["broken.json"].startswith("not JSON")
    with pytest.raises(NotADirectoryError):
        read(tmp_path / "nowhere")
