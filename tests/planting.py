"""Contacts put into every text of a saved page, one after the other: JSON leaves, XML and HTML texts, JSON-LD inside of HTML."""

import copy
import json
import re
from collections.abc import Callable, Iterator
from typing import Any

PLANTED = " Ansprechpartnerin: Frau Quirina Zwiebelfeld, Tel. 0203 / 99 88 776, quirina.zwiebelfeld@firma.example "
LEFT = re.compile(r"zwiebelfeld|quirina|99 88 776", re.IGNORECASE)

_TEXT = re.compile(r">[^<>{}]*[^\s<>{}][^<>{}]*(?=<)")
_BLOCK = re.compile(r"(?s)<script[^>]*ld\+json[^>]*>(.*?)</script>")
Path = tuple[str | int, ...]


def variants(body: bytes, planted: str = PLANTED) -> Iterator[bytes]:
    """The page once for each of its texts, with the contact behind it; of a list's entries, the first and the last."""
    try:
        document = json.loads(body)
    except ValueError:
        yield from _marked_up(body.decode("utf-8", "replace"), planted)
    else:
        yield from (json.dumps(one).encode() for one in _planted(document, planted))


def _marked_up(text: str, planted: str) -> Iterator[bytes]:
    for found in _TEXT.finditer(text):
        yield (text[: found.end()] + planted + text[found.end() :]).encode()
    for block in _BLOCK.finditer(text):
        try:
            document = json.loads(block[1])
        except ValueError:
            continue
        for one in _planted(document, planted):
            yield (text[: block.start(1)] + json.dumps(one) + text[block.end(1) :]).encode()


def _planted(document: Any, planted: str) -> Iterator[Any]:
    first: dict[Path, Path] = {}
    last: dict[Path, Path] = {}
    for path in _leaves(document):
        field = tuple("" if isinstance(step, int) else step for step in path)
        first.setdefault(field, path)
        last[field] = path
    for path in dict.fromkeys((*first.values(), *last.values())):
        yield _changed(document, path, lambda text: text + planted)


def _leaves(value: Any, path: Path = ()) -> Iterator[Path]:
    """Where texts stand."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _leaves(inner, (*path, key))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _leaves(inner, (*path, number))
    elif isinstance(value, str) and path:
        yield path


def _changed(document: Any, path: Path, change: Callable[[str], str]) -> Any:
    changed = copy.deepcopy(document)
    holder = changed
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] = change(holder[path[-1]])
    return changed
