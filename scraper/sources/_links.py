"""Links of feeds: they must be some, and lose what feeds hang on to them."""

from urllib.parse import SplitResult, urlsplit, urlunsplit

from scraper.errors import LayoutChanged


def web(link: str) -> str:
    """The link as it stands.

    Raises:
        LayoutChanged: it is no web address.

    >>> web("javascript:alert(1)")
    Traceback (most recent call last):
    scraper.errors.LayoutChanged: required field 'url' is missing in 'javascript:alert(1)', which is no web address
    """
    _parts(link)
    return link


def plain(link: str) -> str:
    """A link without query and fragment.

    Raises:
        LayoutChanged: it is no web address.

    >>> plain("https://jobs.example/job/7/?utm_source=feed#apply")
    'https://jobs.example/job/7/'
    """
    return urlunsplit(_parts(link)._replace(query="", fragment=""))


def _parts(link: str) -> SplitResult:
    try:
        parts = urlsplit(link)
    except ValueError as error:
        raise LayoutChanged("url", f"{link[:60]!r}, which is no web address") from error
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        raise LayoutChanged("url", f"{link[:60]!r}, which is no web address")
    return parts
