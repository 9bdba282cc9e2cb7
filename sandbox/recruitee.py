"""Replica of Recruitee's XML feed: `GET {base}/{slug}/api/feeds/offers.xml`, tags as in the vendor's feed documentation.

The JSON twin asks for a token and answers 401 without.
"""

from sandbox import career
from sandbox.market import Market
from sandbox.values import AdState
from sandbox.wire import Answer, Asked, Reply

KIND, BASE, BOARD = "recruitee", "", "/{slug}/api/feeds/offers.xml"


def routes(market: Market, week: int) -> Answer:
    """The replica of that week."""
    tenants = career.by_tenant(market, week, KIND)

    def answer(asked: Asked) -> Reply:
        tenant, rest = career.split(asked.path)
        if tenant not in tenants or rest not in {"api/feeds/offers.xml", "api/offers"}:
            return Reply(404, b"", "text/html", "other")
        if rest == "api/offers":
            return Reply(401, b'{"error":["token required"]}', label="other", cacheable=False)
        offers = "\n".join(_offer(one, tenant, asked.headers.get("host", "")) for one in tenants[tenant])
        return Reply(
            200, f'<?xml version="1.0" encoding="UTF-8"?>\n<jobs>\n{offers}\n</jobs>\n'.encode(), "application/xml", "feed"
        )

    return answer


def _offer(state: AdState, tenant: str, host: str) -> str:
    spot = state.ad.opening.spot
    fields = {
        "reference": f"offer-{tenant[:5]}:{state.ad.reference}",
        "title": state.title,
        "company": state.ad.publisher,
        "company_id": state.ad.opening.employer.key[1:],
        "url": f"http://{host}/{tenant}/o/{state.ad.reference}",
        "description_requirements": career.markup(state.text),
        "city": spot.town,
        "street": f"{spot.street} {spot.number}" if spot.street else "",
        "postal_code": spot.postcode,
        "state": "NW",
        "country": "DE",
        "hybrid": _flag(state.ad.opening.remote == "hybrid"),
        "on_site": _flag(state.ad.opening.remote is None),
        "remote": _flag(state.ad.opening.remote == "full"),
    }
    return "<job>" + "".join(f"<{name}>{_cdata(value)}</{name}>" for name, value in fields.items()) + "</job>"


def _flag(on: bool) -> str:
    return "true" if on else "false"


def _cdata(value: str) -> str:
    """As the vendor writes it, blanks included."""
    return f"<![CDATA[ {value} ]]>" if value else ""
