"""Replica of service.bund.de's RSS search for public employers: a title, a place and a link, neither pay nor text.

`GET {base}/Content/DE/Stellen/Suche/Formular.html?jobsrss=true&city_zipcode=Duisburg&templateQueryString=…`
"""

from datetime import UTC, datetime, time
from email.utils import format_datetime
from xml.sax.saxutils import escape

from sandbox.market import Market
from sandbox.values import AdState
from sandbox.wire import Answer, Asked, Reply

KIND, BASE = "servicebund", ""
PATH = "/Content/DE/Stellen/Suche/Formular.html"
SEARCH = f"{PATH}?nn=4642046&jobsrss=true&resultsPerPage=100&city_zipcode=Duisburg&ambit_distance=30"


def routes(market: Market, week: int) -> Answer:
    """The replica of that week: public employers, no pay, no ad text."""
    states = market.week(week, KIND)

    def answer(asked: Asked) -> Reply:
        if asked.path != PATH or asked.query.get("jobsrss") != "true":
            return Reply(404, b"", "text/html", "other")
        place = asked.query.get("city_zipcode", "").casefold()
        term = asked.query.get("templateQueryString", "").casefold()
        here = [one for one in states if place in _place(one).casefold()]
        shown = [one for one in here if term in f"{one.title}\n{one.text}".casefold()]
        items = "\n".join(_item(one, asked.headers.get("host", "")) for one in shown)
        head = '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0"><channel><title>Stellen</title>'
        body = f"{head}\n{items}\n</channel></rss>\n"
        return Reply(200, body.encode(), "application/rss+xml; charset=UTF-8", "feed")

    return answer


def _place(state: AdState) -> str:
    return f"{state.ad.opening.spot.postcode} {state.ad.opening.spot.town}"


def _item(state: AdState, host: str) -> str:
    link = f"http://{host}/IMPORTE/Stellenangebote/editor/{state.ad.reference}.html"
    about = f"Arbeitgeber: <strong>{state.ad.publisher}</strong><br/>Ort: <strong>{_place(state)}</strong>"
    posted = format_datetime(datetime.combine(state.ad.posted_on, time(9, 30), UTC))
    return (
        f"<item><title>{escape(state.title)}</title><link>{link}#track=feed</link><guid>{link}</guid>"
        f"<pubDate>{posted}</pubDate><description>{escape(about)}</description></item>"
    )
