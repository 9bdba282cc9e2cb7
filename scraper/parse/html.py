"""HTML to data; the only importer of selectolax, whose parser can hang or eat gigabytes on hostile pages.

Descriptions never meet that parser: a scan over their tags is enough, and linear on any input. Whole pages are made into
trees by `tree` alone, after a look for the shapes that the parser cannot bear; `scraper.parse.worker` does it in a
process that may be killed.
"""

import html
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from scraper.errors import PoisonPage
from scraper.normalise.text import clean

Node = LexborNode  #: an element of a tree
Tree = LexborHTMLParser

MAX_FRAGMENT = 200_000  #: characters of a description; more is no ad
MAX_PAGE = 8_000_000  #: characters or bytes of a page that is made into a tree
MAX_DEPTH = 3000  #: elements left open; the parser is quadratic in it
MAX_FORMATTING = 300  #: <b>, <i> and the like left open; the parser's memory is quadratic in it
MAX_ATTRIBUTES = 3000  #: of one tag; the parser is quadratic in it
_STRETCH = 2000  #: characters of a stretch that is looked at first
_MAYBE_DEEP = 600  #: tags without a closing one from which on a page is looked at closely
_SILENT = "script|style|noscript|template|iframe|svg|object|title"
_ATTRIBUTES = r"""(?:[^<>"']|"[^"]*"|'[^']*')*+"""  # linear: of three overlapping tries one has met its ">"
_TAG = re.compile(
    rf"<(?:(?!(?i:{_SILENT})\b)(/?[a-zA-Z][a-zA-Z0-9]*){_ATTRIBUTES}>|!--(?:.*?-->|.*)"
    rf"|((?i:{_SILENT}))\b[^>]*>(?:.*?</(?i:\2)\s*+>?|.*)|[/!?a-zA-Z][^>]*(?:>|\Z))",
    re.DOTALL,
)
_LOOKS_TAGGED = re.compile(r"<[a-zA-Z/!]")
_ENCODED_TAG = re.compile(r"</(?:p|li|ul|ol|strong|b|div|h[1-6]|span|em)>|<br\s*/?>", re.IGNORECASE)
_LINES = "address article aside blockquote body caption dd div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 "
_LINES += "header hr html legend main nav ol p pre section summary table tbody tfoot thead tr ul"
_SPACED = frozenset("p table h1 h2 h3 h4 h5 h6 section article blockquote dl".split())
_PARAGRAPH, _LINE, _LIST, _ITEM, _ITEM_END = "\n\x01", "\n\x02", "\n\x03", "\n\x04", "\n\x05"  # what a line begins with says why
_BREAKS = {name: _PARAGRAPH if name in _SPACED else _LINE for name in _LINES.split()} | {"ul": _LIST, "ol": _LIST}
_BREAKS |= {f"/{name}": mark for name, mark in _BREAKS.items()}
_BREAKS |= {"li": _ITEM, "/li": _ITEM_END, "br": "\n", "/br": "\n", "td": " ", "/td": " ", "th": " ", "/th": " "}
_BREAKS |= dict.fromkeys("a b em i span strong u /a /b /em /i /span /strong /u".split(), "")
_PLAIN = "li p ul ol br b strong div h2 h3 em span".split()
_COMMON = [(f"<{name}>", _BREAKS[name]) for name in _PLAIN] + [(f"</{name}>", _BREAKS[f"/{name}"]) for name in _PLAIN]
_COMMON += [("<br/>", "\n"), ("<br />", "\n")]
_SIGNS = frozenset("\x01\x02\x03\x04\x05")
_MARKS = re.compile("[\x01-\x05]")
_VOID = frozenset("area base br col embed hr img input link meta param source track wbr p li dd dt tr td th option".split())
_FORMATTING = frozenset("a b big code em font i nobr s small strike strong tt u".split())

_trees_allowed: ContextVar[bool] = ContextVar("_trees_allowed", default=True)


class TreeNeeded(Exception):
    """A tree was asked for where none may be built; the page belongs into the worker."""


@contextmanager
def no_trees() -> Iterator[None]:
    """Within this block `tree` raises `TreeNeeded`: what is left is linear and cannot hang."""
    token = _trees_allowed.set(False)
    try:
        yield
    finally:
        _trees_allowed.reset(token)


def tree(page: str | bytes) -> Tree:
    """A page as a tree.

    Raises:
        PoisonPage: the page has a shape that the parser cannot bear.
        TreeNeeded: inside `no_trees`.
    """
    if not _trees_allowed.get():
        raise TreeNeeded
    if (why := hostile(page)) is not None:
        raise PoisonPage(why)
    try:
        return LexborHTMLParser(page)
    except SelectolaxError as error:  # its memory ran out
        raise PoisonPage(f"no tree could be made of it: {error}") from error


def hostile(page: str | bytes) -> str | None:
    """Why a page had better not be parsed; None lets it pass. A cheap look first, a close one only where that is in doubt.

    >>> hostile("<div>" * 5000), hostile("<p>Guten Tag</p>" * 5000)
    ('5000 elements left open', None)
    """
    if len(page) > MAX_PAGE:
        return f"a page of {len(page)} bytes"
    sample = _sample(page)
    times = len(page) / max(1, len(sample))
    tags = sample.count("<")
    if (tags - 2 * sample.count("</")) * times < _MAYBE_DEEP and len(sample) < 400 * (tags + 100 / times):
        return None
    return _looked_at(page if isinstance(page, str) else page.decode("latin-1"))


def _sample(page: str | bytes) -> str:
    """Some stretches of a page; what hides between them is the worker's to bear."""
    parts = [page[at : at + _STRETCH] for at in range(0, len(page), max(_STRETCH, len(page) // 8))]
    return "".join(part if isinstance(part, str) else part.decode("latin-1") for part in parts)


def _looked_at(page: str) -> str | None:
    """Count what is left open, as a parser would, in one linear pass."""
    depth = deepest = formatting = most = 0
    for found in _TAG.finditer(page):
        name = (found[1] or "").lower()
        if found.end() - found.start() > 4 * MAX_ATTRIBUTES and name and _attributes(found[0]) > MAX_ATTRIBUTES:
            return f"a tag of {found.end() - found.start()} characters"
        if not name or name in _VOID:
            continue
        step = -1 if name[0] == "/" else 1
        depth = max(0, depth + step * (name.lstrip("/") not in _VOID))
        deepest = max(deepest, depth)
        if name.lstrip("/") in _FORMATTING:
            formatting = max(0, formatting + step)
            most = max(most, formatting)
    if deepest > MAX_DEPTH:
        return f"{deepest} elements left open"
    return f"{most} formatting elements left open" if most > MAX_FORMATTING else None


def _attributes(tag: str) -> int:
    """About how many attributes a tag has; what stands in quotes does not count."""
    return len(re.sub(r"\"[^\"]*\"|'[^']*'", "q ", tag).split())


def to_text(markup: str) -> str:
    r"""A description's text: line breaks at block elements only, list items as "- …", headings on a line of their own.

    Args:
        markup: HTML, or plain text, whose own line breaks stay; markup encoded as entities is decoded first.

    Returns:
        Clean text, as `scraper.normalise.text.clean` makes it. Never raises; linear in its input.

    >>> to_text("<h3>Ihr Profil</h3><ul><li>Deutsch <b>C1</b></li><li>SAP</li></ul>")
    'Ihr Profil\n\n- Deutsch C1\n- SAP'
    >>> to_text("&lt;p&gt;Gehalt: 2.400&amp;nbsp;€&lt;/p&gt;")  # encoded twice
    'Gehalt: 2.400 €'
    """
    markup = markup[:MAX_FRAGMENT]
    for _ in range(2):
        if "&lt;" in markup and _LOOKS_TAGGED.search(markup) is None:
            markup = html.unescape(markup)
    text = _scanned(markup)
    if "<" in text and _ENCODED_TAG.search(text):  # a decoded part inside of markup
        text = _scanned(text)
    return text if text.replace("\n", "").isprintable() else clean(text)


def _scanned(markup: str) -> str:
    """Tags to line breaks, entities to characters, white space folded."""
    if "<" not in markup:
        return _tidy(html.unescape(markup) if "&" in markup else markup)
    plain = _MARKS.sub("", markup) if any(mark in markup for mark in _SIGNS) else markup
    text = plain.replace("\n", " ")
    for tag, sign in _COMMON:  # nearly all tags of an ad, at a tenth of the cost; comments and scripts go with what is in them
        text = text.replace(tag, sign)
    if "<" in text:
        text = _TAG.sub(_mark, text)
    if "\n" in plain and "\n" not in text:  # text with its own line breaks and an odd <b>
        text = _TAG.sub(_mark, plain)
    return _tidy(html.unescape(text) if "&" in text else text)


def _mark(found: re.Match[str]) -> str:
    name = found[1]
    sign = _BREAKS.get(name)
    return sign if sign is not None else _BREAKS.get(name.lower(), "") if name else ""


def _tidy(text: str) -> str:
    """Spaces folded within lines, never more than one blank line, none between the items of a list; empty items dropped."""
    kept: list[str] = []
    gap = item = False
    fresh = True  # a list has begun, and none of its items has come
    for line in text.split("\n"):
        mark = line[:1]
        if mark in _SIGNS:
            gap |= mark in "\x01\x03"
            item = mark == "\x04" or (item and mark in "\x01\x02")
            fresh |= mark == "\x03"
        words = " ".join(line[mark in _SIGNS :].split())
        if not words:
            gap |= not mark
            continue
        if gap and kept and not (item and (not fresh or kept[-1].startswith("- "))):
            kept.append("")
        kept.append(f"- {words}" if item else words)
        fresh &= not item
        gap = item = False
    return "\n".join(kept)
