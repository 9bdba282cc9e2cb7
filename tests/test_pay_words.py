"""Every entry of the word lists does what its list promises."""

import pytest

from scraper.normalise.pay import choose, find, jsonl_row
from scraper.normalise.pay.subject import names_another
from scraper.normalise.pay.words import lists, pattern

VETO = lists("pay_veto")
WORDS = lists("pay_words")
JOB = lists("pay_job")


def _plain(word: str) -> str:
    return word.strip("*").replace("*", "e")


def _entries(*sections: dict[str, list[str]]) -> list[str]:
    return [word for section in sections for words in section.values() for word in words]


@pytest.mark.parametrize("word", [word for name, words in VETO["part"].items() if name != "domain" for word in words])
def test_a_veto_word_beside_the_amount_refuses_it(word: str) -> None:
    assert find(f"{_plain(word)}: 2.500 € brutto") == ()


@pytest.mark.parametrize("word", VETO["part"]["domain"])
def test_a_trade_word_refuses_an_amount_unless_it_is_said_to_be_a_wage(word: str) -> None:
    assert find(f"{_plain(word)} 2.500 €") == ()
    assert jsonl_row(f"{_plain(word)}: 2.500 € brutto im Monat") is not None


@pytest.mark.parametrize("word", _entries(VETO["sentence"], VETO["line"]))
def test_a_word_refuses_its_whole_sentence_or_line(word: str) -> None:
    assert find(f"{_plain(word)} und noch so manches mehr, Gehalt 2.500 € brutto im Monat") == ()


@pytest.mark.parametrize("word", [word for words in WORDS["pay"].values() for word in words])
def test_a_pay_word_makes_an_amount_pay(word: str) -> None:
    assert choose(find(f"{_plain(word)}: 2.500 €")) is not None


@pytest.mark.parametrize("prefix", WORDS["compound"]["before"])
def test_a_noun_of_pay_may_begin_so(prefix: str) -> None:
    assert choose(find(f"{prefix}gehalt: 2.500 €")) is not None


@pytest.mark.parametrize("noun", ["Nutzungsentgelt", "Jahresabschlussvergütung", "Beförderungsentgelt"])
def test_a_noun_of_pay_with_another_beginning_is_something_else(noun: str) -> None:
    assert find(f"{noun}: 2.500 €") == ()


@pytest.mark.parametrize("word", [word for words in JOB["ends"].values() for word in words])
def test_a_noun_of_the_job_is_known_by_its_end(word: str) -> None:
    for ending in ("", "en", "innen"):
        assert not _names_another(f"Fern{word}{ending}")
    assert _names_another(f"Fern{word}automat")


@pytest.mark.parametrize("word", [word for name in ("plain", "place") for word in JOB["words"][name]])
def test_a_word_of_every_sentence_names_nothing(word: str) -> None:
    assert not _names_another(word.capitalize())
    assert _names_another(f"{word.capitalize()} Stellplatz")


@pytest.mark.parametrize("word", JOB["words"]["english"])
def test_an_english_word_names_nothing(word: str) -> None:
    assert not _names_another(f"{word} per hour")


def _names_another(text: str) -> bool:
    return names_another(text, 0, len(text))


@pytest.mark.parametrize(
    ("section", "name", "word"), [(s, n, w) for s in ("stage", "basis", "kind") for n, words in WORDS[s].items() for w in words]
)
def test_a_context_word_is_recognised_as_its_class(section: str, name: str, word: str) -> None:
    assert any(match.lastgroup == name for match in pattern("pay_words", section, name).finditer(f"so {_plain(word)} da"))


@pytest.mark.parametrize(
    ("name", "spelling"), [(one["name"], word) for one in lists("pay_tariffs")["agreement"] for word in one["spellings"]]
)
def test_an_agreement_is_known_by_each_spelling(name: str, spelling: str) -> None:
    got = jsonl_row(f"Vergütung nach {spelling}, Entgeltgruppe 5")
    assert got is not None
    assert got["tariff"].startswith(f"{name} ")
    assert got["tariff"].endswith("5")
