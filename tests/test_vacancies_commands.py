"""search, vacancies, report and export as commands: facets, days gone by, a person's word, and one order for all arrivals."""

import csv
import io
import json
import random
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from lohnpegel.cli import app
from lohnpegel.demo import Wish, play
from report.evidence import Ad, vacancies

ORDER = """
import random, sys
from dataclasses import replace
from report.evidence import Ad, vacancies
ads = [Ad(0, n // 2, "ba", f"u{n}", "t", source_id=f"{n:03d}") for n in range(60)]
random.Random(int(sys.argv[1])).shuffle(ads)
homes = random.Random(sys.argv[1]).sample(range(100, 900), 30)
ads = [replace(ad, id=number, vacancy_id=homes[ad.vacancy_id]) for number, ad in enumerate(ads)]
print([[ad.url for ad in vacancy.ads] for vacancy in vacancies(ads)])
"""


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("market")
    play(Wish(folder, weeks=3))
    return folder / "config.toml"


def told(config: Path, *words: str) -> str:
    result = CliRunner().invoke(app, ["-c", str(config), *words])
    assert result.exit_code == 0, result.output + repr(result.exception)
    return result.stdout


def found(config: Path, *words: str) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = json.loads(told(config, "search", *words, "--limit", "1000", "--json"))
    return rows


def test_facets_narrow_and_agree_with_what_is_stored(config: Path) -> None:
    every = found(config)
    assert len(found(config, "kundenb")) < len(every)
    assert {row["level"] for row in found(config, "--level", "entry")} == {"entry"}
    assert all("sap" in str(row["skills"]).split(",") for row in found(config, "--skill", "sap"))
    assert all("tr:" in str(row["languages"]) for row in found(config, "--language", "tr"))
    assert all(row["closed_at"] is None for row in found(config, "--open"))
    paid = found(config, "--min-pay", "2600")
    assert {row["id"] for row in paid} == {
        row["id"] for row in every if row["low_eur_month"] is not None and float(str(row["low_eur_month"])) >= 2600
    }


def test_umlauts_are_folded_on_both_sides(config: Path) -> None:
    assert found(config, "geschäftskunden") == found(config, "geschaeftskunden") != []
    assert found(config, "--in", "Hüttenheim") == found(config, "--in", "Huettenheim")


def test_search_as_of_knows_nothing_of_later(config: Path) -> None:
    then = found(config, "--as-of", "2026-11-09")
    assert 0 < len(then) < len(found(config))
    assert all(str(row["first_seen_at"]) < "2026-11-10" for row in then)
    assert len(found(config, "--open", "--as-of", "2026-11-09")) == len(then)


def test_csv_is_guarded_and_complete(config: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(told(config, "search", "--csv", "--limit", "1000"))))
    assert len(rows) == len(found(config))
    assert not any(value.startswith(("=", "+", "@")) for row in rows for value in row.values())


@pytest.mark.parametrize("words", [("--since", "soon"), ("--as-of", "soon"), ("--json", "--csv")])
def test_wrong_options_are_one_sentence(config: Path, words: tuple[str, ...]) -> None:
    result = CliRunner().invoke(app, ["-c", str(config), "search", *words])
    assert getattr(result.exception, "exit_code", None) == 2


def test_join_and_split_are_kept_and_explained(config: Path) -> None:
    homes = {int(str(row["id"])): int(str(row["vacancy_id"])) for row in found(config)}
    first = min(homes)
    second = min(ad for ad, home in homes.items() if home != homes[first])
    told(config, "vacancies", "join", str(first), str(second))
    after = {int(str(row["id"])): int(str(row["vacancy_id"])) for row in found(config)}
    assert after[first] == after[second]
    shown = told(config, "vacancies", "show", str(after[first]))
    assert "by hand" in shown
    document = json.loads(told(config, "vacancies", "show", str(after[first]), "--json"))
    assert {member["posting_id"] for member in document["members"]} >= {first, second}
    told(config, "vacancies", "split", str(second))
    parted = {int(str(row["id"])): int(str(row["vacancy_id"])) for row in found(config)}
    assert parted[first] != parted[second]


def test_report_and_export_as_of(config: Path) -> None:
    now, then = (json.loads(told(config, "report", "--json", *more)) for more in ((), ("--as-of", "2026-11-09")))
    assert then["on"] == "2026-11-09"
    assert len(then["vacancies"]) < len(now["vacancies"])
    files = told(config, "export", "--as-of", "2026-11-09").split()
    assert all("2026-W46" in name for name in files)
    ads = next(Path(name) for name in files if name.endswith("ads.rfc4180.csv"))
    assert ads.read_text("utf-8-sig").count("\n") > 1


def test_evidence_comes_in_one_order_whatever_the_order_of_arrival() -> None:
    said = {subprocess.run([sys.executable, "-c", ORDER, seed], capture_output=True, check=True).stdout for seed in ("1", "2")}
    assert len(said) == 1
    ads = [Ad(n, 1, "ba", str(n), "t", source_id=str(9 - n)) for n in range(5)]
    random.Random(3).shuffle(ads)
    renumbered = [replace(ad, id=100 - ad.id) for ad in ads]
    assert (
        [ad.url for ad in vacancies(ads)[0].ads] == [ad.url for ad in vacancies(renumbered)[0].ads] == ["4", "3", "2", "1", "0"]
    )
