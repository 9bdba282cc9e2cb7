"""Where messages go: addresses as apprise writes them, whose secrets stand in the environment."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import blake2b

from lohnpegel.errors import ConfigError

_NAME = re.compile(r"\$\{([A-Z][A-Z0-9_]*)\}")
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]{0,20})://")
PREFIX = "LOHNPEGEL_SECRET_"


@dataclass(frozen=True, slots=True)
class Address:
    """One address."""

    target: str  #: names it in the database: a hash of what is configured, which a new password does not change
    url: str  #: with its secrets
    shown: str  #: for people, without them


def addresses(templates: Iterable[str], environment: Mapping[str, str]) -> tuple[Address, ...]:
    """The configured addresses, each once.

    Raises:
        ConfigError: a secret is not set.
    """
    return tuple(address(template, environment) for template in dict.fromkeys(templates))


def address(template: str, environment: Mapping[str, str]) -> Address:
    """An address with its secrets.

    >>> found = address("tgram://${BOT}/123", {"LOHNPEGEL_SECRET_BOT": "9:abc"})
    >>> found.url, found.shown
    ('tgram://9:abc/123', 'tgram://… (4d1d90)')
    """
    key = target(template)
    url = _NAME.sub(lambda found: _secret(found[1], environment), template)
    scheme = _SCHEME.match(url)
    return Address(key, url, f"{scheme[1] if scheme else '?'}://… ({key[:6]})")


def target(template: str) -> str:
    """The name of an address in the database."""
    return blake2b(template.encode(), digest_size=8).hexdigest()


def masked(template: str) -> str:
    """An address for people: only what names a secret, and the kind of service, are shown.

    >>> masked("mailto://me:pass@example.org"), masked("${MAIL}")
    ('mailto://…', '${MAIL}')
    """
    return template if _NAME.fullmatch(template) else f"{template.partition('://')[0]}://…"


def _secret(name: str, environment: Mapping[str, str]) -> str:
    value = environment.get(PREFIX + name)
    if not value:
        raise ConfigError(f"${{{name}}} stands in an address of [alerts] or [[digest]], but {PREFIX}{name} is not set")
    return value
