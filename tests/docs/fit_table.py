"""The table of links in ``docs/fit.md``: `python -m tests.docs.fit_table` writes it again."""

from __future__ import annotations

from pathlib import Path

from calibration.fit_targets import links

PAGE = Path(__file__).parents[2] / "docs" / "fit.md"
BEGIN, END = "<!-- links: written by python -m tests.docs.fit_table -->", "<!-- end of links -->"


def _shown(value: float) -> str:
    return f"{value:.0f}" if value >= 100 else f"{value:.4g}"


def table() -> str:
    """One row a link, by key."""
    rows = ["| parameter | target | aim | tolerance | weight |", "|---|---|---|---|---|"]
    for link in sorted(links(), key=lambda link: link.key):
        one = link.target
        aim, tolerance = _shown(one.aimed_at), _shown(one.tolerance)
        rows.append(f"| `{link.key}` | {one.name} | {aim} | {tolerance} | {one.weight:g} |")
    return "\n".join(rows)


def with_table(text: str) -> str:
    """The page with its table as the code has it; raises ValueError where the marks are missing."""
    before, rest = text.split(BEGIN)
    _, after = rest.split(END)
    return f"{before}{BEGIN}\n\n{table()}\n\n{END}{after}"


if __name__ == "__main__":
    PAGE.write_text(with_table(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
