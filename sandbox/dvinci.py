"""Replica of d.vinci's list: `GET {base}/{slug}/jobPublication/list.json`, with a contact person that must not be kept."""

from typing import Any

from sandbox import career
from sandbox.market import Market
from sandbox.values import AdState, PostedPay
from sandbox.wire import Answer, Asked, Reply, as_json

KIND, BASE, BOARD = "dvinci", "", "/{slug}/jobPublication/list.json"
_UNITS = {"hour": ("HOUR", "Stunde"), "month": ("MONTH", "Monat"), "year": ("YEAR", "Jahr")}


def routes(market: Market, week: int) -> Answer:
    """The replica of that week."""
    tenants = career.by_tenant(market, week, KIND)

    def answer(asked: Asked) -> Reply:
        tenant, rest = career.split(asked.path)
        if tenant not in tenants or rest != "jobPublication/list.json":
            return Reply(404, b"", "text/html", "other")
        return as_json(
            200, [_unsolicited(), *(_publication(one, tenant, asked.headers.get("host", "")) for one in tenants[tenant])], "list"
        )

    return answer


def _unsolicited() -> dict[str, Any]:
    """The standing offer for unsolicited applications: no vacancy."""
    opening = {
        "id": 1,
        "name": "Initiativbewerbung",
        "type": "UNSOLICITED",
        "reference": "INITIATIV",
        "salary": None,
        "salaryRange": None,
    }
    return {"id": 1, "language": "de", "position": "Initiativbewerbung", "jobPublicationURL": "", "jobOpening": opening}


def _publication(state: AdState, tenant: str, host: str) -> dict[str, Any]:
    parts, number, contact = dict(career.sections(state.text)), int(state.ad.reference), state.ad.contact
    shape: dict[str, Any] = {
        "id": number,
        "language": "de",
        "position": state.title,
        "pageTitle": state.title,
        "jobPublicationURL": f"http://{host}/{tenant}/de/jobs/{number}/stelle",
        "applicationFormURL": f"http://{host}/{tenant}/de/jobs/{number}/apply",
        "startDate": None,
        "endDate": None,
        "introduction": parts.get("Einleitung"),
        "tasks": parts.get("Aufgaben"),
        "profile": parts.get("Profil"),
        "weOffer": parts.get("Angebot"),
        "closingText": parts.get("Abschluss"),
        "jobOpening": _opening(state, number),
    }
    if contact:
        first, _, last = contact.name.partition(" ")
        shape["responsibleUser"] = {"firstName": first, "lastName": last, "email": contact.email, "phone": contact.phone}
    return shape


def _opening(state: AdState, number: int) -> dict[str, Any]:
    opening, pay = state.ad.opening, career.field_pay(state)
    time = ("PART_TIME", "Teilzeit") if opening.part_time else ("FULL_TIME", "Vollzeit")
    return {
        "id": number + 62,
        "name": state.title,
        "type": "DEFAULT",
        "reference": f"{state.ad.posted_on.year}-{number % 10000:04d}",
        "location": opening.spot.town,
        "locations": [{"id": "4", "name": opening.spot.town, "country": None, "address": None}],
        "workingTimes": [{"id": 1, "internalName": time[0], "name": time[1]}],
        "contractPeriod": {"id": 1, "name": "befristet" if opening.contract == "fixed_term" else "unbefristet"},
        "createdDate": f"{state.ad.posted_on.isoformat()}T06:37:07.380Z",
        "company": {"id": 1, "name": state.ad.publisher, "address": None},
        "salary": _salary(pay),
        "salaryRange": _range(pay),
    }


def _salary(pay: PostedPay | None) -> dict[str, Any] | None:
    if pay is None or pay.unit is None:
        return None
    return {"currency": "EUR", "value": {"minValue": pay.low, "maxValue": pay.high, "unitText": _UNITS[pay.unit][0]}}


def _range(pay: PostedPay | None) -> str | None:
    """ "2.450,00 bis 2.700,00 EUR brutto pro Monat"."""
    if pay is None or pay.unit is None or pay.low is None or pay.high is None:
        return None
    low, high = (f"{value:,.2f}".translate(str.maketrans(",.", ".,")) for value in (pay.low, pay.high))
    return f"{low} bis {high} EUR brutto pro {_UNITS[pay.unit][1]}"
