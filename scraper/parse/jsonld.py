"""JSON-LD of a page: blocks found by a scan over the bytes, by a tree only where in doubt, and the job postings in them."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from scraper.errors import ParseError
from scraper.fetch.decode import decoded
from scraper.parse.html import Tree, tree
from scraper.parse.mend import decode

MARK = b"ld+json"
_PLUSES = 200  #: after so many the page has some other use for them
MAX_OBJECTS = 100_000  #: of one page that are looked at
_OPEN = re.compile(rb"<script(?=[\s/])[^<>]{0,500}\Z", re.IGNORECASE)
_TYPE = re.compile(rb"\btype\s*=\s*[\"']?\s*application/\Z", re.IGNORECASE)
_CLOSE = re.compile(rb"</script(?=[\s/>])", re.IGNORECASE)
#: elements in which markup is mere text, by their first letters: a pattern that begins with a plain "<" is found ten times faster
_TEXTS = re.compile(rb"<(?:[tT](?:[eE]|[iI])|[sS][tT]|[xX]|[iI][fF]|[pP][lL]|[nN][oO])[a-zA-Z]{1,8}")
_TEXT_NAMES = frozenset((b"textarea", b"template", b"title", b"noscript", b"style", b"xmp", b"iframe", b"plaintext"))
_POSTING = re.compile(r"(?:^|[/#:])jobposting$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Found:
    """An object of schema.org, in whatever syntax it stood on the page."""

    value: Mapping[str, Any]
    repairs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Blocks:
    """All JSON-LD of a page."""

    values: tuple[tuple[Any, tuple[str, ...]], ...]  #: each block's value, with the repairs it took
    broken: tuple[str, ...] = ()  #: beginnings of blocks that no repair made readable


def blocks(body: bytes, content_type: str = "") -> Blocks:
    """Every block of a page, decoded; one that cannot be read never hides the others."""
    texts = scanned(body)
    if texts is None:
        texts = by_tree(body, content_type)
    return of_texts(texts)


def of_texts(texts: list[str]) -> Blocks:
    """Blocks out of their text."""
    values: list[tuple[Any, tuple[str, ...]]] = []
    broken: list[str] = []
    for text in texts:
        if not text.strip():
            continue
        try:
            values.append(decode(text))
        except ParseError as error:
            broken.append(str(error))
    return Blocks(tuple(values), tuple(broken))


def scanned(body: bytes) -> list[str] | None:
    """The blocks' text by a scan over the bytes; None where only a tree can tell what is a block.

    >>> scanned(b'<script type="application/ld+json">{"a": 1}</script>')
    ['{"a": 1}']
    >>> scanned(b'<!-- <script type="application/ld+json">{}</script> -->') is None  # in a comment
    True
    """
    found: list[str] = []
    at = done = 0
    while (hit := _hit(body, at)) >= 0:
        end = _opened(body, hit, done)
        if end < 0 or (close := _closed(body, end)) < 0:
            return None
        content = body[end:close]
        if b"<!--" in content and b"<script" in content.lower():
            return None  # "escaped" script data ends elsewhere
        try:
            found.append(content.decode("utf-8"))
        except UnicodeDecodeError:
            return None
        at = done = close + 8
    return found or None


def _hit(body: bytes, start: int) -> int:
    """Where the next `ld+json` stands; -1 if none does. A plus is rare, and a byte is found far faster than a word."""
    at = start + 2
    for _ in range(_PLUSES):
        if (at := body.find(b"+", at)) < 0:
            return -1
        if body[at - 2 : at + 5] == MARK:
            return at - 2
        at += 1
    return body.find(MARK, at - 3)


def _closed(body: bytes, start: int) -> int:
    """Where the script element ends that began before `start`; -1 if it never does."""
    end = body.find(b"</script", start)
    if end < 0 or b"</S" in body[start:end] or body[end + 8 : end + 9] not in (b">", b" "):
        found = _CLOSE.search(body, start)
        return found.start() if found else -1
    return end


def _opened(body: bytes, hit: int, done: int) -> int:
    """Where the content begins of the script element whose type is at `hit`; -1 where that is in doubt."""
    start = body.rfind(b"<", max(done, hit - 500), hit)
    if start < 0 or not _OPEN.match(body[start:hit]) or not _TYPE.search(body[start:hit]):
        return -1
    end = body.find(b">", hit)
    if end < 0 or end - hit > 500 or b"<" in body[hit:end]:
        return -1
    if body.rfind(b"<!--", done, start) > body.rfind(b"-->", done, start):
        return -1
    before = body.rfind(b"<script", done, start)
    if before >= 0 and _CLOSE.search(body, before, start) is None:
        return -1
    return end + 1 if _quiet(body, done, start) else -1


def _quiet(body: bytes, done: int, start: int) -> bool:
    """Whether no element stands open before the block in which markup is mere text."""
    found = (one for one in _TEXTS.finditer(body, max(done, start - 20_000), start) if one[0][1:].lower() in _TEXT_NAMES)
    last = None
    for last in found:  # noqa: B007 - the last one is what is wanted
        pass
    if last is None:
        return True
    name = last[0][1:]
    return body.find(b"</" + name, last.end(), start) >= 0


def by_tree(body: bytes, content_type: str = "") -> list[str]:
    """The same by a tree of the whole page.

    Raises:
        PoisonPage, TreeNeeded: see `scraper.parse.html.tree`.
    """
    return in_tree(tree(decoded(body, content_type)))


def in_tree(page: Tree) -> list[str]:
    """The text of each block in a tree, however its type is spelled."""
    return [node.text() for node in page.css("script[type]") if MARK in _type_of(node.attributes.get("type"))]


def _type_of(value: str | None) -> bytes:
    return (value or "").strip().lower().encode("utf-8", "replace")


def is_posting(value: Any) -> bool:
    """Whether an object says that it is a JobPosting, by any spelling of the type.

    >>> is_posting({"@type": ["Thing", "https://schema.org/JobPosting"]}), is_posting({"@type": "Organization"})
    (True, False)
    """
    if not isinstance(value, Mapping):
        return False
    kind = value.get("@type", value.get("@Type", value.get("type")))
    kinds = kind if isinstance(kind, list) else [kind]
    return any(isinstance(one, str) and _POSTING.search(one.strip()) for one in kinds)


def postings(found: Blocks) -> list[Found]:
    """The job postings in all blocks, wherever they are nested, with references to other objects of the page resolved."""
    named: dict[str, Mapping[str, Any]] = {}
    told: list[Found] = []
    for value, repairs in found.values:
        for entry in objects(value):
            if isinstance(name := entry.get("@id"), str) and len(entry) > 1:
                named.setdefault(name, entry)
            if is_posting(entry):
                told.append(Found(entry, repairs))
    return [Found(_resolved(one.value, named), one.repairs) for one in told]


def objects(value: Any) -> Iterator[Mapping[str, Any]]:
    """Every object in a value, outer ones first, in the order of the page; at most `MAX_OBJECTS`."""
    stack = [value]
    for _ in range(MAX_OBJECTS):
        if not stack:
            return
        entry = stack.pop()
        if isinstance(entry, Mapping):
            yield entry
            stack.extend(one for one in reversed(list(entry.values())) if isinstance(one, Mapping | list))
        elif isinstance(entry, list):
            stack.extend(one for one in reversed(entry) if isinstance(one, Mapping | list))


def _resolved(posting: Mapping[str, Any], named: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """The posting with `{"@id": …}` replaced by the object of that name, one level deep."""

    def whole(value: Any) -> Any:
        if isinstance(value, list):
            return [whole(one) for one in value[:200]]
        if isinstance(value, Mapping) and len(value) <= 2 and isinstance(name := value.get("@id"), str):
            return named.get(name, value)
        return value

    return {key: whole(value) for key, value in posting.items()}
