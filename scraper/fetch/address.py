"""Which URL may be asked, and which addresses its name may stand for (server-side request forgery, DNS rebinding)."""

import asyncio
import ipaddress
import re
import socket
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urljoin, urlsplit

from scraper.errors import Forbidden

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolver = Callable[[str, int], Awaitable[list[str]]]  #: name and port to addresses; raises OSError

_PORTS = {"http": 80, "https": 443}
_HOST = re.compile(r"[a-z0-9._-]{1,253}|\[[0-9a-f:.]+\]")
_UNSAFE = re.compile(r"[\x00-\x20\x7f\\]")
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")  # RFC 6052: carries an IPv4 address in its last 32 bits


@dataclass(frozen=True, slots=True)
class Site:
    """One origin, as far as a URL names it."""

    scheme: str
    host: str  #: lower case, IDNA; IPv6 without brackets
    port: int

    @property
    def lane(self) -> str:
        """The key under which the pace is kept: http and https of one host share it."""
        return self.host if self.port in {80, 443} else f"{self.host}:{self.port}"

    @property
    def authority(self) -> str:
        """The key under which robots.txt is kept: RFC 9309 §2.3 gives each scheme and port its own."""
        return self.host if (self.scheme, self.port) == ("https", 443) else f"{self.host}:{self.port}"

    @property
    def netloc(self) -> str:
        """As sent in the Host header: the port only where it is not the scheme's own."""
        name = f"[{self.host}]" if ":" in self.host else self.host
        return name if _PORTS[self.scheme] == self.port else f"{name}:{self.port}"

    def url(self, path: str) -> str:
        """An absolute URL on this site."""
        return f"{self.scheme}://{self.netloc}{path}"


@lru_cache(maxsize=1024)  # each page asks for it four times
def site_of(url: str) -> Site:
    """Split a URL's origin off; raises `Forbidden` for anything but plain http(s).

    >>> site_of("https://Jobs.Example.org/a?b#c")
    Site(scheme='https', host='jobs.example.org', port=443)
    >>> site_of("http://user@10.0.0.1/")
    Traceback (most recent call last):
    scraper.errors.Forbidden: http://user@10.0.0.1/: a URL with user name or password is not asked
    """
    if _UNSAFE.search(url):
        raise Forbidden(url, "blank, control character or backslash in the URL")
    try:
        parts = urlsplit(url)
        port = parts.port
        host = (parts.hostname or "").encode("idna").decode("ascii").lower() if parts.hostname else ""
    except (ValueError, UnicodeError) as error:
        raise Forbidden(url, f"not a URL: {error}") from error
    if parts.scheme not in _PORTS:
        raise Forbidden(url, f"scheme {parts.scheme!r} is not asked, only http and https")
    if "@" in parts.netloc:
        raise Forbidden(url, "a URL with user name or password is not asked")
    if not _HOST.fullmatch(f"[{host}]" if ":" in host else host) or port == 0:
        raise Forbidden(url, f"{host!r} is no host name")
    return Site(parts.scheme, host, port or _PORTS[parts.scheme])


def is_public(address: Address) -> bool:
    """Whether an address is on the open internet, also after unwrapping IPv4 inside IPv6.

    `ipaddress` calls NAT64 and 6to4 wrappers of 127.0.0.1 global; hence the unwrapping.

    >>> [is_public(ipaddress.ip_address(a)) for a in ("93.184.215.14", "10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::")]
    [True, False, False, False]
    """
    if not isinstance(address, ipaddress.IPv6Address):
        return address.is_global and not address.is_multicast and not address.is_reserved
    if address.ipv4_mapped is not None:
        return is_public(address.ipv4_mapped)
    if address in _NAT64:
        return is_public(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    inner = [address.sixtofour, *(address.teredo or ())]
    own = address.is_global and not (address.is_multicast or address.is_reserved or address.is_site_local)
    return own and all(is_public(carried) for carried in inner if carried is not None)


def is_loopback(text: str) -> bool:
    """Whether an address is this machine itself, also as IPv4 mapped into IPv6."""
    address = ipaddress.ip_address(text.partition("%")[0])
    inner = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return (inner or address).is_loopback


def checked(url: str, site: Site, addresses: list[str], allow_loopback: bool) -> list[str]:
    """The addresses, if every single one may be asked; raises `Forbidden` otherwise.

    One bad address condemns the name: which of several answers is used would otherwise be the attacker's choice.
    """
    parsed = [ipaddress.ip_address(text.partition("%")[0]) for text in addresses]
    loopback = bool(parsed) and all(map(is_loopback, addresses))
    if loopback and allow_loopback:
        return [str(address) for address in parsed]
    for address in parsed:
        if not is_public(address):
            raise Forbidden(url, f"{site.host} stands for {address}, which is not on the public internet")
    if site.port not in _PORTS.values():
        raise Forbidden(url, f"port {site.port} is not asked, only 80 and 443")
    return [str(address) for address in parsed]


async def resolve(host: str, port: int) -> list[str]:
    """Ask the system's resolver; raises OSError. Order as RFC 6724 has it, duplicates removed."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def next_url(url: str, location: str, allow_loopback: bool) -> str:
    """Where a redirect leads; raises `Forbidden` for a downgrade or an unencrypted hop to another host."""
    try:
        target = urljoin(url, location.strip())
    except ValueError as error:
        raise Forbidden(url, f"redirect to what is not a URL: {error}") from error
    here, there = site_of(url), site_of(target)
    if here.scheme == "https" and there.scheme == "http":
        raise Forbidden(url, f"redirect from https down to {target}")
    if there.scheme == "http" and here.host != there.host and not allow_loopback:
        raise Forbidden(url, f"unencrypted redirect to another host: {target}")
    return target.partition("#")[0]
