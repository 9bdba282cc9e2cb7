"""The log: for people on a terminal, JSON elsewhere; no secret in it, no line that we did not write; rotated under our feet."""

import io
import json
import logging
import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest
import structlog

from lohnpegel import logs
from lohnpegel.errors import ConfigError
from lohnpegel.logs import Logging, begin
from sandbox.market import Market
from tests.whole import town

LOG = logging.getLogger("scraper.some.room")
HOSTILE = [
    "ok\n2026-11-22T06:10:00Z [info] everything is well",
    "ok\r\x1b[2K2026-11-22T06:10:00Z [info] everything is well",
    "\x1b[31mred\x1b]0;title\x07",
    "a\u2028b\u2029c\x85d\x0be",
    "\u202egnp.exe\u2066",
    "lone \ud800 surrogate, \x00 and \x7f and \x9b31m",
]
FORBIDDEN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def _as_before(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What a test does to the root logger is undone."""
    root = logging.getLogger()
    handlers, level, raising = list(root.handlers), root.level, logging.raiseExceptions
    monkeypatch.setenv("NO_COLOR", "1")
    yield
    for handler in set(root.handlers) - set(handlers):
        with suppress(OSError):
            handler.close()
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.raiseExceptions = raising
    logs._hidden.clear()
    for name in logs.CHATTY:
        logging.getLogger(name).setLevel(logging.NOTSET)


def on_terminal(how: Logging) -> Terminal:
    stream = Terminal()
    begin(how, stream)
    return stream


def elsewhere(how: Logging | None = None) -> io.StringIO:
    stream = io.StringIO()
    begin(how or Logging(), stream)
    return stream


def _fail(error: Exception) -> None:
    raise error


def test_a_line_elsewhere_is_one_object() -> None:
    stream = elsewhere()
    with structlog.contextvars.bound_contextvars(run="20261122T061000Z-abc123"):
        LOG.info("listed %d of %d", 3, 4, extra={"source": "bundesagentur", "path": Path("/srv")})
    (line,) = stream.getvalue().splitlines()
    told = json.loads(line)
    assert told.pop("timestamp").endswith("Z")
    assert told == {
        "level": "info", "event": "listed 3 of 4", "run": "20261122T061000Z-abc123", "logger": "scraper.some.room",
        "source": "bundesagentur", "path": "/srv",
    }  # fmt: skip


def test_a_line_on_a_terminal_is_for_people() -> None:
    stream = on_terminal(Logging(service=True))
    with structlog.contextvars.bound_contextvars(run="20261122T061000Z-abc123"):
        LOG.warning("odd", extra={"reason": "two words", "source": "ba"})
    assert re.fullmatch(
        r"\S+Z \[warning\s*\] odd \[scraper\.some\.room\] run=20261122T061000Z-abc123 reason='two words' source=ba\n",
        stream.getvalue(),
    )


def test_colours_only_where_they_are_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR")
    seen = on_terminal(Logging(service=True))
    LOG.warning("odd")
    assert "\x1b[" in seen.getvalue()
    stream = elsewhere(Logging(format="human"))
    LOG.warning("odd")
    assert "\x1b[" not in stream.getvalue() and "odd" in stream.getvalue()


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize("form", ["human", "json"])
def test_foreign_text_forges_no_line(form: str, text: str) -> None:
    stream = elsewhere(Logging(format="human" if form == "human" else "json"))
    LOG.info("%s", text, extra={"title": text, "more": [text, {"deep": text}]})
    said = stream.getvalue()
    assert said.count("\n") == 1
    assert not FORBIDDEN.search(said)
    said.encode("utf-8")


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_foreign_text_in_a_traceback_forges_no_line(text: str) -> None:
    stream = elsewhere(Logging(format="human"))
    try:
        _fail(ValueError(text))
    except ValueError:
        LOG.exception("failed")
    first, *others = stream.getvalue().splitlines()
    assert "failed" in first and len(others) > 2
    assert all(line.startswith("  | ") for line in others)
    assert not FORBIDDEN.search(stream.getvalue())


def test_a_value_with_blanks_forges_no_field() -> None:
    stream = elsewhere(Logging(format="human"))
    LOG.info("read", extra={"title": 'x" run=forged'})
    assert " title='x\" run=forged'" in stream.getvalue()


def test_secrets_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOHNPEGEL_SECRET_ADZUNA", "s3cr3t-value")
    stream = elsewhere()
    logs.hide(["tgram://123:token/42"])
    try:
        _fail(OSError("cannot reach tgram://123:token/42 with s3cr3t-value"))
    except OSError:
        LOG.exception("https://me:pass@x.example/?app_key=k1&what=agent", extra={"header": {"x": "s3cr3t-value"}})
    said = stream.getvalue()
    for secret in ("s3cr3t-value", "123:token", "pass@", "k1&"):
        assert secret not in said
    assert "what=agent" in said


@pytest.mark.parametrize(
    ("how", "terminal", "told"),
    [
        (Logging(), False, ["info", "warning"]),
        (Logging(), True, ["warning"]),  # what a command does it prints itself
        (Logging(service=True), True, ["info", "warning"]),
        (Logging(verbose=True), True, ["debug", "info", "warning"]),
        (Logging(quiet=True), False, ["warning"]),
        (Logging(level="warning"), False, ["warning"]),
        (Logging(level="debug"), False, ["debug", "info", "warning"]),
    ],
)
def test_how_much_is_said(how: Logging, terminal: bool, told: list[str]) -> None:
    stream = on_terminal(how) if terminal else elsewhere(how)
    for level in ("debug", "info", "warning"):
        getattr(LOG, level)("said %s", level)
    assert re.findall(r"said (\w+)", stream.getvalue()) == told


def test_libraries_are_heard_only_when_asked_or_in_need() -> None:
    stream = elsewhere()
    logging.getLogger("httpx").info("HTTP Request: GET https://x.example")
    logging.getLogger("apscheduler.executors").warning("late")
    assert "late" in stream.getvalue() and "GET" not in stream.getvalue()


def test_beginning_again_says_nothing_twice(tmp_path: Path) -> None:
    for _ in range(3):
        stream = elsewhere(Logging(file=tmp_path / "a.log", format="human"))
    LOG.warning("once")
    assert (tmp_path / "a.log").read_text("utf-8").count("once") == 1
    assert stream.getvalue() == ""  # where there is a file, stderr is for terminals


def test_a_rotated_file_is_opened_anew(tmp_path: Path) -> None:
    path = tmp_path / "logs" / "lohnpegel.log"
    elsewhere(Logging(file=path))
    LOG.info("first")
    path.rename(path.with_suffix(".1"))
    LOG.info("second")
    assert json.loads(path.with_suffix(".1").read_text("utf-8"))["event"] == "first"
    assert json.loads(path.read_text("utf-8"))["event"] == "second"


def test_a_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"\[log\] file: .*x\.log: cannot be written"):
        begin(Logging(file=Path("/proc/none/x.log")))


def test_a_full_disk_under_the_log_ends_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("no /dev/full here")
    begin(Logging(file=Path("/dev/full")), io.StringIO())
    LOG.warning("lost")
    assert "Traceback" not in capfd.readouterr().err


def test_a_long_lived_process_outlives_logrotate(tmp_path: Path) -> None:
    """No line is lost or torn when the file is moved away from a process that writes all the while."""
    program = (
        "import logging, sys, pathlib\n"
        "from lohnpegel.logs import Logging, begin\n"
        "begin(Logging(file=pathlib.Path(sys.argv[1])))\n"
        "print('ready', flush=True)\n"
        "for number, _ in enumerate(sys.stdin):\n"
        "    logging.getLogger('x').info('line %d', number)\n"
        "    print(number, flush=True)\n"
    )
    path = tmp_path / "lohnpegel.log"
    command = [sys.executable, "-c", program, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin and process.stdout and process.stdout.readline() == "ready\n"
        for number in range(30):
            process.stdin.write("\n")
            process.stdin.flush()
            assert process.stdout.readline() == f"{number}\n"
            if number % 10 == 5:
                path.rename(tmp_path / f"lohnpegel.log.{number}")
        process.stdin.close()
        assert process.wait(10) == 0
    lines = [json.loads(line)["event"] for one in tmp_path.glob("lohnpegel.log*") for line in one.read_text("utf-8").splitlines()]
    assert sorted(lines, key=lambda line: int(line.split()[1])) == [f"line {number}" for number in range(30)]
    assert len(list(tmp_path.glob("lohnpegel.log*"))) == 4


def test_the_id_of_a_run_stands_in_database_log_and_report(tmp_path: Path) -> None:
    with town(tmp_path, Market(1, 2, "sparse")) as place:
        ended = place.cli("run")
        assert ended.code == 0, ended
        page = (tmp_path / "report.html").read_text("utf-8")
        told = json.loads(place.cli("report", "--json").out)
        with closing(sqlite3.connect(tmp_path / "lohnpegel.db")) as connection:
            ((crawl,),) = connection.execute("SELECT id FROM run WHERE command = 'crawl'").fetchall()
        assert re.fullmatch(r"\d{8}T\d{6}Z-[0-9a-z]{6}", crawl)
        lines = [json.loads(line) for line in ended.err.splitlines()]
        assert any(crawl in line["event"] or line.get("run") == crawl for line in lines), lines
        assert crawl in page and told["reproduce"]["run"] == crawl
        assert crawl in place.cli("report").out.replace("\n", "")
