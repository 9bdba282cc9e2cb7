"""config.toml: the shipped one is right, and each way of breaking it is refused by file, key, value and what would be right."""

from pathlib import Path

import pytest

from lohnpegel.errors import ConfigError, UsageError
from lohnpegel.plans import crawl_plan
from lohnpegel.settings import Settings, load, secret
from lohnpegel.shipped import default_config

SHIPPED = default_config().read_text("utf-8")

BROKEN = [  # what stands in the file, what is put there, what the message must say
    ("radius_km = 15", "radius = 15", ["[profile.town] radius: unknown key", "did you mean 'radius_km'"]),
    ("radius_km = 15", 'radius_km = "far"', ["[profile.town] radius_km = 'far'", "integer"]),
    ("radius_km = 15", "radius_km = 900", ["[profile.town] radius_km = 900", "200"]),
    ('name = "Duisburg"', 'name = "Duisbrug"', ["[profile.town] name = 'Duisbrug'", "did you mean 'Duisburg'"]),
    ('name = "Duisburg"', 'name = "Muenchen"', ["umlauts", "'München'"]),
    ('name = "Duisburg"', 'name = "47051"', ["is no town's name"]),
    ('["47051-47279"]', '["4705"]', ["[profile.town] postcodes = ['4705']", '"47051-47279"']),
    ('["47051-47279"]', '["47279-47051"]', ["is no range of post codes"]),
    ('country = "DE"', 'country = "GB"', ["[profile.town] country = 'GB'", "DE, AT, CH"]),
    ("Europe/Berlin", "Europe/Berln", ["[schedule] timezone = 'Europe/Berln'", "did you mean 'Europe/Berlin'"]),
    ('days = ["mon"]', 'days = ["monday"]', ["[schedule.export] days", "'monday' is no weekday", "mon, tue"]),
    ('days = ["mon"]', "days = [0]", ["[schedule.export] days[0] = 0"]),
    ("page_size = 100", 'at = "6 Uhr"', ["[source.bundesagentur] at = '6 Uhr'", "is no time of day"]),
    ("page_size = 100", 'days = ["daily"]', ["[source.bundesagentur] days = ['daily']", "'daily' is no weekday"]),
    ('at = "06:10"', 'at = "25:00"', ["is no time of day"]),
    ("delay_s = 3.0", "delay_s = -1", ["[crawler] delay_s = -1"]),
    ("max_pages = 5000", "max_pages = true", ["[crawler] max_pages = True", "should be a number"]),
    ('contact = ""', 'contact = "me"', ["[crawler] contact = 'me'", "neither an e-mail address nor a URL"]),
    ("sqlite:///lohnpegel.db", "mysql://x", ["[storage] url = 'mysql://x'", "sqlite:///lohnpegel.db"]),
    ("https://rest.arbeitsagentur.de/jobboerse", "rest.arbeitsagentur.de/jobboerse", ["base_url", "https://"]),
    ('language = "de"', 'language = "fr"', ["[report] language = 'fr'", "'de' or 'en'"]),
    ('kind = "customer_service"', 'kind = "nursing"', ["[profile.scope] kind = 'nursing'"]),
    ("[profile]", "[profil]", ["profil: unknown key; did you mean 'profile'"]),
    ("page_size = 100", 'page_size = "many"', ["[source.bundesagentur] page_size = 'many': should be int"]),
    ("page_size = 100", "pagesize = 100", ["[source.bundesagentur] pagesize: unknown key", "page_size"]),
    ("[source.bundesagentur]", "[source.bundesamt]", ["[source.bundesamt]", "no such kind of source", "bundesagentur"]),
    ("low = 2400", "low = 2900", ["claim 'entry_pay', key 'high'"]),
    ("[profile]", "[profile", ["not valid TOML"]),
    ("urls = []", 'urls = ["somebody"]', ["[alerts] urls", "is no address", "mailto://"]),
    ("stale_h = 48.0", "stale_h = 0", ["[alerts] stale_h = 0"]),
    ('level = "info"', 'level = "loud"', ["[log] level = 'loud'", "'debug'"]),
    ("[[claim]]", '[[digest]]\nname = "a b"\nquery = ""\n[[claim]]', ["name", "'a b'"]),
    ("[[claim]]", '[[digest]]\nname = "a"\nquery = "--pay 3"\n[[claim]]', ["[[digest]] a", "--pay"]),
    ("[[claim]]", '[[digest]]\nname = "a"\nquery = ""\n' * 2 + "[[claim]]", ["[[digest]] name = 'a'", "stands twice"]),
]


def written(folder: Path, text: str) -> Path:
    path = folder / "config.toml"
    path.write_text(text, "utf-8")
    return path


@pytest.fixture
def shipped(tmp_path: Path) -> Settings:
    return load(written(tmp_path, SHIPPED))


def test_the_shipped_file_is_right(shipped: Settings, tmp_path: Path) -> None:
    assert shipped.town.name == "Duisburg"
    assert shipped.town.postcodes == (("47051", "47279"),)
    assert len(shipped.claims) >= 10
    assert shipped.storage.url == f"sqlite:///{tmp_path.resolve()}/lohnpegel.db"


def test_every_key_of_the_shipped_file_is_commented() -> None:
    bare, commented, last = [], False, ""
    for line in SHIPPED.split("[[claim]]")[0].splitlines():
        if line.startswith("#"):
            commented = True
        elif line.startswith("["):
            commented = False
        elif "=" in line:
            if not commented and not last:
                bare.append(line)
            last = line
        else:
            commented, last = False, ""
    assert not bare


@pytest.mark.parametrize(("was", "now", "said"), BROKEN, ids=[now for _, now, _ in BROKEN])
def test_a_broken_file_is_refused(tmp_path: Path, was: str, now: str, said: list[str]) -> None:
    assert was in SHIPPED
    path = written(tmp_path, SHIPPED.replace(was, now, 1))
    with pytest.raises(ConfigError) as refused:
        load(path)
    assert str(path) in str(refused.value)
    for part in said:
        assert part in str(refused.value)


def test_a_missing_file_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no such file"):
        load(tmp_path / "none.toml")


def test_a_live_run_refuses_to_start_without_a_contact(shipped: Settings) -> None:
    with pytest.raises(ConfigError, match=r"\[crawler\] contact"):
        crawl_plan(shipped)


def test_the_environment_overrides_a_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOHNPEGEL_CRAWLER__CONTACT", "desk@example.org")
    plan = crawl_plan(load(written(tmp_path, SHIPPED)))
    assert plan.conduct.contact == "desk@example.org"
    assert [source.name for source in plan.sources] == ["bundesagentur", "entgeltatlas", "karriere_nrw", "service_bund"]


def test_an_unknown_source_is_named(shipped: Settings) -> None:
    with pytest.raises(UsageError, match="no source 'indeed' is configured; there are: "):
        crawl_plan(shipped, ("indeed",))


def test_secrets_come_from_the_environment_only(monkeypatch: pytest.MonkeyPatch) -> None:
    assert secret("adzuna_key") is None
    monkeypatch.setenv("LOHNPEGEL_SECRET_ADZUNA_KEY", "k")
    assert secret("adzuna_key") == "k"


def test_the_digest_names_what_decides_the_findings(tmp_path: Path) -> None:
    same = load(written(tmp_path, SHIPPED.replace("delay_s = 3.0", "delay_s = 5.0")))
    other = load(written(tmp_path, SHIPPED.replace("high = 2800", "high = 2900")))
    first = load(written(tmp_path, SHIPPED))
    assert first.fingerprint() == same.fingerprint() != other.fingerprint()
