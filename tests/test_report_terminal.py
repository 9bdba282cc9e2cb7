"""The report on a terminal of 80 columns: the answer first, every claim readable, no amount parted from its unit."""

import re
from io import StringIO

import numpy as np
import pytest
from rich.console import Console

from report import build
from report.locale import LANGUAGES, Locale
from report.render_terminal import print_report
from report.weighted import interval
from tests.report_market import CONTEXT, monthly
from tests.test_report_page import CLAIMS, ads


def printed(language: str, width: int = 80) -> str:
    out = StringIO()
    report = build(ads(), CLAIMS, CONTEXT)
    print_report(report, Console(file=out, width=width, force_terminal=False), language)
    return out.getvalue()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", [80, 140])
def test_no_line_is_wider_than_the_terminal(language: str, width: int) -> None:
    assert max(map(len, printed(language, width).splitlines())) <= width


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_answer_stands_before_every_table(language: str) -> None:
    text = printed(language)
    locale = Locale(language)
    answer = re.search(
        "|".join(locale.text(f"answer.{name}")[:20] for name in ("confirmed", "mostly_right", "insufficient")), text
    )
    assert answer
    assert answer.start() < text.index(locale.text("head.pay"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_amounts_keep_their_unit_on_the_line(language: str) -> None:
    assert not [line for line in printed(language).splitlines() if re.match(r"[\s│]*[€%](?!\d)", line)]


def test_every_claim_shows_verdict_figures_and_yardstick() -> None:
    text = printed("en")
    for claim in CLAIMS[1:]:
        assert claim.wording["en"][:30] in text
    assert text.count("Yardstick:") == len(CLAIMS) - 1


def test_no_minus_before_a_nought() -> None:
    assert Locale("de").value("difference", -0.0004) == "0 Punkte".replace(" ", Locale("de").value("difference", 0.0)[1])


def test_open_upper_ends_give_no_warning_and_no_interval() -> None:
    low, high = interval(np.array([1.0, 2.0, 3.0]), np.array([2.0, np.inf, np.inf]), 12)
    assert low == pytest.approx(1.0, abs=0.2)
    assert not np.isfinite(high)
    open_ended = [monthly(n, 2400 + n, None, pay_bound="from", high_eur_month=None, high_eur_month_max=None) for n in range(8)]
    closed = [monthly(20 + n, 2500 + n, 2900) for n in range(8)]
    (finding,) = build([*open_ended, *closed], CLAIMS[:1], CONTEXT).pay
    middle = finding.measure("median_high")
    assert middle is None or middle.interval is None or np.isfinite(middle.interval).all()
