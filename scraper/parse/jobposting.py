"""A schema.org JobPosting, whatever syntax it stood in, to a `RawPosting`; all that had to be mended is named."""

import re
from collections.abc import Iterator, Mapping
from html import unescape
from typing import Any

from scraper.errors import LayoutChanged
from scraper.model import RawPosting
from scraper.parse.fields import compact, text, texts
from scraper.parse.html import to_text
from scraper.parse.jobid import Where, address, identifier, names, stable_id
from scraper.parse.schema_pay import pays
from scraper.parse.schema_place import places
from scraper.parse.vocabulary import mended

#: what may follow the description in fields of its own, in the order of an ad
SECTIONS: tuple[str, ...] = ("responsibilities", "qualifications", "experienceRequirements", "educationRequirements", "skills")
SECTIONS += ("jobBenefits", "incentiveCompensation", "employerOverview", "specialCommitments", "physicalRequirement")
_EXTRA = ("directApply", "totalJobOpenings")
_ENCODED = re.compile(r"&(?:amp;)?lt;/?[a-z]", re.IGNORECASE)
_BREAK = re.compile(r"(?:&(?:amp;)?#(?:x0?[ad]|1[03]);)+", re.IGNORECASE)
_OWN_TAG = re.compile(r"<[a-zA-Z/!]")
_TAG = re.compile(r"<[a-zA-Z/!]|&[a-zA-Z#][a-zA-Z0-9]{1,9};")


def raw_posting(value: Mapping[str, Any], where: Where, source: str, repairs: tuple[str, ...] = ()) -> RawPosting:
    """Read one object.

    Raises:
        LayoutChanged: it has no title.
    """
    told = list(repairs)
    item = mended(value, told)
    title = _line(text(item, "title") or text(item, "name"))
    if title is None:
        raise LayoutChanged("title", "a JobPosting")
    url = address(item, where)
    employer = _name(item, "hiringOrganization", told)
    reference = identifier(item)
    description = _description(item, told)
    return RawPosting(
        source=source,
        source_id=stable_id(reference, url),
        url=url,
        title=title,
        employer=employer,
        description=description,
        description_format="html" if description and _TAG.search(description) else "text",
        places=places(item, employer, told),
        pay=pays(item, told),
        occupation=_line(names(item, "occupationalCategory") or names(item, "relevantOccupation")),
        reference=reference,
        posted_text=text(item, "datePosted"),
        changed_text=text(item, "dateModified"),
        expires_text=text(item, "validThrough"),
        starts_text=text(item, "jobStartDate"),
        work_time_texts=_listed(item, "employmentType", told),
        hours_text=_line(text(item, "workHours")),
        remote_text=text(item, "jobLocationType"),
        sector_text=_line(names(item, "industry")),
        language=_language(item),
        skills=tuple(name for name in texts(item, "skills") if len(name) <= 60) if isinstance(item.get("skills"), list) else (),
        extra=compact({**{key: text(item, key) for key in _EXTRA}, "from": _all(item, "applicantLocationRequirements")}),
        repairs=tuple(dict.fromkeys(told)),
    )


def _description(item: Mapping[str, Any], told: list[str]) -> str | None:
    """The description and what stands in fields of its own beside it, each part once."""
    parts: list[str] = []
    shown = ""
    for part in (one for key in ("description", *SECTIONS) for one in _parts(item, key)):
        mended = _decoded(part, told)
        plain = to_text(mended) if parts or len(part) < 50 else ""
        if parts and (len(plain) < 3 or _squeezed(plain) in (shown := shown or _squeezed(to_text(" ".join(parts))))):
            continue
        parts.append(mended)
        shown = ""
    if not parts:
        return None
    if len(parts) == 1:
        return parts[0]
    return "\n".join(part if _TAG.search(part) else f"<p>{part}</p>" for part in parts)


def _parts(item: Mapping[str, Any], key: str) -> Iterator[str]:
    value = item.get(key)
    for one in value[:100] if isinstance(value, list) else [value]:
        if isinstance(one, str) and one.strip():
            yield one.strip()
        elif isinstance(one, Mapping) and (name := text(one, "description") or text(one, "name")):
            yield name


def _decoded(part: str, told: list[str]) -> str:
    r"""A part without the encodings that were laid over it: `\n` as two characters, markup as entities."""
    if "\\n" in part or "\\r" in part:
        told.append("description: line breaks written as \\n")
        part = part.replace("\\r", "").replace("\\n", "\n").replace("\\t", " ")
    if _BREAK.search(part):
        told.append("description: line breaks encoded as entities")
        part = _BREAK.sub("<br>" if _OWN_TAG.search(part) else "\n", part)
    if _ENCODED.search(part) and not _OWN_TAG.search(part):
        told.append("description: markup encoded as entities")
        part = part.replace("&amp;", "&") if "&amp;lt;" in part else part
        part = part.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"').replace("&amp;", "&")
    return part


def _squeezed(plain: str) -> str:
    return re.sub(r"\W+", "", plain).lower()


def _name(item: Mapping[str, Any], key: str, told: list[str]) -> str | None:
    value = item.get(key)
    if isinstance(value, str) and value.strip():
        told.append(f"{key}: a plain string")
    return _line(names(item, key))


def _listed(item: Mapping[str, Any], key: str, told: list[str]) -> tuple[str, ...]:
    """A list, or a string that lists."""
    found: list[str] = []
    for one in texts(item, key):
        parts = [part.strip() for part in re.split(r"[,;|]", one) if part.strip()]
        if len(parts) > 1:
            told.append(f"{key}: several in one string")
        found += parts
    return tuple(dict.fromkeys(found))[:20]


def _all(item: Mapping[str, Any], key: str) -> str | None:
    """The names of everything that a field refers to."""
    value = item.get(key)
    found = (names({"it": one}, "it") for one in (value[:50] if isinstance(value, list) else [value]))
    return "; ".join(name for name in found if name) or None


def _language(item: Mapping[str, Any]) -> str | None:
    named = text(item, "inLanguage")
    return named[:2].lower() if named and re.match(r"[A-Za-z]{2}(?:$|[-_])", named) else None


def _line(words: str | None) -> str | None:
    """One line of plain text out of a field that may hold markup or entities."""
    if words is None or not ("<" in words or "&" in words or "\n" in words):
        return words
    words = unescape(words) if "&amp;" in words else words  # encoded once more than the field itself
    return " ".join(to_text(words).split()) or None
