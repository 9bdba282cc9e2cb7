"""`lohnpegel init`: answers or options become a configuration that loads, with its comments; sources are tried as in a crawl."""

import os
import pty
import re
import select
import sys
import time
import tomllib
from itertools import pairwise
from pathlib import Path

import pytest

from lohnpegel.beginning import Answers, Place, configuration, place, shipped_sources, shipped_terms
from lohnpegel.checks import postcode_range, postcodes
from lohnpegel.settings import load, parsed
from lohnpegel.shipped import default_config
from sandbox.market import Market
from sandbox.world import Sandbox
from tests.whole import run

CONTACT = ("--contact", "desk@example.org")
SHIPPED = default_config().read_text("utf-8")
HERE = ("init", "--yes", "--no-try")


def answers(town: Place | None = None, terms: tuple[str, ...] | None = None) -> Answers:
    there = town or Place("Duisburg", postcodes()["Duisburg"])
    return Answers("desk@example.org", there, 15, terms or shipped_terms(), ("bundesagentur",))


@pytest.mark.parametrize("town", sorted(postcodes()))
def test_every_town_of_the_list_makes_a_configuration(town: str) -> None:
    found = place(town)
    assert found == Place(town, postcodes()[town])
    settings = parsed(configuration(answers(found)), Path("config.toml"))
    assert settings.town.name == town and settings.claims
    assert "Duisburg" in settings.profile.name or town != "Duisburg"


def test_post_codes_of_the_list_are_right_in_form_and_belong_to_one_town_each() -> None:
    ranges = sorted((*postcode_range(code).split("-"), town) for town, codes in postcodes().items() for code in codes)
    assert all(before[1] < after[0] for before, after in pairwise(ranges))


@pytest.mark.parametrize(
    ("said", "town"),
    [
        ("47119", "Duisburg"), ("koeln", "Köln"), ("MÜNCHEN", "München"), ("Frankfurt", "Frankfurt am Main"),
        ("Frankfurt (Oder)", "Frankfurt (Oder)"), ("15230", "Frankfurt (Oder)"), ("Mülheim", "Mülheim an der Ruhr"),
        ("Halle", "Halle (Saale)"), ("Bad Homburg", "Bad Homburg"), ("Xanten", None), ("00000", None), ("4705", None),
    ],
)  # fmt: skip
def test_a_town_is_found_by_its_name_or_a_post_code(said: str, town: str | None) -> None:
    found = place(said)
    assert (found.name if found else None) == town


def test_the_comments_of_the_shipped_file_stay() -> None:
    shipped = default_config().read_text("utf-8")
    ours = configuration(answers())
    assert [line for line in shipped.splitlines() if line.startswith("#")] == [
        line for line in ours.splitlines() if line.startswith("#")
    ]


def test_another_town_and_trade_leave_nothing_of_this_one() -> None:
    settings = parsed(configuration(answers(Place("Xanten", ("46509",)), ("Pflegefachkraft", "Altenpfleger"))), Path("c.toml"))
    assert settings.town.districts == {} and settings.scope.include == ("pflegefachkraft", "altenpfleger")
    assert [claim.id for claim in settings.claims] == ["entry_pay"]
    assert settings.report.occupations == () and settings.profile.town.check_name is False
    text = configuration(answers(Place("Xanten", ("46509",)), ("Pflegefachkraft",)))
    assert "Duisburg" not in re.sub(r"^#.*$", "", text, flags=re.MULTILINE)


def test_the_states_own_board_is_asked_in_its_state_only() -> None:
    for town, fits in (("Köln", True), ("Hamburg", False), ("Münster", True), ("Mainz", False)):
        assert shipped_sources(Place(town, postcodes()[town]))["karriere_nrw"] is fits


# the command


def test_options_alone_make_a_configuration(tmp_path: Path) -> None:
    ended = run(tmp_path, *HERE, *CONTACT, "--town", "50667", "--radius", "5", "--source", "bundesagentur")
    assert ended.code == 0, ended
    settings = load(tmp_path / "config.toml")
    assert (settings.town.name, settings.profile.town.radius_km, settings.crawler.contact) == ("Köln", 5, "desk@example.org")
    assert {name for name, block in settings.source.items() if block["enabled"]} == {"bundesagentur"}
    assert "lohnpegel doctor" in ended.out
    assert run(tmp_path, "config", "check").code == 0


def test_nothing_is_written_over(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("mine", "utf-8")
    ended = run(tmp_path, *HERE, *CONTACT)
    assert ended.code == 2 and "--force" in ended.err
    assert (tmp_path / "config.toml").read_text("utf-8") == "mine"
    assert run(tmp_path, *HERE, *CONTACT, "--force").code == 0
    assert load(tmp_path / "config.toml").town.name == "Duisburg"


def test_another_place_for_the_file(tmp_path: Path) -> None:
    ended = run(tmp_path, "-c", "etc/mine.toml", *HERE, *CONTACT)
    assert ended.code == 0 and "lohnpegel -c etc/mine.toml crawl" in ended.out
    assert (tmp_path / "etc" / "mine.toml").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "--contact"),
        (("--contact", "me"), "neither an e-mail address nor a URL"),
        ((*CONTACT, "--town", "Duisbrug"), "did you mean 'Duisburg'"),
        ((*CONTACT, "--town", "Xanten"), "--postcode"),
        ((*CONTACT, "--town", "Xanten", "--postcode", "4650"), "--postcode: '4650'"),
        ((*CONTACT, "--source", "indeed"), "--source indeed: there are bundesagentur"),
        ((*CONTACT, "--term", " "), "blank"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_written(tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    ended = run(tmp_path, *HERE, *words)
    assert ended.code == 2 and said in ended.err and "Traceback" not in ended.err, ended
    assert not (tmp_path / "config.toml").exists()


def test_the_sources_are_tried(tmp_path: Path) -> None:
    with Sandbox(Market(1, 2, "sparse"), kinds=("bundesagentur",)) as box:
        here = {
            "LOHNPEGEL_CRAWLER__ALLOW_LOOPBACK": "true",
            "LOHNPEGEL_CRAWLER__DELAY_S": "0",
            "LOHNPEGEL_SOURCE__BUNDESAGENTUR__BASE_URL": box.urls["bundesagentur"],
        }
        words = ("init", "--yes", *CONTACT, "--source", "bundesagentur")
        ended = run(tmp_path, *words, environment=here)
        assert ended.code == 0 and re.search(r"bundesagentur: [1-9]\d* ads on \d pages", ended.out), ended
        assert box.urls["bundesagentur"] not in (tmp_path / "config.toml").read_text("utf-8")
    ended = run(tmp_path, *words, "--force", environment={**here, "LOHNPEGEL_CRAWLER__TRIES": "1"})
    assert ended.code == 1 and "stays in the configuration" in ended.out
    assert load(tmp_path / "config.toml").source["bundesagentur"]["enabled"]


def talk(folder: Path, words: tuple[str, ...], answers: list[tuple[str, str]]) -> str:
    """Type each answer when its question stands on the terminal."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(folder)
        os.environ.update({"TERM": "dumb", "COLUMNS": "200"})
        os.execv(sys.executable, [sys.executable, "-m", "lohnpegel", *words])
    said, until = "", time.monotonic() + 60
    for question, answer in [*answers, ("", "")]:
        mark = len(said)
        while question not in said[mark:] or not question:
            assert time.monotonic() < until, said
            if not select.select([terminal], [], [], 1)[0]:
                continue
            try:
                said += os.read(terminal, 65536).decode("utf-8", "replace")
            except OSError:  # how the end of a terminal is told
                break
        if question:
            os.write(terminal, answer.encode() + b"\n")
    os.close(terminal)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0, said
    return said


def test_a_person_is_asked_until_the_answers_are_right(tmp_path: Path) -> None:
    talk(
        tmp_path,
        ("init", "--no-try"),
        [
            ("Town", "Duisbrug"),
            ("Town", "Xantn"),
            ("Post codes of Xantn", ""),
            ("Town", "Xanten"),
            ("Post codes of Xanten", "4650"),
            ("Post codes of Xanten", "46509"),
            ("Kilometres", "20"),
            ("Contact", "me"),
            ("Contact", "me@example.org"),
            ("Search terms", "Kundenservice, Callcenter"),
            *[(f"Ask {name}?", "y" if name == "bundesagentur" else "n") for name in tomllib.loads(SHIPPED)["source"]],
        ],
    )
    settings = load(tmp_path / "config.toml")
    assert (settings.town.name, settings.town.postcodes) == ("Xanten", (("46509", "46509"),))
    assert settings.crawler.contact == "me@example.org" and settings.profile.town.radius_km == 20
    assert settings.profile.terms == ("Kundenservice", "Callcenter")
    assert {name for name, block in settings.source.items() if block["enabled"]} == {"bundesagentur"}
