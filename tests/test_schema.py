"""The JSON Schema of config.toml: it takes the shipped file and every example of the docs, and refuses what the program does."""

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import tomlkit
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # comes with altair, without types

from lohnpegel.schema import _at, comments, schema
from lohnpegel.settings import parsed
from lohnpegel.shipped import default_config
from tests.whole import run

ROOT = Path(__file__).parent.parent
SHIPPED = default_config().read_text("utf-8")
SCHEMA = schema()
VALIDATOR = Draft202012Validator(SCHEMA)


def findings(document: dict[str, Any]) -> list[str]:
    return [f"{'.'.join(map(str, error.path))}: {error.message}" for error in VALIDATOR.iter_errors(document)]


def examples() -> list[tuple[str, dict[str, Any]]]:
    """Every block of TOML in the documentation that speaks of our sections."""
    found = []
    for path in sorted([*(ROOT / "docs").glob("*.md"), ROOT / "README.md"]):
        for number, block in enumerate(re.findall(r"```toml\n(.*?)```", path.read_text("utf-8"), re.DOTALL)):
            read = tomllib.loads(block)
            if read.keys() <= SCHEMA["properties"].keys():
                found.append((f"{path.name}:{number}", read))
    return found


def test_it_is_a_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)


def test_the_shipped_file_fits() -> None:
    assert findings(tomllib.loads(SHIPPED)) == []


@pytest.mark.parametrize(("name", "example"), examples(), ids=[name for name, _ in examples()])
def test_an_example_of_the_documentation_fits_and_is_read(name: str, example: dict[str, Any]) -> None:
    document: dict[str, Any] = tomlkit.parse(SHIPPED).unwrap()
    for section, value in example.items():
        document[section] = {**document[section], **value} if isinstance(value, dict) and section in document else value
    assert findings(document) == []
    parsed(tomlkit.dumps(document), Path("config.toml"))


@pytest.mark.parametrize(
    ("was", "now", "said"),
    [
        ("radius_km = 15", "radius = 15", "profile.town: .*'radius'"),
        ("radius_km = 15", 'radius_km = "far"', "profile.town.radius_km"),
        ("radius_km = 15", "radius_km = 900", "profile.town.radius_km"),
        ('level = "info"', 'level = "loud"', "log.level"),
        ("page_size = 100", 'page_size = "many"', "source.bundesagentur.page_size"),
        ("page_size = 100", "pagesize = 100", "source.bundesagentur: .*'pagesize'"),
        ("[source.bundesagentur]", "[source.bundesamt]", "source.bundesamt: 'kind' is a required property"),
        ('kind = "pay_range"', 'kind = "range"', "claim.0.kind"),
        ("[[claim]]", '[[digest]]\nname = "a b"\nquery = ""\n[[claim]]', "digest.0.name"),
        ("[profile]", "[profil]", "'profil'"),
    ],
)
def test_what_the_program_refuses_an_editor_marks(was: str, now: str, said: str) -> None:
    assert was in SHIPPED
    found = findings(tomllib.loads(SHIPPED.replace(was, now, 1)))
    assert any(re.search(said, line) for line in found), found


def test_a_source_may_have_another_name_than_its_kind() -> None:
    document = tomllib.loads(SHIPPED)
    document["source"]["second"] = {"kind": "personio", "boards": ["x"]}
    assert findings(document) == []


def test_every_key_that_the_shipped_file_explains_is_explained_to_the_editor() -> None:
    told = comments(SHIPPED)
    assert len(told) > 60
    for section, key in told:
        if section.strip("[]") not in ("claim", "profile.town.districts"):
            place = _at(SCHEMA, section)
            assert place and len(place["properties"][key]["description"]) > 10, (section, key)


def test_the_command_prints_it_and_needs_no_configuration(tmp_path: Path) -> None:
    ended = run(tmp_path, "config", "schema")
    assert ended.code == 0 and json.loads(ended.out) == json.loads(json.dumps(SCHEMA))
