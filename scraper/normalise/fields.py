"""What a source's own fields say about an ad, merged with what its text says.

The ad's text beats a flag that portals set by default; flags fill silence; disagreement and unknown values become notes.
Only two fields beat the text: the kind of offer (an apprenticeship is one whatever its title says) and the agency flag.
Values: Bundesagentur search API v6, schema.org `employmentType`, Personio, and plain words.
"""

import re
from dataclasses import replace
from typing import Any

from scraper.model import Evidence, Facets, Hours, RawPosting
from scraper.normalise.words import fold

_CONTRACT = {
    **dict.fromkeys(("unbefristet", "permanent", "unlimited", "indefinite"), "permanent"),
    **dict.fromkeys(("befristet", "temporary", "fixedterm", "fixed", "limited", "contract", "temporarycontract"), "fixed_term"),
}
_WORK_TIME: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("fulltime", "vollzeit", "arbeitszeitvollzeit", "vz", "permanentfulltime"), ("full_time",)),
    **dict.fromkeys(("parttime", "teilzeit", "tz", "arbeitszeitteilzeit", "arbeitszeitteilzeitflexibel"), ("part_time",)),
    **dict.fromkeys(
        ("arbeitszeitteilzeitvormittag", "arbeitszeitteilzeitnachmittag", "arbeitszeitteilzeitabend"), ("part_time",)
    ),
    **dict.fromkeys(
        ("fullorparttime", "vollzeitoderteilzeit", "vollteilzeit", "vollundteilzeit", "vollzeitteilzeit"),
        ("full_time", "part_time"),
    ),
    **dict.fromkeys(("minijob", "istgeringfuegigebeschaeftigung", "geringfuegigebeschaeftigung", "marginal"), ("minijob",)),
}
_REMOTE = {
    **dict.fromkeys(("ausschliesslich", "telecommute", "remote", "full", "fullyremote", "fulltimeremote"), "full"),
    **dict.fromkeys(
        ("nachvereinbarung", "angabeinprozent", "hybrid", "true", "moeglich", "ja", "yes", "partial", "homeofficemoeglich"),
        "hybrid",
    ),
    **dict.fromkeys(("none", "onsite", "office", "vorort"), "none"),
}
_AGENCY = {
    **dict.fromkeys(("temp", "zeitarbeit", "arbeitnehmerueberlassung", "temporaryagency"), "temp"),
    **dict.fromkeys(("placement", "privatearbeitsvermittlung", "pav", "personalvermittlung"), "placement"),
}
_LEVEL = {
    **dict.fromkeys(("ausbildung", "apprenticeship", "apprentice", "duales", "dualesstudium"), "apprentice"),
    **dict.fromkeys(("workingstudent", "werkstudent", "student"), "student"),
    **dict.fromkeys(("entrylevel", "entry", "junior", "berufseinsteiger"), "entry"),
    **dict.fromkeys(("experienced", "midlevel", "midseniorlevel", "senior", "berufserfahren"), "experienced"),
    **dict.fromkeys(("lead", "executive", "manager", "director", "fuehrungskraft"), "lead"),
}
#: values that say nothing about the facet they stand in
_SILENT = frozenset(
    (
        "",
        "keineangabe",
        "null",
        "none",
        "false",
        "nein",
        "no",
        "other",
        "unknown",
        "arbeit",
        "selbstaendigkeit",
        "praktikumtrainee",
        "work",
    )
) | frozenset(
    (
        "contractor",
        "intern",
        "internship",
        "trainee",
        "volunteer",
        "perdiem",
        "freelance",
        "0",
        "arbeitszeitschichtnachtwochenende",
    )
)
_TRUE = frozenset(("true", "ja", "yes", "1", "geeignet", "moeglich"))


def merge(facets: Facets, raw: RawPosting) -> tuple[Facets, tuple[str, ...]]:
    """Facets of the text, completed by the source's fields, and notes for the operator.

    >>> raw = RawPosting("s", "1", "https://x.example/1", "Agent", contract_text="BEFRISTET")
    >>> merge(Facets(), raw)[0].contract, merge(Facets(contract="permanent"), raw)[1]
    ('fixed_term', ("contract: field says 'BEFRISTET', text says permanent",))
    """
    told, notes = _told(raw)
    changed: dict[str, Any] = {}
    proofs: list[Evidence] = []
    for facet, (value, text) in told.items():
        now = getattr(facets, facet)
        silent = now in (None, False, (), "unknown")
        if silent or (facet in {"agency", "level"} and value in {"temp", "placement", "apprentice"} and now != value):
            changed[facet] = value
            proofs.append(Evidence(facet, str(value), None, "field", text))
        if not silent and not _agree(now, value):
            notes.append(f"{facet}: field says {text!r}, text says {_shown(now)}")
    return replace(facets, **changed, evidence=(*facets.evidence, *proofs)), tuple(notes)


def _told(raw: RawPosting) -> tuple[dict[str, tuple[Any, str]], list[str]]:
    """What each field means, with its own words; and the values that nobody has met before."""
    told: dict[str, tuple[Any, str]] = {}
    notes: list[str] = []
    for facet, text, table in (
        ("contract", raw.contract_text, _CONTRACT),
        ("remote", raw.remote_text, _REMOTE),
        ("agency", raw.agency_text, _AGENCY),
        ("level", raw.experience_text, _LEVEL),
        ("level", raw.offer_kind_text, _LEVEL),
    ):
        key = _key(text)
        if key in table:
            told[facet] = (table[key], text or "")
        elif facet == "remote" and key.startswith("ausschliesslich"):
            told[facet] = ("full", text or "")
        elif (
            facet == "remote"
            and (percent := re.fullmatch(r"(?:angabeinprozent|nachvereinbarung)?(\d{1,3})(?:prozent)?", key))
            and int(percent[1]) > 0
        ):
            told[facet] = ("full" if int(percent[1]) >= 100 else "hybrid", text or "")
        elif key not in _SILENT:
            notes.append(f"{facet}: unknown value {text!r}")
    kinds = _work_time(raw.work_time_texts, told, notes)
    if kinds:
        told["work_time"] = (kinds, ", ".join(raw.work_time_texts))
    if _key(raw.career_changers_text) in _TRUE:
        told["career_changers"] = (True, raw.career_changers_text or "")
    # one flag for shift, night and weekend work: it cannot prove shifts, which the text must name
    if raw.shift_text and "wochenende" not in _key(raw.shift_text) and _key(raw.shift_text) not in _SILENT:
        told["shift"] = (True, raw.shift_text)
    if (hours := _hours(raw.hours_text)) is not None:
        told["hours"] = (hours, raw.hours_text or "")
    return told, notes


def _work_time(texts: tuple[str, ...], told: dict[str, tuple[Any, str]], notes: list[str]) -> tuple[str, ...]:
    """Kinds in fixed order; a value of schema.org's mixed list may tell the contract or the level instead."""
    kinds: set[str] = set()
    for text in texts:
        key = _key(text)
        if key in _WORK_TIME:
            kinds.update(_WORK_TIME[key])
        elif key in _CONTRACT and key != "contract":
            told.setdefault("contract", (_CONTRACT[key], text))
        elif key in _LEVEL:
            told.setdefault("level", (_LEVEL[key], text))
        elif key not in _SILENT:
            notes.append(f"work_time: unknown value {text!r}")
    return tuple(kind for kind in ("full_time", "part_time", "minijob") if kind in kinds)


def _hours(text: str | None) -> Hours | None:
    """Hours a week in a field: one number, or two; None for anything else."""
    numbers = [
        float(found.replace(",", ".")) for found in re.findall(r"(?<![\d.,])\d{1,2}(?:[.,]\d{1,2})?(?![\d.,])", text or "")
    ]
    if (
        not 1 <= len(numbers) <= 2
        or not all(4 <= number <= 60 for number in numbers)
        or re.search(r"mon|tag|day|jahr|year", fold(text or ""))
    ):
        return None
    return Hours(min(numbers), max(numbers))


def _key(text: str | None) -> str:
    low = fold(text or "").replace("ä", "ae").replace("ö", "oe").replace("ü", "ue").replace("ß", "ss")
    return re.sub(r"[^a-z0-9]", "", low)


def _agree(now: object, value: object) -> bool:
    """Equal, or sets of which one holds the other: a text may name more kinds than a flag."""
    if isinstance(now, tuple) and isinstance(value, tuple):
        return set(now) <= set(value) or set(value) <= set(now)
    if isinstance(now, Hours) and isinstance(value, Hours):
        return now.low == value.low or now.high == value.high
    return now == value


def _shown(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)
