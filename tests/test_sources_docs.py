"""Every kind of source has its section in docs/sources.md: what it is, a block that the configuration takes, and its terms."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from lohnpegel import settings
from lohnpegel.settings import SOURCE_KEYS
from scraper.sources import available, load

TEXT = (Path(__file__).parent.parent / "docs" / "sources.md").read_text("utf-8")
SECTIONS = {part.partition("\n")[0].strip(): part for part in re.split(r"^## ", TEXT, flags=re.MULTILINE)[1:]}


def block(kind: str) -> dict[str, Any]:
    (shown,) = re.findall(r"```toml\n(.*?)```", SECTIONS[kind], re.DOTALL)
    parsed: dict[str, Any] = tomllib.loads(shown)["source"][kind]
    return parsed


@pytest.mark.parametrize("kind", available())
def test_every_source_is_described(kind: str) -> None:
    assert kind in SECTIONS, f"docs/sources.md has no section {kind}"
    for label in ("**Asked:**", "**Fields:**", "**Pay:**"):
        assert label in SECTIONS[kind]


@pytest.mark.parametrize("kind", available())
def test_every_source_says_its_terms_in_one_line(kind: str) -> None:
    (line,) = re.findall(r"^- \*\*Legal:\*\* (.+)$", SECTIONS[kind], re.MULTILINE)
    assert len(line) > 20


@pytest.mark.parametrize("kind", available())
def test_the_block_to_paste_is_one_that_the_configuration_takes(kind: str) -> None:
    told, defaults = block(kind), load(kind).DEFAULTS
    assert told.pop("enabled") is False
    assert told.pop("kind", kind) == kind
    unknown = set(told) - set(defaults) - set(SOURCE_KEYS)
    assert not unknown
    for key, value in defaults.items():
        assert key in told, f"{kind}: {key} is not shown"
        assert isinstance(told[key], type(value)), f"{kind}: {key}"
        if value not in ([], {}, ""):
            assert told[key] == value, f"{kind}: {key} is shown with another value than its default"


def test_all_blocks_together_are_a_configuration(tmp_path: Path) -> None:
    shown = re.findall(r"```toml\n(.*?)```", TEXT, re.DOTALL)
    file = tmp_path / "config.toml"
    shipped = (Path(__file__).parent.parent / "config.toml").read_text("utf-8")
    others = re.sub(r"^\[source\.[^\]]+\]\n(?:(?!\[).*\n)*", "", shipped, flags=re.MULTILINE)
    file.write_text(others + "\n" + "\n".join(shown), "utf-8")
    assert set(settings.load(file).source) == set(available())


def test_no_section_describes_what_is_not_there() -> None:
    words = {"Boards of single employers", "Pages that you saved", "Not shipped, and why"}
    assert set(SECTIONS) - words <= set(available())
