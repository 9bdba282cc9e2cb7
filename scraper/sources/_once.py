"""Feeds that name an ad twice: the first of each counts."""

from collections.abc import Callable, Iterable
from typing import Any


def once(items: Iterable[Any], name: Callable[[Any], str | None]) -> list[Any]:
    """Items in their order, each name once; what has no name is kept, so that it can be rejected by itself.

    >>> once(["a1", "b1", "a2", ""], lambda item: item[:1] or None)
    ['a1', 'b1', '']
    """
    seen: set[str] = set()
    kept: list[Any] = []
    for item in items:
        key = name(item)
        if key is None or key not in seen:
            kept.append(item)
        if key is not None:
            seen.add(key)
    return kept
