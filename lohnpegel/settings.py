"""config.toml → frozen `Settings`, checked before anything runs.

Values come from the file; an environment variable `LOHNPEGEL_SECTION__KEY` overrides one (a container sets its contact so).
Secrets come from the environment only: `LOHNPEGEL_SECRET_NAME`. Paths are relative to the file's folder.
"""

import hashlib
import tomllib
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

import msgspec
from pydantic import ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from lohnpegel.blocks import (
    AlertsBlock,
    CrawlerBlock,
    DigestBlock,
    LogBlock,
    ProfileBlock,
    ReportBlock,
    ScheduleBlock,
    StorageBlock,
)
from lohnpegel.checks import at, weekdays
from lohnpegel.errors import ConfigError, UsageError
from lohnpegel.messages import explain
from report.claims import Claim, ClaimError
from report.claims import parse as parse_claim
from scraper import sources
from scraper.fetch.limits import Conduct
from scraper.profile import Scope, Town

ENV_PREFIX = "LOHNPEGEL_"


class Settings(BaseSettings):
    """All of config.toml; see that file for what each key means."""

    model_config = SettingsConfigDict(
        env_prefix=ENV_PREFIX, env_nested_delimiter="__", extra="forbid", frozen=True, hide_input_in_errors=True
    )

    profile: ProfileBlock
    crawler: CrawlerBlock = CrawlerBlock()
    storage: StorageBlock = StorageBlock()
    schedule: ScheduleBlock
    report: ReportBlock = ReportBlock()
    log: LogBlock = LogBlock()
    alerts: AlertsBlock = AlertsBlock()
    digest: tuple[DigestBlock, ...] = ()
    source: dict[str, dict[str, Any]] = {}
    claim: tuple[dict[str, Any], ...] = ()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return env_settings, init_settings

    @property
    def town(self) -> Town:
        block = self.profile.town
        ranges = tuple((low, high) for low, _, high in (entry.partition("-") for entry in block.postcodes))
        return Town(block.name, ranges, MappingProxyType(dict(block.districts)), block.aliases, block.country)

    @property
    def scope(self) -> Scope:
        return Scope(self.profile.scope.kind, self.profile.scope.include, self.profile.scope.exclude)

    @property
    def claims(self) -> tuple[Claim, ...]:
        return tuple(parse_claim(dict(block)) for block in self.claim)

    def conduct(self, version: str) -> Conduct:
        """How the crawler behaves; hosts whose robots.txt is no answer are exempt only where a source's block says so."""
        block = self.crawler
        exempt = frozenset(host for entry in self.source.values() for host in entry.get("robots_exempt", ()))
        return Conduct(
            version=version,
            contact=block.contact,
            delay_s=block.delay_s,
            deadline_s=block.deadline_s,
            tries=block.tries,
            allow_loopback=block.allow_loopback,
            robots_exempt=exempt,
            budget_per_host=block.requests_per_host,
        )

    def fingerprint(self) -> str:
        """Names what decides the findings (profile, report, claims), not where files lie; 12 hex digits."""
        apart = {"report": {"made_up", "dialect", "formats"}}
        told = self.model_dump(mode="json", include={"profile", "report", "claim"}, exclude=apart)
        return hashlib.blake2b(msgspec.json.encode(told, order="deterministic"), digest_size=6).hexdigest()


#: keys that every `[source.NAME]` block may have beside those its kind names in `DEFAULTS`
SOURCE_KEYS: dict[str, type | tuple[type, ...]] = {
    "enabled": bool, "kind": str, "robots_exempt": list, "terms": list, "days": list, "at": str,
}  # fmt: skip


def load(path: Path) -> Settings:
    """Read and check a configuration.

    Raises:
        ConfigError: the file is missing, no TOML, or a key or value is wrong; names file, key, value and what would be right.
    """
    return parsed(read(path), path)


def read(path: Path) -> str:
    """The text of a configuration file; `ConfigError` as for `load`."""
    try:
        return path.read_text("utf-8")
    except FileNotFoundError:
        raise ConfigError(f"{path}: there is no such file; name another with --config, or copy the shipped config.toml") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: cannot be read: {error}") from error


def parsed(text: str, path: Path) -> Settings:
    """Check a text as if it stood in that file, whatever stands there by now; `ConfigError` as for `load`."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: not valid TOML: {error}") from error
    try:
        settings = Settings(**data)
    except ValidationError as error:
        raise ConfigError(explain(path, error, data, Settings)) from error
    for name, block in settings.source.items():
        _check_source(path, name, block)
    try:
        _ = settings.claims
    except ClaimError as error:
        raise ConfigError(f"{path}: {error}") from error
    if settings.digest:
        _check_digests(path, settings.digest)
    return _placed(settings, path.parent)


def _check_source(path: Path, name: str, block: dict[str, Any]) -> None:
    """A source's block: its kind exists, its keys are known to that kind, its values have the right type."""
    kind = block.get("kind", name)
    try:
        defaults = sources.load(kind).DEFAULTS
    except KeyError:
        raise ConfigError(
            f"{path}: [source.{name}] kind = {kind!r}: there is no such kind of source; one of {', '.join(sources.available())}"
        ) from None
    known: dict[str, type | tuple[type, ...]] = {**SOURCE_KEYS, **{key: type(value) for key, value in defaults.items()}}
    for key, value in block.items():
        if key not in known:
            raise ConfigError(f"{path}: [source.{name}] {key}: unknown key; {kind} takes {', '.join(sorted(known))}")
        if key.endswith("url") and isinstance(value, str) and defaults.get(key) and not value.startswith(("http://", "https://")):
            raise ConfigError(f"{path}: [source.{name}] {key} = {value!r}: should begin with https:// or http://")
        wanted = (int, float) if known[key] is float else known[key]
        if not isinstance(value, wanted) or (isinstance(value, bool) and known[key] is not bool):
            named = getattr(known[key], "__name__", str(known[key]))
            raise ConfigError(f"{path}: [source.{name}] {key} = {value!r}: should be {named}")
    for key, right in (("days", weekdays), ("at", at)):
        try:
            right(block[key]) if key in block else None
        except ValueError as error:
            raise ConfigError(f"{path}: [source.{name}] {key} = {block[key]!r}: {error}") from error


def _check_digests(path: Path, blocks: tuple[DigestBlock, ...]) -> None:
    """Each saved search has a name of its own and a query that can be read."""
    from lohnpegel.notify.query import wanted

    for block in blocks:
        if [one.name for one in blocks].count(block.name) > 1:
            raise ConfigError(f"{path}: [[digest]] name = {block.name!r}: stands twice; give each its own")
        try:
            wanted(block.query, datetime.now(UTC))
        except UsageError as error:
            raise ConfigError(f"{path}: [[digest]] {block.name}: {error}") from error


def _placed(settings: Settings, folder: Path) -> Settings:
    """The same settings with every path absolute, counted from the file's folder."""
    folder = folder.resolve()
    block = settings.storage
    storage = block.model_copy(
        update={
            "url": _placed_url(block.url, folder),
            "archive_url": _placed_url(block.archive_url, folder),
            "exports": folder / block.exports,
            "report": folder / block.report,
            "backups": folder / block.backups,
        }
    )
    beat = settings.schedule.heartbeat
    schedule = settings.schedule.model_copy(update={"heartbeat": folder / beat if beat and beat.name else None})
    file = settings.log.file
    log = settings.log.model_copy(update={"file": folder / file if file and file.name else None})
    return settings.model_copy(update={"storage": storage, "schedule": schedule, "log": log})


def _placed_url(url: str, folder: Path) -> str:
    prefix = "sqlite:///"
    return prefix + str(folder / url.removeprefix(prefix)) if url.startswith(prefix) else url


def secret(name: str) -> str | None:
    """A secret from the environment, `LOHNPEGEL_SECRET_NAME`; None where it is not set."""
    import os

    return os.environ.get(f"{ENV_PREFIX}SECRET_{name.upper()}") or None
