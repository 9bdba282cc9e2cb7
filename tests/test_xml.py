"""XML from strangers: traps are refused by name, what the wild gets wrong is mended and said."""

import pytest

from scraper.errors import Challenge, ParseError
from scraper.parse.fields import page_of
from scraper.parse.xml import MAX_DEPTH, MAX_ELEMENTS, load_xml

LAUGHS = b'<!DOCTYPE a [<!ENTITY b "haha"><!ENTITY c "&b;&b;&b;&b;">]><a>&c;</a>'
OUTSIDE = b'<?xml version="1.0"?><!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>'


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(LAUGHS, id="entities"),
        pytest.param(OUTSIDE, id="outer file"),
        pytest.param(b"<a>" * (MAX_DEPTH + 1) + b"</a>" * (MAX_DEPTH + 1), id="deep"),
        pytest.param(b"<a>" * 1_000_000, id="deep and unclosed"),
        pytest.param(b"<a>" + b"<b/>" * (MAX_ELEMENTS + 1) + b"</a>", id="wide"),
        pytest.param(b"<a><b>", id="cut short"),
        pytest.param(b"<a/><b/>", id="two roots"),
        pytest.param(b" \n", id="empty"),
        pytest.param(b'{"error": "not found"}', id="json"),
        pytest.param(b"<a>&undefined;</a>", id="undefined entity"),
        pytest.param("<a>ä</a>".encode("utf-16")[:-3], id="cut UTF-16"),
    ],
)
def test_a_trap_is_refused(body: bytes) -> None:
    with pytest.raises(ParseError):
        load_xml(page_of(body))


@pytest.mark.parametrize(
    "body", [b"<!doctype html><p>Wait", b"\xef\xbb\xbf\n<HTML><body>", b'<?xml version="1.0"?><html xmlns="x"><body/></html>']
)
def test_html_is_a_challenge(body: bytes) -> None:
    with pytest.raises(Challenge):
        load_xml(page_of(body))


@pytest.mark.parametrize(
    ("body", "repairs"),
    [
        ("<a>Köln</a>".encode(), ()),
        ('<?xml version="1.0" encoding="ISO-8859-1"?><a>Köln</a>'.encode("latin-1"), ()),
        ('<?xml version="1.0" encoding="windows-1252"?><a>Köln</a>'.encode("cp1252"), ()),
        ("<a>Köln</a>".encode("utf-16"), ()),
        (b"\xef\xbb\xbf" + "<a>Köln</a>".encode(), ()),
        (
            '<?xml version="1.0" encoding="UTF-8"?><a>Köln</a>'.encode("cp1252"),
            ("xml: read in another encoding than declared",),
        ),
        (b"<a>K&ouml;ln</a>", ("xml: HTML entities resolved",)),
        ("<a>Kö\x0bln</a>".encode(), ("xml: control characters removed",)),
    ],
)
def test_encodings_and_repairs(body: bytes, repairs: tuple[str, ...]) -> None:
    document = load_xml(page_of(body))
    assert document.content == {"#text": "Köln"}
    assert document.repairs == repairs


def test_what_repeats_is_a_list_and_what_is_empty_is_text() -> None:
    body = b'<r x="1"><a>1</a><a><b>2</b>t</a><c/><d href="u"/><e k="v">w</e></r>'
    assert load_xml(page_of(body)).content == {"a": ["1", {"b": "2", "#text": "t"}], "c": "", "d": {"@href": "u"}, "e": "w"}
