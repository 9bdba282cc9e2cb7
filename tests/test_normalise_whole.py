"""The whole normaliser on any ad: it never raises, what it makes can be stored, and reading that again changes nothing."""

from dataclasses import fields, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from scraper.legible import legible
from scraper.model import Posting, RawPay, RawPlace, RawPosting
from scraper.normalise import dates
from scraper.normalise.posting import normalise
from storage.rows import ad_rows
from tests.storing import START, Desk
from tests.warm import PROFILE

AT = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
PIECES = st.sampled_from(
    [
        "2.400 – 2.800 € brutto", "14,50 €/h", "ab 2 600 EUR", "E 6 TVöD", "Duisburg", "47051", "38,5 Std./Woche", "Deutsch C1",
        "Tel. 0203 123456", "max@x.example", "Frau Muster", "&euro;", "<br>", "<script>alert(1)</script>", "\x00", "\ud800",
        "\u202e", "\x1b[31m", "=cmd|' /C calc'!A0", "javascript:alert(1)", "（２０）", "9" * 400, "-", "\n", "1e999", "Â€",
        "２.４００ €",
        "befristet", "Teilzeit", "(m/w/d)", "%", "\\", "{", "'", '"',
    ]
)  # fmt: skip
TEXT = st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=8).map(" ".join))
MAYBE = st.none() | TEXT


def _of(kind: type, **given_: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    texts = {field.name: MAYBE for field in fields(kind) if str(field.type) == "str | None"}
    return st.builds(kind, **{**texts, **given_})


ADS = _of(
    RawPosting,
    source=st.just("ba"),
    source_id=TEXT.filter(lambda text: bool(text.strip("\x00\ud800\u202e\x1b "))),
    url=TEXT,
    title=TEXT,
    description_format=st.sampled_from(["text", "html"]),
    places=st.lists(_of(RawPlace), max_size=2).map(tuple),
    pay=st.lists(_of(RawPay, estimated=st.booleans()), max_size=2).map(tuple),
    occupations=st.lists(TEXT, max_size=2).map(tuple),
    work_time_texts=st.lists(TEXT, max_size=2).map(tuple),
    skills=st.lists(TEXT, max_size=2).map(tuple),
    extra=st.dictionaries(st.sampled_from(["a", "b"]), TEXT, max_size=2),
    repairs=st.just(()),
)


@settings(max_examples=150)
@given(ADS)
@example(
    RawPosting("ba", "x", "https://x.example/\ud800", "\ud800\x00", occupation="\udfff", reference="\x00", language="\ud800")
)
def test_never_raises_and_can_be_stored(raw: object) -> None:
    assert isinstance(raw, RawPosting)
    posting = normalise(legible(raw), AT, PROFILE)
    for value in _strings(ad_rows(posting, "1").values):
        value.encode("utf-8")
        assert "\x00" not in value
    for pay in posting.pays:
        if pay.span:
            start, end = pay.span
            assert 0 <= start < end <= len(posting.description)


def _strings(values: dict[str, object]) -> list[str]:
    return [value for value in values.values() if isinstance(value, str)]


@settings(max_examples=100)
@given(ADS)
def test_reading_its_own_text_again_changes_nothing(raw: object) -> None:
    assert isinstance(raw, RawPosting)
    once = normalise(legible(raw), AT, PROFILE)
    twice = normalise(once.raw, AT, PROFILE)
    told = ("title", "description", "employer", "pays", "pay", "monthly", "facets", "places", "posted_on", "expires_on")
    assert [getattr(once, name) for name in told] == [getattr(twice, name) for name in told]


@settings(max_examples=60)
@given(st.lists(ADS, min_size=1, max_size=3))
def test_any_batch_is_stored(batch: list[object]) -> None:
    """One ad that cannot be written would cost its whole batch, run after run."""
    desk = _shared()
    ads = [normalise(legible(raw), AT, PROFILE) for raw in batch if isinstance(raw, RawPosting)]
    desk.store.save_batch(desk.run, "ba", ads, [], START)
    assert {ad.raw.source_id for ad in ads} <= set(desk.store.known("ba"))


def _shared(made: list[Desk] = []) -> Desk:  # noqa: B006 - one database for all examples
    if not made:
        import tempfile

        made.append(Desk(Path(tempfile.mkdtemp()) / "jobs.db"))
    return made[0]


@settings(max_examples=100)
@given(MAYBE)
@example("9999-12-31")
@example("0000-00-00")
@example("2026-02-30T25:61:61+99:99")
@example("31.12.99999999999999999999")
def test_dates_never_raise(text: str | None) -> None:
    day, moment = dates.day(text), dates.moment(text)
    assert moment is None or moment.tzinfo is not None
    if day is not None:
        assert dates.day(day.isoformat()) == day


@pytest.mark.parametrize("field", [field.name for field in fields(RawPosting) if str(field.type) in {"str", "str | None"}])
def test_hostile_letters_in_every_field(field: str) -> None:
    """NUL, lone surrogate, escape sequence and direction mark, planted in one field after the other."""
    if field in {"source", "description_format"}:
        return
    plain = RawPosting("ba", "1", "https://x.example/1", "Kundenberater", description="Text")
    hostile = replace(plain, **{field: "A\x00B\ud800C\x1b[31mD\u202eE"})  # type: ignore[arg-type]  # only text fields come here
    posting = normalise(legible(hostile), AT, PROFILE)
    stored = " ".join(_strings(ad_rows(posting, "1").values))
    stored.encode("utf-8")
    assert not {"\x00", "\x1b", "\u202e"} & set(stored) and "\\u0000" not in stored and "\\u001b" not in stored
    assert isinstance(posting, Posting)
