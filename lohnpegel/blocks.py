"""The sections of config.toml, each a frozen value; see that file for what each key means."""

import re
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from lohnpegel.checks import At, Country, TimeZone, Weekdays, postcode_range, town_name
from scraper.fetch.limits import Conduct


class Block(BaseModel):
    """A section of config.toml: unknown keys are refused, values never change."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    @field_validator("*", mode="before")
    @classmethod
    def _no_flag_for_a_number(cls, value: Any, info: ValidationInfo) -> Any:
        """TOML knows true from 1; a number must be written as one."""
        if isinstance(value, bool) and cls.model_fields[info.field_name or ""].annotation in (int, float):
            raise ValueError("should be a number, not true or false")
        return value


class TownBlock(Block):
    check_name: bool = True  #: off: the name is taken as it stands, however near to a bigger town's
    name: str
    aliases: tuple[str, ...] = ()
    country: Country = "DE"
    postcodes: tuple[str, ...] = Field(min_length=1)
    radius_km: int = Field(ge=0, le=200)
    districts: dict[str, tuple[str, ...]] = {}

    @field_validator("name")
    @classmethod
    def _known_name(cls, name: str, info: ValidationInfo) -> str:
        return town_name(name) if info.data.get("check_name", True) else name

    @field_validator("postcodes")
    @classmethod
    def _ranges(cls, postcodes: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        return tuple(postcode_range(text, info.data.get("country", "DE")) for text in postcodes)


class ScopeBlock(Block):
    kind: Literal["customer_service", "titles"] = "customer_service"
    include: tuple[str, ...] = ()  #: kind "titles": words of a title that are in scope
    exclude: tuple[str, ...] = ()


class ProfileBlock(Block):
    name: str = Field(min_length=1)
    terms: tuple[str, ...] = Field(min_length=1)
    town: TownBlock
    scope: ScopeBlock = ScopeBlock()

    @field_validator("terms")
    @classmethod
    def _no_blank_term(cls, terms: tuple[str, ...]) -> tuple[str, ...]:
        if any(not term.strip() for term in terms):
            raise ValueError("a search term is blank; the search interface refuses that")
        return terms


class CrawlerBlock(Block):
    contact: str = ""
    delay_s: float = Field(default=3.0, ge=0.0)
    deadline_s: float = Field(default=30.0, gt=0)
    tries: int = Field(default=3, ge=1, le=10)
    max_pages: int = Field(default=5000, ge=1)
    requests_per_host: int = Field(default=5000, ge=1)
    full_every_h: float = Field(default=20.0, gt=0, le=24.0)
    allow_loopback: bool = False

    @field_validator("contact")
    @classmethod
    def _reachable(cls, contact: str) -> str:
        if contact and not Conduct(contact=contact).reachable:
            raise ValueError('is neither an e-mail address nor a URL; write "desk@example.org" or "https://example.org/crawler"')
        return contact


class StorageBlock(Block):
    url: str = "sqlite:///lohnpegel.db"
    archive_url: str = "sqlite:///lohnpegel-archive.db"
    archive_days: int = Field(default=30, ge=1)
    exports: Path = Path("exports")
    report: Path = Path("report.html")
    backups: Path = Path("backups")
    backups_kept: int = Field(default=8, ge=1)
    least_free_mb: int = Field(default=500, ge=0)  #: under which a disk counts as full

    @field_validator("url", "archive_url")
    @classmethod
    def _known_database(cls, url: str) -> str:
        if not re.fullmatch(r"sqlite:///.+|postgresql\+psycopg://.+", url):
            raise ValueError(
                'is no database that is supported; write "sqlite:///lohnpegel.db" or "postgresql+psycopg://USER@HOST/NAME"'
            )
        return url


class TimetableBlock(Block):
    at: At
    days: Weekdays = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class ScheduleBlock(Block):
    timezone: TimeZone = "Europe/Berlin"
    jitter_s: int = Field(default=0, ge=0, le=3600)
    retry_h: float = Field(default=6.0, ge=0)  #: 0: a task that failed waits for its next time
    stop_s: float = Field(default=60.0, gt=0)
    heartbeat: Path | None = None
    crawl: TimetableBlock
    report: TimetableBlock
    export: TimetableBlock
    backup: TimetableBlock | None = None  #: None: not done by itself
    purge: TimetableBlock | None = None


class ReportBlock(Block):
    language: Literal["de", "en"] = "de"
    seed: int = 1
    made_up: bool = False
    dialect: Literal["german", "rfc4180", "both"] = "both"
    formats: tuple[Literal["xlsx", "parquet"], ...] = ()
    occupations: tuple[str, ...] = ()
    tariffs: tuple[str, ...] = ()


class LogBlock(Block):
    format: Literal["auto", "human", "json"] = "auto"
    level: Literal["debug", "info", "warning", "error"] = "info"
    file: Path | None = None


def _addresses(urls: tuple[str, ...]) -> tuple[str, ...]:
    for url in urls:
        if "://" not in url and not re.fullmatch(r"\$\{[A-Z][A-Z0-9_]*\}", url):
            raise ValueError(
                f'{url[:12]!r} is no address of a service; write "mailto://…", "tgram://…", "json://…" or "${{NAME}}"'
            )
    return urls


class AlertsBlock(Block):
    urls: tuple[str, ...] = ()
    least: Literal["info", "warning", "critical"] = "info"
    recovery: bool = True
    stale_h: float = Field(default=48.0, gt=0)
    limit_s: float = Field(default=30.0, ge=1, le=600)

    _urls = field_validator("urls")(_addresses)


class DigestBlock(Block):
    name: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$")
    query: str
    urls: tuple[str, ...] = ()
    every: Literal["day", "week"] = "day"

    _urls = field_validator("urls")(_addresses)
