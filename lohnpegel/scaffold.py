"""A new kind of source, begun: module, saved-page pair and section of docs/sources.md, as CONTRIBUTING.md describes them."""

import json
import re
from pathlib import Path

from lohnpegel.errors import UsageError

MODULE = '''"""{title}: what it is, how many ads a page holds, how pages are numbered."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from scraper.model import Options, Page, Parsed, RawPlace, RawPosting, Request
from scraper.parse.fields import each, load_json, mappings, need_text, text

NAME = "{name}"
DEFAULTS: Mapping[str, Any] = MappingProxyType({{"url": "https://{host}.example/ads.json"}})


def start(options: Options) -> list[Request]:
    """The first page of the only listing."""
    settings = {{**DEFAULTS, **options.settings}}
    return [Request(settings["url"])]


def parse(page: Page) -> Parsed:
    """Ads, and the next page where there is one."""
    body = load_json(page)
    ads, rejects = each(_ad, mappings(body, "ads"))
    following = text(body, "next")
    return Parsed(ads, rejects, (Request(following),) if following else ())


def _ad(item: Mapping[str, Any]) -> RawPosting:
    return RawPosting(
        source=NAME,
        source_id=need_text(item, "id"),
        url=need_text(item, "url"),
        title=need_text(item, "title"),
        employer=text(item, "company"),
        description=text(item, "html"),
        description_format="html",
        places=(RawPlace(text=text(item, "location")),),
        posted_text=text(item, "date"),
    )
'''
PAGE = {
    "ads": [
        {
            "id": "117",
            "url": "https://{host}.example/ads/117",
            "title": "Mitarbeiter Kundenservice (m/w/d)",
            "company": "Muster GmbH",
            "html": "<p>Telefonische Betreuung unserer Kunden.</p>",
            "location": "47051 Duisburg",
            "date": "2026-11-02",
        }
    ]
}
SECTION = """## {name}

What the site is, and how it is asked.

- **Asked:** what of robots.txt and pace matters here.
- **Fields:** title, employer, description, place, date.
- **Pay:** none in fields.
- **Legal:** what the site's terms say of reading it by program, and where they stand.

```toml
[source.{name}]
# true: the source is crawled.
enabled = false
# What this key means.
url = "https://{host}.example/ads.json"
```
"""


def new_source(root: Path, name: str) -> list[Path]:
    """Write what a new kind of source begins with; nothing that exists is touched.

    Args:
        root: The project's folder.
        name: Of the module, in small letters.

    Returns:
        The files written. The section for docs/sources.md is not among them: see `section`.

    Raises:
        UsageError: no name for a module, it exists already, or `root` is no tree of this project.
    """
    if not re.fullmatch(r"[a-z][a-z0-9_]{1,30}", name):
        raise UsageError(f"{name!r}: a source is named in small letters, digits and underscores, beginning with a letter")
    sources, saved = root / "scraper" / "sources", root / "tests" / "data" / "sources"
    if not sources.is_dir() or not saved.is_dir():
        raise UsageError(f"{root}: not the project's folder; run this where scraper/ and tests/ are")
    page = json.dumps(PAGE, ensure_ascii=False, indent=1).replace("{host}", _host(name))
    files = {
        sources / f"{name}.py": MODULE.format(name=name, title=name.replace("_", " ").title(), host=_host(name)),
        saved / name / "ads.json": page + "\n",
    }
    for path in files:
        if path.exists():
            raise UsageError(f"{path}: exists already")
    (saved / name).mkdir(exist_ok=True)
    for path, content in files.items():
        path.write_text(content, "utf-8")
    expected = saved / name / "ads.expected.json"
    expected.write_text(_expected(name, page) + "\n", "utf-8")
    return [*files, expected]


def section(name: str) -> str:
    """The section to complete and put into docs/sources.md; its block also goes into config.toml."""
    return SECTION.format(name=name, host=_host(name))


def _host(name: str) -> str:
    return name.replace("_", "-")


def _expected(name: str, page: str) -> str:
    (ad,) = json.loads(page)["ads"]
    posting = {
        "source": name,
        "source_id": ad["id"],
        "url": ad["url"],
        "title": ad["title"],
        "employer": ad["company"],
        "description": ad["html"],
        "description_format": "html",
        "places": [{"text": ad["location"]}],
        "posted_text": ad["date"],
    }
    return json.dumps({"postings": [posting], "rejects": [], "requests": []}, ensure_ascii=False, indent=1)
