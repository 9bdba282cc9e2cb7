"""HTML to data; the only importer of selectolax, whose parser can hang or eat gigabytes on hostile pages.

Descriptions of a few kilobytes are read here in process, bounded by `MAX_FRAGMENT`; whole foreign pages go through the worker.
"""

import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

from scraper.normalise.text import clean

MAX_FRAGMENT = 200_000  #: characters of a description; more is no ad
MAX_DEPTH = 200  #: tags opened in a row; the parser is quadratic in it
_TAG = re.compile(r"<[a-zA-Z/!]")
_DEEP = re.compile(r"(?:<[a-zA-Z][^<>]{0,200}>\s*){%d}" % MAX_DEPTH)
_BLANK = re.compile(r"\n{3,}")
BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "br",
        "dd",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "html",
        "legend",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tbody",
        "td",
        "th",
        "thead",
        "tr",
        "ul",
    ]
)
PARAGRAPHS = frozenset(["p", "ul", "ol", "table", "h1", "h2", "h3", "h4", "h5", "h6", "section", "article", "blockquote", "dl"])
SILENT = frozenset(["script", "style", "noscript", "template", "head", "iframe", "svg", "object"])


def to_text(markup: str) -> str:
    """A description's text: line breaks at block elements only, list items as "- …", headings on a line of their own.

    Args:
        markup: HTML, or plain text; entity-encoded markup is decoded first.

    Returns:
        Clean text, as `scraper.normalise.text.clean` makes it.

    >>> to_text("<h3>Ihr Profil</h3><ul><li>Deutsch <b>C1</b></li><li>SAP</li></ul>")
    'Ihr Profil\\n\\n- Deutsch C1\\n- SAP'
    >>> to_text("&lt;p&gt;Gehalt: 2.400&amp;nbsp;€&lt;/p&gt;")  # encoded twice
    'Gehalt: 2.400 €'
    """
    markup = markup[:MAX_FRAGMENT]
    for _ in range(2):
        if _TAG.search(markup) is None and "&lt;" in markup:
            markup = LexborHTMLParser(f"<textarea>{markup.replace('<', '&lt;')}</textarea>").text()
    if _TAG.search(markup) is None:
        return clean(_entities(markup))
    if _DEEP.search(markup):
        return clean(re.sub(r"<[^<>]{0,2000}>", " ", markup))
    tree = LexborHTMLParser(markup)
    if tree.body is None:
        return ""
    parts: list[str] = []
    _walk(tree.body, parts)
    return clean(_BLANK.sub("\n\n", _tidy("".join(parts))))


def _entities(text: str) -> str:
    if "&" not in text:
        return text
    return LexborHTMLParser(f"<textarea>\n{text.replace('<', '&lt;')}</textarea>").text()


def _walk(root: LexborNode, parts: list[str]) -> None:
    """Collect text in document order without recursion; a closing mark follows each block's children."""
    stack: list[LexborNode | str] = [root]
    while stack:
        node = stack.pop()
        if isinstance(node, str):
            parts.append(node)
            continue
        tag = node.tag or ""
        if tag == "-text":
            parts.append(re.sub(r"\s+", " ", (node.text_content or "").replace("\xa0", "\N{NO-BREAK SPACE}")))
            continue
        if tag in SILENT or tag.startswith("-") or tag == "!--":
            continue
        close = "\n\n" if tag in PARAGRAPHS else "\n" if tag in BLOCKS else ""
        if close:
            parts.append(close if tag != "li" else "\n- ")
            stack.append("" if tag == "li" else close)
        stack.extend(reversed(list(node.iter(include_text=True))))


def _tidy(text: str) -> str:
    """Spaces folded, blank lines inside lists closed."""
    lines = [re.sub(r"[ \t]+", " ", line).strip() for line in text.split("\n")]
    kept: list[str] = []
    for line in lines:
        if line == "-":
            continue
        if line.startswith("- ") and len(kept) > 1 and not kept[-1] and kept[-2].startswith("- "):
            kept.pop()
        kept.append(line)
    return "\n".join(kept).strip()
