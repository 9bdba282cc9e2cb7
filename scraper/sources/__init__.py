"""One plain module for each kind of source; `available()` finds them, there is no registry."""

import importlib
import pkgutil
from functools import cache
from typing import cast

from scraper.model import Source


@cache
def available() -> tuple[str, ...]:
    """Names of the kinds of source in this folder, sorted."""
    return tuple(sorted(module.name for module in pkgutil.iter_modules(__path__) if not module.name.startswith("_")))


@cache
def load(kind: str) -> Source:
    """The module of a kind.

    Raises:
        KeyError: no such kind.
    """
    if kind not in available():
        raise KeyError(f"no source of kind {kind!r}; there are: {', '.join(available())}")
    return cast(Source, importlib.import_module(f"scraper.sources.{kind}"))
