"""Bundesagentur für Arbeit, job search: v6 listing for each term, v4 detail for each new or changed ad.

The interface is undocumented by its owner and rotates its versions, so base URL, paths and key are configuration.
Facts as of November 2026 (docs/sources.md): pages count from 1, page × size ends at 10,000, an empty list is an absent key,
`veroeffentlichtseit` filters only for 0, 1, 7, 14 and 28, amounts are in the unit that `verguetungsangabe` names.
"""

import base64
import math
from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from scraper.errors import Incomplete, LayoutChanged, NotUnderstood
from scraper.model import Options, Page, Parsed, RawPay, RawPlace, RawPosting, Reject, Request
from scraper.parse.fields import compact, each, excerpt, flag, load_json, mappings, need, need_text, text, texts, unknown

NAME = "bundesagentur"
DEFAULTS: Mapping[str, Any] = MappingProxyType(
    {
        "base_url": "https://rest.arbeitsagentur.de/jobboerse/jobsuche-service",
        "search_path": "/pc/v6/jobs",
        "detail_path": "/pc/v4/jobdetails/",
        "api_key": "jobboerse-jobsuche",
        "page_size": 100,
        "offer_kinds": [1],
        "human_url": "https://www.arbeitsagentur.de/jobsuche/jobdetail/",
    }
)
HINTS: Mapping[int, str] = MappingProxyType(
    {
        403: "the interface says 403 alike for a wrong path version, a wrong key and its own filter: "
        "compare search_path, detail_path and api_key under [source.bundesagentur] with docs/sources.md",
        404: "the path version has been retired: see search_path under [source.bundesagentur]",
        400: "the interface refused the question: see terms, place and page_size",
    }
)
CAP = 10_000  #: hits that may be paged to, page × size
SINCE_DAYS = (0, 1, 7, 14, 28)  #: every other number is silently no filter at all
KNOWN: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "verguetungsangabe": ("STUNDENLOHN", "JAHRESGEHALT", "KEINE_ANGABEN", "AUSBILDUNGSVERGUETUNG_NACH_JAHREN"),
        "artDerVerguetung": ("GEHALTSSPANNE", "FESTGEHALT"),
        "vertragsdauer": ("UNBEFRISTET", "BEFRISTET", "KEINE_ANGABE"),
        "stellenangebotsart": ("ARBEIT", "AUSBILDUNG", "SELBSTAENDIGKEIT", "PRAKTIKUM_TRAINEE"),
        "homeofficetyp": ("NACH_VEREINBARUNG", "ANGABE_IN_PROZENT", "AUSSCHLIESSLICH"),
    }
)
SEARCH_MODES = ("UMKREISSUCHE", "UMKREISSUCHE_MIT_KOORDINATEN", "BUNDESLANDSUCHE", "LANDSUCHE")
WORK_TIMES = (
    "arbeitszeitVollzeit",
    "arbeitszeitTeilzeitVormittag",
    "arbeitszeitTeilzeitNachmittag",
    "arbeitszeitTeilzeitAbend",
    "arbeitszeitTeilzeitFlexibel",
    "arbeitszeitSchichtNachtWochenende",
    "istGeringfuegigeBeschaeftigung",
)
EXTRA = (
    "verguetungsangabe", "artDerVerguetung", "homeofficemoeglich", "homeofficetyp", "homeofficeprozent", "befristungInMonaten",
    "alternativBeruf1", "alternativBeruf2", "alternativBeruf3", "chiffrenummer", "entfernung", "ausbildungsart",
    "allianzpartnerUrl", "istBetreut", "istBehinderungGefordert", "studienform", "studiengang", "geforderterBildungsabschluss",
    *WORK_TIMES,
)  # fmt: skip


def start(options: Options) -> list[Request]:
    """Page 1 of one listing for each term."""
    settings = {**DEFAULTS, **options.settings}
    query = {
        "wo": options.place,
        "umkreis": str(options.radius_km),
        "angebotsart": ";".join(map(str, settings["offer_kinds"])),
        "size": str(settings["page_size"]),
        "page": "1",
    }
    if (days := since_days(options.since, options.now)) is not None:
        query["veroeffentlichtseit"] = str(days)
    carry = {key: settings[key] for key in ("base_url", "detail_path", "api_key", "human_url")}
    url = settings["base_url"].rstrip("/") + settings["search_path"]
    return [Request(f"{url}?{urlencode({'was': term, **query})}", headers=_headers(carry), carry=carry) for term in options.terms]


def parse(page: Page) -> Parsed:
    """A search page yields detail requests and further pages; a detail page yields its ad."""
    body = load_json(page)
    if not isinstance(body, Mapping):
        raise LayoutChanged("ergebnisliste", "an answer that is no object")
    if page.request.kind == "detail" or (not page.request.carry and "referenznummer" in body):  # the latter saved by a person
        return _detail(page, body)
    if "messages" in body:
        raise NotUnderstood(f"the interface refused the question: {_messages(body)}")
    return _listing(page, body)


def since_days(since: datetime | None, now: datetime | None) -> int | None:
    """The smallest filter value that reaches back to `since`; None: list everything.

    >>> from datetime import UTC
    >>> since_days(datetime(2026, 11, 20, 6, tzinfo=UTC), datetime(2026, 11, 22, 6, tzinfo=UTC))
    7
    >>> since_days(datetime(2026, 9, 1, tzinfo=UTC), datetime(2026, 11, 22, tzinfo=UTC)) is None  # further than any filter
    True
    """
    if since is None or now is None:
        return None
    days = math.ceil((now - since).total_seconds() / 86_400)
    return next((value for value in SINCE_DAYS if value >= days), None)


def _listing(page: Page, body: Mapping[str, Any]) -> Parsed:
    query = dict(parse_qsl(urlsplit(page.request.url).query))
    mode = text(body, "woOutput", "suchmodus")
    if mode == "UNGUELTIG":
        raise NotUnderstood(f"the place {query.get('wo')!r} was not understood (suchmodus UNGUELTIG): write it with its umlauts")
    total = need(body, "maxErgebnisse")
    if not isinstance(total, int) or total < 0:
        raise LayoutChanged("maxErgebnisse")
    if total > CAP:
        raise Incomplete(f"{total} hits for {query.get('was')!r}, but only {CAP} can be paged to: narrow the term or the radius")
    hits = mappings(body, "ergebnisliste")
    if not page.request.carry:  # a search that a person saved: what it tells is all there is
        if total and not hits:
            raise LayoutChanged("ergebnisliste", f"a search with {total} hits")
        ads, unread = each(lambda hit: _posting(page, hit), hits, lambda hit: text(hit, "referenznummer"))
        return Parsed(ads, unread, total=total)
    number, size = int(query["page"]), int(query["size"])
    if not hits and (number - 1) * size < total:
        raise LayoutChanged("ergebnisliste", f"page {number} of {total} hits")
    details, rejects = _detail_requests(page, hits)
    more = [_page(page.request, n) for n in range(2, math.ceil(total / size) + 1)] if number == 1 else []
    notes = () if mode in (*SEARCH_MODES, None) else (f"unknown value {mode!r} of suchmodus",)
    return Parsed(rejects=rejects, requests=(*more, *details), total=total, listing=query.get("was", ""), notes=notes)


def _detail_requests(page: Page, hits: list[Mapping[str, Any]]) -> tuple[tuple[Request, ...], tuple[Reject, ...]]:
    requests: list[Request] = []
    rejects: list[Reject] = []
    for hit in hits:
        try:
            requests.append(_detail_request(page.request.carry, hit))
        except LayoutChanged as error:
            rejects.append(Reject(str(error), text(hit, "referenznummer"), excerpt=excerpt(hit)))
    return tuple(requests), tuple(rejects)


def _detail_request(carry: Mapping[str, Any], hit: Mapping[str, Any]) -> Request:
    """The detail is asked for by the base64 of the reference; the raw reference answers 404."""
    reference = need_text(hit, "referenznummer")
    need_text(hit, "stellenangebotsTitel")
    encoded = quote(base64.b64encode(reference.encode()).decode(), safe="")
    return Request(
        f"{carry['base_url'].rstrip('/')}{carry['detail_path']}{encoded}",
        kind="detail",
        headers=_headers(carry),
        source_id=reference,
        revision=text(hit, "aenderungsdatum"),
        carry={**carry, "hit": dict(hit)},
    )


def _detail(page: Page, body: Mapping[str, Any]) -> Parsed:
    """The ad of a detail page; some listed ads (partners', expired) answer 404, and the listing's fields are all there is."""
    hit: Mapping[str, Any] = page.request.carry.get("hit", {})
    if page.status in (404, 410) or "messages" in body:
        if "STELLENANGEBOT_NICHT_GEFUNDEN" not in _messages(body):
            raise NotUnderstood(f"the interface refused a detail: {_messages(body) or f'status {page.status}'}")
        note = "detail_missing: listed, but its detail page is not to be found"
        if not hit:
            return Parsed(gone=(page.request.source_id or "",), notes=(note,))
        return Parsed(postings=(_posting(page, hit, f"no detail on {page.fetched_at.date()}", (note,)),))
    item = {**hit, **body}
    ad = _posting(page, item)
    if page.request.source_id not in (None, ad.source_id):
        raise LayoutChanged("referenznummer", f"the detail of {page.request.source_id} (it answers for {ad.source_id})")
    return Parsed(postings=(ad,), notes=unknown({key: text(item, key) for key in KNOWN}, KNOWN))


def _posting(page: Page, item: Mapping[str, Any], doubt: str = "", repairs: tuple[str, ...] = ()) -> RawPosting:
    reference = need_text(item, "referenznummer")
    return RawPosting(
        source=NAME,
        source_id=reference,
        url=page.request.carry.get("human_url", DEFAULTS["human_url"]) + quote(reference, safe=""),
        title=need_text(item, "stellenangebotsTitel"),
        revision=f"{text(item, 'aenderungsdatum')} {doubt}".strip(),
        employer=text(item, "firma"),
        employer_key=text(item, "arbeitgeberKundennummerHash"),
        description=text(item, "stellenangebotsBeschreibung"),
        places=tuple(_place(entry) for entry in mappings(item, "stellenlokationen")),
        pay=_pay(item),
        occupation=text(item, "hauptberuf"),
        occupations=(*texts(item, "alleBerufe"), *texts(item, "weitereBerufe")),
        posted_text=text(item, "datumErsteVeroeffentlichung"),
        changed_text=text(item, "aenderungsdatum"),
        expires_text=text(item, "veroeffentlichungszeitraum", "bis"),
        starts_text=text(item, "eintrittszeitraum", "von"),
        contract_text=text(item, "vertragsdauer"),
        contract_until_text=text(item, "befristetBis"),
        work_time_texts=tuple(key for key in WORK_TIMES if flag(item, key)),
        remote_text=_remote(item),
        shift_text="arbeitszeitSchichtNachtWochenende" if flag(item, "arbeitszeitSchichtNachtWochenende") else None,
        agency_text=_agency(item),
        career_changers_text=text(item, "quereinstiegGeeignet"),
        offer_kind_text=text(item, "stellenangebotsart"),
        apply_url=text(item, "externeURL"),
        partner=text(item, "allianzpartnerName"),
        skills=tuple(name for group in mappings(item, "fertigkeiten") for name in _skill_names(group)),
        extra=compact({**{key: text(item, key) for key in EXTRA}, **_periods(item)}),
        repairs=repairs,
    )


def _place(entry: Mapping[str, Any]) -> RawPlace:
    street = " ".join(part for part in (text(entry, "adresse", "strasse"), text(entry, "adresse", "hausnummer")) if part)
    return RawPlace(
        street=street or None,
        postcode=text(entry, "adresse", "plz"),
        city=text(entry, "adresse", "ort"),
        district=text(entry, "adresse", "ortsteil"),
        region=text(entry, "adresse", "region"),
        country=text(entry, "adresse", "land"),
        lat_text=text(entry, "breite"),
        lon_text=text(entry, "laenge"),
    )


def _pay(item: Mapping[str, Any]) -> tuple[RawPay, ...]:
    """The amounts, in the unit that `verguetungsangabe` names; a period may be stated without any amount."""
    amounts = {key: text(item, key) for key in ("gehaltsspanneVon", "gehaltsspanneBis", "festgehalt")}
    if not any(amounts.values()):
        return ()
    return (
        RawPay(
            period_text=text(item, "verguetungsangabe"),
            kind_text=text(item, "artDerVerguetung"),
            low_text=amounts["gehaltsspanneVon"],
            high_text=amounts["gehaltsspanneBis"],
            value_text=amounts["festgehalt"],
            currency_text="EUR",  # the interface knows no other
        ),
    )


def _periods(item: Mapping[str, Any]) -> dict[str, str | None]:
    return {
        "eintrittszeitraum.bis": text(item, "eintrittszeitraum", "bis"),
        "veroeffentlichungszeitraum.von": text(item, "veroeffentlichungszeitraum", "von"),
    }


def _remote(item: Mapping[str, Any]) -> str | None:
    """`homeofficetyp` with its percentage, else whether home office is possible at all."""
    if kind := text(item, "homeofficetyp"):
        return f"{kind} {percent}" if (percent := text(item, "homeofficeprozent")) else kind
    return {True: "homeofficemoeglich", False: None, None: None}[flag(item, "homeofficemoeglich")]


def _agency(item: Mapping[str, Any]) -> str | None:
    """Temp agency or private placement, as the employer registered."""
    if flag(item, "istArbeitnehmerUeberlassung"):
        return "temp"
    return "placement" if flag(item, "istPrivateArbeitsvermittlung") else None


def _skill_names(group: Mapping[str, Any]) -> tuple[str, ...]:
    """`fertigkeiten` as third parties recorded them: groups of names by degree."""
    levels = group.get("auspraegungen")
    named = tuple(name for level in levels for name in texts(levels, level)) if isinstance(levels, Mapping) else ()
    return named or texts(group, "hierarchieName")


def _page(request: Request, number: int) -> Request:
    parts = urlsplit(request.url)
    query = {**dict(parse_qsl(parts.query)), "page": str(number)}
    return Request(urlunsplit(parts._replace(query=urlencode(query))), headers=request.headers, carry=request.carry)


def _headers(settings: Mapping[str, Any]) -> dict[str, str]:
    return {"X-API-Key": settings["api_key"], "Accept": "application/json"}


def _messages(body: Mapping[str, Any]) -> str:
    """The codes of an error body, with the parameter they are about."""
    said = ([text(entry, "code"), text(entry, "path"), text(entry, "detail")] for entry in mappings(body, "messages"))
    return "; ".join(" ".join(part for part in parts if part) for parts in said)
