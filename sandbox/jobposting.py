"""Replica of employers' own career sites: robots.txt, sitemap, listings, and ads with JSON-LD and its defects.

`GET {base}/{slug}/karriere` lists ten ads a page; `GET {base}/{slug}/stellen/{id}` is an ad; a closed one answers 410,
an unknown one 404.
"""

from html import escape
from random import Random
from typing import Any

from sandbox import career, jsonld
from sandbox.market import Market
from sandbox.values import AdState
from sandbox.wire import Answer, Asked, Reply

KIND, BASE, BOARD = "jobposting", "", "/{slug}/karriere"
PAGE_SIZE = 10
HTML = "text/html; charset=utf-8"


def routes(market: Market, week: int) -> Answer:
    """The replica of that week."""
    tenants = career.by_tenant(market, week, KIND)
    pages = {one.ad.reference: one for states in tenants.values() for one in states}
    gone = {ad.reference for ad in market.ads if ad.channel == KIND and min(ad.weeks) < week} - set(pages)

    def answer(asked: Asked) -> Reply:
        host = f"http://{asked.headers.get('host', '')}"
        if asked.path == "/robots.txt":
            return Reply(
                200, f"User-agent: *\nDisallow: /intern/\nSitemap: {host}/sitemap.xml\n".encode(), "text/plain", "robots"
            )
        if asked.path == "/sitemap.xml":
            return Reply(200, _sitemap(tenants, host).encode(), "application/xml", "sitemap")
        tenant, rest = career.split(asked.path)
        room, _, reference = rest.partition("/")
        if tenant in tenants and room == "karriere":
            return Reply(200, _listing(tenant, tenants[tenant], asked).encode(), HTML, "listing")
        if room == "stellen" and reference in pages and career.slug(pages[reference].ad.opening.employer) == tenant:
            return Reply(200, page(pages[reference], host).encode(), HTML, "detail")
        status = 410 if reference in gone else 404
        return Reply(status, b"<!doctype html><title>Stelle nicht mehr verf\xc3\xbcgbar</title>", HTML, "detail")

    return answer


def page(state: AdState, host: str) -> str:
    """The ad as a page; its block of JSON-LD has the defect that the reference draws."""
    url = f"{host}/{career.slug(state.ad.opening.employer)}/stellen/{state.ad.reference}"
    block = jsonld.spoilt(posting(state, url), Random(state.ad.reference))
    return (
        f'<!doctype html>\n<html lang="de"><head><meta charset="utf-8"><title>{escape(state.title)}</title>\n'
        f'<link rel="canonical" href="{url}">\n{block}\n</head>\n'
        f"<body><h1>{escape(state.title)}</h1>\n{career.markup(state.text)}</body></html>\n"
    )


def posting(state: AdState, url: str) -> dict[str, Any]:
    """The ad as a well-formed schema.org JobPosting."""
    opening, spot, pay = state.ad.opening, state.ad.opening.spot, career.field_pay(state)
    address = {"@type": "PostalAddress", "postalCode": spot.postcode, "addressLocality": spot.town, "addressCountry": "DE"}
    if spot.street:
        address["streetAddress"] = f"{spot.street} {spot.number}"
    shape: dict[str, Any] = {
        "@context": "https://schema.org/",
        "@type": "JobPosting",
        "title": state.title,
        "description": career.markup(state.text),
        "identifier": {"@type": "PropertyValue", "name": state.ad.publisher, "value": state.ad.reference},
        "datePosted": state.ad.posted_on.isoformat(),
        "employmentType": "PART_TIME" if opening.part_time else "FULL_TIME",
        "hiringOrganization": {"@type": "Organization", "name": state.ad.publisher},
        "jobLocation": {"@type": "Place", "address": address},
        "url": url,
    }
    if pay is not None and pay.unit is not None:
        amount: dict[str, Any] = {"@type": "QuantitativeValue", "unitText": pay.unit.upper()}
        amount |= {"value": pay.low} if pay.bound == "exact" else {"minValue": pay.low}
        amount |= {"maxValue": pay.high} if pay.bound == "range" else {}
        shape["baseSalary"] = {"@type": "MonetaryAmount", "currency": "EUR", "value": amount}
    return shape


def _listing(tenant: str, states: list[AdState], asked: Asked) -> str:
    number = max(1, int(asked.query["page"])) if asked.query.get("page", "").isdecimal() else 1
    shown = states[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
    rows = "\n".join(f'<li><a href="/{tenant}/stellen/{one.ad.reference}">{escape(one.title)}</a></li>' for one in shown)
    more = (
        f'<a rel="next" href="/{tenant}/karriere?page={number + 1}">Weitere Stellen</a>'
        if len(states) > number * PAGE_SIZE
        else ""
    )
    return (
        '<!doctype html>\n<html lang="de"><head><meta charset="utf-8"><title>Karriere</title></head>\n'
        "<body><h1>Offene Stellen</h1>\n"
        f'<p class="anzahl">{len(states)} Stellen</p><ul class="stellen">\n{rows}\n</ul>'
        f'{more}<a href="/{tenant}/blog">Blog</a></body></html>\n'
    )


def _sitemap(tenants: dict[str, list[AdState]], host: str) -> str:
    rows = [f"<url><loc>{host}/{tenant}/karriere</loc></url>" for tenant in tenants]
    for tenant, states in tenants.items():
        for one in states:
            loc = f"{host}/{tenant}/stellen/{one.ad.reference}"
            rows.append(f"<url><loc>{loc}</loc><lastmod>{one.changed_at.date().isoformat()}</lastmod></url>")
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
    return head + "\n".join(rows) + "\n</urlset>\n"
