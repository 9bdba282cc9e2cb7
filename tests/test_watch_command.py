"""`lohnpegel report --watch-out` on a database: runs read, earlier days remembered."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from lohnpegel import history, watch
from lohnpegel.demo import Shown, Wish, play
from lohnpegel.jobs import write_page
from lohnpegel.judging import make_report
from report.watch import watch_out


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Shown:
    return play(Wish(tmp_path_factory.mktemp("watch") / "demo", weeks=1))


def test_a_report_is_remembered_once_a_day_and_only_earlier_days_are_compared(shown: Shown) -> None:
    report = make_report(shown.settings, shown.now)
    page = write_page(shown.settings, report)
    write_page(shown.settings, report)
    (entry,) = history.history(shown.settings)
    assert entry["verdicts"]["entry_pay"] == str(report.pay[0].verdict)
    assert watch.books(shown.settings, report).past is None
    tomorrow = replace(report, context=replace(report.context, on=report.context.on + timedelta(days=1), version="9.9"))
    past = watch.books(shown.settings, tomorrow).past
    assert past is not None
    assert past.on == report.context.on
    assert "version" in [doubt.key for doubt in watch_out(tomorrow, watch.books(shown.settings, tomorrow))]
    assert page.read_text("utf-8")


@pytest.mark.parametrize("text", ["", "{", "3", '[1, {"on": "2026-11-01"', "null"])
def test_a_damaged_history_is_no_history(shown: Shown, text: str) -> None:
    history.path(shown.settings).write_text(text, "utf-8")
    assert history.history(shown.settings) == []
    write_page(shown.settings, make_report(shown.settings, shown.now))
    assert len(history.history(shown.settings)) == 1


def test_the_history_does_not_grow_without_end(shown: Shown) -> None:
    report = make_report(shown.settings, shown.now)
    for day in range(history.KEPT + 5):
        later = replace(report, context=replace(report.context, on=report.context.on + timedelta(days=day)))
        Path(history.path(shown.settings)).write_text(history.remembered(shown.settings, later), "utf-8")
    kept = msgspec.json.decode(history.path(shown.settings).read_bytes())
    assert len(kept) == history.KEPT
    assert kept[-1]["on"] > kept[0]["on"]
