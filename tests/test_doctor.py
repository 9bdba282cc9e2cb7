"""`lohnpegel doctor` finds what would stop a run, says what to do, changes nothing; and the completion scripts complete."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import tomlkit

from lohnpegel import doctor
from lohnpegel.doctor import Finding, code, installation, machine
from lohnpegel.settings import Settings, load
from sandbox.market import Market
from tests.storing import Desk
from tests.whole import BA, Town, run, town

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Town]:
    with town(tmp_path, Market(1, 2, "sparse")) as made:
        yield made


def wrong(found: list[Finding]) -> dict[str, str]:
    """What is not in order, with what to do."""
    assert all(one.do for one in found if one.level != "ok")
    return {one.what: f"{one.said} → {one.do}" for one in found if one.level == "fail"}


def looked(settings: Settings, now: datetime = NOW) -> list[Finding]:
    return list(installation(settings, Path("config.toml"), now))


def changed(place: Town, **sections: dict[str, Any]) -> Settings:
    path = place.folder / "config.toml"
    document: dict[str, Any] = tomlkit.parse(path.read_text("utf-8"))
    for name, values in sections.items():
        document[name].update(values)
    path.write_text(tomlkit.dumps(document), "utf-8")
    return load(path)


def test_a_well_installation_is_well_and_stays_untouched(place: Town) -> None:
    before = sorted(place.folder.iterdir())
    ended = place.cli("doctor")
    assert ended.code == 0 and "fail" not in ended.out, ended
    for what in ("python", "sqlite fts5", "sqlite json", "time zones", "clock", "config", "contact", "disk", "database"):
        assert f"\nok    {what}" in f"\n{ended.out}", what
    assert sorted(path for path in place.folder.iterdir() if not path.name.startswith("said.")) == [
        path for path in before if not path.name.startswith("said.")
    ]
    place.crawl(0)
    assert "last run" in place.cli("doctor").out


def test_online_asks_the_sources(place: Town) -> None:
    assert "ok    bundesagentur" in place.cli("doctor", "--online").out
    place.box.faults = {BA: "403"}
    ended = place.cli("doctor", "--online")
    assert ended.code == 0 and "warn  bundesagentur" in ended.out and "sources check bundesagentur" in ended.out


def test_a_configuration_that_cannot_be_read_is_one_finding_of_many(tmp_path: Path) -> None:
    ended = run(tmp_path, "doctor", "--json")
    assert ended.code == 2
    found = {one["what"]: one for one in json.loads(ended.out)}
    assert found["config"]["level"] == "fail" and "there is no such file" in found["config"]["said"]
    assert found["python"]["level"] == "ok"


CASES: list[tuple[str, dict[str, dict[str, Any]], str]] = [
    ("contact", {"crawler": {"contact": ""}}, "you@example.org"),
    ("alerts", {"alerts": {"urls": ["tgram://${BOT}/1"]}}, "LOHNPEGEL_SECRET_BOT"),
    ("disk", {"storage": {"least_free_mb": 10**9}}, "db purge"),
]


@pytest.mark.parametrize(("what", "sections", "said"), CASES, ids=[case[0] for case in CASES])
def test_what_the_configuration_lacks(place: Town, what: str, sections: dict[str, dict[str, Any]], said: str) -> None:
    found = wrong(looked(changed(place, **sections)))
    assert list(found) == [what] and said in found[what]


@pytest.mark.parametrize(
    ("sections", "library", "extra"),
    [
        ({"report": {"formats": ["xlsx"]}}, "xlsxwriter", "xlsx"),
        ({"report": {"formats": ["parquet"]}}, "pyarrow", "parquet"),
        ({"alerts": {"urls": ["json://localhost/"]}}, "apprise", "alerts"),
    ],
)
def test_an_extra_that_is_asked_for_and_not_there(
    place: Town, monkeypatch: pytest.MonkeyPatch, sections: dict[str, dict[str, Any]], library: str, extra: str
) -> None:
    settings = changed(place, **sections)
    assert wrong(looked(settings)) == {}
    monkeypatch.setattr("lohnpegel.doctor.find_spec", lambda name: None if name == library else find_spec(name))
    assert f"pip install 'lohnpegel[{extra}]'" in wrong(looked(settings))[extra]


def test_a_folder_of_another_user(place: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    closed = place.folder / "closed"
    closed.mkdir()
    settings = changed(place, storage={"exports": "closed/exports"})
    real = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: path != closed and real(path, mode))
    assert f"{closed} cannot be written" in wrong(looked(settings))["rights"]


def test_files_of_another_user(place: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    (place.folder / "lohnpegel.db.lock").touch()
    real = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: not str(path).endswith(".lock") and real(path, mode))
    assert "lohnpegel.db.lock cannot be written" in wrong(looked(place.settings))["rights"]


def test_a_network_file_system(place: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(f"server:/x {place.folder.resolve()} nfs4 rw 0 0\n", "utf-8")
    monkeypatch.setattr("storage.place._MOUNTS", mounts)
    assert "move the database to a local disk" in wrong(looked(place.settings))["file system"]


def _newer(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version=99")


def _torn(path: Path) -> None:
    path.write_bytes(b"no database" * 1000)


def _foreign(path: Path) -> None:
    path.unlink()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE theirs (x)")


@pytest.mark.parametrize(("spoil", "said"), [(_newer, "newer than this"), (_torn, "not a"), (_foreign, "another program")])
def test_a_database_that_cannot_be_used(place: Town, spoil: Callable[[Path], None], said: str) -> None:
    desk = Desk(place.folder / "lohnpegel.db")
    desk.engine.dispose()
    spoil(place.folder / "lohnpegel.db")
    assert said in wrong(looked(place.settings))["database"]


def test_an_older_database_is_a_warning(place: Town) -> None:
    desk = Desk(place.folder / "lohnpegel.db")
    desk.engine.dispose()
    with closing(sqlite3.connect(place.folder / "lohnpegel.db")) as connection:
        connection.execute("PRAGMA user_version=1")
    (one,) = [one for one in looked(place.settings) if one.what == "database"]
    assert one.level == "warn" and "db upgrade" in one.do


def test_a_clock_that_cannot_be(place: Town) -> None:
    assert wrong(list(machine(datetime(1970, 1, 2, tzinfo=UTC)))).keys() == {"clock"}
    place.crawl(0)
    early = place.box.market.day(0).replace(day=1)
    found = looked(place.settings, datetime(early.year, early.month, early.day, tzinfo=UTC))
    assert "in the future" in wrong(found)["clock"]


@pytest.mark.parametrize(
    ("version", "level"),
    [((3, 36, 0), "fail"), ((3, 40, 1), "warn"), ((3, 44, 6), "ok"), ((3, 45, 0), "warn"), ((3, 50, 7), "ok"),
     ((3, 51, 2), "warn"), ((3, 51, 3), "ok"), ((3, 60, 0), "ok")],
)  # fmt: skip
def test_versions_of_sqlite(monkeypatch: pytest.MonkeyPatch, version: tuple[int, int, int], level: str) -> None:
    monkeypatch.setattr(sqlite3, "sqlite_version_info", version)
    assert doctor._sqlite().level == level


def test_a_warning_stops_nothing() -> None:
    assert code([Finding("a", "warn", "x", "y"), Finding("b", "ok", "x")]) == 0
    assert code([Finding("a", "warn", "x", "y"), Finding("b", "fail", "x", "y")]) == 2


# completion


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_completion_script_for_each_shell(tmp_path: Path, shell: str) -> None:
    ended = run(tmp_path, "completion", shell)
    assert ended.code == 0 and "_LOHNPEGEL_COMPLETE" in ended.out and "lohnpegel" in ended.out


@pytest.mark.skipif(not shutil.which("bash"), reason="no bash here")
@pytest.mark.parametrize(
    ("words", "offered"), [("lohnpegel sta", "status"), ("lohnpegel db ba", "backup"), ("lohnpegel crawl --qu", "--quiet")]
)
def test_bash_completes(tmp_path: Path, words: str, offered: str) -> None:
    script = run(tmp_path, "completion", "bash").out
    last = len(words.split()) - 1
    ask = f"{script}\nCOMP_WORDS=({words}); COMP_CWORD={last}; _lohnpegel_completion lohnpegel; echo ${{COMPREPLY[@]}}"
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    done = subprocess.run(["bash", "-c", ask], capture_output=True, text=True, env=environment, check=False)
    assert offered in done.stdout.split(), done
