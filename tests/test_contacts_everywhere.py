"""Contacts planted in every text of every saved page of every kind of source: none comes through to what is kept or told."""

import asyncio
import logging
import re
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from lohnpegel.demo import Wish, play
from sandbox.market import Market
from scraper.model import Options, Page, Parsed, Posting, RawPosting, Request
from scraper.normalise.posting import normalise
from scraper.outcome import Outcome
from scraper.pipeline import Batch, Tools, crawl
from scraper.sources import available, load
from storage import migrate, vacancies
from storage.engine import open_engine
from storage.runs import Runs
from storage.save import Store
from tests.planting import LEFT, variants
from tests.test_sources import DATA, FETCHED_AT, SAVED, page_of
from tests.warm import PROFILE
from tests.whole import BA, configured, run

#: what names an ad, and so stays as its source writes it
IDENTITY = ("source_id", "url", "revision", "employer_key")


@dataclass
class Told:
    """What came of one kind's planted pages."""

    batches: list[Batch] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)
    pages: int = 0
    named: int = 0  #: pages on which the contact went into what names an ad
    fields: set[str] = field(default_factory=set)  #: fields of ads into which it went, before it was taken out


class Given:
    """A host that has this one page."""

    def __init__(self, page: Page) -> None:
        self.page = page

    async def get(self, _request: Request) -> Page:
        return self.page


async def piped(kind: str, page: Page, told: Told) -> None:
    """Take a page through the pipeline as a run does, without following it."""
    module: Any = load(kind)

    async def parse(_source: object, asked: Page) -> Parsed:
        parsed: Parsed = module.parse(asked)
        _note(parsed, told)
        if any(LEFT.search(name) for name in _names(parsed)):
            told.named += 1
            return Parsed()
        return replace(parsed, requests=())

    def read(raw: RawPosting, at: Any) -> Posting:
        return normalise(replace(raw, source=kind), at, PROFILE)

    source: Any = SimpleNamespace(NAME=kind, start=lambda _options: [page.request], HINTS={})
    tools = Tools(Given(page), read, lambda one: one, parse)
    async for step in crawl(source, Options(("x",), "Duisburg", 15, {}, None, FETCHED_AT), {}, tools):
        if isinstance(step, Outcome):
            told.outcomes.append(step)
        else:
            told.batches.append(step)


def _names(parsed: Parsed) -> Iterator[str]:
    for one in (*parsed.postings, *parsed.rejects, *parsed.requests):
        yield from (str(value) for name in IDENTITY if (value := getattr(one, name, None)))


def _note(parsed: Parsed, told: Told) -> None:
    for ad in parsed.postings:
        told.fields |= {name for name in ad.__slots__ if LEFT.search(str(getattr(ad, name)))}


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Mapping[str, Told], str]]:
    """A database of all those ads, what each kind did, and every word that was logged, exported, reported and shown."""
    folder = tmp_path_factory.mktemp("planted")
    settings = configured(folder, {BA: "http://127.0.0.1:9"})
    handler = Keep()
    logging.getLogger().addHandler(handler)
    try:
        told = {kind: Told() for kind in available()}
        asyncio.run(_all(told))
    finally:
        logging.getLogger().removeHandler(handler)
    _stored(settings.storage.url, told)
    shown = [run(folder, *words) for words in SHOWN]
    assert {one.code for one in shown} <= {0, 1}, shown
    yield folder, told, "\n".join([*handler.lines, *(one.out + one.err for one in shown)])


SHOWN = (
    ("report",), ("export",), ("status", "--json"), ("status",), ("search", "Kundenservice", "--json"),
    ("show", "1", "--history"), ("show", "1", "--json"),
)  # fmt: skip


class Keep(logging.Handler):
    """Every line that is logged, with its traces."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(logging.Formatter().format(record))


async def _all(told: Mapping[str, Told]) -> None:
    for saved in SAVED:
        page = page_of(saved)
        for body in variants(page.body):
            told[saved.parent.name].pages += 1
            await piped(saved.parent.name, replace(page, body=body), told[saved.parent.name])


def _stored(url: str, told: Mapping[str, Told]) -> None:
    engine = open_engine(url)
    migrate.upgrade(engine)
    runs, store = Runs(engine, lambda: FETCHED_AT), Store(engine)
    number = runs.start_run("crawl", "0", "x")
    for kind, one in told.items():
        runs.start_source_run(number, kind, kind)
        for batch in one.batches:
            store.save_batch(number, kind, batch.postings, (), FETCHED_AT)
            store.save_rejects(number, kind, batch.rejects, FETCHED_AT)
        said = "; ".join(outcome.error or "" for outcome in one.outcomes)
        notes = sorted({note for outcome in one.outcomes for note in outcome.notes})
        runs.end_source_run(number, kind, "partial", {}, error=said, notes=notes)
    vacancies.update(engine, number, FETCHED_AT)
    runs.end_run(number, "partial")
    engine.dispose()


def test_no_kind_was_spared(planted: tuple[Path, Mapping[str, Told], str]) -> None:
    """The test looks for something that was there, in the text and in other fields, and few pages had to be left out."""
    _, told, _ = planted
    for kind, one in told.items():
        if any(batch.figures for batch in one.batches):
            continue  # a table of pay, no ads
        assert any(batch.postings for batch in one.batches), kind
        assert one.fields & {"description", "title"} and len(one.fields) >= 3, (kind, one.fields)
        assert one.named < one.pages / 2, kind


def test_nothing_is_in_any_table_or_index(planted: tuple[Path, Mapping[str, Told], str]) -> None:
    folder, _, _ = planted
    with closing(sqlite3.connect(folder / "lohnpegel.db")) as connection:
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()]
        for name in names:
            for row in connection.execute(f'SELECT * FROM "{name}"'):
                text = " ".join(value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value) for value in row)
                assert not LEFT.search(text), (name, _around(text))
        (rejects,) = connection.execute("SELECT count(*) FROM reject").fetchone()
        (history,) = connection.execute("SELECT count(*) FROM posting_change WHERE field != 'status'").fetchone()
    assert rejects > 50 and history > 500  # both were written from planted pages
    for path in folder.glob("lohnpegel.db*"):
        assert not re.search(rb"(?i)wiebelfeld|99 88 776", path.read_bytes()), path


def test_nothing_is_told(planted: tuple[Path, Mapping[str, Told], str]) -> None:
    folder, _, said = planted
    assert not LEFT.search(said), _around(said)
    written = [path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("lohnpegel.db")]
    assert {path.suffix for path in written} >= {".html", ".csv", ".json"}
    for path in written:
        text = path.read_bytes().decode("utf-8", "replace")
        assert not LEFT.search(text), (path, _around(text))


def test_a_whole_market_through_every_kind_of_source(tmp_path: Path) -> None:
    """The demonstration's market, whose ads name persons, through all its careers pages and feeds."""
    shown = play(Wish(tmp_path / "demo", seed=3, weeks=2, market="sparse"))
    folder, contacts = tmp_path / "demo", Market(3, 2, "sparse").contacts
    assert len({source.source for crawl in shown.crawls for source in crawl.sources if source.seen}) >= 4
    ended = [run(folder, *words) for words in (("report",), ("export",), ("search", "Kundenservice", "--json"))]
    texts = {"said": "\n".join(one.out + one.err for one in ended)}
    for path in folder.rglob("*"):
        if path.is_file() and not path.name.startswith("lohnpegel-archive"):
            texts[path.name] = path.read_bytes().decode("utf-8", "replace")
    assert len(contacts) > 20 and len(texts) > 6
    assert {name: [one for one in contacts if one in text] for name, text in texts.items()} == {name: [] for name in texts}


def _around(text: str) -> str:
    found = LEFT.search(text)
    return text[max(0, found.start() - 100) : found.end() + 40] if found else ""


def test_a_reader_that_fails_logs_no_contact(caplog: pytest.LogCaptureFixture) -> None:
    """The message of our own mistake may quote the ad."""
    saved = page_of(DATA / "ashby" / "jobs.json")
    pages = (replace(saved, body=body) for body in variants(saved.body))
    page = next(page for page in pages if LEFT.search(load("ashby").parse(page).postings[0].title))

    async def parse(_source: object, asked: Page) -> Parsed:
        return replace(load("ashby").parse(asked), requests=())

    def read(raw: RawPosting, _at: Any) -> Posting:
        raise ValueError(f"could not convert: {raw.title}")

    async def told() -> list[Any]:
        source: Any = SimpleNamespace(NAME="ashby", start=lambda _options: [page.request], HINTS={})
        tools = Tools(Given(page), read, lambda one: one, parse)
        return [step async for step in crawl(source, Options(("x",), "Duisburg", 15, {}, None, FETCHED_AT), {}, tools)]

    steps = asyncio.run(told())
    text = "\n".join(logging.Formatter().format(record) for record in caplog.records)
    assert "could not convert" in text and "read" in text  # what happened, and where
    assert not LEFT.search(text) and not LEFT.search(str(steps))
