"""Links of feeds, without what feeds hang on to them."""

from urllib.parse import urlsplit, urlunsplit

from scraper.errors import LayoutChanged


def plain(link: str) -> str:
    """A link without query and fragment.

    Raises:
        LayoutChanged: it is no web address.

    >>> plain("https://jobs.example/job/7/?utm_source=feed#apply")
    'https://jobs.example/job/7/'
    """
    try:
        parts = urlsplit(link)
    except ValueError as error:
        raise LayoutChanged("url", f"{link[:60]!r}, which is no web address") from error
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        raise LayoutChanged("url", f"{link[:60]!r}, which is no web address")
    return urlunsplit(parts._replace(query="", fragment=""))
