"""Personio: one XML feed for each employer and language, no paging, pay in fields where the employer fills them.

Facts as of October 2026: descriptions exist only in the language asked for, all else always; the feed is opt-in and may be empty;
an unknown name redirects to the vendor, so redirects are not followed; `office` is free text, no address; one side of
`salaryInformation` may be empty.
"""

from collections.abc import Mapping
from html import escape
from types import MappingProxyType
from typing import Any

from scraper.errors import LayoutChanged
from scraper.model import Options, Page, Parsed, RawPay, RawPlace, RawPosting, Request
from scraper.parse.fields import compact, each, need_text, text, unknown
from scraper.parse.xml import load_xml, many
from scraper.sources import _boards as boards
from scraper.sources._once import once

NAME = "personio"
DEFAULTS: Mapping[str, Any] = MappingProxyType(
    {"boards": [], "employers": {}, "base_url": "https://{slug}.jobs.personio.de", "languages": ["de", "en"]}
)
_UNKNOWN = boards.hint(NAME)[404]
HINTS: Mapping[int, str] = MappingProxyType(boards.hint(NAME) | dict.fromkeys((301, 302, 303, 307, 308), _UNKNOWN))
KNOWN: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "employmentType": ("permanent", "intern", "trainee", "freelance", "temporary", "working_student"),
        "schedule": ("full-time", "part-time", "full-or-part-time"),
        "salaryInformation.type": ("yearly", "monthly", "hourly"),
    }
)
EXTRA = ("department", "recruitingCategory", "yearsOfExperience", "keywords", "occupationCategory", "employmentType")


def start(options: Options) -> list[Request]:
    """The feed of each board in the first language; the others are asked for only where descriptions are missing."""
    settings = boards.settings_of(DEFAULTS, options)
    first, *rest = settings["languages"]
    return boards.listings(NAME, settings, f"/xml?language={first}", follow=False, language=first, languages=rest)


def parse(page: Page) -> Parsed:
    """The ads that have a description; the rest is left to the next language, and to the last one in any case."""
    boards.refuse_elsewhere(page)
    document = load_xml(page)
    if document.root != "workzag-jobs":
        raise LayoutChanged("workzag-jobs", f"a document that begins with <{document.root}>")
    carry = page.request.carry
    done, later = set(carry.get("done", ())), list(carry.get("languages", ()))
    positions = once(many(document.content, "position"), lambda one: text(one, "id"))
    waiting = [one for one in positions if text(one, "id") not in done]
    if later:
        waiting = [one for one in waiting if _sections(one) or text(one, "id") is None]
    ads, rejects = each(lambda one: _ad(page, one), waiting, lambda one: text(one, "id"))
    done |= {ad.source_id for ad in ads} | {reject.source_id for reject in rejects if reject.source_id}
    more = (_next(page, later, sorted(done)),) if later and len(done) < len(positions) else ()
    notes = [note for one in waiting for note in unknown(_told(one), KNOWN)]
    if not positions:
        notes.append(f"the feed of {boards.board_of(page)} is empty: no jobs, or the employer has not switched it on")
    return Parsed(ads, rejects, more, len(positions), boards.board_of(page), notes=(*document.repairs, *notes))


def _next(page: Page, languages: list[str], done: list[str]) -> Request:
    base = boards.base(page)
    carry = {**page.request.carry, "language": languages[0], "languages": languages[1:], "done": done}
    return Request(f"{base}/xml?language={languages[0]}", carry=carry, follow=False)


def _ad(page: Page, item: Any) -> RawPosting:
    number = need_text(item, "id")
    sections = _sections(item)
    return RawPosting(
        source=NAME,
        source_id=number,
        url=f"{boards.base(page)}/job/{number}",
        title=need_text(item, "name"),
        employer=text(item, "subcompany") or boards.employer_of(page),
        employer_key=boards.key_of(page),
        description="\n".join(f"<h3>{escape(name)}</h3>\n{value}" if name else value for name, value in sections) or None,
        description_format="html",
        places=tuple(RawPlace(text=office) for office in _offices(item)),
        pay=_pay(item),
        occupation=text(item, "occupation"),
        posted_text=text(item, "createdAt"),
        contract_text=kind if (kind := text(item, "employmentType")) in {"permanent", "temporary"} else None,
        work_time_texts=(schedule,) if (schedule := text(item, "schedule")) else (),
        experience_text=text(item, "seniority"),
        offer_kind_text=kind if kind not in {"permanent", "temporary"} else None,
        language=page.request.carry.get("language") if sections else None,
        extra=compact({key: text(item, key) for key in EXTRA}),
    )


def _sections(item: Any) -> list[tuple[str | None, str]]:
    """Headings and HTML of the description that are there in this language."""
    found = many(item, "jobDescriptions", "jobDescription")
    return [(text(one, "name"), value) for one in found if isinstance(one, Mapping) and (value := text(one, "value"))]


def _offices(item: Any) -> list[str]:
    """The office and the additional ones, which at times stand as bare text."""
    named = [text(item, "office"), text(item, "additionalOffices"), text(item, "additionalOffices", "#text")]
    named += [one for one in many(item, "additionalOffices", "office") if isinstance(one, str)]
    return list(dict.fromkeys(one for one in named if one))


def _pay(item: Any) -> tuple[RawPay, ...]:
    low, high, kind, code, sign = (
        text(item, "salaryInformation", key) for key in ("min", "max", "type", "currencyCode", "currencySymbol")
    )
    return (RawPay(period_text=kind, low_text=low, high_text=high, currency_text=code or sign),) if low or high else ()


def _told(item: Any) -> dict[str, str | None]:
    plain = {key: text(item, key) for key in ("employmentType", "schedule")}
    return {**plain, "salaryInformation.type": text(item, "salaryInformation", "type")}
