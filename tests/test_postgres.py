"""What is different on a server; everything else is tested by the same tests: `pytest --database postgresql`."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, make_url, text

from scheduler.errors import Busy
from scheduler.lock import at_work, writing
from scraper.model import Page, Request
from storage import migrate
from storage.archive import Archive
from storage.engine import open_engine, reading
from storage.errors import DatabaseLocked, NewerSchema, NoDatabase, OlderSchema, ReadOnlyPlace, ServerAway
from storage.tables import metadata
from tests import databases
from tests.storing import START, Desk, ad

pytestmark = pytest.mark.skipif(databases.server() is None, reason="no PostgreSQL server and no binaries to start one")


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(databases, "kind", "postgresql")
    return databases.fresh(tmp_path / "unused")


@pytest.fixture
def base(url: str) -> Iterator[Desk]:
    made = Desk(Path(), url)
    yield made
    made.engine.dispose()


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    made = open_engine(url)
    migrate.upgrade(made)
    yield made
    made.dispose()


def test_the_revisions_are_exactly_the_tables(engine: Engine) -> None:
    with engine.connect() as connection:
        options = {
            "compare_type": True,
            "include_name": lambda name, kind, _: name != "ix_posting_text",
            "include_object": lambda thing, name, *_: not str(name).startswith("ix_posting_report"),  # SQLite alone has them
        }
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, metadata) == []


def test_an_empty_database_is_none_and_another_schema_is_told(url: str) -> None:
    with pytest.raises(NoDatabase, match="lohnpegel crawl"):
        open_engine(url, read_only=True)
    engine = open_engine(url)
    migrate.upgrade(engine)
    for version, kind in (("0001", OlderSchema), ("9999", NewerSchema)):
        with engine.begin() as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = :version"), {"version": version})
        with pytest.raises(kind):
            open_engine(url, read_only=True)
    engine.dispose()


def test_a_server_that_is_away_is_said_without_its_password() -> None:
    with pytest.raises(ServerAway, match="does not let us in") as raised:
        open_engine("postgresql+psycopg://desk:geheim@127.0.0.1:9/jobs")
    assert "geheim" not in str(raised.value) and raised.value.exit_code == 75


def test_a_reader_cannot_write_and_sees_one_view(base: Desk) -> None:
    base.store.save_batch(base.run, "ba", [ad("1")], [], START)
    reader = open_engine(base.url, read_only=True)
    with reading(reader) as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM posting").scalar() == 1
        base.store.save_batch(base.run, "ba", [ad("2")], [], START)
        assert connection.exec_driver_sql("SELECT count(*) FROM posting").scalar() == 1
    with pytest.raises(ReadOnlyPlace), reader.begin() as connection:
        connection.exec_driver_sql("DELETE FROM posting")
    reader.dispose()


def test_a_row_held_by_another_is_waited_for_and_then_named(base: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    base.store.save_batch(base.run, "ba", [ad("1")], [], START)
    with base.engine.begin() as other, pytest.raises(DatabaseLocked), base.engine.begin() as connection:
        other.exec_driver_sql("SELECT * FROM posting FOR UPDATE")
        connection.exec_driver_sql("SET LOCAL lock_timeout = 50")
        connection.exec_driver_sql("UPDATE posting SET misses = 1")


def test_search_uses_the_index(base: Desk) -> None:
    base.store.save_batch(base.run, "ba", [ad(str(n), title=f"Sachbearbeiter {n}") for n in range(50)], [], START)
    with base.engine.begin() as connection:
        connection.exec_driver_sql("ANALYZE posting; SET LOCAL enable_seqscan = off")
        plan = connection.exec_driver_sql(
            "EXPLAIN SELECT id FROM posting"
            " WHERE lohnpegel_text(title, employer, description) @@ to_tsquery('simple', 'sachbearb:*')"
        )
        assert "ix_posting_text" in str(plan.all())


def test_one_writer_at_a_time(engine: Engine, url: str) -> None:
    assert at_work(url) is None
    with writing(url, "crawl"):
        said = at_work(url)
        assert said is not None and "lohnpegel crawl" in said
        with pytest.raises(Busy, match="lohnpegel crawl"), writing(url, "export"):
            pass
        waited = threading.Event()

        def wait() -> None:
            with writing(url, "export", 20.0):
                waited.set()

        thread = threading.Thread(target=wait)
        thread.start()
    thread.join(20)
    assert waited.is_set() and at_work(url) is None


def test_two_towns_in_one_database_do_not_wait_for_each_other(url: str) -> None:
    engine = open_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE SCHEMA essen")
    engine.dispose()
    essen = make_url(url).update_query_dict({"options": "-csearch_path=essen"}).render_as_string(hide_password=False)
    with writing(url, "crawl"), writing(essen, "crawl"):
        assert at_work(essen)


def test_the_archive_on_a_server(url: str) -> None:
    page = Page(Request("https://jobs.example/1", "detail", source_id="1"), 200, b"<p>Duisburg\x00\xff", START, {}, "")
    with Archive(url) as archive:
        keys = archive.put_many([page, page], "ba", "run")
        assert archive.get(keys[0]) == page.body
        assert archive.size().bodies == 1 and archive.count("ba") == 2
        assert archive.purge(START.replace(year=2027)) == 2 and archive.size().bodies == 0
