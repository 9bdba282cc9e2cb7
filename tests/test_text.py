"""Folding for reading, cleaning for storing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.normalise.text import clean, fold

FOLDS = [
    ("2\u202f400\u00a0€", "2 400 €"),
    ("2.400&nbsp;&ndash;&nbsp;2.600 &euro;", "2.400 - 2.600 €"),
    ("15 &amp;euro;", "15 €"),
    ("15 &euro pro Std.", "15 € pro Std."),
    ("&#8364; &#x20AC;", "€ €"),
    (r"2\.400 \- 2\.800", "2.400 - 2.800"),
    ("**Gehalt:** *brutto*", "Gehalt: brutto"),
    ("Ge\xadhalt\u200b", "Gehalt"),
    ("2.550 â‚¬ fÃ¼r dich", "2.550 € für dich"),
    ("１５,５０", "15,50"),
    ("Vergu\u0308tung", "Vergütung"),
    ("62’000", "62'000"),
    ("<li>15 €</li><br/>", "\n15 €\n\n"),
    ("a\r\nb\u2028c", "a\nb\nc"),
    ("x < 5 & y", "x < 5 & y"),
]


@pytest.mark.parametrize(("text", "plain"), FOLDS)
def test_fold(text: str, plain: str) -> None:
    assert fold(text).text == plain


def test_span_leads_back_to_the_input() -> None:
    text = "Lohn: 2\\.400&nbsp;&euro; brutto"
    folded = fold(text)
    start = folded.text.index("2.400 €")
    assert text[slice(*folded.span(start, start + 7))] == "2\\.400&nbsp;&euro;"


@given(
    st.text(alphabet=st.characters(codec=None), max_size=200)
    | st.text(alphabet="&;amp#x20<>/b*_\\.\u0308uÃ¼ \r\n\xad", max_size=60)
)
def test_fold_and_clean_hold_for_any_text(text: str) -> None:
    folded = fold(text)
    assert len(folded.low) == len(folded.text)
    edges = [folded.offset(at) for at in range(len(folded.text) + 1)]
    assert edges == sorted(edges)
    assert all(0 <= edge <= len(text) for edge in edges)
    once = clean(text)
    assert clean(once) == once
    once.encode("utf-8")
    assert "\x00" not in once
