"""From stored ads to findings: estimates, verdicts, pages, exports."""

from report.assemble import build

__all__ = ["build"]
