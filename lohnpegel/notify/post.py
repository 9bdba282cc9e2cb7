"""From the outbox to the addresses: messages become letters, the postman takes them, and his time is limited."""

import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path

import msgspec

from lohnpegel.logs import covered, legible, without_secrets
from lohnpegel.notify import journal
from lohnpegel.notify.addresses import Address
from lohnpegel.notify.postman import Bag, Letter
from storage.messages import Outcome, Parcel

GRACE_S = 2.0  #: for the postman to start
UNKNOWN = "this address is no longer configured"
MISSING = "apprise is not installed; install it with: pip install 'lohnpegel[alerts]'"
_ORDER = ("info", "warning", "critical")


def installed() -> bool:
    """Whether the extra `alerts` is there."""
    return find_spec("apprise") is not None


def letters(parcels: Iterable[Parcel], known: Mapping[str, Address], prefix: str) -> list[Letter]:
    """What goes to each address: its alerts in one letter, each digest in its own.

    Args:
        parcels: From the outbox, oldest first; those for addresses that are not known are left out.
        known: Addresses by target.
        prefix: Begins each subject, such as "Lohnpegel Duisburg".
    """
    digests: list[Letter] = []
    alerts: dict[str, list[Parcel]] = {}
    for parcel in parcels:
        if parcel.target not in known:
            continue
        if parcel.message.kind == "digest":
            digests.append(_letter(known[parcel.target], [parcel], prefix))
        else:
            alerts.setdefault(parcel.target, []).append(parcel)
    return [_letter(known[target], some, prefix) for target, some in alerts.items()] + digests


def send(bag: Sequence[Letter], note: Path, limit_s: float, *, at: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
    """Have letters delivered; what became of each stands in the journal afterwards, whatever happened.

    Args:
        bag: The letters.
        note: The journal.
        limit_s: Seconds for all of them together.
        at: The clock.
    """
    if not bag:
        return
    known = len(journal.lines(note))
    if installed():
        _errand(Bag(tuple(bag), str(note), limit_s))
    answered = {line.letter for line in journal.lines(note)[known:]}
    reason = f"no answer within {limit_s:g} s" if installed() else MISSING
    walked = {letter.url for number, letter in enumerate(bag) if number in answered}
    for number, letter in enumerate(bag):
        if number not in answered and letter.url not in walked:
            now = at()
            told = tuple(replace(one, at=now, error=reason) for one in letter.outcomes)
            journal.write(note, journal.Line(number, now, reason, told))


def _errand(bag: Bag) -> None:
    """Start the postman, and end him when his time is over."""
    command = [sys.executable, "-m", "lohnpegel.notify.postman"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as postman:  # noqa: S603
        try:
            assert postman.stdin is not None
            postman.stdin.write(msgspec.json.encode(bag) + b"\n")
            postman.stdin.flush()
            postman.wait(bag.limit_s + GRACE_S)
        except (subprocess.TimeoutExpired, BrokenPipeError):
            pass
        finally:
            postman.kill()


def _letter(address: Address, parcels: Sequence[Parcel], prefix: str) -> Letter:
    messages = [parcel.message for parcel in parcels]
    severity = max((message.severity for message in messages), key=_ORDER.index)
    subject = messages[0].title if len(messages) == 1 else f"{len(messages)} messages"
    bodies = [message.body if len(messages) == 1 else f"{message.title}\n{message.body}" for message in messages]
    numbers = ", ".join(str(parcel.notice_id) for parcel in parcels)
    told = tuple(Outcome(one.notice_id, one.target, one.attempts + 1, one.raised_at, one.raised_at) for one in parcels)
    body = "\n\n".join([*bodies, f"({prefix}, message {numbers})"])
    return Letter(address.url, plain(f"{prefix}: {subject}"), "\n".join(map(plain, body.split("\n"))), severity, told)


def plain(text: str) -> str:
    """A line that no service takes for a command: no control characters, no secret, nobody called by name.

    >>> plain("Agent (m/w/d) @everyone <!channel>")
    'Agent (m/w/d) @\\u2060everyone <\\u2060!channel>'
    >>> plain("https://jobs.example/@muster")
    'https://jobs.example/%40muster'
    """
    if text.startswith(("https://", "http://")):  # a link is of use only whole
        return legible(covered(text)).replace("@", "%40")
    return legible(without_secrets(text)).replace("@", "@\u2060").replace("<!", "<\u2060!")
