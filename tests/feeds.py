"""What the tests of feeds share: the kinds, their first requests, their saved pages."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from scraper.model import Options, Page, Request
from scraper.sources import load

DATA = Path(__file__).parent / "data" / "sources"
NOW = datetime(2026, 11, 22, 6, 10, tzinfo=UTC)
BOARDS = (
    "ashby", "dvinci", "greenhouse", "lever", "personio", "recruitee", "smartrecruiters", "softgarden", "successfactors",
    "teamtailor", "workable",
)  # fmt: skip
OTHERS = ("adzuna", "arbeitnow", "karriere_nrw", "service_bund")


def asked(kind: str, **settings: Any) -> list[Request]:
    return load(kind).start(Options(("Kundenservice", "Service Center"), "Duisburg", 15, settings, now=NOW))


def saved(kind: str, suffix: str) -> list[tuple[Path, Page]]:
    found = []
    for path in sorted((DATA / kind).glob(f"*{suffix}")):
        if path.name.endswith((".request.json", ".expected.json")) or path.stat().st_size > 20_000:
            continue
        sidecar = path.with_name(f"{path.stem}.request.json")
        described = {"url": f"https://example.org/{path.name}"} | (
            json.loads(sidecar.read_text("utf-8")) if sidecar.exists() else {}
        )
        status = described.pop("status", 200)
        found.append((path, Page(Request(**described), status, path.read_bytes(), NOW)))
    return found
