"""Tell a page from the wall that stands before it. Walls are reported, never climbed."""

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

_HEAD = 16_384  # walls are short and say so early; each marker costs a scan of this on every page

#: header → value that only a wall sends
_HEADERS = {"cf-mitigated": "challenge", "x-vercel-mitigated": "challenge", "x-amzn-waf-action": "challenge"}

#: bytes that only a wall's own page carries; forms with a captcha, as on application pages, are no wall
_MARKERS = (
    b"_cf_chl_opt",
    b"cf-browser-verification",
    b"geo.captcha-delivery.com",
    b"px-captcha",
    b"window.gokuProps",
    b"sec-if-cpt-container",
    b"/_Incapsula_Resource?SWUDNSAI",
    b"Vercel Security Checkpoint",
    b"Please enable JS and disable any ad blocker",
)
_TITLE = re.compile(
    rb"<title[^>]{0,200}>\s{0,50}(?:just a moment|attention required|access denied|are you (?:a )?(?:human|robot)|security check"
    rb"|(?:please )?verify (?:that )?you are|pardon our interruption|bot verification|robot check|human verification|captcha\b"
    rb"|zugriff verweigert"
    rb"|sicherheits(?:\xc3\xbc|\xfc|ue)berpr(?:\xc3\xbc|\xfc|ue)fung|sind sie ein (?:mensch|roboter)"
    rb"|einen moment(?: bitte|[ .]{0,5}(?:\xe2\x80\xa6)?\s{0,5}<))",
    re.IGNORECASE,
)
_HEADING = re.compile(
    rb"<h[12][^>]{0,200}>\s{0,50}(?:(?:bitte )?best(?:\xc3\xa4|\xe4|ae|&auml;)tigen sie,? dass sie (?:kein roboter|ein mensch)"
    rb"|(?:please )?(?:confirm|verify|prove) (?:that )?you(?:'| a)re (?:not a robot|(?:a )?human))",
    re.IGNORECASE,
)
_WALL_PATH = re.compile(r"/(?:log-?in|sign-?in|anmelden|captcha|challenge|consent|cookie-?wall)(?:[/.]|$)", re.IGNORECASE)


def wall(headers: Mapping[str, str], body: bytes) -> str | None:
    """What shows an answer to be a challenge page; None if nothing does.

    >>> wall({"x-vercel-mitigated": "challenge"}, b"")
    'x-vercel-mitigated: challenge'
    >>> wall({}, b"<html><title>Kundenberater (m/w/d)</title><div class='g-recaptcha'></div>") is None
    True
    """
    for name, value in _HEADERS.items():
        if headers.get(name, "").strip().lower() == value:
            return f"{name}: {value}"
    head = body[:_HEAD]
    if b"<" not in head[:512]:
        return None
    if found := _TITLE.search(head) or _HEADING.search(head):
        return found[0].decode("utf-8", "replace").partition(">")[2].strip(" <")
    return next((marker.decode() for marker in _MARKERS if marker in head), None)


def wall_path(asked: str, answered: str) -> bool:
    """Whether a redirect led from a page to a login, consent or captcha page."""
    return bool(_WALL_PATH.search(urlsplit(answered).path)) and not _WALL_PATH.search(urlsplit(asked).path)
