"""What may be said of foreign texts in books and logs: no keys of ours, no contacts of theirs."""

from dataclasses import replace
from types import TracebackType

from scraper.model import Reject
from scraper.normalise import contacts
from scraper.normalise.text import clean
from scraper.redact import redacted


def discreet(text: str) -> str:
    """A sentence of ours that may quote a site, fit to be stored.

    >>> discreet("unknown value 'Vollzeit, Tel. 0203 123456' at https://api.example/?app_key=abc")
    "unknown value 'Vollzeit, Tel. [Kontakt entfernt]' at https://api.example/?app_key=…"
    """
    return redacted(contacts.short(text))


def discreet_reject(reject: Reject, url: str | None = None) -> Reject:
    """A reject fit to be stored; `url` is where it was met, for one that does not know itself."""
    address = reject.url or url
    return replace(
        reject,
        reason=discreet(reject.reason),
        url=redacted(address) if address else None,
        excerpt=contacts.remove(clean(reject.excerpt)) if reject.excerpt else None,
    )


def trace(error: BaseException) -> tuple[type[BaseException], BaseException, TracebackType | None]:
    """A mistake of ours for the log: where it happened, and what was said; the message of a reader may quote the ad."""
    told = RuntimeError(discreet(f"{type(error).__name__}: {error}"))
    return RuntimeError, told, error.__traceback__
