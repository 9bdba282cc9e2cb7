"""Verdicts of earlier reports, beside the page in `report.history.json`: day, versions and verdicts, one entry a day."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from lohnpegel.settings import Settings

if TYPE_CHECKING:
    from report.finding import Report

KEPT = 60  #: days remembered


def history(settings: Settings) -> list[dict[str, Any]]:
    """Reports of earlier days, oldest first; [] where none is remembered, or the file cannot be read."""
    try:
        kept = msgspec.json.decode(path(settings).read_bytes())
    except (OSError, msgspec.DecodeError):
        return []
    return [entry for entry in kept if isinstance(entry, dict) and "on" in entry] if isinstance(kept, list) else []


def remembered(settings: Settings, report: "Report") -> str:
    """The history with this report in it, as text; a later report of the same day takes the place of an earlier one."""
    context = report.context
    entry = {
        "on": context.on.isoformat(),
        "version": context.version,
        "config_hash": context.config_hash,
        "database_state": context.database_state,
        "verdicts": {finding.claim.id: str(finding.verdict) for finding in report.findings},
    }
    others = [one for one in history(settings) if one["on"] != entry["on"]]
    kept = sorted([*others, entry], key=lambda one: str(one["on"]))[-KEPT:]
    return msgspec.json.format(msgspec.json.encode(kept), indent=2).decode() + "\n"


def path(settings: Settings) -> Path:
    """Where the history lies."""
    return settings.storage.report.with_suffix(".history.json")
