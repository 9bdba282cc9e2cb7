"""What replicas and server say to each other: a request asked, and a reply."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Asked:
    """A GET request as a replica sees it."""

    path: str  #: as sent, percent-encoding kept
    query: dict[str, str]  #: decoded; of a name given twice, the last
    headers: dict[str, str]  #: names in lower case


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer before compression."""

    status: int
    body: bytes = b""
    content_type: str = "application/json"
    label: str = "other"  #: path kind, for counting
    headers: dict[str, str] = field(default_factory=dict)
    cacheable: bool = True  #: whether the server may give it an ETag


Answer = Callable[[Asked], Reply]


def as_json(status: int, value: Any, label: str, *, cacheable: bool = True) -> Reply:
    """A JSON reply."""
    return Reply(
        status, json.dumps(value, ensure_ascii=False).encode(), "application/json;charset=UTF-8", label, cacheable=cacheable
    )
