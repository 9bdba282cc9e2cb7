"""A parsed page as plain JSON: what `lohnpegel parse` prints and what the saved-page pairs of the tests hold."""

from collections.abc import Mapping
from typing import Any

import msgspec

from scraper.model import Parsed


def shown(parsed: Parsed) -> dict[str, Any]:
    """Everything that a page yielded; fields that the source left out are left out."""
    told: dict[str, Any] = {
        "postings": [_lean(msgspec.to_builtins(ad)) for ad in parsed.postings],
        "rejects": [_lean(msgspec.to_builtins(reject)) for reject in parsed.rejects],
        "requests": [_request(msgspec.to_builtins(request)) for request in parsed.requests],
    }
    rest = {"total": parsed.total, "listing": parsed.listing, "gone": list(parsed.gone), "notes": list(parsed.notes)}
    rest["figures"] = [msgspec.to_builtins(figure) for figure in parsed.figures]
    lean: dict[str, Any] = _lean(rest)
    return {**told, **lean}


def _request(request: Mapping[str, Any]) -> dict[str, Any]:
    lean: dict[str, Any] = _lean({key: request[key] for key in ("url", "kind", "method", "source_id", "revision")})
    return lean


def _lean(value: Any) -> Any:
    """Without None and empty strings, lists and objects.

    >>> _lean({"a": None, "b": [], "c": {"d": "", "e": 0}})
    {'c': {'e': 0}}
    """
    if isinstance(value, Mapping):
        return {key: kept for key, entry in value.items() if (kept := _lean(entry)) not in (None, "", [], {}, ())}
    if isinstance(value, list | tuple):
        return [_lean(entry) for entry in value]
    return value
