"""Three workers do what one process does: the same rows, one request at a time to a host; a dead worker's source is finished."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import tomlkit
from sqlalchemy import text

from lohnpegel.plans import crawl_plan
from lohnpegel.settings import Settings, load
from lohnpegel.shipped import default_config
from sandbox.market import Market
from sandbox.world import Sandbox
from scheduler.cluster.crawl import run_cluster_crawl
from scheduler.errors import NotACluster, NoWorker
from scheduler.run import run_crawl
from storage.engine import open_engine, reading
from tests import databases

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(databases.server() is None, reason="no PostgreSQL server and no binaries to start one"),
]
#: what differs from run to run, or is only a number
VOLATILE = {"id", "posting_id", "vacancy_id", "run_id", "last_run_id", "joined_at", "created_at"}
TABLES = ("posting", "pay", "posting_language", "posting_skill", "posting_place", "posting_change", "reject", "benchmark")
BOARDS = ("personio", "softgarden", "dvinci", "recruitee")


@pytest.fixture(autouse=True)
def _on_a_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(databases, "kind", "postgresql")


@pytest.fixture
def boxes() -> Iterator[tuple[Sandbox, Sandbox]]:
    """Twelve hosts: all kinds of one market, and the boards of another."""
    with Sandbox(Market(3, 1)) as first, Sandbox(Market(5, 1), kinds=BOARDS) as second:
        yield first, second


def configured(folder: Path, boxes: tuple[Sandbox, Sandbox]) -> Settings:
    """A configuration for all twelve hosts on a database of its own."""
    folder.mkdir()
    document: dict[str, Any] = tomlkit.parse(default_config().read_text("utf-8"))
    document["crawler"].update({"contact": "test@lohnpegel.example", "delay_s": 0.0, "allow_loopback": True})
    url = databases.fresh(folder)
    document["storage"].update({"url": url, "archive_url": url})
    first, second = boxes
    blocks: dict[str, dict[str, Any]] = {
        "bundesagentur": {"base_url": first.urls["bundesagentur"], "robots_exempt": []},
        "service_bund": {"base_url": first.urls["servicebund"]},
        "entgeltatlas": {"base_url": first.urls["entgeltatlas"]},
        "jobposting": {"sites": [first.urls["jobposting"]]},
    }
    for mark, box in (("", first), ("_other", second)):
        for kind in BOARDS:
            slugs = {url.removeprefix(box.urls[kind]).split("/")[1]: name for name, url in sorted(box.boards[kind].items())}
            blocks[kind + mark] = {"kind": kind, "base_url": box.urls[kind], "boards": list(slugs), "employers": slugs}
    document["source"] = {name: {**document["source"].get(name, {}), **block, "enabled": True} for name, block in blocks.items()}
    (folder / "config.toml").write_text(tomlkit.dumps(document), "utf-8")
    return load(folder / "config.toml")


@contextmanager
def workers(folder: Path, number: int) -> Iterator[list[subprocess.Popen[bytes]]]:
    command = [sys.executable, "-m", "lohnpegel", "-c", str(folder / "config.toml"), "cluster", "work"]
    with ExitStack() as stack:
        log = stack.enter_context((folder / "workers.log").open("wb"))
        started = [stack.enter_context(subprocess.Popen(command, stdout=log, stderr=log)) for _ in range(number)]
        try:
            yield started
        finally:
            for one in started:
                one.send_signal(signal.SIGTERM)


def content(settings: Settings) -> dict[str, Any]:
    """Every row of every table that holds ads, less numbers and times; openings as sets of ads."""
    engine = open_engine(settings.storage.url)
    found: dict[str, Any] = {}
    with reading(engine) as connection:
        names = {
            row.id: row.name for row in connection.execute(text("SELECT id, source || ' ' || source_id AS name FROM posting"))
        }
        for table in TABLES:
            rows = connection.execute(text(f"SELECT * FROM {table}")).mappings()
            found[table] = sorted(
                repr([names.get(row.get("posting_id")), *sorted((k, v) for k, v in row.items() if not _volatile(k))])
                for row in rows
            )
        members: dict[int, set[str]] = {}
        for row in connection.execute(text("SELECT posting_id, vacancy_id FROM vacancy_member")):
            members.setdefault(row.vacancy_id, set()).add(names[row.posting_id])
        found["openings"] = sorted(map(sorted, members.values()))
        told = "source, state, complete, seen, rejects, requests, details_fetched"
        found["sources"] = sorted(map(tuple, connection.execute(text(f"SELECT {told} FROM source_run"))))
    engine.dispose()
    return found


def _volatile(column: str) -> bool:
    return column in VOLATILE or column.endswith("_at")


def test_three_workers_leave_what_one_process_leaves(tmp_path: Path, boxes: tuple[Sandbox, Sandbox]) -> None:
    alone, together = configured(tmp_path / "alone", boxes), configured(tmp_path / "together", boxes)
    assert run_crawl(crawl_plan(alone)).exit_code == 0
    with workers(tmp_path / "together", 3):
        summary = run_cluster_crawl(crawl_plan(together), patience_s=60)
    assert summary.exit_code == 0 and len(summary.sources) == 12
    assert content(together) == content(alone)
    assert all(box.traffic.most_of_one == 1 for box in boxes)
    assert sum(box.traffic.most_hosts for box in boxes) > 1


def test_the_source_of_a_killed_worker_is_finished_by_another(tmp_path: Path, boxes: tuple[Sandbox, Sandbox]) -> None:
    alone, together = configured(tmp_path / "alone", boxes), configured(tmp_path / "together", boxes)
    run_crawl(crawl_plan(alone))
    boxes[0].faults = {"bundesagentur": "slow:0.05"}
    engine = open_engine(together.storage.url)
    with workers(tmp_path / "together", 3) as started:

        def kill() -> None:
            until = time.monotonic() + 60
            while _first_pages(engine) is None and time.monotonic() < until:
                time.sleep(0.02)
            for one in started[:2]:
                os.kill(one.pid, signal.SIGKILL)

        killer = threading.Thread(target=kill)
        killer.start()
        summary = run_cluster_crawl(crawl_plan(together), patience_s=90)
        killer.join()
    engine.dispose()
    assert [one.returncode for one in started[:2]] == [-signal.SIGKILL] * 2
    assert summary.exit_code == 0 and {source.state for source in summary.sources} == {"ok"}
    found, expected = content(together), content(alone)
    for one in (found, expected):
        del one["sources"]  # the second attempt counts its own requests
    assert found == expected
    assert all(box.traffic.most_of_one == 1 for box in boxes)


def _first_pages(engine: Any) -> int | None:
    from sqlalchemy.exc import ProgrammingError

    try:
        with reading(engine) as connection:
            query = text("SELECT count(*) FROM fetch f JOIN run r ON r.id = f.run_id WHERE f.source = 'bundesagentur'")
            return connection.scalar(query) or None
    except ProgrammingError:
        return None


def test_without_a_worker_the_run_fails_by_name(tmp_path: Path, boxes: tuple[Sandbox, Sandbox]) -> None:
    settings = configured(tmp_path / "alone", boxes)
    with pytest.raises(NoWorker, match="12 of 12 sources waited 1 s"):
        run_cluster_crawl(crawl_plan(settings), patience_s=1)
    with workers(tmp_path / "alone", 1):
        assert run_cluster_crawl(crawl_plan(settings), patience_s=60).exit_code == 0  # what was given up is not done twice
    engine = open_engine(settings.storage.url)
    with reading(engine) as connection:
        states = connection.execute(text("SELECT state, count(*) FROM run GROUP BY state ORDER BY state")).all()
        assert [tuple(row) for row in states] == [("failed", 1), ("ok", 1)]
    engine.dispose()


def test_a_file_is_no_cluster(tmp_path: Path, boxes: tuple[Sandbox, Sandbox]) -> None:
    plan = crawl_plan(configured(tmp_path / "alone", boxes))
    for files in (replace(plan, database_url="sqlite:///x.db"), replace(plan, archive_url="sqlite:///x.db")):
        with pytest.raises(NotACluster, match="a cluster shares one server"):
            run_cluster_crawl(files)
