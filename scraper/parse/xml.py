"""Foreign XML to plain mappings, streamed through expat with every trap of the format closed.

A document type is refused outright (no entity can then be declared, so none can expand or reach outside), depth and number of
elements are bounded, and a document counts only when it was read to its end.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.entities import html5
from typing import Any
from xml.parsers import expat

from scraper.errors import Challenge, LayoutChanged, ParseError
from scraper.fetch.decode import text as decoded
from scraper.model import Page

MAX_DEPTH = 256  #: elements open at once
MAX_ELEMENTS = 500_000  #: of one document
_CHUNK = 65_536
_HTML = re.compile(rb"(?:\xef\xbb\xbf)?\s{0,1000}(?:<\?xml[^>]{0,200}\?>\s{0,1000})?<(?:!doctype\s+html|html)\b", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_ENTITY = re.compile(r"&([A-Za-z][A-Za-z0-9]{1,31});")
_DECLARED = re.compile(r"^\s*<\?xml[^>]{0,200}\?>")
_XML_OWN = frozenset({"amp", "lt", "gt", "quot", "apos"})


@dataclass(frozen=True, slots=True)
class Document:
    """A document that was read to its end."""

    root: str  #: name of the outermost element, prefix included
    content: Mapping[str, Any]  #: child name → text, mapping, or a list of these where the name repeats
    repairs: tuple[str, ...] = ()  #: what had to be mended to read it


@dataclass(slots=True)
class _Open:
    """An element whose end has not come yet."""

    name: str
    attributes: Mapping[str, str]
    text: list[str] = field(default_factory=list)
    children: dict[str, Any] = field(default_factory=dict)


def load_xml(page: Page) -> Document:
    """Decode an XML body.

    An element with text alone becomes that text; one with children a mapping, its own text under "#text";
    an empty one its attributes under "@name". Names keep their prefix as written.

    Raises:
        Challenge: HTML came where XML was due.
        ParseError: no XML, cut short, a document type, too deep or too large.

    >>> from scraper.parse.fields import page_of
    >>> load_xml(page_of(b"<jobs><job><id>7</id><t>A &amp; B</t></job><job/></jobs>")).content
    {'job': [{'id': '7', 't': 'A & B'}, '']}
    >>> load_xml(page_of(b'<!DOCTYPE a [<!ENTITY b "b">]><a>&b;</a>'))
    Traceback (most recent call last):
    scraper.errors.ParseError: XML with a document type declaration is refused
    """
    if not page.body.strip():
        raise ParseError("an empty body where XML was due")
    if _HTML.match(page.body):
        raise Challenge("HTML where XML was due: a challenge, login or error page")
    try:
        return _read(page.body.lstrip())
    except (expat.ExpatError, LookupError) as error:  # LookupError: an encoding that nobody knows
        mended, repairs = _mended(page)
        if not repairs:
            raise ParseError(f"not XML: {error}") from error
        try:
            return _read(mended.encode("utf-8", "replace"), "utf-8", repairs)
        except (expat.ExpatError, LookupError) as again:
            raise ParseError(f"not XML: {again}") from again


def items(document: Document, where: str = "") -> list[Any]:
    """The items of an RSS feed (also RSS 1.0) or the entries of an Atom feed.

    Raises:
        LayoutChanged: the document is no feed.

    >>> from scraper.parse.fields import page_of
    >>> items(load_xml(page_of(b"<rss><channel><title>Jobs</title><item><title>A</title></item></channel></rss>")))
    [{'title': 'A'}]
    """
    kind = document.root.rpartition(":")[2].lower()
    if kind == "rss":
        channel = document.content.get("channel")
        if channel is None:
            raise LayoutChanged("channel", where)
        return many(channel, "item") if isinstance(channel, Mapping) else []
    if kind == "rdf":
        return many(document.content, "item")
    if kind == "feed":
        return many(document.content, "entry")
    raise LayoutChanged("rss", f"a document that begins with <{document.root}>")


def many(item: Any, *path: str) -> list[Any]:
    """What stands under a path, as a list: empty where nothing does, one entry where the name does not repeat.

    >>> many({"offices": {"office": "Köln"}}, "offices", "office"), many({"offices": ""}, "offices", "office")
    (['Köln'], [])
    """
    for key in path:
        item = item.get(key) if isinstance(item, Mapping) else None
    if item is None or item == "":
        return []
    return item if isinstance(item, list) else [item]


def _read(body: bytes, encoding: str | None = None, repairs: tuple[str, ...] = ()) -> Document:
    """Stream a body through expat; the declared encoding is honoured unless another is given."""
    parser = expat.ParserCreate(encoding)
    parser.buffer_text = True
    top = _Open("", {})
    stack = [top]
    count = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal count
        count += 1
        if len(stack) > MAX_DEPTH or count > MAX_ELEMENTS:
            raise ParseError(f"XML nested deeper than {MAX_DEPTH} or with more than {MAX_ELEMENTS} elements is refused")
        stack.append(_Open(name, attributes))

    def end(_: str) -> None:
        closed = stack.pop()
        _add(stack[-1].children, closed.name, _value(closed))

    def characters(text: str) -> None:
        stack[-1].text.append(text)

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = characters
    parser.StartDoctypeDeclHandler = _refuse_doctype
    for at in range(0, len(body), _CHUNK):
        parser.Parse(body[at : at + _CHUNK], False)
    parser.Parse(b"", True)
    ((root, content),) = top.children.items()
    return Document(root, content if isinstance(content, Mapping) else {"#text": content}, repairs)


def _refuse_doctype(*_: object) -> None:
    raise ParseError("XML with a document type declaration is refused")


def _value(element: _Open) -> Any:
    text = "".join(element.text).strip()
    if element.children:
        return {**element.children, "#text": text} if text else element.children
    if not text and element.attributes:
        return {f"@{name}": value for name, value in element.attributes.items()}
    return text


def _add(children: dict[str, Any], name: str, value: Any) -> None:
    held = children.get(name)
    if name not in children:
        children[name] = value
    elif isinstance(held, list):
        held.append(value)
    else:
        children[name] = [held, value]


def _mended(page: Page) -> tuple[str, tuple[str, ...]]:
    """What feeds in the wild get wrong: control characters, HTML's entity names, a wrongly declared encoding."""
    text = decoded(page)
    clean = _DECLARED.sub("", text, count=1)
    without = _CONTROL.sub("", clean)
    named = _ENTITY.sub(lambda found: found[0] if found[1] in _XML_OWN else html5.get(f"{found[1]};", found[0]), without)
    repairs = {
        "xml: control characters removed": without != clean,
        "xml: HTML entities resolved": named != without,
        "xml: read in another encoding than declared": text.encode("utf-8", "replace") != page.body.removeprefix(b"\xef\xbb\xbf"),
    }
    return named, tuple(name for name, done in repairs.items() if done)
