"""The table of links in ``docs/fit.md``: `python -m tests.docs.fit_table` writes it again."""

from __future__ import annotations

from pathlib import Path

from calibration.fit_targets import Link, links

PAGE = Path(__file__).parents[2] / "docs" / "fit.md"
BEGIN, END = "<!-- links: written by python -m tests.docs.fit_table -->", "<!-- end of links -->"


class _Asked(dict[str, float]):
    """Moments that note which of them was asked for."""

    def __init__(self) -> None:
        self.name = ""

    def __getitem__(self, name: str) -> float:
        self.name = name
        return 1.0


def moment(link: Link) -> str:
    """Name of the moment that a link looks at."""
    asked = _Asked()
    link.observed(asked)
    return asked.name


def _shown(target: float) -> str:
    return f"{target:.0f}" if target >= 100 else f"{target:.4g}"


def table() -> str:
    """One row a link, by key."""
    rows = ["| parameter | moment | target | weight |", "|---|---|---|---|"]
    rows += [
        f"| `{link.key}` | {moment(link)} | {_shown(link.target)} | {link.weight:g} |"
        for link in sorted(links(), key=lambda link: link.key)
    ]
    return "\n".join(rows)


def with_table(text: str) -> str:
    """The page with its table as the code has it; raises ValueError where the marks are missing."""
    before, rest = text.split(BEGIN)
    _, after = rest.split(END)
    return f"{before}{BEGIN}\n\n{table()}\n\n{END}{after}"


if __name__ == "__main__":
    PAGE.write_text(with_table(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
