"""Hostile ads and personal data, planted at the source and looked for wherever something comes out."""

import json
import logging
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from lohnpegel.cli import config as config_command
from sandbox.market import Market
from scraper.model import Page, Parsed, RawPlace, RawPosting, Request
from scraper.sources import bundesagentur
from storage.engine import open_engine, reading
from tests.whole import Town, town

HOSTILE = {
    "script": "<script>alert('x')</script>",
    "image": "<img src=x onerror=alert(1)>",
    "ansi": "\x1b[31mred\x1b]0;title\x07\x9b31m",
    "bidi": "\u202egnp.exe\u2066\u200f",
    "nul": "a\x00b",
    "surrogate": "a\ud800b",
    "formula": "=cmd|' /C calc'!A0",
    "fullwidth": "＝HYPERLINK(1)",
    "at": "@SUM(1)",
    "markup": "[bold red]x[/bold red][link=javascript:alert(1)]y[/link]",
    "newline": "a\r\n=1+1\r\n-2",
    "jinja": "{{ 7*7 }}{% raw %}",
    "sql": "'); DROP TABLE posting;--",
}
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """Ads of which each field is hostile, crawled, reported and exported by the real program."""
    folder = tmp_path_factory.mktemp("attacked")
    with town(folder, Market(1, 2, "sparse")) as made:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(bundesagentur, "parse", _hostile)
            assert made.crawl(1).exit_code == 0
        yield made


def _hostile(page: Page) -> Parsed:
    if page.request.kind == "detail":
        return Parsed()
    return Parsed(
        tuple(
            RawPosting(
                source="bundesagentur",
                source_id=f"{name}-{text}",
                url="javascript:alert(document.cookie)" if name == "script" else f"https://x.example/{name}?q={text}",
                title=f"{text} Kundenberater (m/w/d)",
                employer=f"{text} GmbH",
                description=f"{text}\nWir zahlen 2.400 bis 2.800 Euro brutto im Monat. {text}",
                places=(RawPlace(text=text, city="Duisburg", postcode="47051", district=text),),
                occupation=text,
                reference=text,
                partner=text,
                apply_url="javascript:alert(1)",
                extra={text: text},
                skills=(text,),
            )
            for name, text in HOSTILE.items()
        )
    )


def test_every_hostile_ad_is_stored_without_control_characters(attacked: Town) -> None:
    ads = attacked.ads()
    assert len(ads) == len(HOSTILE)
    assert not [ad for ad in ads.values() for value in ad.values() if isinstance(value, str) and CONTROL.search(value)]
    assert not [ad for ad in ads.values() if re.search(r"\\u(00[01]|007f|202|206|d[89a-f])", ad["raw"])]
    assert {ad["apply_url"] for ad in ads.values()} == {None}


@pytest.mark.parametrize("arguments", [("show",), ("show", "--history"), ("show", "--json"), ("status",), ("report",)])
def test_terminal_gets_no_control_characters(attacked: Town, arguments: tuple[str, ...]) -> None:
    for number in range(1, len(attacked.ads()) + 1) if arguments[0] == "show" else (None,):
        ended = attacked.cli(*arguments, *([str(number)] if number else []))
        assert ended.code in {0, 1} and "Traceback" not in ended.err, ended
        assert not CONTROL.search(ended.out + ended.err)
    shown = attacked.cli("show", "bundesagentur:markup-[bold red]x[/bold red][link=javascript:alert(1)]y[/link]")
    assert "[bold red]x[/bold red]" in shown.out  # an ad's brackets are no markup of ours


def test_page_is_inert(attacked: Town) -> None:
    assert attacked.cli("report").code == 0
    page = (attacked.folder / "report.html").read_text("utf-8")
    assert "<script" not in page.lower() and "<img src=x" not in page and "Content-Security-Policy" in page
    assert not CONTROL.search(page)
    links = re.findall(r"""(?:href|src)\s*=\s*["']?([^"'>\s]+)""", page)
    assert not [link for link in links if re.match(r"\s*(?:javascript|data:text|vbscript)", link, re.IGNORECASE)]


def test_tables_run_nothing(attacked: Town) -> None:
    assert attacked.cli("export").code == 0
    files = list((attacked.folder / "exports").rglob("*.csv"))
    assert files
    for path in files:
        text = path.read_text("utf-8-sig")
        assert not CONTROL.search(text), path
        for separator in (";", ","):
            for cell in re.split(rf"[{separator}\n]", text):
                bare = cell.strip('"').lstrip(" \u00a0")
                assert not bare.startswith(("=cmd", "=1+1", "＝HYPER", "@SUM")), (path, cell)
    for path in (attacked.folder / "exports").rglob("*.json*"):
        for line in path.read_text("utf-8").splitlines() if path.suffix == ".jsonl" else [path.read_text("utf-8")]:
            json.loads(line)
    names = [path.name for path in (attacked.folder / "exports").rglob("*")]
    assert all(re.fullmatch(r"[\w.-]+", name) for name in names)


def test_database_survives_sql_in_ads(attacked: Town) -> None:
    assert attacked.cli("db", "check").code == 0 and len(attacked.ads()) == len(HOSTILE)


# personal data


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Town, str]]:
    """A market whose ads carry names, addresses and numbers, taken through the whole program, with every word it logged."""
    folder = tmp_path_factory.mktemp("planted")
    records: list[str] = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            records.append(self.format(record))

    handler = Keep(level=logging.DEBUG)
    logging.getLogger().addHandler(handler)
    level = logging.getLogger().level
    logging.getLogger().setLevel(logging.DEBUG)
    try:
        with town(folder, Market(2, 2, "sparse")) as made:
            made.crawl(0)
            made.crawl(1)
            said = [made.cli(*words) for words in (("report",), ("export",), ("status", "--json"), ("show", "1", "--history"))]
            yield made, "\n".join([*records, *(one.out + one.err for one in said)])
    finally:
        logging.getLogger().setLevel(level)
        logging.getLogger().removeHandler(handler)


def _found(contacts: tuple[str, ...], text: str) -> list[str]:
    return [contact for contact in contacts if contact in text]


def test_planted_contacts_are_nowhere_but_in_the_archive(planted: tuple[Town, str]) -> None:
    made, said = planted
    contacts = made.box.market.contacts
    assert len(contacts) > 20
    assert _found(contacts, said) == []
    archive = made.folder / "lohnpegel-archive.db"
    for path in sorted(made.folder.rglob("*")):
        if path.is_file() and not path.name.startswith(archive.name):
            text = path.read_bytes().decode("utf-8", "replace")
            assert _found(contacts, text) == [], path
    assert _in_archive(made, contacts)  # the test looks for something that is there


def _in_archive(made: Town, contacts: tuple[str, ...]) -> list[str]:
    from storage.archive import Archive

    with Archive(made.settings.storage.archive_url, read_only=True) as archive:
        return _found(contacts, "\n".join(page.page.body.decode("utf-8", "replace") for page in archive.pages()))


def test_no_trace_in_free_pages_either(planted: tuple[Town, str]) -> None:
    """What a person may get of the database is the file: also what SQLite has deleted, and its log."""
    made, _ = planted
    contacts = made.box.market.contacts
    with closing(sqlite3.connect(made.folder / "lohnpegel.db")) as connection:
        rows = [str(row) for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
                for row in connection.execute(f'SELECT * FROM "{name}"')]  # fmt: skip
    assert _found(contacts, "\n".join(rows)) == []


# what a person may ask, and what is secret


def test_queries_cannot_write(planted: tuple[Town, str]) -> None:
    made, _ = planted
    engine = open_engine(made.settings.storage.url, read_only=True)
    try:
        for statement in ("DELETE FROM posting", "UPDATE posting SET title = ''", "CREATE TABLE x (y)", "DROP TABLE pay"):
            with pytest.raises(Exception, match=r"cannot be written|readonly|read-only"), reading(engine) as connection:
                connection.exec_driver_sql(statement)
    finally:
        engine.dispose()


@pytest.mark.parametrize("key", ["api_key", "app_key", "access_token", "client_secret", "password"])
def test_secret_words_are_known(key: str) -> None:
    assert any(word in key for word in config_command.SECRET)


def test_config_show_tells_no_secret(tmp_path: Path) -> None:
    with town(tmp_path, Market(1, 1, "sparse")) as made:
        text = (tmp_path / "config.toml").read_text("utf-8").replace(
            "[source.bundesagentur]", '[source.bundesagentur]\napi_key = "s3cr3t-value"', 1
        )  # fmt: skip
        text = re.sub(r'\napi_key = "(?!s3cr3t)[^"]*"', "", text)
        (tmp_path / "config.toml").write_text(text, "utf-8")
        environment = {"LOHNPEGEL_SECRET_ADZUNA": "s3cr3t-other"}
        for arguments in (("config", "show"), ("-v", "config", "check"), ("crawl", "nobody")):
            ended = made.cli(*arguments, environment=environment)
            assert "s3cr3t" not in ended.out + ended.err, arguments
        assert any("api_key" in line and "…" in line for line in made.cli("config", "show").out.splitlines())


def test_keys_in_addresses_are_not_stored_as_errors(tmp_path: Path) -> None:
    """Some interfaces want their key in the address, and every error names the address."""
    with town(tmp_path, Market(1, 1, "sparse")) as made:
        made.box.faults = {"bundesagentur": "403"}
        plan = made.plan.sources[0]
        url = f"{plan.settings['base_url']}/pc/v6/jobs?app_key=s3cr3t&page=1"
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(bundesagentur, "start", lambda _options: [Request(url)])
            summary = made.crawl(0)
        assert summary.sources[0].error and "app_key=…" in summary.sources[0].error
        assert "s3cr3t" not in made.cli("status").out
        assert b"s3cr3t" not in b"".join(path.read_bytes() for path in tmp_path.glob("lohnpegel.db*"))
