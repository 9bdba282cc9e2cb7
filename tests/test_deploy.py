"""deploy/: units that systemd takes, a container file that its linter takes, lines for cron, a log that is rotated whole."""

import json
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml  # type: ignore[import-untyped]
from apscheduler.triggers.cron import CronTrigger

from lohnpegel.cli import app
from lohnpegel.notify.situation import ALERTED, JOBS
from lohnpegel.settings import Settings, load
from lohnpegel.shipped import default_config
from sandbox.market import Market
from tests.whole import run, town

ROOT = Path(__file__).parent.parent
DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
ENTRY = Path(sys.executable).with_name("lohnpegel")
INSTALLED = "/opt/lohnpegel/bin/lohnpegel"
systemd = pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not here: apt-get install systemd")


def done(*words: str, **more: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(words, capture_output=True, text=True, check=False, **more)


def commanded(words: list[str]) -> None:
    """Our command line would take these words."""
    command: Any = typer.main.get_command(app)
    name, rest = words[0], words[1:]
    assert name in command.commands, words
    command.commands[name].make_context(name, rest)


# systemd


@systemd
@pytest.mark.parametrize("unit", [*UNITS, DEPLOY / "systemd" / "lohnpegel-run.timer"], ids=lambda path: path.name)
def test_systemd_takes_the_unit(tmp_path: Path, unit: Path) -> None:
    for file in (DEPLOY / "systemd").iterdir():
        (tmp_path / file.name).write_text(file.read_text("utf-8").replace(INSTALLED, str(ENTRY)), "utf-8")
    ended = done("systemd-analyze", "verify", "--man=no", str(tmp_path / unit.name))
    assert (ended.returncode, ended.stderr) == (0, "")


@systemd
@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.name)
def test_the_unit_is_shut_in(unit: Path) -> None:
    ended = done("systemd-analyze", "security", "--offline=true", "--threshold=20", str(unit))
    assert ended.returncode == 0, ended.stdout[-2000:]


@systemd
def test_a_misspelt_unit_would_be_noticed(tmp_path: Path) -> None:
    unit = tmp_path / "lohnpegel.service"
    unit.write_text(UNITS[-1].read_text("utf-8").replace(INSTALLED, str(ENTRY)).replace("ProtectHome", "ProtectHouse"), "utf-8")
    assert "ProtectHouse" in done("systemd-analyze", "verify", "--man=no", str(unit)).stderr


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.name)
def test_the_unit_calls_what_there_is(unit: Path) -> None:
    text = unit.read_text("utf-8")
    (line,) = re.findall(r"^ExecStart=(.*)$", text, re.MULTILINE)
    program, *words = shlex.split(line)
    assert program == INSTALLED
    commanded(words)
    assert "LOHNPEGEL_CONFIG=/var/lib/lohnpegel/config.toml" in text and "MemoryDenyWriteExecute=" not in text


def test_the_service_gives_a_round_the_time_that_it_may_take() -> None:
    text = (DEPLOY / "systemd" / "lohnpegel.service").read_text("utf-8")
    settings: Settings = load(default_config())
    (stop,) = re.findall(r"^TimeoutStopSec=(\d+)s$", text, re.MULTILINE)
    assert int(stop) > settings.schedule.stop_s
    assert "Type=notify" in text and "RestartPreventExitStatus=2 75" in text


# cron


def test_cron_lines_are_times_a_user_and_a_command_of_ours() -> None:
    lines = [line for line in (DEPLOY / "crontab").read_text("utf-8").splitlines() if line and not line.startswith("#")]
    tasks = [line for line in lines if not re.match(r"[A-Z_]+=", line)]
    assert len(tasks) == 2
    for line in tasks:
        *times, user, command = line.split(None, 6)
        CronTrigger.from_crontab(" ".join(times))
        assert user == "lohnpegel" and "%" not in command  # cron takes that for the end of the line
        for words in re.findall(rf"{INSTALLED} ([^&|;>]+)", command):
            commanded(shlex.split(words))
    assert "run --quiet" in tasks[0]


# logrotate


@pytest.mark.skipif(not shutil.which("logrotate"), reason="logrotate is not here: apt-get install logrotate")
def test_the_log_is_rotated_under_a_process_that_writes(tmp_path: Path) -> None:
    program = (
        "import logging, sys, pathlib\n"
        "from lohnpegel.logs import Logging, begin\n"
        "begin(Logging(file=pathlib.Path(sys.argv[1])))\n"
        "for number, _ in enumerate(sys.stdin):\n"
        "    logging.getLogger('x').info('line %d', number)\n"
        "    print(number, flush=True)\n"
    )
    logs = tmp_path / "logs"
    logs.mkdir(mode=0o755)
    rules = (DEPLOY / "logrotate").read_text("utf-8").replace("/var/log/lohnpegel", str(logs))
    conf = tmp_path / "logrotate.conf"
    conf.write_text(re.sub(r"^\s*su .*\n", "", rules, flags=re.MULTILINE), "utf-8")
    conf.chmod(0o644)
    command = [sys.executable, "-c", program, str(logs / "lohnpegel.log")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin and process.stdout
        for number in range(20):
            process.stdin.write("\n")
            process.stdin.flush()
            assert process.stdout.readline() == f"{number}\n"
            if number == 9:
                ended = done("logrotate", "--force", "--state", str(tmp_path / "state"), str(conf))
                assert ended.returncode == 0, ended.stderr
        process.stdin.close()
        assert process.wait(10) == 0
    first, second = (
        [json.loads(line)["event"] for line in (logs / name).read_text("utf-8").splitlines()]
        for name in ("lohnpegel.log.1", "lohnpegel.log")
    )
    assert first + second == [f"line {number}" for number in range(20)] and len(first) == 10


# container


def test_the_container_file_is_linted() -> None:
    linter = Path(sys.executable).with_name("hadolint")
    if not linter.exists():
        pytest.skip("hadolint is not here: it comes with requirements-dev.lock")
    ended = done(str(linter), "--failure-threshold", "style", str(DEPLOY / "container" / "Containerfile"))
    assert ended.returncode == 0, ended.stdout


def test_nobody_is_root_in_the_container_and_its_command_is_ours() -> None:
    text = (DEPLOY / "container" / "Containerfile").read_text("utf-8")
    last = text.rpartition("\nFROM ")[2]
    assert re.search(r"^USER 10001:10001$", last, re.MULTILINE) and "VOLUME /data" in last and "HEALTHCHECK" in last
    (entry,) = re.findall(r"^ENTRYPOINT (.*)$", last, re.MULTILINE)
    (command,) = re.findall(r"^CMD (.*)$", last, re.MULTILINE)
    assert json.loads(entry) == ["lohnpegel"]
    commanded(json.loads(command))


def test_the_compose_file_shuts_the_container_in() -> None:
    (service,) = yaml.safe_load((DEPLOY / "container" / "compose.yaml").read_text("utf-8"))["services"].values()
    assert service["read_only"] is True and service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"] and "data:/data" in service["volumes"]
    assert (DEPLOY / "container" / service["build"]["context"] / service["build"]["dockerfile"]).resolve().is_file()


def pins(path: Path) -> dict[str, str]:
    return dict(re.findall(r"^([A-Za-z0-9_.-]+)(?:\[[^\]]*\])?==([^ ;\\]+)", path.read_text("utf-8"), re.MULTILINE))


def test_the_container_holds_what_was_tested_each_file_by_its_hash() -> None:
    """Made anew by the command in its second line when the other lock files change."""
    path = DEPLOY / "container" / "requirements.lock"
    ours, base, tested = pins(path), pins(ROOT / "requirements.lock"), pins(ROOT / "requirements-dev.lock")
    assert base.items() <= ours.items() and ours.items() <= tested.items()
    assert "apprise" in ours and "pytest" not in ours
    blocks = re.split(r"^(?=[A-Za-z0-9])", path.read_text("utf-8"), flags=re.MULTILINE)[1:]
    assert len(blocks) >= len(ours) and all("--hash=sha256:" in block for block in blocks)


def test_the_image_gets_what_the_wheel_is_built_from(tmp_path: Path) -> None:
    rules = [line for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines() if line and not line.startswith("#")]
    assert rules[0] == "*"
    for name in (line[1:] for line in rules if line.startswith("!")):
        source = ROOT / name
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, tmp_path / name)
    ended = done(sys.executable, "-m", "hatchling", "build", "-t", "wheel", cwd=tmp_path)
    assert ended.returncode == 0, ended.stderr
    assert len(list((tmp_path / "dist").glob("lohnpegel-*.whl"))) == 1


# docs/operations.md

OPERATIONS = (ROOT / "docs" / "operations.md").read_text("utf-8")


def test_every_command_of_the_manual_is_there() -> None:
    command: Any = typer.main.get_command(app)
    groups = {name: group.commands for name, group in command.commands.items() if hasattr(group, "commands")}
    code = "\n".join(re.findall(r"`[^`\n]+`|^    .*$", OPERATIONS, re.MULTILINE)).replace("lohnpegel lohnpegel", "lohnpegel")
    said = re.findall(r"(?<![\w./-])(?<!-u )lohnpegel ([a-z]+)(?: ([a-z]+))?", code)
    assert len(said) > 30
    for name, sub in said:
        assert name in command.commands, name
        assert not sub or name not in groups or sub in groups[name], (name, sub)


def test_every_alert_has_its_paragraph() -> None:
    listed = set(re.findall(r"`((?:source|verdict|disk|job):[^`]*)`", OPERATIONS))
    states = {f"source:NAME:{state}" for state in (*ALERTED, "stale")}
    assert listed == states | {"verdict:CLAIM:DAY:VERDICT", "disk:PLACE"} | {f"job:{name}" for name in JOBS}


def test_moving_to_another_machine_loses_nothing(tmp_path: Path) -> None:
    """The way of the manual."""
    for name in ("old", "move", "new"):
        (tmp_path / name).mkdir()
    with town(tmp_path / "old", Market(1, 2, "sparse")) as old:
        old.crawl(0)
        assert old.cli("db", "backup", str(tmp_path / "move" / "copy.db")).code == 0
        before = old.ads()
        shutil.copy(old.folder / "config.toml", tmp_path / "new")
        for file in (tmp_path / "move").iterdir():
            shutil.copy(file, tmp_path / "new")
        ended = run(tmp_path / "new", "db", "restore", "copy.db")
        assert ended.code == 0, ended
        new = replace(old, folder=tmp_path / "new", settings=load(tmp_path / "new" / "config.toml"))
        assert new.ads() == before
        assert new.cli("doctor").code == 0
        again = new.cli("reparse", "--json")
        assert again.code == 0 and json.loads(again.out)["without_page"] == 0
