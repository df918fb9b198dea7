"""HTML of the answer cards: no script, no address, every value escaped.  Pure."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from sim.views.numbers import amount
from sim.views.readings import OF_THE_FUNDED, Reading, interval_text, sentence
from sim.views.text import Words

STYLE = """<style>
.pa-cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,178px),1fr));gap:.75rem;margin:0}
.pa-card{border:1px solid color-mix(in srgb,currentColor 22%,transparent);border-radius:.5rem;
 padding:.75rem .9rem .8rem;border-top:3px solid #8c8c8c}
.pa-card.told{border-top-color:#1b6ca8}
.pa-cards .pa-card h3{font-size:.95rem;font-weight:600;margin:0;padding:0;line-height:1.25}
.pa-unit{font-size:.8rem;margin:.1rem 0 .35rem}
.pa-number{font-size:1.7rem;font-weight:600;line-height:1.15;margin:0;font-variant-numeric:tabular-nums}
.pa-number.untold{font-weight:400;font-style:italic;font-size:1.15rem;line-height:1.95rem}
.pa-interval{font-size:.85rem;margin:.1rem 0;font-variant-numeric:tabular-nums}
.pa-levels{font-size:.85rem;margin:.1rem 0;font-variant-numeric:tabular-nums}
.pa-say{font-size:.88rem;margin:.4rem 0 0;line-height:1.35}
.pa-scale{display:grid;grid-template-columns:minmax(0,15rem) minmax(3rem,1fr) auto;gap:.2rem .75rem;
 align-items:center;font-size:.92rem;margin:0!important;padding:0!important}
.pa-scale dt,.pa-scale dd{margin:0!important;padding:0!important}
.pa-bar{display:block;height:.85rem;min-width:2px;background:#1b6ca8;border-radius:0 2px 2px 0}
.pa-scale dd.pa-amount{text-align:right;font-variant-numeric:tabular-nums;font-weight:600}
.pa-scale dt.pa-part{padding-left:1rem!important}
</style>"""


def unit_words(read: Reading, t: Words) -> str:
    """What one number of the card is counted over."""
    if "per million" in read.unit:
        return t("unit.million")
    if read.indicator in OF_THE_FUNDED:
        return t("unit.funded")
    return t("unit.year") if "per year" in read.unit else t("unit.total")


def card(read: Reading, t: Words, against: str) -> str:
    """One indicator: title, difference, interval, both levels, sentence."""
    told = read.verdict in ("more", "less", "none", "pending")
    if read.verdict in ("undefined", "no_policy") or read.difference is None:
        number = "—"
    else:
        number = amount(read.difference, read.unit, t.language, signed=True)
    lines = [
        f"<h3>{escape(t(f'title.{read.indicator}'))}</h3>",
        f'<p class="pa-unit">{escape(unit_words(read, t))}</p>',
        f'<p class="pa-number{"" if told else " untold"}">{escape(number)}</p>',
    ]
    if text := interval_text(read, t):
        lines.append(f'<p class="pa-interval">{escape(text)}</p>')
    if read.base is not None and read.other is not None:
        base, other = (amount(value, read.unit, t.language) for value in (read.base, read.other))
        lines.append(f'<p class="pa-levels">{escape(t("interval.levels", base=base, other=other))}</p>')
    lines.append(f'<p class="pa-say">{escape(sentence(read, t, against))}</p>')
    shown = " told" if read.verdict in ("more", "less") else ""
    return f'<article class="pa-card{shown}">{"".join(lines)}</article>'


def cards(readings: Sequence[Reading], t: Words, against: str) -> str:
    """All the answers, in a grid that fits any width."""
    return STYLE + f'<div class="pa-cards">{"".join(card(read, t, against) for read in readings)}</div>'


def scale_bars(rows: Sequence[tuple[str, float, bool]], t: Words) -> str:
    """A year's amounts on one scale: label, amount, whether it is a part of the one above."""
    most = max((value for _, value, _ in rows), default=0.0) or 1.0
    lines = []
    for label, value, part in rows:
        width = max(0.0, 100 * value / most)
        lines.append(
            f"<dt{' class=pa-part' if part else ''}>{escape(label)}</dt>"
            f'<dd aria-hidden="true"><span class="pa-bar" style="width:{width:.2f}%"></span></dd>'
            f'<dd class="pa-amount">{escape(amount(value, "heads", t.language))}</dd>'
        )
    return STYLE + f'<dl class="pa-scale">{"".join(lines)}</dl>'
