"""A re-parse writes what today's rules read otherwise, moves no sighting, and ends alike whether or not it was killed."""

import os
import shutil
import signal
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from lohnpegel.cli._state import State
from lohnpegel.demo import Wish, play
from lohnpegel.settings import load
from scheduler.errors import NotACluster
from scheduler.reparse import ReparsePlan, run_reparse
from scraper.profile import Profile
from storage.engine import open_engine
from tests import databases

LIFE = "first_seen_at, last_seen_at, closed_at, closed_reason, reopened_at, misses, missed_at, last_run_id"
CHILD = """
import sys
from pathlib import Path
from tests.test_reparse import plan
from scheduler import reparse
reparse.PAGES = 10
def told(what, done, of):
    print(done, flush=True)
    sys.stdin.readline()
reparse.run_reparse(plan(Path(sys.argv[1]), workers=1), progress=told)
"""


def plan(folder: Path, *, workers: int = 1) -> ReparsePlan:
    settings = State(folder / "config.toml", False).settings
    profile = Profile(settings.town, settings.scope)
    return ReparsePlan(settings.storage.url, settings.storage.archive_url, profile, "1", "c0ffee", workers=workers)


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A crawled market of two weeks whose stored ads another parser seems to have read."""
    folder = tmp_path_factory.mktemp("market")
    url = None if databases.kind == "sqlite" else databases.fresh(folder)
    engine = open_engine(play(Wish(folder, weeks=2, database=url)).settings.storage.url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE posting SET level = 'lead', sector = NULL, parser_version = '0'"))
    engine.dispose()
    return folder


@pytest.fixture
def folder(market: Path, tmp_path: Path) -> Path:
    return copied(market, tmp_path / "copy")


def copied(market: Path, to: Path) -> Path:
    shutil.copytree(market, to)
    path = to / "config.toml"
    words = path.read_text("utf-8")
    if databases.kind != "sqlite":
        url = load(path).storage.url
        words = words.replace(url, databases.copied(url, to))
    path.write_text(words.replace(str(market), str(to)), "utf-8")
    return to


def rows(folder: Path, columns: str) -> list[tuple[object, ...]]:
    engine = open_engine(plan(folder).database_url, read_only=True)
    with closing(engine.raw_connection()) as connection:
        cursor = connection.cursor()
        cursor.execute(f"SELECT source, source_id, {columns} FROM posting ORDER BY source, source_id")
        found = list(cursor.fetchall())
    engine.dispose()
    return found


def test_fields_are_read_again_and_life_stands_still(folder: Path) -> None:
    before = rows(folder, LIFE)
    done = run_reparse(plan(folder))
    assert rows(folder, LIFE) == before
    assert done.ads == done.changed == len(before)
    assert not done.unread
    assert not done.without_page
    diffs = {diff.field: diff for diff in done.fields}
    assert diffs["sector"].gained > 0 == diffs["sector"].lost
    assert diffs["level"].changed > 0
    assert diffs["level"].samples[0][1] == "lead"
    assert {version for *_, version in rows(folder, "parser_version")} != {"0"}
    again = run_reparse(plan(folder))
    assert (again.changed, again.fields, again.continued) == (0, (), False)


def test_what_readers_of_the_same_version_read_otherwise_is_written_and_nothing_else(folder: Path) -> None:
    """The content hash is of what the source said, which has not changed."""
    run_reparse(plan(folder))
    engine = open_engine(plan(folder).database_url)
    with engine.begin() as connection:
        changed = connection.execute(text("UPDATE posting SET training = 'nonsense' WHERE id % 3 = 0")).rowcount
    engine.dispose()
    done = run_reparse(plan(folder))
    assert done.changed == changed and [diff.field for diff in done.fields] == ["training"]


def test_two_processes_read_what_one_reads(folder: Path, market: Path, tmp_path: Path) -> None:
    other = copied(market, tmp_path / "other")
    run_reparse(plan(folder))
    run_reparse(plan(other, workers=2))
    assert rows(folder, "level, sector, content_hash") == rows(other, "level, sector, content_hash")


def test_killed_half_way_ends_in_the_same_state(folder: Path, market: Path, tmp_path: Path) -> None:
    whole = copied(market, tmp_path / "whole")
    all_ads = run_reparse(plan(whole)).ads
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[1],
    )
    assert child.stdout is not None
    assert child.stdin is not None
    for _ in range(3):
        assert child.stdout.readline()
        child.stdin.write("\n")
        child.stdin.flush()
    child.stdout.readline()
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    child.stdin.close()
    child.stdout.close()
    rest = run_reparse(plan(folder))
    assert rest.continued
    assert 0 < rest.ads < all_ads
    assert {diff.field for diff in rest.fields} >= {"sector", "level"}
    assert rows(folder, f"level, sector, content_hash, {LIFE}") == rows(whole, f"level, sector, content_hash, {LIFE}")


@pytest.mark.slow
def test_dask_reads_what_one_reads_though_a_worker_is_killed(folder: Path, market: Path, tmp_path: Path) -> None:
    distributed = pytest.importorskip("distributed", reason="the extra `cluster` is not installed")
    other = copied(market, tmp_path / "other")
    run_reparse(plan(folder))
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None, host="127.0.0.1") as cluster:
        victim = next(iter(cluster.workers.values()))
        killed: list[int] = []

        def progress(_what: str, done: int, _of: int | None) -> None:
            if done and not killed:
                killed.append(victim.pid)
                os.kill(victim.pid, signal.SIGKILL)

        done = run_reparse(replace(plan(other), dask=cluster.scheduler_address), progress=progress)
    assert killed and not done.unread
    assert rows(folder, "level, sector, content_hash") == rows(other, "level, sector, content_hash")


def test_a_dask_that_is_not_there_is_named(folder: Path) -> None:
    with pytest.raises(NotACluster, match="no Dask scheduler answers"):
        run_reparse(replace(plan(folder), dask="tcp://127.0.0.1:9"))
