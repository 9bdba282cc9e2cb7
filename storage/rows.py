"""From a normalised ad to the rows that hold it, and which of its columns count in its history; pure."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from functools import lru_cache
from typing import Any

import msgspec

from scraper.model import Facets, Language, Pay, Place, Posting, RawPosting
from scraper.normalise.employer import fold_employer
from storage.tables import posting
from storage.types import Day, Flag, Real, Utc

Row = dict[str, Any]

#: columns that say nothing about the ad itself: identity, life, provenance
UNTRACKED = frozenset(
    {
        "id", "source", "source_id", "content_hash", "archive_hash", "parser_version", "revision", "raw", "evidence", "notes",
        "changed_at", "first_seen_at", "last_seen_at", "updated_at", "closed_at", "closed_reason", "reopened_at", "misses",
        "missed_at", "last_run_id",
    }
)  # fmt: skip
TRACKED = tuple(column.name for column in posting.columns if column.name not in UNTRACKED)
#: child rows whose history is kept as text beside the columns
SETS = ("languages", "skills")


@dataclass(frozen=True, slots=True)
class AdRows:
    """All rows of one ad; child rows without `posting_id`, which only the database knows."""

    values: Row  #: columns of `posting`, life columns left out
    pays: tuple[Row, ...]
    languages: tuple[Row, ...]
    skills: tuple[Row, ...]
    places: tuple[Row, ...]


def ad_rows(ad: Posting, parser_version: str) -> AdRows:
    """The rows of an ad."""
    values = _head(ad) | _place(primary(ad.places)) | _facets(ad.facets) | _pay(ad) | _monthly(ad)
    values |= {
        "content_hash": ad.content_hash,
        "archive_hash": ad.archive_hash,
        "parser_version": parser_version,
        "raw": raw_json(ad.raw),
        "evidence": encode([_plain(found) for found in ad.facets.evidence]),
        "notes": encode(list(ad.notes)),
    }
    return AdRows(
        values,
        tuple(_pay_row(position, pay, pay == ad.pay) for position, pay in enumerate(ad.pays)),
        tuple(_language(found) for found in _distinct(ad.facets.languages)),
        tuple({"skill": skill} for skill in sorted(set(ad.facets.skills))),
        tuple({"position": position, **_place_row(place)} for position, place in enumerate(ad.places)),
    )


def primary(places: tuple[Place, ...]) -> Place | None:
    """The place that stands for an ad: the first in the profile's town, else the first.

    >>> primary((Place("Essen"), Place("Duisburg", in_town=True))).text
    'Duisburg'
    """
    return next((place for place in places if place.in_town), places[0] if places else None)


def tracked(rows: AdRows) -> Row:
    """What the history of an ad looks at: its columns, and its languages and skills as text."""
    return {name: rows.values[name] for name in TRACKED} | {
        "languages": language_text(rows.languages),
        "skills": ",".join(row["skill"] for row in rows.skills),
    }


def language_text(rows: Any) -> str:
    """Languages as one sorted text.

    >>> language_text([{"code": "en", "need": "plus", "level": None}, {"code": "de", "need": "required", "level": "C1"}])
    'de:required:C1,en:plus'
    """
    return ",".join(sorted(":".join(part for part in (row["code"], row["need"], row["level"]) if part) for row in rows))


def as_text(value: Any) -> str | None:
    """A tracked value as it stands in `posting_change`; `from_text` reads it back."""
    match value:
        case None | str():
            return value
        case bool():
            return "1" if value else "0"
        case datetime() | date():
            return value.isoformat()
        case int() | float():
            return repr(float(value))  # 2400 and 2400.0 are the same pay
        case _:
            return str(value)


def from_text(field: str, text: str | None) -> Any:
    """The value of a tracked field from its text in `posting_change`.

    >>> from_text("hours_low", "38.5"), from_text("shift", "1"), from_text("title", None)
    (38.5, True, None)
    """
    if text is None or field in SETS:
        return text
    kind = posting.c[field].type
    if isinstance(kind, Flag):
        return text == "1"
    if isinstance(kind, Day):
        return date.fromisoformat(text)
    if isinstance(kind, Utc):
        return datetime.fromisoformat(text)
    return float(text) if kind is Real else text


def encode(value: Any) -> str:
    """JSON with sorted keys: the same value is the same text."""
    return _ENCODER.encode(value).decode("utf-8")


def raw_json(raw: RawPosting) -> str:
    """What the source said, as JSON, without what it left unsaid and without the description, which stands beside it, cleaned."""
    return encode({name: value for name in _RAW_FIELDS if (value := getattr(raw, name))})


def raw_posting(text: str, description: str) -> RawPosting:
    """The raw ad again; its description is the cleaned one."""
    return msgspec.convert(msgspec.json.decode(text) | {"description": description}, RawPosting)


def _hook(value: Any) -> Any:
    if isinstance(value, Mapping):
        return dict(value)
    raise NotImplementedError(type(value))


_ENCODER = msgspec.json.Encoder(enc_hook=_hook, order="deterministic")
_RAW_FIELDS = tuple(field.name for field in fields(RawPosting) if field.name not in {"description", "description_format"})


def _plain(value: Any) -> Row:
    return {name: getattr(value, name) for name in value.__slots__}


def _distinct(languages: tuple[Language, ...]) -> list[Language]:
    """One row for each language: the stronger need wins, then the first."""
    best: dict[str, Language] = {}
    for language in sorted(languages, key=lambda found: found.need != "required"):
        best.setdefault(language.code, language)
    return [best[code] for code in sorted(best)]


def _language(found: Language) -> Row:
    return {"code": found.code, "need": found.need, "level": found.level}


@lru_cache(maxsize=4096)
def _folded(employer: str) -> str | None:
    return fold_employer(employer) or None


def _head(ad: Posting) -> Row:
    raw = ad.raw
    return {
        "source": raw.source,
        "source_id": raw.source_id,
        "url": raw.url,
        "title": ad.title,
        "employer": ad.employer,
        "employer_folded": _folded(ad.employer) if ad.employer else None,
        "description": ad.description,
        "language": ad.language,
        "reference": raw.reference,
        "occupation": raw.occupation,
        "partner": raw.partner,
        "apply_url": raw.apply_url,
        "posted_on": ad.posted_on,
        "changed_at": ad.changed_at,
        "expires_on": ad.expires_on,
        "starts_on": ad.starts_on,
        "revision": raw.revision,
    }


def _place(place: Place | None) -> Row:
    row = _place_row(place or Place(""))
    row["place_text"] = row.pop("text") or None
    del row["in_town"]  # the ad's own: any of its places
    return row


def _place_row(place: Place) -> Row:
    return _plain(place)


def _facets(facets: Facets) -> Row:
    return {
        "in_town": facets.in_town,
        "in_scope": facets.in_scope,
        "level": facets.level,
        "experience_years": facets.experience_years,
        "career_changers": facets.career_changers,
        "work_time": ",".join(facets.work_time),
        "hours_low": facets.hours.low if facets.hours else None,
        "hours_high": facets.hours.high if facets.hours else None,
        "contract": facets.contract,
        "agency": facets.agency,
        "remote": facets.remote,
        "shift": facets.shift,
        "sector": facets.sector,
        "training": ",".join(facets.training),
    }


def _pay_row(position: int, pay: Pay, chosen: bool) -> Row:
    start, end = pay.span or (None, None)
    row = _plain(pay)
    del row["span"]
    return row | {
        "position": position,
        "chosen": chosen,
        "span_start": start,
        "span_end": end,
        "tags": ",".join(pay.tags),
        "warnings": ",".join(pay.warnings),
    }


def _pay(ad: Posting) -> Row:
    pay = ad.pay
    names = ("low", "high", "unit", "currency", "bound", "gross", "hours", "payments", "tariff", "origin", "quote")
    row = {f"pay_{name}": getattr(pay, name) if pay else None for name in names}
    return row | {"pay_tags": ",".join(pay.tags) if pay else "", "pay_warnings": ",".join(pay.warnings) if pay else ""}


def _monthly(ad: Posting) -> Row:
    month = ad.monthly
    return {
        "low_eur_month": month.low_min if month else None,
        "low_eur_month_max": month.low_max if month else None,
        "high_eur_month": month.high_min if month else None,
        "high_eur_month_max": month.high_max if month else None,
        "low_eur_hour": month.hour_low_min if month else None,
        "low_eur_hour_max": month.hour_low_max if month else None,
        "basis_hours_low": month.hours_low if month else None,
        "basis_hours_high": month.hours_high if month else None,
        "weeks_per_month": month.weeks_per_month if month else None,
        "pay_assumptions": ",".join(month.assumptions) if month else "",
    }
