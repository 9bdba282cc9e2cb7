"""The distribution: wheel and sdist hold everything, and the wheel alone, in an empty environment, plays the demonstration."""

import json
import os
import re
import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = ("lohnpegel", "scraper", "storage", "scheduler", "report", "sandbox")
MADE = {"__pycache__"}


def done(*words: str | Path, cwd: Path, **environment: str) -> str:
    """Run to a good end, without what the environment of the tests would add."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "LOHNPEGEL", "VIRTUAL_ENV"))}
    ended = subprocess.run(
        [str(word) for word in words], cwd=cwd, capture_output=True, text=True, check=False, env={**kept, **environment}
    )
    assert ended.returncode == 0, f"{words}: {ended.stdout[-2000:]}\n{ended.stderr[-4000:]}"
    return ended.stdout


def build(source: Path, target: Path, *kinds: str) -> None:
    done(sys.executable, "-m", "hatchling", "build", "-d", target, *(word for kind in kinds for word in ("-t", kind)), cwd=source)


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Wheel and sdist of this tree."""
    folder = tmp_path_factory.mktemp("dist")
    build(ROOT, folder, "wheel", "sdist")
    return folder


@pytest.fixture(scope="module")
def wheel(dist: Path) -> Path:
    (path,) = dist.glob("lohnpegel-*-py3-none-any.whl")
    return path


def in_rooms() -> set[str]:
    """Every file of the program: modules, word lists, migrations, templates, texts, tables."""
    found = (path for room in ROOMS for path in (ROOT / room).rglob("*") if path.is_file() and not MADE & set(path.parts))
    return {str(path.relative_to(ROOT)) for path in found}


def test_the_wheel_holds_every_file_of_the_program_and_nothing_else(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    ours = {name for name in names if ".dist-info/" not in name}
    assert ours == in_rooms() | {"lohnpegel/default.toml"}
    for part in ("words/skills.toml", "migrations/versions/0001_baseline.py", "templates/report.html.j2", "towns.txt"):
        assert any(name.endswith(part) for name in ours), part
    assert zipfile.ZipFile(wheel).read("lohnpegel/default.toml") == (ROOT / "config.toml").read_bytes()


def test_the_wheel_says_what_it_needs(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        (info,) = {name.split("/")[0] for name in archive.namelist() if ".dist-info/" in name}
        metadata = archive.read(f"{info}/METADATA").decode()
        entries = archive.read(f"{info}/entry_points.txt").decode()
        assert any(name.endswith("licenses/LICENSE") for name in archive.namelist())
    assert "lohnpegel = lohnpegel.cli:main" in entries
    assert "Requires-Python: >=3.11" in metadata and "License-Expression: MIT" in metadata
    extras = set(re.findall(r"^Provides-Extra: (\w+)$", metadata, re.MULTILINE))
    assert {"alerts", "browse", "parquet", "postgres", "xlsx"} <= extras
    assert not re.search(r"^Requires-Dist: .*@", metadata, re.MULTILINE)  # from an index alone


def test_the_sdist_builds_the_same_wheel(dist: Path, wheel: Path, tmp_path: Path) -> None:
    (path,) = dist.glob("lohnpegel-*.tar.gz")
    with tarfile.open(path) as archive:
        archive.extractall(tmp_path, filter="data")
    (source,) = tmp_path.iterdir()
    for name in (
        "README.md",
        "LICENSE",
        "CHANGELOG.md",
        "Makefile",
        "requirements.lock",
        "deploy/crontab",
        ".dockerignore",
        "docs/database.md",
    ):
        assert (source / name).is_file(), name
    assert (source / "tests" / Path(__file__).name).is_file()
    build(source, tmp_path / "again", "wheel")
    (again,) = (tmp_path / "again").glob("*.whl")
    assert set(zipfile.ZipFile(again).namelist()) == set(zipfile.ZipFile(wheel).namelist())


@pytest.mark.slow
def test_the_wheel_alone_plays_the_demonstration(wheel: Path, tmp_path: Path) -> None:
    """From the package index into an empty environment, at the versions that were tested; run from a folder of its own."""
    home, here = tmp_path / "venv", tmp_path / "somewhere"
    here.mkdir()
    venv.create(home, with_pip=True)
    pins = re.findall(r"^[A-Za-z0-9_.-]+==[^\\\n]+", (ROOT / "requirements.lock").read_text("utf-8"), re.MULTILINE)
    (tmp_path / "constraints.txt").write_text("\n".join(pins), "utf-8")
    pip = (home / "bin" / "python", "-m", "pip", "--disable-pip-version-check", "install", "--quiet")
    done(*pip, "--constraint", tmp_path / "constraints.txt", wheel, cwd=here)
    program = home / "bin" / "lohnpegel"
    said = json.loads(done(program, "demo", "--weeks", "1", "--json", cwd=here))
    assert said["report"]["findings"] and said["crawls"][0]
    made = {path.name for path in (here / "demo").iterdir()}
    assert {"config.toml", "lohnpegel.db", "report.html", "exports"} <= made
    assert "lohnpegel" in done(program, "completion", "bash", cwd=here)
    done(program, "init", "--yes", "--no-try", "--contact", "desk@example.org", "--town", "Essen", cwd=here)
    assert "right. Kundenservice in Essen" in done(program, "config", "check", cwd=here)
    assert "fail" not in done(program, "doctor", cwd=here)
    asked = done(home / "bin" / "python", "-c", "import scraper; print(scraper.__file__)", cwd=here)
    assert asked.startswith(str(home))  # none of it comes from the tree that the tests stand in
