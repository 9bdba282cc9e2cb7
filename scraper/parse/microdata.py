"""Microdata and RDFa: job postings marked up in the page's own elements, as the same mappings that JSON-LD would give.

Both say the same with other attributes, so one walk reads both: `itemscope itemtype itemprop` or `typeof property` (with
`vocab` or a prefix). Elements whose text is a description keep their markup.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from scraper.parse.html import Node, Tree
from scraper.parse.jsonld import Found, is_posting

_MARKUP = frozenset(
    "description responsibilities qualifications skills jobBenefits incentiveCompensation experienceRequirements "
    "educationRequirements employerOverview specialCommitments physicalRequirement".split()
)
_LINKS = {
    "a": "href",
    "link": "href",
    "area": "href",
    "img": "src",
    "iframe": "src",
    "object": "data",
    "audio": "src",
    "video": "src",
}
_LINKS |= {"data": "value", "meter": "value", "time": "datetime"}
MAX_NODES = 200_000


@dataclass(frozen=True, slots=True)
class Syntax:
    """The attributes by which one of the two speaks."""

    kind: str  #: names the type
    prop: str  #: names the property
    scope: str  #: begins an object


MICRODATA = Syntax("itemtype", "itemprop", "itemscope")
RDFA = Syntax("typeof", "property", "typeof")


def postings(page: Tree) -> list[Found]:
    """The job postings in microdata; a posting inside a posting is no posting of its own."""
    return read(page, MICRODATA, '[itemtype*="JobPosting" i]')


def read(page: Tree, syntax: Syntax, selector: str) -> list[Found]:
    """Every outermost posting that the selector finds."""
    found: list[Found] = []
    inside: set[int] = set()
    for node in page.css(selector):
        if node.mem_id in inside:
            continue
        value = _object(node, syntax, inside)
        if is_posting(value):
            found.append(Found(value))
    return found


def _object(root: Node, syntax: Syntax, inside: set[int]) -> dict[str, Any]:
    """An element's properties; walked without recursion, so that depth costs nothing but time."""
    whole: dict[str, Any] = {"@type": _kinds(root, syntax)}
    stack: list[tuple[Node, dict[str, Any]]] = [(child, whole) for child in reversed(list(root.iter()))]
    for _ in range(MAX_NODES):
        if not stack:
            break
        node, owner = stack.pop()
        attributes = node.attributes
        target = owner
        if syntax.scope in attributes:
            inside.add(node.mem_id)
            target = {"@type": _kinds(node, syntax)}
        for name in _names(attributes.get(syntax.prop)):
            _add(owner, name, target if target is not owner else _value(node, name, attributes))
        stack.extend((child, target) for child in reversed(list(node.iter())))
    return whole


def _kinds(node: Node, syntax: Syntax) -> list[str]:
    return (node.attributes.get(syntax.kind) or "").split()


def _names(value: str | None) -> list[str]:
    """Property names without prefix or vocabulary: `schema:title`, `https://schema.org/title`."""
    return [name.rpartition("/")[2].rpartition(":")[2] for name in (value or "").split()]


def _value(node: Node, name: str, attributes: Mapping[str, str | None]) -> str:
    if (content := attributes.get("content")) is not None:
        return content
    if (link := attributes.get(_LINKS.get(node.tag or "", ""))) is not None:
        return link
    if name in _MARKUP and node.first_child is not None:
        return node.inner_html or ""
    return " ".join(node.text(separator=" ").split())


def _add(owner: dict[str, Any], name: str, value: Any) -> None:
    """Repeated properties become a list; an empty value is none."""
    if value == "" or name == "":
        return
    if name not in owner:
        owner[name] = value
    elif isinstance(owner[name], list):
        owner[name].append(value)
    else:
        owner[name] = [owner[name], value]
