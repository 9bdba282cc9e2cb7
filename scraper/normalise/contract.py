"""Whether the contract is permanent or for a fixed term; both offered as alternatives, or neither: None."""

import re

from scraper.model import Evidence
from scraper.normalise.ad import Ad, Segment, evidence
from scraper.normalise.denial import negated
from scraper.normalise.index import scan
from scraper.normalise.words import Hit

_EITHER = re.compile(
    r"\(un\)-?befristet|un-?\s?(?:/|oder|und|bzw\.)\s?befristet|befristet\w*\s(?:oder|und|bzw\.|/)\s(?:auch\s)?unbefristet"
    r"|unbefristet\w*\s(?:oder|und|bzw\.|/)\s(?:auch\s)?befristet|(?:permanent|unlimited) or (?:fixed|"
    r"temporary|limited)|fixed[- ]term or (?:permanent|unlimited)"
    r"|befrist\w+ (?:als|wie) auch unbefrist|unbefrist\w+ (?:als|wie) auch befrist"
)
_UN = re.compile(r"un\)?[-\s/]")
_FIRST = re.compile(
    r"zunächst|\berst\b|vorerst|danach|anschließend|später|\bziel\b|\boption|übernahme|entfrist|"
    r"aussicht|perspektive|verlänger|extension|initially"
    r"|probezeit|vertretung|angestrebt|langfristig|dauerhaft"
)

_TAKEN_ON = re.compile(
    r"(?:chancen?|aussicht\w*|möglichkeit|option|perspektive) auf (?:ein\w* )?unbefrist|"
    r"übern(?:ehmen|immt|ommen) (?:wir |dich |sie |gern\w? |dann |danach |meist )*unbefrist|"
    r"unbefrist\w* (?:\w+ )?übern|in (?:ein|eine) unbefrist\w* .{0,20}übern"
)
Found = list[tuple[Segment, Hit]]


def read(ad: Ad) -> tuple[str | None, tuple[Evidence, ...]]:
    """`permanent`, `fixed_term` or None.

    >>> read(Ad(text="Zunächst auf ein Jahr befristet, danach unbefristet."))[0]
    'fixed_term'
    >>> read(Ad(text="Wir stellen befristet oder unbefristet ein."))[0] is None
    True
    """
    found = [(part, hit) for part, hit in scan("contract", ad) if _offered(part, hit)]
    kinds = {hit.value for _, hit in found}
    if any(_names_two(part.low) and _EITHER.search(part.low) for part, _ in found):
        return None, ()
    if kinds == {"permanent", "fixed_term"}:
        kinds = {_decide(found)} - {""}
    if len(kinds) != 1:
        return None, ()
    kind = kinds.pop()
    return kind, tuple(evidence("contract", kind, part, hit.start, hit.end) for part, hit in found if hit.value == kind)[:3]


def _names_two(low: str) -> bool:
    """Whether a sentence can name both kinds."""
    return low.count("befrist") > 1 or " or " in low or _UN.search(low) is not None


def _offered(part: Segment, hit: Hit) -> bool:
    if part.section == "about" and hit.value == "permanent" and part.low[hit.start : hit.end] == "permanent":
        return False
    if hit.value == "permanent" and _TAKEN_ON.search(part.low[max(0, hit.start - 30) : hit.end + 15]):
        return False
    denied = "keine befrist" in hit.word.pattern and part.low[hit.start : hit.end].startswith(("keine", "ohne", "nicht"))
    return denied or not negated(part, hit.start, hit.end)


def _decide(found: Found) -> str:
    """Both are said: a term "at first" is a fixed term, and so is any wherever the permanent one is only held out."""
    for part, hit in found:
        if hit.value == "fixed_term" and _FIRST.search(part.low):
            return "fixed_term"
    weak = all("festanstellung" in part.low[hit.start : hit.end] for part, hit in found if hit.value == "permanent")
    if weak:
        return "fixed_term"
    offers = {hit.value for part, hit in found if part.section in {"offer", "title"}}
    return offers.pop() if len(offers) == 1 else ""
