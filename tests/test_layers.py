"""Imports go one way only, read from the syntax trees: a stage never reaches back, and one room each talks to the outside."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = ("lohnpegel", "scraper", "storage", "scheduler", "report", "sandbox")
MAY_IMPORT = {
    "scraper": {"scraper"},
    "storage": {
        "storage",
        "scraper.model",
        "scraper.benchmarks",
        "scraper.profile",
        "scraper.normalise.employer",
        "scraper.fetch.memory",
    },
    "report": {"report", "storage.read", "scraper.model", "scraper.normalise.pay", "scraper.normalise.tables"},
    "scheduler": {"scheduler", "scraper", "storage", "report"},
    "lohnpegel": set(ROOMS),
    "sandbox": {"sandbox"},
}
ONLY_IMPORTER = {
    "httpx": {"scraper/fetch/client.py", "scraper/fetch/wire.py"},
    "selectolax": {"scraper/parse/html.py"},
    "apprise": {"lohnpegel/notify/postman.py"},
}
FILES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def allowed(name: str, room: str) -> bool:
    if name.split(".", maxsplit=1)[0] not in ROOMS:
        return True
    return any(name == may or name.startswith(may + ".") or may.startswith(name + ".") for may in MAY_IMPORT[room])


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_follow_the_flow(path: Path) -> None:
    room = path.relative_to(ROOT).parts[0]
    against = sorted(name for name in imported(path) if not allowed(name, room))
    assert not against, f"{room} must not import {against}"


@pytest.mark.parametrize("library", sorted(ONLY_IMPORTER))
def test_a_foreign_edge_has_one_door(library: str) -> None:
    doors = {str(path.relative_to(ROOT)) for path in FILES if any(name.split(".")[0] == library for name in imported(path))}
    assert doors <= ONLY_IMPORTER[library]


def test_the_rule_itself_bites() -> None:
    assert not allowed("storage.save", "scraper")
    assert not allowed("scraper.pipeline", "storage")
    assert not allowed("storage.save", "report")
    assert allowed("storage.read", "report")


def test_every_module_says_what_it_is() -> None:
    silent = [path for path in FILES if not ast.get_docstring(ast.parse(path.read_text("utf-8")))]
    assert not silent


def test_no_module_outgrows_its_room() -> None:
    lists = {"storage/tables.py"}  # a list of columns is read as a list, not as logic
    grown = {str(path.relative_to(ROOT)): lines for path in FILES if (lines := path.read_text("utf-8").count("\n")) > 300}
    assert not {path: lines for path, lines in grown.items() if path not in lists}
