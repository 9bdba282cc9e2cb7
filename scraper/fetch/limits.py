"""How we behave towards foreign hosts, and how much of an answer we are willing to hold. Values only."""

import re
from dataclasses import dataclass

_URL = re.compile(r"https?://[^\s/]+\.[^\s]+")
_MAIL = re.compile(r"[^\s@()<>]+@[^\s@()<>]+\.[^\s@()<>]+")
_PRODUCT = re.compile(r"[A-Za-z_-]+")
_PRINTABLE = re.compile(r"[\x20-\x7e]*")


class NoContact(ValueError):
    """The operator must say who is calling before anything public is asked."""


@dataclass(frozen=True, slots=True)
class Conduct:
    """The rules of one run; times in seconds, sizes in bytes.

    `check` must pass before a run; without a contact only loopback addresses may be asked.
    """

    version: str = "0"
    contact: str = ""  #: an e-mail address or a URL with one; "" only for loopback
    product: str = "Lohnpegel"  #: the token that robots.txt files may name
    delay_s: float = 3.0  #: from the start of one request to the start of the next, per host
    deadline_s: float = 30.0  #: for one page: all its tries and redirects together, polite waits not counted
    connect_s: float = 10.0  #: of it, for name resolution and connection each
    tries: int = 3
    max_wire: int = 5_000_000  #: bytes of a body as sent
    max_decoded: int = 20_000_000  #: bytes of a body after gzip
    max_html: int = 5_000_000  #: of it, where the answer is HTML
    max_redirects: int = 5
    max_crawl_delay_s: float = 60.0  #: a longer Crawl-delay means one page per run and then waiting it out
    max_wait_s: float = 60.0  #: a longer pause asked for by the host ends the run of its source instead of sleeping
    breaker: int = 6  #: consecutive failed tries on a host after which it is left alone for this run
    budget_per_host: int | None = None  #: requests per run; None: no bound
    allow_loopback: bool = False  #: lets 127.0.0.0/8 and ::1 be asked, on any port, unencrypted
    robots: bool = True
    robots_exempt: frozenset[str] = frozenset()  #: hosts whose robots.txt answers 401/403 though their policy stands elsewhere
    tdm: bool = True  #: heed text-and-data-mining reservations (§ 44b UrhG, TDMRep)

    def check(self) -> None:
        """Refuse conduct that cannot be answered for; raises `NoContact` or `ValueError` naming the key."""
        if not _PRODUCT.fullmatch(self.product):
            raise ValueError(f"crawler.product = {self.product!r}: only letters, '-' and '_' (RFC 9309, product token)")
        if not _PRINTABLE.fullmatch(self.contact + self.version):
            raise ValueError(f"crawler.contact = {self.contact!r}: only printable ASCII can be sent in a header")
        if self.contact and not self.reachable:
            raise NoContact(f"crawler.contact = {self.contact!r} is neither an e-mail address nor a URL")
        if not self.contact and not self.allow_loopback:
            raise NoContact("crawler.contact is empty: set an e-mail address or URL under which site owners can reach you")
        if self.tries < 1 or self.delay_s < 0 or self.deadline_s <= 0:
            raise ValueError("crawler.tries must be at least 1, crawler.delay_s not negative, crawler.deadline_s positive")

    @property
    def reachable(self) -> bool:
        """Whether the contact is an e-mail address or a URL."""
        return bool(_MAIL.fullmatch(self.contact) or _URL.fullmatch(self.contact))


def user_agent(conduct: Conduct) -> str:
    """The honest name we send.

    >>> user_agent(Conduct("0.1", "mail@example.org"))
    'Lohnpegel/0.1 (+mail@example.org)'
    >>> user_agent(Conduct("0.1", allow_loopback=True))
    'Lohnpegel/0.1'
    """
    name = f"{conduct.product}/{conduct.version}"
    return f"{name} (+{conduct.contact})" if conduct.contact else name
