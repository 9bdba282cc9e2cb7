"""What refuses an amount from afar: its line, its sentence, the heading of its list, a law, or whose money it is."""

import re

from scraper.normalise.pay.clauses import Part
from scraper.normalise.pay.minimum import is_limit
from scraper.normalise.pay.others import not_ours
from scraper.normalise.pay.words import pattern

_INSTEAD = re.compile(
    r"\b(?:statt|anstatt|nicht|keine|(?<!nicht\s)(?<!nie\s)(?<!keinesfalls\s)(?:unter|weniger\sals))\s$"
)  # "statt 13,90 € zahlen wir …"
#: Headings of a job board's other ads.
_LISTED_JOBS = re.compile(
    r"\b(?:ähnliche|vergleichbare|weitere|andere|mehr|neueste|verwandte|empfohlene|passende|beliebte|interessante)[rnm]?\s(?:offene\s|freie\s)?(?:jobs|stellen\w*|anzeigen|alternativen|angebote\w*"
    r"|jobangebote\w*|positionen|treffer|vakanzen)\b|\b(?:similar|related|other|more|recommended)\s(?:jobs|positions|roles|vacancies)\b"
    r"|\b(?:jobs|stellen|anzeigen|angebote),?\s(?:die|in|aus|für)\s[^.:\n]{0,25}(?:gefallen|interessieren|passen|umgebung|kategorie|nähe)|\b(?:jobs|stellen)\swie\sdies|^(?:passend\sdazu|dazu\spassend|dazu\spasst)\b"
)


def refused(low: str, part: Part) -> bool:
    """Whether what stands farther off refuses an amount: its line, its sentence, the heading of its list, or who is meant."""
    return _wider_veto(low, part) or is_limit(low, part) or bool(_INSTEAD.search(low[slice(*part.left)])) or not_ours(low, part)


def _wider_veto(low: str, part: Part) -> bool:
    """Words that speak for a whole sentence or line, or for the list under a heading."""
    line = low[max(part.line[0], part.amount.start - 600) : min(part.line[1], part.amount.end + 300)]
    if _other_jobs(line):
        return True
    if (found := pattern("pay_veto", "sentence").search(low, *part.sentence)) and not (
        found.lastgroup == "commission_only"
        and pattern("pay_words", "pay", "fixed").search(
            low[part.sentence[0] : found.start()] + low[found.end() : part.sentence[1]]
        )
    ):
        return True
    at = part.line[0]
    for _ in range(8):
        if at <= 0 or not (above := low[low.rfind("\n", max(0, at - 300), at - 1) + 1 : at - 1].strip()):
            return False
        if len(above) <= 45 and _other_jobs(above):
            return True
        at = low.rfind("\n", max(0, at - 300), at - 1) + 1
    return False


def _other_jobs(text: str) -> bool:
    return bool(pattern("pay_veto", "line").search(text) or _LISTED_JOBS.search(text))
