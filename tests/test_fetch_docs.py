"""The fault table of docs/reliability.md names tests that exist."""

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_every_named_test_exists() -> None:
    named = set(re.findall(r"`(test_\w+)(?:\[[^\]]*\])?`", (ROOT / "docs/reliability.md").read_text("utf-8")))
    source = "\n".join(path.read_text("utf-8") for path in (ROOT / "tests").glob("test_*.py"))
    assert named
    assert sorted(name for name in named if f"def {name}(" not in source) == []


def test_every_fault_of_the_evil_server_is_in_the_table() -> None:
    table = set(re.findall(r"`test_fault\[(/\w+)\]`", (ROOT / "docs/reliability.md").read_text("utf-8")))
    source = (ROOT / "tests/test_fetch_faults.py").read_text("utf-8")
    assert table == set(re.findall(r'^    \("(/\w+)", ', source, re.MULTILINE))
