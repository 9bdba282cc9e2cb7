"""What a forked child of the tests finds already done: the program imported, its word lists compiled."""

from datetime import UTC, datetime
from importlib import import_module

from lohnpegel.demo import _configured  # noqa: F401 - imported for its imports
from lohnpegel.settings import load
from lohnpegel.shipped import default_config
from scraper.model import RawPlace, RawPosting
from scraper.normalise.posting import normalise
from scraper.profile import Profile

for name in ("lohnpegel.cli", "scheduler.run", "lohnpegel.jobs", "scraper.sources.bundesagentur", "report.render_html"):
    import_module(name)

settings = load(default_config())
PROFILE = Profile(settings.town, settings.scope)
AD = RawPosting(
    source="warm",
    source_id="1",
    url="https://x.example/1",
    title="Kundenberater (m/w/d)",
    employer="Muster GmbH",
    description="Wir zahlen 2.400 bis 2.800 Euro brutto im Monat. Kenntnisse in SAP, Englisch B2.",
    places=(RawPlace(city="Duisburg"),),
)
normalise(AD, datetime(2026, 11, 22, tzinfo=UTC), PROFILE)
