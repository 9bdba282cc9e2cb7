"""Vacancies as the database keeps them: the same groups as the pure rule, in any order, and a person's word for good."""

import json
import random
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, func, insert, select, update

from storage import vacancies
from storage.tables import metadata, posting, posting_change, run, source, vacancy, vacancy_edit, vacancy_key, vacancy_member
from storage.vacancies.rule import AdFacts, group

GOLD = Path(__file__).parent / "data" / "gold"
AT = datetime(2026, 11, 22, 12, tzinfo=UTC)


def ads(name: str = "vacancies-own") -> list[AdFacts]:
    return [AdFacts.of(json.loads(line)) for line in (GOLD / f"{name}.jsonl").read_text("utf-8").splitlines()]


@pytest.fixture
def engine() -> Engine:
    engine = create_engine("sqlite://")
    metadata.create_all(engine)
    with engine.begin() as connection:
        connection.execute(insert(run).values(id="r1", command="crawl", state="ok", started_at=AT, version="0", config_hash="0"))
    return engine


def store(engine: Engine, rows: Sequence[AdFacts]) -> dict[str, int]:
    """Insert ads as a crawl would; their numbers by gold id."""
    plain = {"in_town": True, "in_scope": True, "level": "unknown", "career_changers": False, "shift": False, "raw": "{}"}
    numbers: dict[str, int] = {}
    with engine.begin() as connection:
        known = set(connection.scalars(select(source.c.name)))
        for name in sorted({ad.source for ad in rows} - known):
            connection.execute(insert(source).values(name=name, kind="test"))
        for ad in rows:
            values: dict[str, Any] = {
                "source": ad.source,
                "source_id": f"{ad.source_id}-{ad.id}",
                "url": ad.url,
                "title": ad.title,
                "employer": ad.employer,
                "place_text": ad.place,
                "postcode": ad.postcode,
                "posted_on": ad.posted_on,
                "description": ad.text,
                "pay_quote": ad.pay_text,
                "content_hash": ad.id,
                "parser_version": "1",
                **dict.fromkeys(("first_seen_at", "last_seen_at", "updated_at"), AT),
            }
            result = connection.execute(insert(posting).values(**plain, **values).returning(posting.c.id))
            numbers[ad.id] = result.scalar_one()
    return numbers


def groups(engine: Engine, numbers: dict[str, int]) -> set[frozenset[str]]:
    names = {number: name for name, number in numbers.items()}
    found: dict[int, set[str]] = {}
    with engine.connect() as connection:
        for number, home in connection.execute(select(vacancy_member.c.posting_id, vacancy_member.c.vacancy_id)):
            found.setdefault(home, set()).add(names[number])
        assert set(connection.scalars(select(vacancy.c.id))) == set(found)
    return {frozenset(members) for members in found.values()}


def homes(engine: Engine) -> dict[int, int]:
    with engine.connect() as connection:
        return {row.posting_id: row.vacancy_id for row in connection.execute(select(vacancy_member))}


def expected(rows: Sequence[AdFacts]) -> set[frozenset[str]]:
    found: dict[str, set[str]] = {}
    for member in group(rows):
        found.setdefault(member.vacancy, set()).add(member.id)
    return {frozenset(members) for members in found.values()}


@pytest.mark.parametrize("name", ["vacancies", "vacancies-own", "vacancies-own2", "vacancies-own3"])
def test_whole_file_at_once_is_grouped_as_the_rule_says(engine: Engine, name: str) -> None:
    rows = ads(name)
    numbers = store(engine, rows)
    counts = vacancies.update(engine, "r1", AT)
    assert groups(engine, numbers) == expected(rows)
    assert (counts.ads, counts.vacancies) == (len(rows), len(expected(rows)))
    assert counts.moved >= len(rows)


@pytest.mark.parametrize("seed", [1, 2])
def test_ads_that_come_in_portions_end_in_the_same_groups(engine: Engine, seed: int) -> None:
    rows = ads()
    random.Random(seed).shuffle(rows)
    numbers: dict[str, int] = {}
    for day, start in enumerate(range(0, len(rows), 9)):
        numbers |= store(engine, rows[start : start + 9])
        vacancies.update(engine, "r1", AT + timedelta(days=day))
    assert groups(engine, numbers) == expected(rows)


def test_second_update_does_nothing(engine: Engine) -> None:
    store(engine, ads())
    vacancies.update(engine, "r1", AT)
    before = homes(engine)
    counts = vacancies.update(engine, "r1", AT + timedelta(days=1))
    assert (counts.ads, counts.compared, counts.moved) == (0, 0, 0)
    assert homes(engine) == before


def test_reason_score_and_keys_are_stored(engine: Engine) -> None:
    rows = ads()
    numbers = store(engine, rows)
    vacancies.update(engine, "r1", AT)
    with engine.connect() as connection:
        members = connection.execute(select(vacancy_member)).all()
        keyed = connection.scalar(select(func.count(vacancy_key.c.posting_id.distinct())))
    assert keyed == len(numbers) == len(members)
    assert all(member.reason and 0 < member.score <= 1 and member.joined_at == AT for member in members)


def test_ad_that_changes_leaves_its_vacancy_and_the_number_stays(engine: Engine) -> None:
    rows = [ad for ad in ads() if ad.employer and "Lackner" in ad.employer]
    numbers = store(engine, rows)
    vacancies.update(engine, "r1", AT)
    home = set(homes(engine).values())
    assert len(home) == 1
    last = numbers[max(rows, key=lambda ad: ad.posted_on or date.min).id]
    later = AT + timedelta(days=1)
    with engine.begin() as connection:
        connection.execute(update(posting).where(posting.c.id == last).values(place_text="Kleve", postcode="47533"))
        values = {
            "posting_id": last,
            "run_id": "r1",
            "changed_at": later,
            "field": "place_text",
            "old": "Duisburg",
            "new": "Kleve",
        }
        connection.execute(insert(posting_change).values(**values))
    vacancies.update(engine, "r1", later)
    after = homes(engine)
    assert len(set(after.values())) == 2
    assert {number for number, place in after.items() if place in home} == set(numbers.values()) - {last}


def test_split_by_hand_survives_and_stands_in_the_book(engine: Engine) -> None:
    numbers = store(engine, ads())
    vacancies.update(engine, "r1", AT)
    big = max(groups(engine, numbers), key=lambda members: (len(members), sorted(members)))
    out = numbers[min(big)]
    vacancies.split(engine, [out], AT)
    assert groups(engine, numbers) >= {frozenset({min(big)}), big - {min(big)}}
    twin = next(ad for ad in ads() if ad.id == max(big))
    numbers |= store(engine, [AdFacts.of({**_row(twin), "id": "twin", "source_id": "twin"})])
    vacancies.update(engine, "r1", AT + timedelta(days=1))
    parted = [members for members in groups(engine, numbers) if members & (big | {"twin"})]
    assert all(not (min(big) in members and members & (big - {min(big)})) for members in parted)
    with engine.connect() as connection:
        hand = connection.scalar(select(vacancy_member.c.by_hand).where(vacancy_member.c.posting_id == out))
    assert hand is True


def test_join_by_hand_takes_back_a_split_and_survives(engine: Engine) -> None:
    rows = ads()
    numbers = store(engine, rows)
    vacancies.update(engine, "r1", AT)
    singles = sorted(min(members) for members in groups(engine, numbers) if len(members) == 1)
    first, second = numbers[singles[0]], numbers[singles[1]]
    vacancies.join(engine, first, second, AT)
    assert frozenset(singles[:2]) in groups(engine, numbers)
    with engine.begin() as connection:
        connection.execute(vacancy_key.delete())
    vacancies.update(engine, "r1", AT + timedelta(days=1))
    assert frozenset(singles[:2]) in groups(engine, numbers)
    vacancies.split(engine, [first], AT)
    assert frozenset(singles[:1]) in groups(engine, numbers)
    vacancies.join(engine, second, first, AT)
    assert frozenset(singles[:2]) in groups(engine, numbers)
    with engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(vacancy_edit)) == 1


def test_explain_names_the_evidence(engine: Engine) -> None:
    numbers = store(engine, ads())
    vacancies.update(engine, "r1", AT)
    big = max(groups(engine, numbers), key=lambda members: (len(members), sorted(members)))
    told = vacancies.explain(engine, homes(engine)[numbers[min(big)]])
    assert {member.posting_id for member in told.members} == {numbers[name] for name in big}
    assert len(told.evidence) == len(big) - 1
    assert all(any(e.name == "employer" and e.bearing == "for" for e in evidence) for _, _, evidence in told.evidence)
    with pytest.raises(vacancies.UnknownVacancy):
        vacancies.explain(engine, 99_999)
    with pytest.raises(vacancies.UnknownVacancy):
        vacancies.join(engine, 1, 99_999, AT)


def test_killed_between_batches_goes_on_where_it_stopped(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = ads()
    numbers = store(engine, rows)
    monkeypatch.setattr("storage.vacancies.store.BATCH", 10)
    with monkeypatch.context() as patch:
        patch.setattr("storage.vacancies.store.compare", stop_after(25))
        with pytest.raises(KeyboardInterrupt):
            vacancies.update(engine, "r1", AT)
    vacancies.update(engine, "r1", AT)
    assert groups(engine, numbers) == expected(rows)


def stop_after(times: int) -> Any:
    """The rule's comparison, interrupted after so many calls."""
    from storage.vacancies.pair import compare

    left = [times]

    def counted(first: Any, second: Any) -> Any:
        left[0] -= 1
        if left[0] < 0:
            raise KeyboardInterrupt
        return compare(first, second)

    return counted


def _row(ad: AdFacts) -> dict[str, Any]:
    return {
        name: str(value) if name == "posted_on" else value
        for name in AdFacts.__slots__
        if (value := getattr(ad, name)) is not None
    }
