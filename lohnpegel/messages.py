"""A validation error as a person needs it: file, key, value, and what would be right."""

from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from lohnpegel.checks import nearest


def explain(path: Path, error: ValidationError, data: dict[str, Any], model: type[BaseModel]) -> str:
    """One line for each wrong key.

    Args:
        path: The configuration file.
        error: What pydantic found.
        data: The file's content, to show the values.
        model: The root of the settings, to suggest keys.
    """
    return "\n".join(_line(path, entry, data, model) for entry in error.errors(include_url=False, include_context=False))


def _line(path: Path, entry: Any, data: dict[str, Any], model: type[BaseModel]) -> str:
    where: tuple[str | int, ...] = entry["loc"]
    key = _key(where)
    if entry["type"] == "extra_forbidden":
        return f"{path}: {key}: unknown key{_suggestion(where, model)}"
    if entry["type"] == "missing":
        return f"{path}: {key}: this key is missing and has no default; the shipped config.toml shows it"
    return f"{path}: {key} = {_value(where, data)!r}: {entry['msg'].removeprefix('Value error, ')}"


def _key(where: tuple[str | int, ...]) -> str:
    """`("profile", "town", "postcodes", 0)` → `[profile.town] postcodes[0]`."""
    names = [str(part) for part in where if isinstance(part, str)]
    index = "".join(f"[{part}]" for part in where if isinstance(part, int))
    return f"[{'.'.join(names[:-1])}] {names[-1]}{index}" if len(names) > 1 else f"{names[-1]}{index}"


def _value(where: tuple[str | int, ...], data: Any) -> Any:
    for part in where:
        try:
            data = data[part]
        except (KeyError, IndexError, TypeError):
            return "(from the environment)"
    return data


def _suggestion(where: tuple[str | int, ...], model: type[BaseModel]) -> str:
    """Keys of the section, the likeliest first."""
    for part in where[:-1]:
        field = model.model_fields.get(str(part))
        kinds = [field.annotation, *get_args(field.annotation)] if field else []
        inner = next((kind for kind in kinds if isinstance(kind, type) and issubclass(kind, BaseModel)), None)
        if inner is None:
            return ""
        model = inner
    keys = tuple(model.model_fields)
    near = nearest(str(where[-1]), keys, 3)
    return f"; did you mean {near!r}?" if near else f"; this section takes {', '.join(keys)}"
