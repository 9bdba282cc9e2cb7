"""Which languages an ad asks for, how urgently, and at what level.

Names that stand together ("Türkisch, Arabisch oder Kurdisch", "Deutsch- und Englischkenntnisse") are one group: they share their
adjective, their level and their softener. A softener never reaches over a comma or an "und" into another group.
"""

import re
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Literal

from scraper.model import Evidence, Language
from scraper.normalise.ad import Ad, Segment
from scraper.normalise.denial import negated
from scraper.normalise.index import Found, found
from scraper.normalise.sources import Hinted

Need = Literal["required", "plus"]

#: between two names of one group
_LINK = re.compile(
    r"(?:[-‐–]? ?(?:,|/|&|\+) ?(?:ideally |am besten |etwa |z\. ?b\. )?"
    r"|[-‐–]? ?,? (?:und|oder|sowie|bzw\.?|beziehungsweise|and|or|as well as|und/oder|and/or) (?:auch |die |der )?)"
)
_COMMA = re.compile(r"[-‐–]? ?,")
#: where words stop belonging to the group before and begin to belong to the one after
_EDGE = re.compile(r"[,;]|(?<!\bmind)(?<!\bmin)[.!?](?=\s)| [–—-] |\b(?:und|sowie|aber|oder|and|but|or|while|mit dem team)\b")
_HEAD = re.compile(r"(?:[,;]|[–—-]|\(|\baber|\bbut)\s{0,2}$")  # what stands between clauses
_PAIR = re.compile(
    r"wort (?:und|&|sowie) schrift|schrift (?:und|&) (?:wort|sprache)|gesprochen(?:en)? und geschrieben(?:en)?|written and spoken"
    r"|spoken and written|mündlich(?:en)? (?:und|wie) schriftlich(?:en)?|speak and write"
    r"|sprechen und schreiben|schriftlich und mündlich"
)
_NOT_LAST = Hinted(
    r"(?<!mehr )(?:brauch|benötig|verlang|erforder|voraus|müssen|musst|erwarte|"
    r"need)[^.!?]*\b(?:nicht|keine?|not)\b"
)
_COURSE = re.compile(
    r"[-‐–]?(?:[^\W_]{0,12}(?:kurs|unterricht|training|schulung|stunde|coaching|seminar)|[- ](?:für|fuer)[- ]den[- ]beruf"
    r"|[- ](?:class|course|lesson|tutoring|training|and [a-z]+ (?:tutoring|class|course|lesson)))"
)
_DEMAND = Hinted(
    r"\b(?:wir )?(?:erwarten|wünschen|wuenschen|suchen|brauchen|benötigen|verlangen|fordern|setzen|legen"
    r"|stellen|freuen) (?:wir|uns|sie|menschen|\w+)"
    r"|(?:korrespondier|kommunizier|kommunikation|austausch|arbeitssprach|teamsprach|unternehmenssprach|konzernsprach|"
    r"verhandel|geschrieben)"
    r"|\bwichtig (?:ist|sind)|\bgefragt\b|company language|working language"
    r"|bedingung|anforderung|voraussetz|erforderlich|notwendig|nötig|pflicht|wir haben nur|\bwe (?:look"
    r"|expect|need|require|ask|are looking|search)"
)
_FURTHER = Hinted(
    r"weitere (?:fremd)?sprache|andere sprache|zusätzliche (?:fremd)?sprache|(?:other|additional|further"
    r"|more)(?: \w+)? language"
)
_WE = re.compile(r"\b(?:wir|uns|unsere?[mnrs]?|we|our|us)\b")
_YOU = re.compile(r"\b(?:du|sie|dich|dir|ihnen|ihre?[mnrs]?|deine?[mnrs]?|you|your|bewerber\w*)\b")
_ELSEWHERE = Hinted(
    r"schwester(?:firma|gesellschaft)|nur (?:die|der|unsere?) |\b(?:sprechen|speak"
    r"|spoken)\b[^.!?]{0,40}\b(?:sprachen|languages|chefs)\b"
    r"|(?:unsere?|our) (?:[^\W_]+ ){0,3}(?:sprechen|speak|kommen)|dolmetsch|übersetz|translat|where [a-z ]+ (?:is|are) spoken"
    r"|standorte? in|niederlassung|hubs? in|(?:note|noten|zensur\w*|zeugnis\w*) in |kolleg(?:en|innen)[^.!?]{0,40} sprechen"
)
_ASKED = re.compile(
    r"(?:sehr |mindestens |min\. |mind\. )?(?:solide?[srnm]?|etwas|ordentliche?[srnm]?|gute?[srnm]?|"
    r"sichere?[srnm]?|fließende?[srnm]?|fluent"
    r"|verhandlungssichere?[srnm]?|native|solid|excellent"
    r"|perfekte?[srnm]?|[abc][12])\b"
)


@dataclass(frozen=True, slots=True)
class _Group:
    """Names that share what stands around them."""

    hits: tuple[Found, ...]
    segment: Segment
    before: tuple[int, int]  #: the words in front that belong to it
    after: tuple[int, int]  #: the words behind that belong to it
    rest: str  #: everything behind up to the next group
    last: bool  #: no other group follows in the segment


def read(ad: Ad) -> tuple[tuple[Language, ...], tuple[Evidence, ...]]:
    """Languages in the order of the ad; a demand outweighs a wish.

    >>> [(l.code, l.need, l.level) for l in read(Ad(text="Sehr gute Deutschkenntnisse, Englisch von Vorteil"))[0]]
    [('de', 'required', 'C1'), ('en', 'plus', None)]
    >>> read(Ad(text="Wir liefern in ganz Deutschland. Englisch ist kein Muss."))[0]
    ()
    """
    best: dict[str, Language] = {}
    proof: dict[str, Evidence] = {}
    plus, levels = _by_segment(found(ad, "languages_plus")), _by_segment(found(ad, "languages_level"))
    for number, hits in _by_segment(found(ad, "languages")).items():
        softeners, grades = plus.get(number, ()), levels.get(number, ())
        for group in _groups(hits):
            need = _need(group, softeners)
            if not _counts(group, softened=need == "plus"):
                continue
            for hit in group.hits if need else ():
                language = Language(hit.value, need or "required", _level(group, hit, grades))
                if hit.value not in best or _rank(language) > _rank(best[hit.value]):
                    best[hit.value], proof[hit.value] = language, hit.evidence("languages", hit.value)
    return tuple(best.values()), tuple(proof.values())


def _by_segment(hits: tuple[Found, ...]) -> dict[int, tuple[Found, ...]]:
    return {number: tuple(here) for number, here in groupby(hits, key=lambda hit: hit.number)}


def _rank(language: Language) -> tuple[bool, bool]:
    return language.need == "required", language.level is not None


def _groups(hits: tuple[Found, ...]) -> tuple[_Group, ...]:
    """Join the names of one segment, and share out the words between the groups."""
    segment = hits[0].segment
    runs: list[list[Found]] = []
    for hit in hits:
        if runs and _linked(segment.low, runs[-1][-1], hit):
            runs[-1].append(hit)
        else:
            runs.append([hit])
    runs = [part for run in runs for part in _split(segment.low, run)]
    groups, left = [], 0
    for place, run in enumerate(runs):
        until = runs[place + 1][0].start if place + 1 < len(runs) else len(segment.low)
        cut = _edge(segment.low, run[-1].end, until)
        final = place + 1 == len(runs)
        start = left if place else _last_edge(segment.low, run[0].start)
        rest = segment.low[run[-1].end : until]
        groups.append(_Group(tuple(run), segment, (start, run[0].start), (run[-1].end, cut), rest, final))
        left = cut
    return tuple(groups)


def _linked(low: str, one: Found, other: Found) -> bool:
    between = low[one.end : other.start]
    return len(between) <= 24 and _LINK.fullmatch(between) is not None


def _split(low: str, run: list[Found]) -> list[list[Found]]:
    """A chain of commas is a group only if it ends in "und" or "oder"; a full noun before a comma is an item of its own."""
    commas = [_COMMA.match(low[one.end : other.start]) is not None for one, other in pairwise(run)]
    parts = [[run[0]]]
    for place, hit in enumerate(run[1:]):
        own_noun = low[run[place].start : run[place].end].endswith(("kenntnisse", "kenntnissen"))
        closed = place > 0 and not commas[place - 1]
        if commas[place] and (own_noun or closed or all(commas[place:])):
            parts.append([])
        parts[-1].append(hit)
    return parts


def _edge(low: str, begin: int, end: int) -> int:
    """Where, between two groups, the words of the first end."""
    between = _PAIR.sub(lambda pair: "x" * len(pair[0]), low[begin:end])
    edge = _EDGE.search(between)
    return begin + edge.start() if edge else end


def _last_edge(low: str, end: int) -> int:
    """Where the words in front of the first group begin."""
    before = _PAIR.sub(lambda pair: "x" * len(pair[0]), low[max(0, end - 80) : end])
    begin = max(0, end - 80)
    return max((begin + edge.end() for edge in _EDGE.finditer(before)), default=begin)


def _counts(group: _Group, *, softened: bool) -> bool:
    """Whether the language is asked of the employee: not taught, nor spoken by the firm, its customers or other sites."""
    segment, first, last = group.segment, group.hits[0], group.hits[-1]
    if any(_COURSE.match(segment.low, hit.end) for hit in (first, last)):
        return False
    if segment.section in ("title", "profile", "tasks"):
        return not _ELSEWHERE.search(segment.low)
    if _ELSEWHERE.search(segment.low):
        return False
    if softened or _DEMAND.search(segment.low) or (_YOU.search(segment.low) and not _WE.search(segment.low)):
        return True
    if segment.section == "apply":
        return False
    coded = re.match(r"[\s,:(–-]{1,3}(?:mind\w*\.? |niveau |auf )?[abc][12]\b", segment.low[last.end : last.end + 18]) is not None
    near = segment.low[max(0, first.start - 25) : last.end + 25]
    asked = _ASKED.search(near) is not None or "kenntnis" in near or "skills" in near or "wort und schrift" in near
    return coded or (asked and (segment.item or not _WE.search(segment.low[: first.start])))


def _need(group: _Group, softeners: tuple[Found, ...]) -> Need | None:
    """How urgently; None where the ad says that it is not asked for."""
    low, first, last = group.segment.low, group.hits[0], group.hits[-1]
    near = {hit.value for hit in softeners if _reaches(hit, group)}
    if "plus" in near or _FURTHER.search(low[: first.start]):
        return "plus"
    if near or negated(group.segment, first.start, last.end) or _NOT_LAST.search(group.rest):
        return None
    return "required"


def _reaches(softener: Found, group: _Group) -> bool:
    """Within the group's own words; or, behind the last group, at the head of a later clause (", umso besser")."""
    if any(begin - 1 <= softener.start and softener.end <= end + 1 for begin, end in (group.before, group.after)):
        return True
    begin = group.after[1]
    behind = group.hits[-1].end <= softener.start <= group.hits[-1].end + len(group.rest)
    return group.last and behind and _HEAD.search(softener.segment.low, begin, softener.start) is not None


def _level(group: _Group, hit: Found, grades: tuple[Found, ...]) -> str | None:
    """The level; a code beats words, what stands behind a language beats what stands in front of several."""
    end = group.after[0] + min(60, len(group.rest)) if group.last else group.after[1]
    code = min((grade.value for grade in grades if _is_code(grade) and group.after[0] <= grade.start < end), default=None)
    behind = code or _grade(grades, *group.after) or _late(group, grades)
    front = _grade(grades, *group.before)
    if len(group.hits) > 1 and front and behind and not _shares_noun(group):
        return behind if hit is group.hits[-1] else front
    return code or front or behind


def _late(group: _Group, grades: tuple[Found, ...]) -> str | None:
    """A level at the head of the clause behind the last group: "sprichst du Deutsch, Grundkenntnisse genügen"."""
    low, begin, end = group.segment.low, group.after[1], group.after[1] + 30
    here = (grade for grade in grades if group.last and begin <= grade.start < end and _HEAD.search(low, begin, grade.start))
    return next((grade.value for grade in here), None)


def _shares_noun(group: _Group) -> bool:
    low = group.segment.low
    return low[group.hits[0].end : group.hits[0].end + 1] in "-‐–"


def _is_code(hit: Found) -> bool:
    return hit.segment.low[hit.end - 1].isdigit()


def _grade(grades: tuple[Found, ...], begin: int, end: int) -> str | None:
    """The level named between two places: codes first (the lowest of several), then the first wording."""
    here = [hit for hit in grades if begin <= hit.start and hit.end <= end]
    codes = [hit.value for hit in here if _is_code(hit)]
    if codes:
        return min(codes)
    return here[0].value if here else None
