"""Word lists and name lists of the sandbox market, as TOML."""

import tomllib
from functools import cache
from importlib import resources
from typing import Any


@cache
def load(name: str) -> dict[str, Any]:
    """The list `name` ("phrases", "employers", "roles", "places"); read once."""
    return tomllib.loads(resources.files(__name__).joinpath(f"{name}.toml").read_text("utf-8"))
