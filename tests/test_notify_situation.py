"""Which alert when: facts as a table, and what each of them begins, keeps and ends."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from lohnpegel.errors import ConfigError, UsageError
from lohnpegel.notify.addresses import address, addresses, masked
from lohnpegel.notify.post import letters, plain
from lohnpegel.notify.query import _SENSELESS, _command, wanted
from lohnpegel.notify.situation import DiskFacts, Facts, SourceFacts, situation
from scheduler.events import JobDone
from storage.messages import Message, Parcel

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
MB = 1_000_000


def source(state: str = "ok", ok_h: float | None = 2, due_h: float = -1, error: str | None = None) -> SourceFacts:
    """A source that was last well so many hours ago, and whose next time came so many hours ago (negative: is to come)."""
    last = NOW - ok_h * HOUR if ok_h is not None else None
    return SourceFacts("ba", state, error, last, NOW - 99 * HOUR, NOW - due_h * HOUR)


def job(name: str, state: Any = "ok", error: str | None = None) -> JobDone:
    return JobDone(name, state, NOW, NOW, error=error)


def report(on: str, verdict: str, **more: str) -> dict[str, Any]:
    return {"on": on, "config_hash": "c", "version": "1", "verdicts": {"entry_pay": verdict}, **more}


BOTH = {"source:ba:suspect", "source:ba:blocked"}
CASES = [  # what is known, keys of states that hold, keys that cannot be judged beside the jobs that did not run
    ("well", Facts(NOW, (source(),)), set(), set()),
    ("suspect", Facts(NOW, (source("suspect"),)), {"source:ba:suspect"}, {"source:ba:blocked"}),
    ("blocked", Facts(NOW, (source("blocked"),)), {"source:ba:blocked"}, {"source:ba:suspect"}),
    ("failed once", Facts(NOW, (source("failed", 30, 6),)), set(), BOTH),
    ("failed for two days", Facts(NOW, (source("failed", 48, 24),)), {"source:ba:stale"}, BOTH),
    ("just under two days", Facts(NOW, (source("failed", 47.9, 24),)), set(), BOTH),
    ("asked once a week, not yet due again", Facts(NOW, (source("ok", 100, -60),)), set(), set()),
    ("asked once a week, missed", Facts(NOW, (source("ok", 170, 2),)), {"source:ba:stale"}, set()),
    ("never well", Facts(NOW, (source("blocked", None, 50),)), {"source:ba:blocked", "source:ba:stale"}, {"source:ba:suspect"}),
    ("disk low", Facts(NOW, disks=(DiskFacts("/srv", 400 * MB, 500 * MB),)), {"disk:/srv"}, set()),
    ("disk hardly better", Facts(NOW, disks=(DiskFacts("/srv", 550 * MB, 500 * MB),)), set(), {"disk:/srv"}),
    ("disk well", Facts(NOW, disks=(DiskFacts("/srv", 600 * MB, 500 * MB),)), set(), set()),
    ("export failed", Facts(NOW, jobs=(job("crawl"), job("export", "failed", "no room"))), {"job:export"}, set()),
    ("backup failed", Facts(NOW, jobs=(job("backup", "failed"),)), {"job:backup"}, set()),
    ("nothing can be stored", Facts(NOW, jobs=(job("store", "failed"),)), {"job:store"}, set()),
]  # fmt: skip


@pytest.mark.parametrize(("facts", "holds", "unknown"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_what_holds_and_what_cannot_be_judged(facts: Facts, holds: set[str], unknown: set[str]) -> None:
    found = situation(facts)
    assert {message.key for message in found.states} == holds
    jobs = {key for key in found.unknown if key.startswith("job:")}
    assert found.unknown - jobs == unknown
    assert {f"job:{one.name}" for one in facts.jobs}.isdisjoint(jobs)
    assert all(message.body.count("\n") and message.title for message in found.states)


def test_a_job_that_did_not_run_is_not_judged_and_one_that_did_proves_that_all_can_be_stored() -> None:
    assert {"job:export", "job:backup", "job:store"} <= situation(Facts(NOW)).unknown
    unknown = situation(Facts(NOW, jobs=(job("export"),))).unknown
    assert "job:export" not in unknown and "job:store" not in unknown and "job:backup" in unknown


def test_a_changed_verdict_is_news_for_a_week() -> None:
    days = [
        report("2026-11-12", "confirmed"),
        report("2026-11-13", "doubtful"),
        report("2026-11-21", "refuted"),
        report("2026-11-22", "refuted"),
    ]
    (event,) = situation(Facts(NOW, reports=days)).events
    assert event.key == "verdict:entry_pay:2026-11-21:refuted"
    assert "doubtful" in event.body and "configuration" not in event.body
    days[2] = report("2026-11-21", "refuted", config_hash="d", version="2")
    assert "configuration changed" in situation(Facts(NOW, reports=days)).events[0].body
    assert "program changed" in situation(Facts(NOW, reports=days)).events[0].body


def test_a_claim_that_is_new_has_not_changed() -> None:
    days = [
        report("2026-11-21", "confirmed"),
        {**report("2026-11-22", "confirmed"), "verdicts": {"entry_pay": "confirmed", "ai": "refuted"}},
    ]
    assert situation(Facts(NOW, reports=days)).events == ()


# addresses


def test_a_secret_comes_from_the_environment_and_does_not_name_the_address() -> None:
    first = address("mailto://me:${MAIL}@example.org", {"LOHNPEGEL_SECRET_MAIL": "one"})
    second = address("mailto://me:${MAIL}@example.org", {"LOHNPEGEL_SECRET_MAIL": "two"})
    assert (first.url, second.url) == ("mailto://me:one@example.org", "mailto://me:two@example.org")
    assert first.target == second.target
    assert "one" not in first.shown and "example" not in first.shown


def test_a_secret_that_is_not_set_is_named() -> None:
    with pytest.raises(ConfigError, match="LOHNPEGEL_SECRET_MAIL is not set"):
        address("mailto://me:${MAIL}@example.org", {})
    assert len(addresses(["json://a", "json://a"], {})) == 1
    assert masked("tgram://1:abc/2") == "tgram://…"


# letters


def parcel(number: int, key: str, severity: str = "warning", kind: str = "alert", target: str = "t") -> Parcel:
    return Parcel(number, target, 0, Message(key, severity, f"title {key}", f"body {key}", kind), NOW)


def test_alerts_go_together_and_digests_alone() -> None:
    way = address("json://localhost/hook", {})
    known = {"t": way}
    found = letters(
        [parcel(1, "a"), parcel(2, "d", kind="digest"), parcel(3, "b", "critical"), parcel(4, "x", target="?")], known, "P"
    )
    assert [letter.title for letter in found] == ["P: 2 messages", "P: title d"]
    assert "title a\nbody a\n\ntitle b\nbody b" in found[0].body and "message 1, 3" in found[0].body
    assert found[0].severity == "critical"
    assert [one.notice_id for one in found[0].outcomes] == [1, 3]


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("Agent\nSubject: forged", "Agent\\nSubject: forged"),
        ("\x1b[31mred\u202e", "\\x1b[31mred\\u202e"),
        ("@everyone", "@\u2060everyone"),
        ("<!channel> <script>", "<\u2060!channel> <script>"),
        ("at https://x.example/?app_key=12345", "at https://x.example/?app_key=…"),
        ("https://x.example/@me?token=12345", "https://x.example/%40me?token=12345"),
    ],
)
def test_hostile_text_commands_nothing(said: str, told: str) -> None:
    assert plain(said) == told


# the language of saved searches


def test_a_saved_search_reads_what_the_command_reads() -> None:
    options = {param.name for param in _command().params} - {"words", "open_only"} - set(_SENSELESS)
    assert options == {"since", "min_pay", "place", "level", "skill", "language"}  # a new one must be carried over
    query = 'teamleiter "sap crm" --since 7d --min-pay 2600 --in="Alt Hamborn" --level lead --skill sap --language tr --open'
    found = wanted(query, NOW)
    assert (found.words, found.open_only, found.since) == ('teamleiter "sap crm"', True, NOW - timedelta(days=7))
    assert (found.min_pay, found.place, found.level, found.skill, found.language) == (2600, "Alt Hamborn", "lead", "sap", "tr")


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("--pay 2600", "--pay"),
        ("agent --min-pay much", "--min-pay"),
        ("agent --since soon", "--since soon"),
        ("agent --limit 5", "--limit has no meaning"),
        ("agent --as-of 2026-11-01", "--as-of has no meaning"),
        ("agent --csv", "--csv has no meaning"),
        ("agent -n 3", "-n"),
    ],
)
def test_a_wrong_search_is_refused_by_its_option(query: str, said: str) -> None:
    with pytest.raises(UsageError) as refused:
        wanted(query, NOW)
    assert said in str(refused.value) and query in str(refused.value)
