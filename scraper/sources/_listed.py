"""What a list says of an ad, as its revision, where the list has no date of change."""

import json
from collections.abc import Mapping
from datetime import datetime
from hashlib import blake2b
from typing import Any
from zlib import crc32

DAYS = 28  #: after so many an ad is opened again in any case: its text may change without a word in the list


def revision(item: Mapping[str, Any], number: str, at: datetime) -> str:
    """A name for what a list says of an ad; ads come round at different days.

    >>> from datetime import UTC, timedelta
    >>> day = datetime(2026, 11, 22, tzinfo=UTC)
    >>> told = [revision({"name": "Agent"}, "7", day + timedelta(days)) for days in range(DAYS)]
    >>> len(set(told)), revision({"name": "Agentin"}, "7", day) in told
    (2, False)
    """
    said = json.dumps(item, sort_keys=True, separators=(",", ":"))
    turn = (at.toordinal() + crc32(number.encode("utf-8", "replace")) % DAYS) // DAYS
    return f"{blake2b(said.encode(), digest_size=8).hexdigest()}.{turn}"
