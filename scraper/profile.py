"""What a search is about, as the readers must know it: a town and a trade. Values only."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Town:
    """The town a profile is about."""

    name: str
    postcodes: tuple[tuple[str, str], ...] = ()  #: inclusive ranges, five digits each
    districts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  #: canonical name → further spellings
    aliases: tuple[str, ...] = ()  #: other names of the town
    country: str = "DE"


@dataclass(frozen=True, slots=True)
class Scope:
    """Which ads a profile is about."""

    kind: str = "customer_service"  #: judged by the reader of that trade; or "titles": by the lists below
    include: tuple[str, ...] = ()  #: words or phrases of a title or occupation, any of them
    exclude: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Profile:
    """What the readers must know of the search: its town and its trade."""

    town: Town
    scope: Scope
