"""What grouping takes and gives, all frozen."""

from dataclasses import dataclass, fields
from datetime import date
from typing import Any, Literal

Bearing = Literal["for", "against", "note"]


@dataclass(frozen=True, slots=True)
class AdFacts:
    """One ad as the rule reads it. `id` is any text that is unique; it only breaks ties."""

    id: str
    source: str
    source_id: str
    url: str
    title: str
    employer: str | None
    place: str | None
    postcode: str | None
    posted_on: date | None  #: None: its age neither joins nor parts
    text: str  #: with or without markup
    pay_text: str | None = None
    reference: str | None = None  #: the employer's own number, where a field holds it

    @classmethod
    def of(cls, row: dict[str, Any]) -> "AdFacts":
        """From a line of a gold file; unknown keys are left out."""
        names = {field.name for field in fields(cls)} - {"posted_on"}
        posted = row.get("posted_on")
        values: dict[str, Any] = {name: row.get(name) for name in names}
        return cls(posted_on=date.fromisoformat(posted) if posted else None, **values)


@dataclass(frozen=True, slots=True)
class Evidence:
    """One named reason for or against two ads being one opening."""

    name: str  #: reference, employer, place, title, text, pay, dates, role, hours, client …
    bearing: Bearing
    detail: str  #: for people


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the rule says of two ads."""

    same: bool  #: an edge: the two may be joined
    parted: bool  #: a contradiction: no vacancy may hold both
    score: float  #: 0–1, orders the edges; 0 without one
    evidence: tuple[Evidence, ...]

    @property
    def reason(self) -> str:
        """The evidence on one line, for storing."""
        return "; ".join(f"{e.name}: {e.detail}" for e in self.evidence if e.bearing == ("for" if self.same else "against"))


@dataclass(frozen=True, slots=True)
class Membership:
    """One ad's place; `vacancy` is the id of the vacancy's first ad (earliest day, then id)."""

    id: str
    vacancy: str
    score: float  #: of the edge that brought the ad in; 1.0 for the first ad
    reason: str


@dataclass(frozen=True, slots=True)
class Edit:
    """A person's word on two ads; outranks every evidence."""

    first: str
    second: str
    same: bool
