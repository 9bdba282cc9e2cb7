"""Replica of the Bundesagentur's job search: `GET {base}/pc/v6/jobs` and `GET {base}/pc/v4/jobdetails/{base64 of the reference}`.

It rejects what the real one rejects (wrong path, key, User-Agent, page, size, empty term), and shapes errors and empty
results as it does. Base is `/jobboerse/jobsuche-service`.
"""

import base64
import binascii
import itertools
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote

from sandbox import bundesagentur_ads as shape
from sandbox import bundesagentur_search as search
from sandbox.market import Market
from sandbox.wire import Answer, Asked, Reply, as_json

KIND = "bundesagentur"
BASE = "/jobboerse/jobsuche-service"
KEY = "jobboerse-jobsuche"
SEARCH, DETAIL = f"{BASE}/pc/v6/jobs", f"{BASE}/pc/v4/jobdetails/"
MAX_SIZE, MAX_WINDOW, DEFAULT_SIZE = 250, 10_000, 50
LIBRARIES = ("python-httpx/", "python-requests/", "python-urllib/", "curl/", "go-http-client/")


def routes(market: Market, week: int) -> Answer:
    """The replica of that week; an index is built once, an answer reads only it."""
    found = search.index(market.week(week, KIND))
    pages = {one.state.ad.reference: one.state for one in found if not one.state.ad.detail_missing}
    today = market.day(week)

    def answer(asked: Asked) -> Reply:
        if (refused := gate(asked)) is not None:
            return refused
        if asked.path == SEARCH:
            problem = wrong(asked.query)
            return (
                complaint(*problem) if problem else as_json(200, _results(found, asked.query, today), "search", cacheable=False)
            )
        reference = reference_in(asked.path.removeprefix(DETAIL))
        return as_json(200, shape.detail(pages[reference]), "detail", cacheable=False) if reference in pages else not_found()

    return answer


def gate(asked: Asked) -> Reply | None:
    """403 with an empty body for a wrong path, key or User-Agent, which cannot be told apart; None lets the request pass."""
    agent = asked.headers.get("user-agent", "").casefold()
    label = "search" if asked.path == SEARCH else "detail" if asked.path.startswith(DETAIL) else "other"
    bare = agent.startswith(LIBRARIES) and not ("@" in agent or "+http" in agent)
    if label == "other" or asked.headers.get("x-api-key") != KEY or not agent or bare:
        return Reply(403, b"", label=label, cacheable=False)
    return None


def wrong(query: dict[str, str]) -> tuple[str, str] | None:
    """Path and detail of the first wrong parameter; None when all is well."""
    page, size = _number(query.get("page", "1")), _number(query.get("size", str(DEFAULT_SIZE)))
    checks = (
        ("page", page is None or page < 1),
        ("size", size is None or not 0 <= size <= MAX_SIZE),
        ("page", (page or 0) * (size or 0) > MAX_WINDOW),
        ("was", "was" in query and not query["was"].strip()),
        ("arbeitgeber", "arbeitgeber" in query and "was" not in query),
        ("homeoffice", query.get("homeoffice") == "true"),
    )
    return next(((name, "Wert ungültig") for name, is_wrong in checks if is_wrong), None)


def complaint(path: str, detail: str) -> Reply:
    """400 as the real one says it."""
    message = {"code": "EINGABEN_UNVOLLSTAENDIG_ODER_FEHLERHAFT", "path": path, "detail": detail}
    return as_json(400, _messages(message), "search", cacheable=False)


def not_found() -> Reply:
    """404 of a detail: gone, or a partner's ad whose page was never there."""
    return as_json(404, _messages({"code": "STELLENANGEBOT_NICHT_GEFUNDEN"}), "detail", cacheable=False)


def reference_in(coded: str) -> str | None:
    """The reference in a detail path: base64 standard, unpadded or url-safe; None for anything else, such as the raw reference.

    >>> reference_in("MTAwMDEtMS1T"), reference_in("10001-1-S")
    ('10001-1-S', None)
    """
    plain = unquote(coded).replace("-", "+").replace("_", "/").rstrip("=")
    try:
        text = base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return None
    return text if text.isprintable() else None


def window(hits: list[dict[str, Any]], query: dict[str, str]) -> dict[str, Any]:
    """Total, page and size of an answer, with the list only where it holds something."""
    page, size = int(query.get("page", "1")), int(query.get("size", str(DEFAULT_SIZE)))
    shown = list(itertools.islice(hits, (page - 1) * size, page * size))
    return ({"ergebnisliste": shown} if shown else {}) | {"maxErgebnisse": len(hits), "page": page, "size": size}


def _results(found: list[search.Found], query: dict[str, str], today: Any) -> dict[str, Any]:
    where, kept = search.understand(query), search.filters(query, today)
    radius = _number(query.get("umkreis", "")) or search.DEFAULT_RADIUS_KM
    near: list[tuple[search.Found, float | None]] = []
    if where.mode != "UNGUELTIG":
        away = [(one, search.distance_km(one, where)) for one in found]
        near = [(one, km) for one, km in away if km is None or km <= radius]
    hits = [
        one.hit | ({} if km is None else {"entfernung": round(km)})
        for one, km in near
        if all(test(one) for test in kept.values())
    ]
    body = window(hits, query) | {"woOutput": where.as_json()}
    if hits:
        wanted = [name for name in query.get("facetten", "").split(",") if name]
        counted = search.facets([one for one, _ in near], kept, today)
        body["facetten"] = {name: counted[name] for name in wanted if name in counted} if wanted else counted
    return body


def _number(text: str) -> int | None:
    return int(text) if text.removeprefix("-").isdecimal() else None


def _messages(message: dict[str, str]) -> dict[str, Any]:
    return {"timestamp": datetime.now(UTC).isoformat().replace("+00:00", "Z"), "logref": "5a9db0c1", "messages": [message]}
