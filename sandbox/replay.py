"""Recorded answers of the Bundesagentur's job search, served again from a folder through the same doors as the replica.

Every recorded search counts as one page of hits: their union, without doubles, is paged by `size` and `page`. Place and term are
ignored, for recordings come from anywhere. An ad of which only the detail was recorded is listed too. A hit without a recorded
detail answers 404.
"""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sandbox import bundesagentur
from sandbox.server import Web
from sandbox.wire import Asked, Reply, as_json

#: keys of a detail that a search hit has not
_DETAIL_ONLY = {
    "stellenangebotsBeschreibung",
    "istArbeitnehmerUeberlassung",
    "istPrivateArbeitsvermittlung",
    "istBetreut",
    "istBehinderungGefordert",
    "allianzpartnerName",
    "allianzpartnerUrl",
}


@dataclass
class Recordings:
    """What a folder holds."""

    hits: list[dict[str, Any]] = field(default_factory=list)
    details: dict[str, dict[str, Any]] = field(default_factory=dict)
    errors: dict[str, dict[str, Any]] = field(default_factory=dict)  #: error body by its code
    skipped: dict[str, str] = field(default_factory=dict)  #: file name → why it is not served


def read(folder: Path) -> Recordings:
    """Read every `*.json` under `folder`, in order of names; raises NotADirectoryError when there is no such folder."""
    if not folder.is_dir():
        raise NotADirectoryError(f"{folder} is no folder of recorded answers")
    found = Recordings()
    for path in sorted(folder.rglob("*.json")):
        name = path.relative_to(folder).as_posix()
        try:
            body = json.loads(path.read_bytes())
        except ValueError as error:
            found.skipped[name] = f"not JSON: {error}"
            continue
        if reason := _take(found, body):
            found.skipped[name] = reason
    _dedupe(found)
    return found


class Replay(Web):
    """Recordings as a web; a context manager like `Sandbox`.

    >>> Replay(Path("tests/data/replay")).skipped
    {'old_shape.json': 'none of: search (maxErgebnisse), detail (referenznummer), error (messages)'}
    """

    def __init__(self, folder: Path, *, robots: str = "allow") -> None:
        super().__init__()
        self.recordings = read(folder)
        self.add(bundesagentur.KIND, lambda: self._answer, bundesagentur.BASE, robots)

    @property
    def skipped(self) -> dict[str, str]:
        """Files that are not served, and why."""
        return self.recordings.skipped

    def _answer(self, asked: Asked) -> Reply:
        if (refused := bundesagentur.gate(asked)) is not None:
            return refused
        if asked.path == bundesagentur.SEARCH:
            return self._search(asked.query)
        reference = bundesagentur.reference_in(asked.path.removeprefix(bundesagentur.DETAIL))
        if reference in self.recordings.details:
            return as_json(200, self.recordings.details[reference], "detail", cacheable=False)
        recorded = self.recordings.errors.get("STELLENANGEBOT_NICHT_GEFUNDEN")
        return as_json(404, recorded, "detail", cacheable=False) if recorded else bundesagentur.not_found()

    def _search(self, query: dict[str, str]) -> Reply:
        if problem := bundesagentur.wrong(query):
            recorded = self.recordings.errors.get("EINGABEN_UNVOLLSTAENDIG_ODER_FEHLERHAFT")
            return as_json(400, recorded, "search", cacheable=False) if recorded else bundesagentur.complaint(*problem)
        where = {"bereinigterOrt": query.get("wo", "Deutschland"), "suchmodus": "UMKREISSUCHE" if "wo" in query else "LANDSUCHE"}
        return as_json(200, bundesagentur.window(self.recordings.hits, query) | {"woOutput": where}, "search", cacheable=False)


def _take(found: Recordings, body: Any) -> str | None:
    """File one recording; the reason when it is none."""
    if not isinstance(body, dict):
        return "not a JSON object"
    if "stellenangebote" in body or "refnr" in body:
        return "older shape (up to v5), which the adapter does not read"
    if "maxErgebnisse" in body:
        found.hits.extend(body.get("ergebnisliste", []))
    elif "referenznummer" in body:
        found.details[body["referenznummer"]] = body
    elif "stellenangebotsBeschreibung" in body:
        return "detail without a referenznummer: it cannot be asked for"
    elif body.get("messages"):
        found.errors[str(body["messages"][0].get("code"))] = body
    else:
        return "none of: search (maxErgebnisse), detail (referenznummer), error (messages)"
    return None


def _dedupe(found: Recordings) -> None:
    """Keep the first hit of each reference (hits without one stay as they are), and list what is known by its detail only."""
    seen: set[str] = set()
    kept = []
    for hit in found.hits:
        reference = hit.get("referenznummer")
        if reference is None or reference not in seen:
            kept.append(hit)
        if reference is not None:
            seen.add(reference)
    for reference, detail in found.details.items():
        if reference not in seen:
            kept.append({key: value for key, value in detail.items() if key not in _DETAIL_ONLY})
    found.hits = kept
