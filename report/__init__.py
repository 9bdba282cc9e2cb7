"""From stored ads to findings: estimates, verdicts, pages, exports.

`report.build` is imported when it is first asked for: whoever only reads claims needs none of its numerics.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from report.assemble import build

__all__ = ["build"]


def __getattr__(name: str) -> Any:
    if name != "build":
        raise AttributeError(f"module 'report' has no attribute {name!r}")
    from report.assemble import build

    return build
