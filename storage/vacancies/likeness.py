"""How much two texts share, and what each says that the other does not."""

from dataclasses import dataclass

from rapidfuzz import fuzz, process

from storage.vacancies.reading import Reading
from storage.vacancies.text import Segment

ENOUGH = 3.0  #: words in passages that only one side has, on both sides: another role
_PIECE = 4  # words
_WEIGHT = {
    "body": 1.0,
    "tasks": 1.0,
    "profile": 0.5,
    "benefits": 0.0,
}  # a benefit is the house's, a requirement often a stock phrase
_HOPELESS = 0.7  # share of words without their equal from which no spelling brings two texts together


@dataclass(frozen=True, slots=True)
class Likeness:
    """Two texts side by side."""

    contained: float  #: share of the smaller text's words that the larger has, 0–1
    foreign: float  #: words in passages that only one has, on the side that has fewer: 0 for cuts and additions; at most `ENOUGH`
    shared: int  #: words in common
    left: str  #: the passages only the first has, for people
    right: str


def compare(first: Reading, second: Reading) -> Likeness:
    """Compare two readings."""
    left_missing = missing(first.content, second.content)
    right_missing = missing(second.content, first.content)
    small, lacking = min(
        ((len(first.content), len(left_missing)), (len(second.content), len(right_missing))), key=lambda pair: (pair[0], pair[1])
    )
    left, left_words = _foreign(first.parts, left_missing)
    right, right_words = _foreign(second.parts, right_missing)
    contained = 1 - lacking / small if small else 0.0
    return Likeness(contained, min(left, right), small - lacking, left_words, right_words)


def missing(words: frozenset[str], others: frozenset[str]) -> frozenset[str]:
    """Words without a like in the others: neither the word, nor one spelt nearly so, nor a compound with it."""
    left = words - others
    if len(left) > _HOPELESS * len(words):
        return left
    spare, line = sorted(others - words), " ".join(sorted(others))
    return frozenset(w for w in left if not _near(w, others, spare, line))


def _near(word: str, others: frozenset[str], spare: list[str], line: str) -> bool:
    if len(word) < 4:
        return False
    if len(word) >= 6 and (word in line or any(word[:i] in others or word[-i:] in others for i in range(6, len(word)))):
        return True
    return process.extractOne(word, spare, scorer=fuzz.ratio, score_cutoff=82) is not None


def _foreign(parts: tuple[Segment, ...], lacking: frozenset[str]) -> tuple[float, str]:
    """Weight of the words in passages of which at most a third is known to the other side, and those passages; up to `ENOUGH`."""
    total, passages = 0.0, []
    for part in parts:
        weight = _WEIGHT[part.section]
        if not weight or lacking.isdisjoint(stems := part.stems):
            continue
        for piece in _pieces(stems):
            every = set(piece)
            unknown = len(every & lacking)
            if unknown * 3 >= len(every) * 2:
                total += weight * unknown
                passages.append(" ".join(piece) if len(piece) < len(stems) else part.low)
        if total >= ENOUGH:
            break
    return total, " / ".join(passages)[:120]


def _pieces(stems: tuple[str, ...]) -> list[tuple[str, ...]]:
    """A sentence as it is; a run of text that lost its full stops, in pieces."""
    return [stems[i : i + _PIECE] for i in range(0, len(stems), _PIECE)] if len(stems) > 2 * _PIECE else [stems]
