"""The example of docs/other-town.md: it loads, tells its trade from others, and its claims can be judged."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import tomlkit

from lohnpegel.cli.report import _claims
from lohnpegel.settings import Settings, load
from report import build
from report.render_html import page
from scraper.normalise.titles import in_scope
from tests.report_market import CONTEXT, monthly

ROOT = Path(__file__).parent.parent
PROFILE, CLAIMS = re.findall(r"```toml\n(.*?)```", (ROOT / "docs" / "other-town.md").read_text("utf-8"), re.DOTALL)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """The shipped file with the example's blocks in place of its own."""
    document: dict[str, Any] = tomlkit.parse((ROOT / "config.toml").read_text("utf-8"))
    for name in ("profile", "claim"):
        del document[name]
    document["report"].update(tomllib.loads(PROFILE)["report"])
    own = {"profile": tomllib.loads(PROFILE)["profile"], "claim": tomllib.loads(CLAIMS)["claim"]}
    path = tmp_path / "config.toml"
    path.write_text(tomlkit.dumps(document) + "\n" + tomlkit.dumps(own), "utf-8")
    return load(path)


def test_the_example_is_a_configuration(settings: Settings) -> None:
    assert (settings.town.name, settings.scope.kind) == ("Münster", "titles")
    assert settings.town.postcodes == (("48143", "48167"),)
    assert [claim.id for claim in settings.claims] == ["helper_pay", "agency_premium", "changers"]


TITLES = [
    ("Pflegefachkraft (m/w/d)", True),
    ("Gesundheits- und Krankenpfleger/in", True),
    ("Fachkraft Altenpflege", True),
    ("Examinierte Altenpflegerin", True),
    ("Tierpfleger (m/w/d)", False),
    ("Mitarbeiter Raumpflege", False),
    ("Pflegeberater (m/w/d)", False),
    ("Kundenberater (m/w/d)", False),
]


@pytest.mark.parametrize(("title", "wanted"), TITLES)
def test_it_tells_the_trade_from_others(settings: Settings, title: str, wanted: bool) -> None:
    assert in_scope(title, "", settings.scope) is wanted


def test_its_claims_can_be_judged_from_a_file_of_their_own(tmp_path: Path) -> None:
    path = tmp_path / "pflege.toml"
    path.write_text(CLAIMS, "utf-8")
    ads = [monthly(n, 2900 + 10 * n, 3300, agency="temp" if n % 2 else None, career_changers=n % 3 == 0) for n in range(1, 25)]
    report = build(ads, _claims(path), CONTEXT)
    assert str(report.findings[0].verdict) == "confirmed"
    assert "Pflege" in page(report, "de")
