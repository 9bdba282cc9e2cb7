"""Replica of Personio's XML feed: `GET {base}/{slug}/xml?language=de`.

Descriptions exist only in the language of the ad; an unknown tenant redirects to the vendor's own site.
"""

from xml.sax.saxutils import escape

from sandbox import career
from sandbox.market import Market
from sandbox.values import AdState
from sandbox.wire import Answer, Asked, Reply

KIND, BASE, BOARD = "personio", "", "/{slug}/xml?language=de"
_TYPES = {"hour": "hourly", "month": "monthly", "year": "yearly"}
_SENIORITY = {
    "entry": "entry-level",
    "unknown": "entry-level",
    "experienced": "experienced",
    "lead": "executive",
    "apprentice": "student",
}


def routes(market: Market, week: int) -> Answer:
    """The replica of that week."""
    tenants = career.by_tenant(market, week, KIND)

    def answer(asked: Asked) -> Reply:
        tenant, rest = career.split(asked.path)
        if rest != "xml":
            return Reply(404, b"", "text/html", "other")
        if tenant not in tenants:
            return Reply(307, b"", "text/html", "redirect", {"Location": "https://www.personio.example/"}, cacheable=False)
        positions = "\n".join(_position(one, asked.query.get("language", "de") == "de") for one in tenants[tenant])
        body = f'<?xml version="1.0" encoding="UTF-8"?>\n<workzag-jobs>\n{positions}\n</workzag-jobs>\n'
        return Reply(200, body.encode(), "text/xml; charset=UTF-8", "feed")

    return answer


def _position(state: AdState, has_text: bool) -> str:
    opening = state.ad.opening
    texts = "".join(
        f"<jobDescription><name>{name}</name><value><![CDATA[{html}]]></value></jobDescription>"
        for name, html in career.sections(state.text)
        if has_text
    )
    fields = {
        "id": state.ad.reference,
        "subcompany": state.ad.publisher,
        "office": opening.spot.town,
        "department": "Kundenservice" if opening.in_scope else "Technik",
        "recruitingCategory": "Festanstellung",
        "name": state.title,
    }
    after = {
        "employmentType": "permanent",
        "seniority": _SENIORITY[opening.level],
        "schedule": "part-time" if opening.part_time else "full-time",
        "yearsOfExperience": "2-5" if opening.level == "experienced" else "lt-1",
        "keywords": ", ".join(opening.skills),
        "occupation": "customer_service",
        "occupationCategory": "customer_support",
        "createdAt": f"{state.ad.posted_on.isoformat()}T08:00:00+00:00",
    }
    return f"<position>{_tags(fields)}<jobDescriptions>{texts}</jobDescriptions>{_tags(after)}{_salary(state)}</position>"


def _salary(state: AdState) -> str:
    """The salary block; its upper side may be empty."""
    pay = career.field_pay(state)
    if pay is None or pay.unit is None:
        return ""
    high = "" if pay.high is None else f"{pay.high:.2f}"
    fields = {"min": f"{pay.low:.2f}", "max": high, "currencySymbol": "€", "currencyCode": "EUR", "type": _TYPES[pay.unit]}
    return f"<salaryInformation>{_tags(fields)}</salaryInformation>"


def _tags(fields: dict[str, str]) -> str:
    return "".join(f"<{name}>{escape(value)}</{name}>" for name, value in fields.items())
