"""The fault tables of docs/reliability.md: every row names tests, every named test exists, no kind of fault is left out."""

import re
from pathlib import Path

import pytest

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


def test_every_row_names_a_test() -> None:
    text = (ROOT / "docs/reliability.md").read_text("utf-8")
    rows = [line for line in text.splitlines() if line.startswith("| ") and not line.startswith(("| fault", "| error"))]
    faults = [row for row in rows if "Paused" not in row.split("|")[1] and not re.match(r"\| `\w+` \|", row)]
    assert len(faults) > 60
    assert [row for row in faults if not re.search(r"`(test_\w+|Test\w+)", row)] == []
    assert set(re.findall(r"`(Test\w+)`", text)) == {"TestLife", "TestLives"}


KINDS = """
    DNS
    connection refused|connection reset|certificate|slow header|429, 503|other 5xx|keeps failing|401, 403|challenge|404 or 410
    304|redirect loop|redirect off the web|non-public address|DNS rebinding|wrong charset|short body|Content-Length|gzip bomb
    endless
    giant, countless or NUL headers|robots.txt|reservation against mining|Crawl-delay|HTML where JSON
    NaN|HTML that a parser cannot bear|XML bombs|poison|paging that repeats|far fewer ads|no longer say pay|clocks that jump
    kill -9|full disk|without rights|network file system|two processes|locked|newer schema|older schema|damage|written twice
    change of clocks
"""


@pytest.mark.parametrize("kind", [kind.strip() for kind in re.split(r"[|\n]", KINDS.strip())])
def test_every_kind_of_fault_has_a_row(kind: str) -> None:
    text = (ROOT / "docs/reliability.md").read_text("utf-8")
    assert [line for line in text.splitlines() if line.startswith("| ") and kind in line.split("|")[1]]
