"""robots.txt by RFC 9309: grouping and agent matching here, path matching by Protego behind this prefilter.

Protego alone ends a group at an unknown line and matches agent names by position; so groups are gathered here by the letter
of the RFC, and only the allow and disallow lines of the one group that counts are handed on.
"""

import math
import re
from dataclasses import dataclass, field
from typing import Literal

from protego import Protego

MAX_BYTES = 512 * 1024  #: RFC 9309 §2.5 asks for at least 500 KiB; what stands behind is not read
MAX_AGE_S = 86_400.0  #: RFC 9309 §2.4

_AGENT = frozenset({"user-agent", "useragent", "user agent"})
_ALLOW = frozenset({"allow"})
_DISALLOW = frozenset({"disallow", "dissallow", "dissalow", "disalow", "diasllow", "disallaw"})  # slips that Google reads too
_DELAY = frozenset({"crawl-delay", "crawl delay", "crawldelay"})
_SITEMAP = frozenset({"sitemap", "site-map", "sitemaps"})
_KNOWN = _AGENT | _ALLOW | _DISALLOW | _DELAY | _SITEMAP
_TOKEN = re.compile(r"[A-Za-z_-]+")
_COMPATIBLE = re.compile(r"^\s*Mozilla/\S+ \(compatible; ([A-Za-z_-]+)")
_TO_ESCAPE = re.compile(r"[^\x21-\x7e]")
_NUMBER = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,6})?")


@dataclass(slots=True)
class _Group:
    """The lines under one or more user-agent lines."""

    tokens: set[str] = field(default_factory=set)
    rules: list[str] = field(default_factory=list)
    delay_s: float | None = None


class Rules:
    """What one robots.txt says; built once, asked per agent and URL. Never raises on any bytes."""

    def __init__(self, body: bytes) -> None:
        self._groups, self.sitemaps = _read(body)
        self._chosen: dict[str, tuple[Protego, float | None]] = {}

    def allowed(self, url: str, agent: str) -> bool:
        """Whether an agent may ask for a URL; `agent` may be a product token or a full User-Agent.

        >>> rules = Rules(b"User-agent: job\\nDisallow: /\\n\\nUser-agent: *\\nDisallow: /intern")
        >>> rules.allowed("https://a.example/jobs", "Jobcrawler/1.0 (+https://b.example)")
        True
        >>> rules.allowed("https://a.example/intern/1", "Jobcrawler/1.0 (+https://b.example)")
        False
        """
        return self._for(agent)[0].can_fetch(url, "*")

    def crawl_delay(self, agent: str) -> float | None:
        """Seconds between requests that the agent is asked to keep; None: nothing is asked."""
        return self._for(agent)[1]

    def _for(self, agent: str) -> tuple[Protego, float | None]:
        token = _token(agent)
        if token not in self._chosen:
            mine = [g for g in self._groups if token in g.tokens] or [g for g in self._groups if "*" in g.tokens]
            text = "\n".join(["User-agent: *", *(rule for group in mine for rule in group.rules)])
            delays = [group.delay_s for group in mine if group.delay_s is not None]
            self._chosen[token] = Protego.parse(text), max(delays, default=None)
        return self._chosen[token]


def sitemaps(body: bytes) -> tuple[str, ...]:
    """The sitemap addresses a robots.txt names, in its order; they belong to no group."""
    return _read(body)[1]


def outcome(status: int) -> Literal["read", "open", "stop", "later"]:
    """What the status of /robots.txt means.

    RFC 9309 §2.3.1: 4xx: no rules; 5xx: everything is disallowed. Stricter on purpose: 401, 403 and 429 mean stop.
    """
    if status in {200, 203, 204}:
        return "read"
    if status in {401, 403, 429}:
        return "stop"
    return "open" if 400 <= status < 500 else "later"


def _token(agent: str) -> str:
    """The product token of an agent name, in lower case; "" if there is none.

    It stands at the start, but for those who call themselves Mozilla first.

    >>> _token("FooBot/1.0 (+https://a.example)"), _token("Mozilla/5.0 (compatible; FooBot/1.0)")
    ('foobot', 'foobot')
    """
    found = _COMPATIBLE.search(agent) or _TOKEN.match(agent.strip())
    return found[found.lastindex or 0].lower() if found else ""


def _read(body: bytes) -> tuple[list[_Group], tuple[str, ...]]:
    groups: list[_Group] = []
    maps: list[str] = []
    current: _Group | None = None
    in_rules = False  # an agent line after a rule opens a new group; other lines end nothing (§2.2.1)
    for key, value in _lines(body):
        if key in _AGENT:
            if current is None or in_rules:
                current, in_rules = _Group(), False
                groups.append(current)
            current.tokens.add("*" if value.split()[:1] == ["*"] else _token(value))
        elif key in _SITEMAP:
            maps += [value] if value else []
        elif current is not None and (key in _ALLOW or key in _DISALLOW):
            in_rules = True
            if value:
                current.rules.append(f"{'Allow' if key in _ALLOW else 'Disallow'}: {_escaped(value)}")
        elif current is not None and key in _DELAY and (delay_s := _seconds(value)) is not None:
            current.delay_s = max(delay_s, current.delay_s or 0.0)
    for group in groups:
        group.tokens.discard("")
    return groups, tuple(maps)


def _lines(body: bytes) -> list[tuple[str, str]]:
    """Key and value of each line that has both; bytes kept one to one as Latin-1, so that any encoding survives."""
    raw = body[:MAX_BYTES]
    raw = raw[2:] if raw[:2] in {b"\xff\xfe", b"\xfe\xff"} else raw.removeprefix(b"\xef\xbb\xbf")
    found = []
    for line in raw.replace(b"\0", b"").replace(b"\r", b"\n").split(b"\n"):
        text = line.partition(b"#")[0].decode("latin-1").strip(" \t\v\f")
        key, colon, value = text.partition(":")
        if not colon or (key.strip().lower() not in _KNOWN and len(text.split()) == 2):
            key, _, value = text.partition(" ") if " " in text else text.partition("\t")
        found.append((key.strip().lower(), value.strip(" \t\v\f")))
    return [(key, value) for key, value in found if key in _KNOWN]


def _escaped(value: str) -> str:
    """Everything but printable ASCII percent-encoded, byte by byte; runs of `*` are one."""
    return _TO_ESCAPE.sub(lambda found: f"%{ord(found[0]):02X}", re.sub(r"\*+", "*", value))


def _seconds(value: str) -> float | None:
    found = _NUMBER.match(value)
    seconds = float(found[0]) if found else math.nan
    return seconds if math.isfinite(seconds) else None
