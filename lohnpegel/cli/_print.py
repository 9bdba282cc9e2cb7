"""What several commands print alike."""

from scheduler.plan import CrawlSummary, SourceSummary

COUNTS = ("seen", "new", "changed", "closed", "reopened", "rejects", "requests", "details_fetched", "details_skipped")


def sources(summary: CrawlSummary) -> None:
    """A line for each source: state, counts, and what was wrong."""
    for source in summary.sources:
        print(line(source))
        for note in source.notes:
            print(f"  note: {note}")
    print(f"run {summary.run_id}; {summary.vacancies} vacancies known")


def line(source: SourceSummary) -> str:
    """One source in one line, tab-separated.

    >>> line(SourceSummary("bundesagentur", "ok", True, seen=3, new=1)).split("\\t")[:4]
    ['bundesagentur', 'ok', 'seen 3', 'new 1']
    """
    counts = [f"{name.replace('_', ' ')} {getattr(source, name)}" for name in COUNTS]
    return "\t".join([source.source, source.state, *counts, *([source.error] if source.error else [])])
