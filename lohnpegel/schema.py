"""config.toml as a JSON Schema, for editors: made of the settings' own types, described by the comments of the shipped file."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from lohnpegel.settings import SOURCE_KEYS, Settings
from lohnpegel.shipped import default_config
from report.claims import KINDS, LISTS
from scraper import sources

DRAFT = "https://json-schema.org/draft/2020-12/schema"
Schema = dict[str, Any]
_TYPES: Mapping[type, Schema] = {
    bool: {"type": "boolean"}, int: {"type": "integer"}, float: {"type": "number"}, str: {"type": "string"},
    list: {"type": "array"}, dict: {"type": "object"},
}  # fmt: skip


def schema() -> Schema:
    """The schema; equal for equal programs."""
    made = _untitled(Settings.model_json_schema())
    made["properties"]["source"] = _sources()
    made["properties"]["claim"] = {"type": "array", "items": _claim()}
    for (section, key), said in comments(default_config().read_text("utf-8")).items():
        if (place := _at(made, section)) and key in place.get("properties", {}):
            place["properties"][key]["description"] = said
    return {"$schema": DRAFT, "title": "Lohnpegel's config.toml", **made}


def comments(text: str) -> dict[tuple[str, str], str]:
    """What is said of each key by the lines above it; keys that follow without a comment of their own share it.

    >>> comments("[log]\\n# How much.\\nlevel = 1\\n\\nfile = 2")
    {('log', 'level'): 'How much.'}
    """
    told: dict[tuple[str, str], str] = {}
    section, fresh = "", True
    said: list[str] = []
    for line in text.splitlines():
        if line.startswith("# "):
            said, fresh = ([] if not fresh else said) + [line[2:]], True
        elif line.startswith("["):
            section, said = line.strip("[]"), []
        elif " = " in line:
            fresh = False
            if said:
                told[section, line.partition(" = ")[0]] = " ".join(said)
        else:
            said, fresh = [], True
    return told


def _at(made: Schema, section: str) -> Schema | None:
    """The schema of a section, "profile.town"."""
    here: Any = made
    for name in section.split("."):
        here = here.get("properties", {}).get(name)
        if here is None:
            return None
        here = here["anyOf"][0] if "anyOf" in here else here  # a section that may be left out
        while name := here.get("$ref", ""):
            here = made["$defs"][name.rpartition("/")[2]]
    return here if isinstance(here, dict) else None


def _untitled(value: Any) -> Any:
    """Without the names that pydantic makes up, which only repeat the keys."""
    if isinstance(value, dict):
        return {key: _untitled(inner) for key, inner in value.items() if not (key == "title" and isinstance(inner, str))}
    return list(map(_untitled, value)) if isinstance(value, list) else value


def _sources() -> Schema:
    """A block named like its kind, or one that names its kind."""
    return {
        "type": "object",
        "properties": {kind: _source([kind]) for kind in sources.available()},
        "additionalProperties": {**_source(list(sources.available())), "required": ["kind"]},
    }


def _source(kinds: list[str]) -> Schema:
    known: Schema = {key: _keyed(kind) for key, kind in SOURCE_KEYS.items()}
    for kind in kinds:
        known |= {key: _keyed(type(value)) for key, value in sources.load(kind).DEFAULTS.items()}
    return {"type": "object", "properties": known | {"kind": {"enum": kinds}}, "additionalProperties": False}


def _keyed(kind: Any) -> Schema:
    return dict(_TYPES.get(kind, {}))


def _claim() -> Schema:
    """All keys that some kind of claim has; which belong to which is checked when the file is read."""
    facet: Schema = {name: {"type": "array", "items": {"type": "string"}, "minItems": 1} for name in LISTS}
    facet |= {"career_changers": {"type": "boolean"}, "at_least": {"type": "integer", "minimum": 1}}
    table: Schema = {"type": "object", "properties": facet, "additionalProperties": False, "minProperties": 1}
    special: Schema = {
        "wording": {"type": "object", "additionalProperties": {"type": "string"}},
        "base": {"enum": ["entry", "all"]},
        "weeks": {"type": "integer", "minimum": 1},
        "id": {"type": "string"},
        "reason": {"type": "string"},
        "facet": table,
        "group": table,
    }
    names = dict.fromkeys(item.name for kind in KINDS.values() for item in fields(kind))
    known = {name: special.get(name, {"type": "number", "minimum": 0}) for name in names}
    return {
        "type": "object",
        "properties": {"kind": {"enum": list(KINDS)}, **known},
        "required": ["id", "kind", "wording", "reason"],
        "additionalProperties": False,
    }
