"""What the report reads of a database: the same as of ads in memory, and named alike whatever the order of arrival."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import Engine, event

from report.ads import NONE, Ads
from report.collect import collect
from report.evidence import from_rows
from report.listed import Listed
from scraper.model import Facets, Language, Pay
from storage.columns import columns
from storage.read import Reader
from tests import databases
from tests.storing import DAY, START, Desk, ad, desk

WANTED = {("skills", "sap"), ("skills", "chat"), ("languages", "en"), ("languages", "tr"), ("languages", "foreign")}
HOURLY = Pay(15.5, None, "hour", "EUR", "text", "from", None, quote="ab 15,50 Euro")
PLAIN = Facets(in_scope=True, in_town=True, level="unknown", languages=(Language("de", "required"),), shift=True)


def read(engine: Engine) -> Ads:
    with columns(engine) as source:
        return collect(source, WANTED)


@pytest.fixture
def base(tmp_path: Path) -> Iterator[Desk]:
    """Ads of every kind: fixed, hourly, silent, and one in another town."""
    elsewhere = ad("4", facets=Facets(in_scope=True, in_town=False))
    hourly, silent = ad("2", pay=HOURLY, monthly=None), ad("3", pay=None, facets=PLAIN)
    with desk(tmp_path) as made:
        made.store.save_batch(made.run, "ba", [ad("1"), hourly, silent, elsewhere], [], START)
        yield made


def test_a_database_says_what_its_rows_say(base: Desk) -> None:
    ads = read(base.engine)
    listed = collect(Listed(from_rows(Reader(base.engine).report_rows(open_only=False))), WANTED)
    for name in ("number", "home", "homes", "employer", "first_seen", "closed", "posted", "kind", "pay"):
        assert np.array_equal(getattr(ads, name), getattr(listed, name)), name
    assert (ads.employers, ads.kinds, ads.pays.kinds) == (listed.employers, listed.kinds, listed.pays.kinds)
    assert np.array_equal(ads.pays.low, listed.pays.low, equal_nan=True)
    assert all(np.array_equal(flags, listed.marks[key]) for key, flags in ads.marks.items())
    assert ads.content == listed.content


def test_what_is_read(base: Desk) -> None:
    ads = read(base.engine)
    assert len(ads) == 3  # the fourth is in another town
    assert ads.pay.tolist() == [0, 1, NONE]
    assert ads.pays.low.tolist()[0] == 2400
    assert np.isnan(ads.pays.low[1])
    assert {key: flags.tolist() for key, flags in ads.marks.items()} == {
        ("skills", "sap"): [True, True, False], ("skills", "chat"): [False] * 3, ("languages", "tr"): [False] * 3,
        ("languages", "en"): [True, True, False], ("languages", "foreign"): [True, True, False],
    }  # fmt: skip


def test_the_name_of_the_content_does_not_depend_on_the_order_of_arrival(tmp_path: Path) -> None:
    names = []
    for folder, ids in (("a", "123"), ("b", "312")):
        (tmp_path / folder).mkdir()
        with desk(tmp_path / folder) as one:
            for source_id in ids:
                one.store.save_batch(one.run, "ba", [ad(source_id)], [], START)
            names.append(read(one.engine).content)
            one.store.save_batch(one.run, "ba", [ad("1", "Neu")], [], START)
            assert read(one.engine).content != names[-1]
    assert names[0] == names[1]


def test_what_is_shown_is_read_by_its_number(base: Desk) -> None:
    with columns(base.engine) as source:
        rows = list(source.ads([3, 1]))
    assert {row["source_id"]: row["pay_quote"] for row in rows} == {"1": "2.400 bis 2.800 Euro", "3": None}
    assert {ad.vacancy_id for ad in from_rows(rows)} == {-1, -3}


def test_a_reader_sees_one_moment(base: Desk) -> None:
    with columns(base.engine) as source:
        before = collect(source, WANTED).content
        base.store.save_batch(base.run, "ba", [ad("1", "Neu")], [], START + DAY)
        assert collect(source, WANTED).content == before
    assert read(base.engine).content != before


@pytest.mark.skipif(databases.kind != "sqlite", reason="the indexes are SQLite's")
def test_no_long_text_is_passed_over(base: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every query is answered from an index alone."""
    asked: list[str] = []
    event.listen(base.engine, "before_cursor_execute", lambda *told: asked.append(told[2]))
    read(base.engine)
    with base.engine.connect() as connection:
        plans = {
            step[3] for query in asked if query.startswith("SELECT")
            for step in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}", ("x",) * query.count("?"))
        }  # fmt: skip
    assert len(plans) == 6
    assert all("COVERING INDEX" in plan for plan in plans), plans
