"""The postman: a process of its own that hands letters to apprise, writes the journal, and ends with whoever started it.

Started as `python -m lohnpegel.notify.postman`, told its work in one line on stdin. So neither a service that never answers nor
a library that hangs can hold up a run, and a daemon never carries what apprise loads.
"""

import os
import signal
import sys
import threading
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from lohnpegel.notify import journal
from storage.messages import Outcome

AT_ONCE = 8  #: addresses served side by side
MOST_ERROR = 300


@dataclass(frozen=True, slots=True)
class Letter:
    """One message, or several in one, for one address."""

    url: str
    title: str
    body: str
    severity: str
    outcomes: tuple[Outcome, ...] = ()  #: what to note of each message in it; the time and the error are put in


@dataclass(frozen=True, slots=True)
class Bag:
    """All letters of one errand."""

    letters: tuple[Letter, ...]
    journal: str  #: its path
    limit_s: float


def main() -> None:
    """Read the bag, deliver it, end."""
    bag = msgspec.json.decode(sys.stdin.buffer.readline(), type=Bag)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, bag.limit_s)  # whatever apprise is waiting for
    threading.Thread(target=_end_with_parent, daemon=True).start()
    deliver(bag)


def deliver(bag: Bag) -> None:
    """Deliver all letters: addresses side by side, those of one address one after the other."""
    ways: dict[str, list[int]] = {}
    for number, letter in enumerate(bag.letters):
        ways.setdefault(letter.url, []).append(number)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(lambda numbers: _walk(bag, numbers), ways.values()))


def _walk(bag: Bag, numbers: Iterable[int]) -> None:
    """The letters of one address; where one is refused, the others wait for another day."""
    for number in numbers:
        letter = bag.letters[number]
        error = handed_over(letter)
        at = datetime.now(UTC)
        told = tuple(replace(one, at=at, error=error) for one in letter.outcomes)
        journal.write(Path(bag.journal), journal.Line(number, at, error, told))
        if error is not None:
            return


def handed_over(letter: Letter) -> str | None:
    """Give one letter to its service; None: taken, else why not."""
    from apprise import Apprise, AppriseAsset, NotifyFormat, NotifyType, OverflowMode

    kind = {"critical": NotifyType.FAILURE, "warning": NotifyType.WARNING}.get(letter.severity, NotifyType.INFO)
    try:
        asset = AppriseAsset(app_id="Lohnpegel", app_desc="Lohnpegel", app_url="", async_mode=False)
        service = Apprise.instantiate(letter.url, asset=asset)
        if service is None:
            return "apprise does not know such an address; see its page on this service"
        if "overflow=" not in letter.url:
            service.overflow_mode = OverflowMode.SPLIT  # a service refuses what is longer than it takes
        box = Apprise(asset=asset)
        box.add(service)
        result = box.notify(body=letter.body, title=letter.title, notify_type=kind, body_format=NotifyFormat.TEXT)
        if result:
            return None
        return ("; ".join(entry.message for entry in result.logs()) or "it did not take the message")[:MOST_ERROR]
    except Exception as error:  # noqa: BLE001 - whatever a service's code does is its letter's failure
        return f"{type(error).__name__}: {error}"[:MOST_ERROR]


def _end_with_parent() -> None:
    """The other end of stdin closes when whoever started us ends, however it ends."""
    sys.stdin.buffer.read()
    os._exit(1)


if __name__ == "__main__":
    main()
