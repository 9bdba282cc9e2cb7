"""Replica of softgarden's feed: `GET {base}/{slug}/jobs.feed.json`, a schema.org DataFeed without pay."""

from typing import Any

from sandbox import career
from sandbox.market import Market
from sandbox.values import AdState
from sandbox.wire import Answer, Asked, Reply, as_json

KIND, BASE, BOARD = "softgarden", "", "/{slug}/jobs.feed.json"


def routes(market: Market, week: int) -> Answer:
    """The replica of that week."""
    tenants = career.by_tenant(market, week, KIND)

    def answer(asked: Asked) -> Reply:
        tenant, rest = career.split(asked.path)
        if tenant not in tenants or rest != "jobs.feed.json":
            return Reply(404, b"<html><body>Seite nicht gefunden</body></html>", "text/html", "other")
        items = [_item(one, tenant, asked.headers.get("host", "")) for one in tenants[tenant]]
        feed = {"@context": "https://schema.org", "@type": "DataFeed", "numberOfItems": len(items), "dataFeedElement": items}
        return as_json(200, feed, "feed")

    return answer


def _item(state: AdState, tenant: str, host: str) -> dict[str, Any]:
    spot, number = state.ad.opening.spot, int(state.ad.reference)
    address = {
        "@type": "PostalAddress",
        "postalCode": spot.postcode,
        "addressLocality": spot.town,
        "addressRegion": "Nordrhein-Westfalen",
        "addressCountry": "Deutschland",
    }
    if spot.street:
        address["streetAddress"] = f"{spot.street} {spot.number}"
    posting = {
        "@type": "JobPosting",
        "title": state.title,
        "url": f"http://{host}/{tenant}/jobs/{number}/",
        "datePosted": f"{state.ad.posted_on.isoformat()}T09:12:44.875+02:00",
        "identifier": {"@type": "PropertyValue", "name": state.ad.publisher, "value": number if number % 5 else str(number)},
        "description": career.markup(state.text),
        "employmentType": "PART_TIME" if state.ad.opening.part_time else "FULL_TIME",
        "hiringOrganization": {"@type": "Organization", "name": state.ad.publisher, "url": f"http://{host}/{tenant}"},
        "jobLocation": {"@type": "Place", "address": address},
    }
    return {"@type": "DataFeedItem", "dateModified": f"{state.changed_at.isoformat(timespec='milliseconds')}Z", "item": posting}
