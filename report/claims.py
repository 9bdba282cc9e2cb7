"""Claims as data: each `[[claim]]` block of config.toml becomes one frozen value; pure.

Five kinds: `pay_range` (pay lies between two amounts), `premium` (a facet pays more), `share` (how common a facet is),
`contrast` (more common in one group than in the rest), `volatility` (how much the number of openings swings).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Literal

Base = Literal["entry", "all"]
LISTS = ("skills", "languages", "training", "sectors", "levels", "agency")


class ClaimError(ValueError):
    """A claim cannot be used: names the claim, the key, and what would be right."""

    def __init__(self, claim: str, key: str, right: str) -> None:
        super().__init__(f"claim {claim!r}, key {key!r}: {right}")
        self.claim = claim
        self.key = key


@dataclass(frozen=True, slots=True)
class Facet:
    """A property of a vacancy: it holds when at least `at_least` of the listed values do."""

    skills: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()  #: ISO 639-1, or "foreign"
    training: tuple[str, ...] = ()
    sectors: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    agency: tuple[str, ...] = ()
    career_changers: bool = False
    at_least: int = 1

    @property
    def asked(self) -> tuple[tuple[str, str], ...]:
        """List and value of each, in the order of the claim."""
        listed = tuple((name, value) for name in LISTS for value in getattr(self, name))
        return (*listed, ("career_changers", "career_changers")) if self.career_changers else listed

    @property
    def values(self) -> tuple[str, ...]:
        return tuple(value for _, value in self.asked)


@dataclass(frozen=True, slots=True)
class Claim:
    """What every claim has."""

    id: str
    wording: Mapping[str, str]  #: our own paraphrase, by language: "de", "en"
    reason: str  #: why the thresholds are what they are
    base: Base = "all"  #: entry: only roles a beginner may hold

    @property
    def kind(self) -> str:
        return KINDS_OF[type(self)]


@dataclass(frozen=True, slots=True)
class PayRange(Claim):
    """Pay starts between `low` and `high` euros gross a month."""

    low: float = 0.0
    high: float = 0.0
    majority: float = 0.5  #: share of employers that makes the claim true or false
    doubt: float = 1 / 3  #: "mostly right" needs the interval to stay above this


@dataclass(frozen=True, slots=True)
class Premium(Claim):
    """Vacancies with the facet start higher."""

    facet: Facet = field(default_factory=Facet)
    least_eur: float = 50.0  #: a month; less is not called more pay


@dataclass(frozen=True, slots=True)
class Share(Claim):
    """At least the share `least` of vacancies has the facet."""

    facet: Facet = field(default_factory=Facet)
    least: float = 0.2
    each: float = 0.0  #: every listed value must reach this share by itself; 0: no such demand


@dataclass(frozen=True, slots=True)
class Contrast(Claim):
    """The facet is more common within `group` than in the rest, by `least` or more."""

    facet: Facet = field(default_factory=Facet)
    group: Facet = field(default_factory=Facet)
    least: float = 0.1  #: difference of shares


@dataclass(frozen=True, slots=True)
class Volatility(Claim):
    """The weekly number of open vacancies with the facet swings by at most `most` (standard deviation over mean)."""

    facet: Facet = field(default_factory=Facet)
    most: float = 0.15
    weeks: int = 8  #: fewer observed weeks are no evidence


KINDS: Mapping[str, Any] = {
    "pay_range": PayRange, "premium": Premium, "share": Share, "contrast": Contrast, "volatility": Volatility,
}  # fmt: skip
KINDS_OF: Mapping[Any, str] = {kind: name for name, kind in KINDS.items()}


def parse_all(blocks: Iterable[Mapping[str, Any]]) -> tuple[Claim, ...]:
    """Parse every block; ids must differ.

    Raises:
        ClaimError: names claim and key.
    """
    claims = tuple(parse(block) for block in blocks)
    seen: set[str] = set()
    for claim in claims:
        if claim.id in seen:
            raise ClaimError(claim.id, "id", "stands twice; give each claim its own")
        seen.add(claim.id)
    return claims


def parse(table: Mapping[str, Any]) -> Claim:
    """Turn one `[[claim]]` block into its value.

    Raises:
        ClaimError: a key is missing, unknown, or has a wrong value.

    >>> parse({"id": "pay", "kind": "pay_range", "wording": {"en": "so much"}, "reason": "r", "low": 2400, "high": 2800}).kind
    'pay_range'
    >>> parse({"id": "pay", "kind": "range"})
    Traceback (most recent call last):
    report.claims.ClaimError: claim 'pay', key 'kind': 'range' is none of pay_range, premium, share, contrast, volatility
    """
    name = table.get("id")
    if not isinstance(name, str) or not name.replace("_", "").replace("-", "").isalnum() or not name.isascii():
        raise ClaimError(str(name or "?"), "id", "a short name of letters, digits, - and _")
    kind: Any = KINDS.get(str(table.get("kind")))
    if kind is None:
        raise ClaimError(name, "kind", f"{table.get('kind')!r} is none of {', '.join(KINDS)}")
    known = {item.name for item in fields(kind)} | {"kind"}
    if unknown := sorted(set(table) - known):
        raise ClaimError(name, unknown[0], f"unknown for kind {table['kind']!r}; known are {', '.join(sorted(known))}")
    values = {key: _value(name, key, value) for key, value in table.items() if key != "kind"}
    for key in ("wording", "reason", *(key for key in ("low", "high", "facet", "group") if key in known)):
        if key not in values:
            raise ClaimError(name, key, "is missing")
    make: Callable[..., Claim] = kind
    claim = make(**values)
    if isinstance(claim, PayRange) and not 0 < claim.low < claim.high:
        raise ClaimError(name, "high", f"must be above low ({claim.low:g}), and both above 0")
    return claim


def _value(claim: str, key: str, value: Any) -> Any:
    readers: Mapping[str, Callable[[str, str, Any], Any]] = {
        "wording": _wording, "facet": _facet, "group": _facet, "base": _base, "weeks": _count, "id": _text, "reason": _text,
    }  # fmt: skip
    reader: Callable[[str, str, Any], Any] = readers.get(key, _number)
    return reader(claim, key, value)


def _text(claim: str, key: str, value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ClaimError(claim, key, "must be a text")
    return value


def _number(claim: str, key: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        raise ClaimError(claim, key, f"{value!r} must be a number from 0")
    if key in ("majority", "doubt", "least", "each") and value > 1:
        raise ClaimError(claim, key, f"{value!r} must be a share between 0 and 1")
    return float(value)


def _count(claim: str, key: str, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise ClaimError(claim, key, f"{value!r} must be a whole number from 1")
    return value


def _base(claim: str, key: str, value: Any) -> str:
    if value not in ("entry", "all"):
        raise ClaimError(claim, key, f"{value!r} is none of entry, all")
    return str(value)


def _wording(claim: str, key: str, value: Any) -> dict[str, str]:
    if not isinstance(value, Mapping) or not value or not all(isinstance(text, str) for text in value.values()):
        raise ClaimError(claim, key, 'must be a table of texts by language, as { de = "…", en = "…" }')
    return dict(value)


def _facet(claim: str, key: str, value: Any) -> Facet:
    if not isinstance(value, Mapping) or not value:
        raise ClaimError(claim, key, f'must be a table, as {{ skills = ["sap"] }}; keys: {", ".join(LISTS)}')
    made: dict[str, Any] = {}
    for name, item in value.items():
        where = f"{key}.{name}"
        if name in LISTS:
            if not isinstance(item, list) or not item or not all(isinstance(text, str) for text in item):
                raise ClaimError(claim, where, "must be a list of texts")
            made[name] = tuple(item)
        elif name == "at_least":
            made[name] = _count(claim, where, item)
        elif name == "career_changers" and isinstance(item, bool):
            made[name] = item
        else:
            raise ClaimError(claim, where, f"unknown; known are {', '.join(LISTS)}, career_changers (true or false), at_least")
    facet = Facet(**made)
    if facet.at_least > len(facet.values):
        raise ClaimError(claim, f"{key}.at_least", f"{facet.at_least} is more than the {len(facet.values)} values listed")
    return facet
