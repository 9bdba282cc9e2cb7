"""An ad in letters that can be stored: what a hostile or broken source puts into any of its fields is cleaned in one place.

A lone surrogate or NUL in a single field could otherwise not be written, and would cost the whole batch, run after run.
"""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any

from scraper.model import RawPosting
from scraper.normalise.text import clean


def legible(raw: RawPosting) -> RawPosting:
    r"""The same ad without control characters, lone surrogates and direction marks in any field.

    >>> legible(RawPosting("x", "1", "https://x.example/1", "Agent\x00", occupation="\ud800Agent")).occupation
    'Agent'
    """
    read: RawPosting = _cleaned(raw)
    return read


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return value if value.isascii() and value.isprintable() else clean(value)
    if isinstance(value, tuple):
        return tuple(map(_cleaned, value))
    if isinstance(value, Mapping):
        return {_cleaned(name): _cleaned(inner) for name, inner in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        old = {field.name: getattr(value, field.name) for field in fields(value)}
        new = {name: _cleaned(inner) for name, inner in old.items()}
        return replace(value, **new) if new != old else value
    return value
