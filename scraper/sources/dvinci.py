"""d.vinci: one JSON list for each employer, with pay in fields and as a German sentence, and a contact person that is never read.

Facts as of September 2026: the address of an ad changes its ending, so the id is the employer's board and the ad's number;
start and end are often null; a place is often only a site's name; standing offers for unsolicited applications are no vacancies.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from scraper.errors import LayoutChanged
from scraper.model import Options, Page, Parsed, RawPay, RawPlace, RawPosting, Request
from scraper.parse.fields import compact, each, load_json, mappings, need, need_text, text, unknown
from scraper.sources import _boards as boards
from scraper.sources._links import web

NAME = "dvinci"
DEFAULTS: Mapping[str, Any] = MappingProxyType(
    {"boards": [], "employers": {}, "base_url": "https://{slug}.dvinci-hr.com", "language": "de"}
)
HINTS: Mapping[int, str] = MappingProxyType(boards.hint(NAME))
KNOWN: Mapping[str, tuple[str, ...]] = MappingProxyType({"type": ("DEFAULT", "UNSOLICITED")})
SECTIONS = ("introduction", "tasks", "profile", "weOffer", "closingText")


def start(options: Options) -> list[Request]:
    """The list of each board."""
    settings = boards.settings_of(DEFAULTS, options)
    return boards.listings(NAME, settings, f"/jobPublication/list.json?lang={settings['language']}")


def parse(page: Page) -> Parsed:
    """Every ad of the list except standing offers."""
    boards.refuse_elsewhere(page)
    body = load_json(page)
    if isinstance(body, Mapping):  # the portal's own frame around the list
        body = next((body[key] for key in ("jobPublications", "data") if isinstance(body.get(key), list)), body)
    if not isinstance(body, list):
        raise LayoutChanged("id", "an answer that is no list")
    offers = [one for one in body if text(one, "jobOpening", "type") != "UNSOLICITED"]
    ads, rejects = each(lambda one: _ad(page, one), offers, lambda one: text(one, "id"))
    notes = [note for one in offers for note in unknown({"type": text(one, "jobOpening", "type")}, KNOWN)]
    return Parsed(ads, rejects, total=len(offers), listing=boards.board_of(page), notes=tuple(notes))


def _ad(page: Page, item: Any) -> RawPosting:
    opening = need(item, "jobOpening")
    if not isinstance(opening, Mapping):
        raise LayoutChanged("jobOpening")
    parts = [text(item, key) for key in SECTIONS]
    url = web(need_text(item, "jobPublicationURL"))
    board = boards.board_of(page, url)
    return RawPosting(
        source=NAME,
        source_id=f"{board}:{need_text(item, 'id')}",
        url=url,
        title=need_text(item, "position"),
        employer=text(opening, "company", "name") or boards.employer_of(page),
        employer_key=board,
        description="\n".join(part for part in parts if part) or None,
        description_format="html",
        places=_places(opening),
        pay=_pay(opening),
        reference=text(opening, "reference"),
        posted_text=text(opening, "createdDate"),
        expires_text=text(item, "endDate"),
        starts_text=text(opening, "earliestEntryDate"),
        contract_text=text(opening, "contractPeriod", "name"),
        work_time_texts=tuple(time for one in mappings(opening, "workingTimes") if (time := _time(one))),
        language=text(item, "language"),
        apply_url=text(item, "applicationFormURL"),
        extra=compact({"department": text(opening, "department"), "startDate": text(item, "startDate")}),
    )


def _time(item: Mapping[str, Any]) -> str | None:
    """The platform's own name where it has one; else the employer's words ("Teilzeit bis 25%")."""
    return internal if (internal := text(item, "internalName")) in {"FULL_TIME", "PART_TIME", "MINIJOB"} else text(item, "name")


def _places(opening: Mapping[str, Any]) -> tuple[RawPlace, ...]:
    """Sites with their address where they have one; else only the site's name, which may name no town."""
    found = tuple(_place(one) for one in mappings(opening, "locations"))
    return found or ((RawPlace(text=site),) if (site := text(opening, "location")) else ())


def _place(item: Mapping[str, Any]) -> RawPlace:
    address = item.get("address")
    inner: Mapping[str, Any] = address if isinstance(address, Mapping) else {}
    return RawPlace(
        text=None if inner else text(item, "address") or text(item, "name"),
        street=text(inner, "street"),
        postcode=text(inner, "zipCode") or text(inner, "zip") or text(inner, "postalCode"),
        city=text(inner, "city"),
        country=text(item, "country", "name")
        or text(item, "country")
        or text(inner, "country", "name")
        or text(inner, "country"),
        lat_text=text(item, "latitude"),
        lon_text=text(item, "longitude"),
    )


def _pay(opening: Mapping[str, Any]) -> tuple[RawPay, ...]:
    """The fields, with the sentence beside them; the sentence alone where there are no amounts."""
    value = ("salary", "value")
    low, high, single = (text(opening, *value, key) for key in ("minValue", "maxValue", "value"))
    said = text(opening, "salaryRange")
    if not (low or high or single or said):
        return ()
    return (
        RawPay(
            period_text=text(opening, *value, "unitText"),
            low_text=low,
            high_text=high,
            value_text=single,
            currency_text=text(opening, "salary", "currency"),
            text=said,
        ),
    )
