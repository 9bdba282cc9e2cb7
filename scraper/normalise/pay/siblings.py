"""What is said once for a line or sentence and holds for all its amounts; a claim while it is put together."""

import re
from dataclasses import dataclass, replace

from scraper.model import Bound, PayUnit
from scraper.normalise.pay import units
from scraper.normalise.pay.clauses import Part
from scraper.normalise.pay.labels import EACH, bound, labelled, tags
from scraper.normalise.pay.refusals import refused
from scraper.normalise.pay.roles import Role
from scraper.normalise.text import Folded

#: A job or a place and nothing else: no preposition, no verb.
_NAME_ONLY = re.compile(
    r"\s*(?!(?:ab|bis|für|von|mit|und|zu|im|in|auf|bei|wir)\s)[a-zäöüß/*:-]{3,30}(?:\s(?:am|an\sder|\(m/w/d\)|[a-zäöüß-]{3,20}))?\s?:?\s*"
)


@dataclass(frozen=True, slots=True)
class Claim:
    """A statement being put together; offsets in the folded stretch."""

    part: Part
    unit: PayUnit | None
    inferred: bool
    bound: Bound
    gross: bool | None
    tags: tuple[str, ...]
    sure: bool


def with_siblings(folded: Folded, low: str, judged: list[tuple[Part, Role]], claims: list[Claim]) -> list[Claim]:
    """Amounts that say nothing themselves, but stand labelled beside a statement of the same size in its line or sentence."""
    done = list(claims)
    for part, role in judged:
        if role.kind is not None or part.amount.currency is None or any(one.part is part for one in claims):
            continue
        beside = [one for one in claims if one.part.line == part.line or one.part.sentence == part.sentence]
        if not labelled(low, part):
            beside = [one for one in beside if _listed(low, part, one.part)]
        value = part.amount.low
        if near := next((one for one in beside if one.unit and 0.4 <= value / one.part.amount.low <= 2.5), None):
            if refused(low, part):
                continue
            named = tags(folded, low, part, role)
            left = low[slice(*part.left)]
            done.append(Claim(part, near.unit, near.inferred, bound(low, part, left), near.gross, named, sure=False))
    return sorted(done, key=lambda one: one.part.amount.start)


def _listed(low: str, part: Part, other: Part) -> bool:
    """Whether two amounts are entries of one list, each with nothing but a name: "Essen 15,60 €, Duisburg 15,30 € je Stunde"."""
    names = all(_NAME_ONLY.fullmatch(low[slice(*one.left)]) for one in (part, other))
    return names and not low[slice(*part.right)].strip()


def shared(low: str, claims: list[Claim]) -> list[Claim]:
    """Gross and unit said once for a line ("A: 2.400 € | B: 2.600 € (brutto/Monat)") hold for all its statements."""
    return [
        _completed(low, claim, [one for one in claims if one is not claim and one.part.line == claim.part.line])
        for claim in claims
    ]


def _completed(low: str, claim: Claim, line: list[Claim]) -> Claim:
    """A claim with what the others of its line say for it."""
    gross, unit, inferred = claim.gross, claim.unit, claim.inferred
    if gross is None and (
        any(one.gross for one in line)
        or _each_gross(low, claim.part)
        or (not line and units.gross(_own_sentence(low, claim.part)))
    ):
        gross = True
    size = units.by_size(claim.part.amount.low, claim.part.amount.high)
    said = {one.unit for one in line if not one.inferred and 0.4 <= one.part.amount.low / claim.part.amount.low <= 2.5}
    if inferred and (size in said if size else len(said) == 1):
        unit, inferred = size or said.pop(), False
    return replace(claim, gross=gross, unit=unit, inferred=inferred)


def _each_gross(low: str, part: Part) -> bool:
    """Whether the line says of all its amounts that they are gross: "…, jeweils brutto im Monat"."""
    each = EACH.search(low, part.amount.end, part.line[1])
    return bool(each and units.gross(low[each.end() : min(each.end() + 30, part.line[1])]))


def _own_sentence(low: str, part: Part) -> str:
    """The rest of the sentence, without the words of other amounts."""
    after = low[part.right[1] : part.sentence[1]]
    return low[slice(*part.before)] + " " + re.split(r"[\d€]", after, maxsplit=1)[0]
