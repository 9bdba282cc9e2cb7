"""An ad as it was known at an earlier time: the changes since then, undone; pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from storage.rows import from_text


@dataclass(frozen=True, slots=True)
class PastChange:
    """One line of `posting_change`."""

    changed_at: datetime
    field: str  #: a column of posting, "languages", "skills" or "status"
    old: str | None
    new: str | None
    reason: str | None = None
    run_id: str = ""


def known_at(row: Mapping[str, Any], changes: Iterable[PastChange], at: datetime) -> dict[str, Any] | None:
    """What was known of an ad at a time.

    Args:
        row: The ad today.
        changes: Its whole history, oldest first.
        at: Aware UTC; what happened in that very second is known.

    Returns:
        The row then; None if the ad was not known yet.
    """
    if row["first_seen_at"] > at:
        return None
    past = dict(row) | {"last_seen_at": min(row["last_seen_at"], at), "updated_at": min(row["updated_at"], at)}
    ordered = list(changes)
    for change in reversed(ordered):
        if change.changed_at > at and change.field in past:
            past[change.field] = from_text(change.field, change.old)
    return past | _life(ordered, at, row)


def _life(changes: list[PastChange], at: datetime, row: Mapping[str, Any]) -> dict[str, Any]:
    states = [change for change in changes if change.field == "status"]
    if not any(change.changed_at > at for change in states):
        return {name: row[name] for name in ("closed_at", "closed_reason", "reopened_at")}
    before = [change for change in states if change.changed_at <= at]
    last = before[-1] if before else None
    closed = last is not None and last.new == "closed"
    reopened = [change.changed_at for change in before if change.new == "reopened"]
    return {
        "closed_at": last.changed_at if last and closed else None,
        "closed_reason": last.reason if last and closed else None,
        "reopened_at": reopened[-1] if reopened else None,
    }
