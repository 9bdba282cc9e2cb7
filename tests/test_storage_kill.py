"""kill -9 in the middle: no torn database, nothing acknowledged is lost, the next start goes on by itself."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from random import Random

import pytest

from storage import migrate
from storage.backup import check
from storage.engine import open_engine
from tests import databases
from tests.storing import DAY, START, Desk, ad

ROOT = Path(__file__).parents[1]
SAVING = """
import sys
from pathlib import Path
from tests.storing import START, Desk, ad
desk = Desk(Path(), sys.argv[1])
for batch in range(100000):
    first = int(sys.argv[2]) + batch * 20
    desk.store.save_batch(desk.run, "ba", [ad(str(first + n), text="Wort " * 300) for n in range(20)], [], START)
    print(first, flush=True)
"""
MIGRATING = """
import sys
from pathlib import Path
from storage import migrate
from storage.engine import open_engine
for number in range(100000):
    engine = open_engine(f"sqlite:///{sys.argv[1]}/{number}.db")
    migrate.upgrade(engine)
    engine.dispose()
    print(number, flush=True)
"""


def killed(code: str, *arguments: str, after_s: float) -> list[int]:
    """Run a program, kill it some time after its first word; returns what it acknowledged."""
    command = [sys.executable, "-c", code, *arguments]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)}
    ) as process:
        assert process.stdout is not None
        said = [process.stdout.readline()]
        time.sleep(after_s)
        process.send_signal(signal.SIGKILL)
        said += process.stdout.readlines()
    return [int(line) for line in said if line.endswith("\n")]


@pytest.mark.slow
def test_killed_while_saving(tmp_path: Path) -> None:
    rng = Random(5)
    path = tmp_path / "jobs.db"
    url = databases.fresh(path)
    acknowledged: list[int] = []
    for round_ in range(8):
        acknowledged += killed(SAVING, url, str(round_ * 1_000_000), after_s=rng.uniform(0, 0.15))
        if path.exists():
            check(path)
    desk = Desk(path, url)
    known = desk.store.known("ba")
    assert acknowledged
    assert all(str(first + n) in known for first in acknowledged for n in range(20))
    (torn,) = desk.rows("SELECT count(*) FROM posting WHERE id NOT IN (SELECT posting_id FROM pay)")[0]
    assert torn == 0 and len(known) % 20 == 0
    assert desk.store.save_batch(desk.run, "ba", [ad("new")], [], START + DAY).new == 1
    desk.engine.dispose()


@pytest.mark.slow
def test_killed_while_migrating(tmp_path: Path) -> None:
    rng = Random(6)
    for round_ in range(4):
        folder = tmp_path / str(round_)
        folder.mkdir()
        killed(MIGRATING, str(folder), after_s=rng.uniform(0, 0.2))
        last = max((path for path in folder.glob("*.db")), key=lambda path: int(path.stem))
        check(last)
        engine = open_engine(f"sqlite:///{last}")
        assert migrate.upgrade(engine)[1] == migrate.head()
        engine.dispose()
