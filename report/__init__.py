"""From stored ads to findings: estimates, verdicts, pages, exports."""
