"""What a page says outside of its structured data, where that leaves a gap: the text of an ad, and its title."""

import re
from html import unescape

from scraper.parse.html import Tree

_MAIN = "main, article, [role=main]"
_MARKS = (b"<main", b"<article", b"role=main", b'role="main"', b"role='main'", b"<MAIN", b"<ARTICLE")
#: elements around the text; other jobs and their pay stand there
_AROUND = re.compile(r"<(/?)(?:nav|aside|footer|form|dialog)(?=[\s>])[^>]*>", re.IGNORECASE)
_TITLE = re.compile(rb"<title[^>]{0,200}>([^<]{1,1000})</title", re.IGNORECASE)


def may_have_main(body: bytes) -> bool:
    """Whether a tree is worth its while.

    >>> may_have_main(b"<main class=x>Text</main>"), may_have_main(b"<p>Text</p>")
    (True, False)
    """
    return any(mark in body for mark in _MARKS)


def main_text(page: Tree) -> str | None:
    """The markup of a page's main part, without what stands around the text there; None where it has none.

    >>> from scraper.parse.html import tree
    >>> main_text(tree("<main><p>Ab 2.600 €</p><aside><p>Andere Stelle: 3.000 €</p></aside></main>"))
    '<p>Ab 2.600 €</p>'
    """
    part = page.css_first(_MAIN)
    return _without((part.inner_html or "") if part is not None else "").strip() or None


def _without(markup: str) -> str:
    """Markup without the elements around the text, nested or not; what is never closed goes to the end."""
    kept: list[str] = []
    at = depth = 0
    for found in _AROUND.finditer(markup):
        if not found[1]:
            if depth == 0:
                kept.append(markup[at : found.start()])
            depth += 1
        elif depth:
            depth -= 1
            at = found.end()
    return "".join(kept) + (markup[at:] if depth == 0 else "")


def title_of(body: bytes, employer: str | None) -> str | None:
    """The page's title, where it ends with the employer's name and so cannot be that of a whole site.

    >>> title_of("<title>Telefonist (m/w/d) – Muster GmbH</title>".encode(), "Muster GmbH")
    'Telefonist (m/w/d)'
    >>> title_of(b"<title>Karriere bei uns</title>", "Muster GmbH") is None
    True
    """
    found = _TITLE.search(body[:100_000])
    if found is None or not employer:
        return None
    words = " ".join(unescape(found[1].decode("utf-8", "replace")).split())
    ended = re.fullmatch(rf"(.{{3,300}}?)\s*[-–—|·:]\s*{re.escape(employer)}", words, re.IGNORECASE)
    return ended[1] if ended else None
