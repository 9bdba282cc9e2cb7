"""Browsing: a snapshot, on this machine alone, with prepared questions and none of one's own."""

import json
import sqlite3
import subprocess
import tomllib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from lohnpegel import browse
from lohnpegel.demo import Shown, Wish, play
from lohnpegel.errors import UsageError

TOLD = tomllib.loads(Path(browse.__file__).with_suffix(".toml").read_text("utf-8"))
ASKED = {
    "search": {"words": "Kundenbe"},
    "pay_between": {"low": "2000", "high": "4000"},
    "employer": {"name": ""},
    "changes": {"since": "2026-01-01"},
    "pay_plot": {},
}


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Shown:
    return play(Wish(tmp_path_factory.mktemp("browse") / "demo", weeks=1, market="sparse"))


@pytest.fixture(scope="module")
def folder(shown: Shown) -> Iterator[Path]:
    with browse.snapshot(shown.settings) as place:
        yield place


def test_every_prepared_question_answers(folder: Path) -> None:
    assert set(ASKED) == set(TOLD["queries"])
    with closing(sqlite3.connect(folder / "lohnpegel.db")) as database:
        for name, query in TOLD["queries"].items():
            assert set(query.get("params", ())) == set(ASKED[name])
            assert database.execute(query["sql"], ASKED[name]).fetchall(), name


def test_every_column_and_facet_that_is_described_exists(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "lohnpegel.db")) as database:
        for name, told in TOLD["tables"].items():
            there = {column[0] for column in database.execute(f"SELECT * FROM {name} LIMIT 0").description}
            assert {*told.get("columns", ()), *told.get("facets", ())} <= there, name


def test_the_snapshot_goes_when_it_is_no_longer_needed(shown: Shown) -> None:
    with browse.snapshot(shown.settings) as place:
        assert (place / "lohnpegel.db").is_file()
    assert not place.exists()


def test_it_is_served_to_this_machine_alone_and_takes_no_questions(folder: Path) -> None:
    words = browse.command(folder, 8001)
    assert words[words.index("--host") + 1] == "127.0.0.1"
    assert words[words.index("default_allow_sql") + 1] == "off"
    assert words[words.index("-i") + 1].endswith("lohnpegel.db")


def test_without_datasette_it_says_what_to_install(shown: Shown, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browse, "find_spec", lambda _: None)
    with pytest.raises(UsageError, match=r"lohnpegel\[browse\]"):
        browse.browse(shown.settings, 0)


def test_without_a_database_it_says_so(shown: Shown) -> None:
    storage = shown.settings.storage.model_copy(update={"url": "sqlite:////nowhere/lohnpegel.db"})
    with (
        pytest.raises(UsageError, match="no database yet"),
        browse.snapshot(shown.settings.model_copy(update={"storage": storage})),
    ):
        pass


def get(folder: Path, path: str) -> tuple[int, Any]:
    done = subprocess.run([*browse.command(folder, 0), "--get", path], capture_output=True, text=True, check=False, timeout=60)
    return done.returncode, json.loads(done.stdout) if done.stdout.startswith("{") else done.stdout


def test_datasette_shows_it(folder: Path) -> None:
    pytest.importorskip("datasette")
    code, found = get(folder, "/lohnpegel/open_ads.json?_facet=employer&_search=kundenb*&_searchmode=raw&_shape=objects")
    assert code == 0
    assert found["rows"]
    assert found["facet_results"]
    code, found = get(folder, f"/lohnpegel/search.json?{urlencode({'words': 'Kundenbe', '_shape': 'objects'})}")
    assert code == 0
    assert found["rows"]
    code, _ = get(folder, f"/lohnpegel.json?{urlencode({'sql': 'select 1'})}")
    assert code != 0
