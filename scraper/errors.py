"""Errors of reading the outside world, named for what the operator must do.

::

    ScraperError
    ├── FetchError              the answer could not be had; carries the URL
    │   ├── Unreachable         network, DNS, TLS, deadline: wait, it may pass            (source state: failed)
    │   ├── Refused             the site says no, by status, robots.txt or opt-out: stop  (source state: blocked)
    │   │   └── Disallowed      robots.txt bars this one address; of an ad: it costs that ad
    │   ├── BadAnswer           truncated, oversized or malformed body: look at the site  (source state: failed)
    │   └── Forbidden           our own rules say no: address, scheme, size of a redirect (source state: failed)
    ├── ParseError              an answer came, but it is not what the source promised
    │   ├── LayoutChanged       a required field is gone: suspect the site, not the ad    (source state: failed)
    │   ├── NotUnderstood       the site rejected our question: fix the configuration     (source state: failed)
    │   ├── Challenge           a captcha or login page instead of data                   (source state: blocked)
    │   └── PoisonPage          a page that no parser can bear: it is skipped from now on (source state: failed)
    └── Incomplete              the listing could not be read to its end                  (source state: partial)
"""


class ScraperError(Exception):
    """Root of everything the scraper raises on purpose."""


class FetchError(ScraperError):
    """A request that brought no usable answer.

    Args:
        url: The URL asked for; shown to the operator.
        reason: One sentence: what happened, and what to do where something can be done.
        status: The HTTP status, where an answer came.
    """

    def __init__(self, url: str, reason: str, status: int | None = None) -> None:
        super().__init__(f"{url}: {reason}")
        self.url = url
        self.reason = reason
        self.status = status


class Unreachable(FetchError):
    """Network, DNS, TLS, deadline or server error after all tries: it may pass by itself."""


class Refused(FetchError):
    """The site says no (401/403/429, robots.txt, TDM reservation): never evaded, only reported."""


class Disallowed(Refused):
    """robots.txt bars this address, while others of its host may be asked."""


class BadAnswer(FetchError):
    """The bytes cannot be trusted: truncated, too large, broken encoding."""


class Forbidden(FetchError):
    """Our own rules refuse the request: scheme, address or redirect."""


class ParseError(ScraperError):
    """An answer arrived, but it is not what the source promises."""


class LayoutChanged(ParseError):
    """A required field is gone: suspect the site, not the ad."""

    def __init__(self, field: str, where: str = "") -> None:
        super().__init__(f"required field {field!r} is missing{f' in {where}' if where else ''}")
        self.field = field


class NotUnderstood(ParseError):
    """The site rejected or ignored what we asked: the configuration needs a look."""


class Challenge(ParseError):
    """A captcha, login or cookie wall came instead of data."""


class PoisonPage(ParseError):
    """A page that would hang the parser or eat the memory; it was not read, and is not tried again."""


class Incomplete(ScraperError):
    """A listing ended early, repeated itself or exceeds what may be paged: nothing may be closed from it."""
