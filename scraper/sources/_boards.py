"""What boards of single employers have in common: from names to addresses, and whose ads they are.

Keys of such a block: `boards` (the employers' names on the platform, or whole URLs where a board has its own domain), `base_url`
(`{slug}` stands for the name; without it the name becomes a path segment) and `employers` (name on the board → employer, for
feeds that do not say).
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlsplit

from scraper.errors import NotUnderstood
from scraper.model import Options, Page, Request


def settings_of(defaults: Mapping[str, Any], options: Options) -> dict[str, Any]:
    """The block of the configuration, completed."""
    return {**defaults, **options.settings}


def listings(kind: str, settings: Mapping[str, Any], path: str, *, follow: bool = True, **carry: Any) -> list[Request]:
    """One listing request for each board.

    Args:
        kind: The source's name, for errors.
        settings: The completed block.
        path: Of the listing, below the board's address.
        follow: Whether redirects are; False where the vendor answers so for an unknown name.
        carry: What the pages need to know.

    Raises:
        NotUnderstood: no board is named, which would look like no ads.
    """
    boards: list[str] = settings["boards"]
    if not boards:
        raise NotUnderstood(f"no board is named: fill `boards` of the {kind} block, or disable it")
    found = []
    for board in boards:
        base = base_of(settings["base_url"], board)
        more = {"employer": name} if (name := settings["employers"].get(board)) else {}
        found.append(Request(base + path, carry={"board": board, "base": base, **more, **carry}, follow=follow))
    return found


def base_of(base_url: str, board: str) -> str:
    """The address below which a board lives, without a slash at the end.

    >>> base_of("https://{slug}.jobs.personio.de", "muster"), base_of("http://127.0.0.1:8000", "muster")
    ('https://muster.jobs.personio.de', 'http://127.0.0.1:8000/muster')
    >>> base_of("https://{slug}.jobs.personio.de", "https://jobs.muster.example/")  # a board on its own domain
    'https://jobs.muster.example'
    """
    if "://" in board:
        return board.rstrip("/")
    slug = quote(board, safe="")
    if "{slug}" in base_url:
        return base_url.replace("{slug}", slug).rstrip("/")
    return f"{base_url.rstrip('/')}/{slug}"


def board_of(page: Page, link: str | None = None) -> str:
    """The name of the board that a page belongs to; where a page was saved by hand, its host.

    Args:
        page: A page of the board.
        link: Of an ad: its host counts more than that of a page saved by hand, which may not know its own.
    """
    host = (urlsplit(link).hostname if link else None) or urlsplit(page.request.url).hostname
    board = page.request.carry.get("board") or host or "board"
    return str(board).removeprefix("https://").removeprefix("http://").rstrip("/")


def key_of(page: Page, link: str | None = None) -> str | None:
    """What names the employer on its platform: the board that was asked for, else the account in the address of an ad."""
    return str(page.request.carry["board"]) if page.request.carry.get("board") else _account(link)


def recorded(page: Page, body: Any) -> list[Any]:
    """The answers in a page: one, or several boards in one file as recorders keep them, `{"boards": {name: answer, …}}`.

    Only a page saved by hand is looked at so.
    """
    if page.request.carry or not isinstance(body, Mapping) or len(body) != 1:
        return [body]
    (inner,) = body.values()
    whole = isinstance(inner, Mapping) and inner and all(isinstance(one, Mapping | list) for one in inner.values())
    return list(inner.values()) if whole else [body]


def base(page: Page) -> str:
    """The address of the page's board, without a slash at the end."""
    parts = urlsplit(page.request.url)
    return str(page.request.carry.get("base") or f"{parts.scheme}://{parts.netloc}")


def employer_of(page: Page, link: str | None = None) -> str | None:
    """The employer where an ad names none: as the configuration has it, else the name of the account.

    Args:
        page: A page of the board.
        link: The ad's address where its first segment is the account, for pages that a person saved.

    >>> from scraper.parse.fields import page_of
    >>> employer_of(page_of(b""), "https://jobs.lever.co/muster/1"), employer_of(page_of(b""))
    ('muster', None)
    """
    carry = page.request.carry
    board = carry.get("board", "")
    account = None if "://" in board else board
    return carry.get("employer") or account or _account(link)


def _account(link: str | None) -> str | None:
    """The first segment of a link's path."""
    return (urlsplit(link).path.strip("/").partition("/")[0] or None) if link else None


def unnamed(page: Page) -> tuple[str, ...]:
    """A note for feeds that never name the employer, where the configuration does not either."""
    if page.request.carry.get("employer"):
        return ()
    return (f"{board_of(page)}: the feed names no employer, the account stands for it: see `employers`",)


def refuse_elsewhere(page: Page) -> None:
    """An unknown board is answered by a redirect to the vendor's own pages: that is no board without ads.

    Raises:
        NotUnderstood: the answer came from another host that does not name the board.
    """
    asked, answered = urlsplit(page.request.url).hostname, urlsplit(page.url).hostname
    if answered and answered != asked and board_of(page).lower() not in page.url.lower():
        raise NotUnderstood(f"the board {board_of(page)!r} leads elsewhere ({page.url}): unknown, or moved to its own domain")


def hint(kind: str) -> dict[int, str]:
    """What the operator should know of 404 and 410."""
    sentence = f"there is no such board: compare `boards` of the {kind} block with the address of the employer's job page"
    return {404: sentence, 410: sentence}
