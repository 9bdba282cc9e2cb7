"""The outbox: what is told is told once, tried again, given up in the end; saved searches tell an opening once."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, insert, select

from storage import tables
from storage.digests import Digest, Digests
from storage.messages import KEPT, LIFE, Message, Outcome, Situation, Way, next_try
from storage.notices import Notices
from storage.read import Reader
from storage.search import Wanted
from storage.tables import vacancy_member
from tests.storing import DAY, START, Desk, ad, desk

SUSPECT = Message("source:ba:suspect", "warning", "ba is suspect", "far fewer ads than usual")
VERDICT = Message("verdict:entry_pay:2026-11-02", "info", "a verdict changed", "confirmed → doubtful")
HOUR = timedelta(hours=1)


def over(message: Message) -> Message:
    return replace(message, kind="recovery", severity="info", title=f"over: {message.title}")


WAY = Way(lambda message: () if message.severity == "debug" else ("a", "b"), over)
SILENT = Way(lambda message: ("a",), lambda message: None)


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Desk]:
    with desk(tmp_path) as made:
        yield made


@pytest.fixture
def box(room: Desk) -> Notices:
    return Notices(room.engine)


def titles(box: Notices, at: datetime = START) -> list[tuple[str, str]]:
    return [(parcel.message.title, parcel.target) for parcel in box.pending(at)]


def taken(box: Notices, at: datetime, error: str | None = None) -> None:
    """Every pending parcel is tried, and ends so."""
    box.note([Outcome(p.notice_id, p.target, p.attempts + 1, p.raised_at, at, error) for p in box.pending(at)])


def test_a_state_is_told_once_while_it_lasts_and_again_when_it_comes_back(box: Notices) -> None:
    lasts = Situation(states=(SUSPECT,))
    assert box.settle(lasts, WAY, START) == [SUSPECT]
    assert titles(box) == [("ba is suspect", "a"), ("ba is suspect", "b")]
    assert box.settle(lasts, WAY, START + DAY) == []
    taken(box, START + DAY)
    assert box.settle(Situation(), WAY, START + 2 * DAY) == [over(SUSPECT)]
    assert titles(box, START + 2 * DAY) == [("over: ba is suspect", "a"), ("over: ba is suspect", "b")]
    taken(box, START + 2 * DAY)
    assert box.settle(lasts, WAY, START + 3 * DAY) == [SUSPECT]
    assert len(box.pending(START + 3 * DAY)) == 2


def test_what_cannot_be_judged_neither_begins_nor_ends(box: Notices) -> None:
    doubt = Situation(states=(SUSPECT,), unknown=frozenset({SUSPECT.key}))
    assert box.settle(doubt, WAY, START) == []
    box.settle(Situation(states=(SUSPECT,)), WAY, START)
    assert box.settle(Situation(unknown=frozenset({SUSPECT.key})), WAY, START + DAY) == []
    assert box.settle(Situation(states=(SUSPECT,)), WAY, START + 2 * DAY) == []


def test_an_event_is_told_once_ever(box: Notices) -> None:
    for day in range(3):
        told = box.settle(Situation(events=(VERDICT,)), WAY, START + day * DAY)
        assert told == ([VERDICT] if day == 0 else [])
    assert len(box.pending(START)) == 2


def test_a_message_for_nobody_is_noted_all_the_same(box: Notices) -> None:
    box.settle(Situation(states=(replace(SUSPECT, severity="debug"),)), WAY, START)
    assert box.pending(START) == []
    assert [row["key"] for row in box.listed()] == [SUSPECT.key]


def test_each_address_is_tried_by_itself_until_it_takes_the_message(box: Notices) -> None:
    box.settle(Situation(states=(SUSPECT,)), SILENT, START)
    box.settle(Situation(states=(SUSPECT,), events=(VERDICT,)), WAY, START)
    first = box.pending(START)
    assert [(p.message.title, p.target) for p in first] == [
        ("ba is suspect", "a"), ("a verdict changed", "a"), ("a verdict changed", "b"),
    ]  # fmt: skip
    box.note([Outcome(first[0].notice_id, "a", 1, first[0].raised_at, START)])
    box.note([Outcome(first[1].notice_id, "a", 1, first[1].raised_at, START, "no answer")])
    assert titles(box) == [("a verdict changed", "b")]
    assert titles(box, START + HOUR) == [("a verdict changed", "a"), ("a verdict changed", "b")]
    (row,) = [row for row in box.listed(everything=True) if row["key"] == VERDICT.key]
    assert [(way["target"], way["attempts"], way["error"]) for way in row["deliveries"]] == [
        ("a", 1, "no answer"),
        ("b", 0, None),
    ]


def test_noting_twice_changes_nothing_and_a_late_failure_undoes_no_success(box: Notices) -> None:
    box.settle(Situation(states=(SUSPECT,)), SILENT, START)
    (parcel,) = box.pending(START)
    failed = Outcome(parcel.notice_id, "a", 1, parcel.raised_at, START, "no answer")
    sent = Outcome(parcel.notice_id, "a", 2, parcel.raised_at, START + HOUR)
    for one in (failed, failed, sent, failed, replace(sent, attempts=3, error="late")):
        box.note([one])
    (row,) = box.listed()
    assert [(way["attempts"], way["sent_at"], way["next_try_at"]) for way in row["deliveries"]] == [(2, START + HOUR, None)]


def test_the_number_of_another_message_is_not_mistaken(box: Notices) -> None:
    box.settle(Situation(states=(SUSPECT,)), SILENT, START)
    (parcel,) = box.pending(START)
    box.note([Outcome(parcel.notice_id, "a", 1, parcel.raised_at - DAY, START)])  # of the database before it was restored
    assert box.pending(START) == [parcel]


def test_pauses_grow_and_a_message_nobody_takes_is_given_up(box: Notices) -> None:
    box.settle(Situation(states=(SUSPECT,)), SILENT, START)
    at, tried = START, 0
    while box.waiting():
        if box.pending(at):
            taken(box, at, "no answer")
            tried += 1
        at += HOUR
    assert LIFE - timedelta(hours=12) <= at - START <= LIFE
    assert 15 <= tried <= 25
    assert next_try(3, START, START) == START + timedelta(minutes=20)


def test_what_is_over_is_forgotten_and_what_waits_is_not(box: Notices) -> None:
    box.settle(Situation(states=(SUSPECT,), events=(VERDICT,)), WAY, START)
    box.forget(START + KEPT + DAY)
    assert {row["key"] for row in box.listed(everything=True)} == {SUSPECT.key, VERDICT.key}
    taken(box, START)
    box.forget(START + KEPT - DAY)
    assert len(box.listed(everything=True)) == 2
    box.forget(START + KEPT + DAY)
    assert [row["key"] for row in box.listed(everything=True)] == [SUSPECT.key]  # it lasts


# saved searches


@pytest.fixture
def searches(room: Desk) -> Digests:
    return Digests(room.engine)


def matching(room: Desk, words: str = "") -> list[dict[str, object]]:
    return Reader(room.engine).search(Wanted(words, open_only=True, limit=1000))


def told(room: Desk, name: str = "mine", since: datetime = START, words: str = "") -> list[str]:
    """Compose once and note it; the titles that are news."""
    books = Digests(room.engine)
    news = books.news(name, matching(room, words), since)
    books.made(Digest(name, since, room.clock.now), news.told, Message("digest", "info", "news", "…", "digest"), ("a",))
    return sorted(str(row["title"]) for row in news.openings)


def stored(room: Desk, *titles: str, at: datetime = START) -> None:
    room.store.save_batch(room.run, "ba", [ad(title, title) for title in titles], (), at)


def grouped(room: Desk, *ids: int, vacancy: int) -> None:
    with room.engine.begin() as connection:
        connection.execute(delete(vacancy_member).where(vacancy_member.c.posting_id.in_(ids)))
        if connection.execute(select(tables.vacancy.c.id).where(tables.vacancy.c.id == vacancy)).first() is None:
            connection.execute(insert(tables.vacancy).values(id=vacancy, posting_id=ids[0], created_at=START))
        for number in ids:
            row = {
                "posting_id": number,
                "vacancy_id": vacancy,
                "score": 1.0,
                "reason": "same",
                "by_hand": False,
                "joined_at": START,
            }
            connection.execute(insert(vacancy_member).values(**row))


def test_an_opening_is_told_once_by_each_search(room: Desk) -> None:
    stored(room, "Kundenberater", "Telefonist")
    assert told(room) == ["Kundenberater", "Telefonist"]
    assert told(room) == []
    assert told(room, "other", words="telefonist") == ["Telefonist"]
    stored(room, "Agent", at=START + DAY)
    assert told(room) == ["Agent"]
    assert told(room, "other", words="telefonist") == []


def test_copies_regrouping_and_parting_tell_nothing_again(room: Desk) -> None:
    stored(room, "Kundenberater", "Kundenberater (Kopie)")
    grouped(room, 1, 2, vacancy=1)
    assert told(room) == ["Kundenberater"]
    stored(room, "Kundenberater (Abschrift)", at=START + DAY)
    grouped(room, 1, 2, 3, vacancy=1)
    assert told(room) == []  # a further copy of what was told
    grouped(room, 3, vacancy=2)
    assert told(room) == []  # parted from it later


def test_a_copy_of_an_old_opening_is_no_news(room: Desk) -> None:
    stored(room, "Kundenberater", at=START - 30 * DAY)
    stored(room, "Kundenberater (Kopie)")
    grouped(room, 1, 2, vacancy=1)
    assert told(room, since=START - DAY) == []


def test_books_begin_anew_when_a_search_comes_back(room: Desk, searches: Digests) -> None:
    stored(room, "Kundenberater")
    assert searches.get("mine") is None
    told(room)
    assert searches.get("mine") == Digest("mine", START, START)
    searches.forget_others(["other"])
    assert searches.get("mine") is None
    assert told(room) == ["Kundenberater"]


def test_told_ads_go_with_their_ads(room: Desk) -> None:
    stored(room, "Kundenberater")
    told(room)
    with room.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM posting")
    assert room.rows("SELECT * FROM digest_told") == []


def test_the_text_of_a_digest_goes_when_everybody_has_it(room: Desk, box: Notices) -> None:
    stored(room, "Kundenberater")
    told(room)
    box.forget(START)
    assert [row["body"] for row in box.listed(everything=True)] == ["…"]
    taken(box, START)
    box.forget(START)
    assert [row["body"] for row in box.listed(everything=True)] == [""]


def test_only_a_crawl_that_read_something_calls_for_a_digest(room: Desk, searches: Digests) -> None:
    assert searches.crawled_at() is None
    room.runs.end_run(room.run, "failed")
    assert searches.crawled_at() is None
    room.clock.now = START + HOUR
    room.begin()
    room.runs.end_run(room.run, "partial")
    assert searches.crawled_at() == START + HOUR
