"""Controls made from the registry: label, unit, range, named levels, help and source of each lever."""

from __future__ import annotations

from typing import Any, cast

import streamlit as st

from sim.parameters import Parameter, Registry, Scalar
from sim.schemes.rules import schemes
from sim.views import levers, session
from sim.views.numbers import millions, plain
from sim.views.text import Words

MILLION = 1_000_000


def label(parameter: Parameter, t: Words) -> str:
    """The lever's label in the language, its key where it has none."""
    text = parameter.fr if t.language == "fr" else parameter.en
    return text.label if text else parameter.key


def shown(parameter: Parameter, value: Scalar, t: Words) -> str:
    """A value of the lever in words."""
    for level in parameter.levels:
        if level.value == value and parameter.kind == "choice":
            return level.fr if t.language == "fr" else level.en
    if value == "unlimited":
        return t("lever.no_limit")
    if isinstance(value, str):
        return value
    if parameter.unit == "EUR/year":
        return millions(float(value), t.language)
    if parameter.unit.startswith("share"):
        return plain(float(value) * 100, t.language, 2) + "\N{NO-BREAK SPACE}%"
    return plain(float(value), t.language, 2)


def explanation(parameter: Parameter, t: Words) -> str:
    """Help, whom the lever serves, range and source."""
    text = parameter.fr if t.language == "fr" else parameter.en
    parts = [text.help, text.equity] if text else []
    if parameter.low is not None and parameter.high is not None:
        parts.append(
            t("lever.range", low=shown(parameter, parameter.low, t), high=shown(parameter, parameter.high, t))
        )
    levels = [
        f"{level.fr if t.language == 'fr' else level.en} ({shown(parameter, level.value, t)})"
        for level in parameter.levels
        if parameter.kind != "choice"
    ]
    parts += [" · ".join(levels), t("lever.source", source=parameter.source)]
    return "\n\n".join(part for part in parts if part)


def control(key: str, t: Words, *, caption: bool = True) -> None:
    """The control of one lever; writes the session's value."""
    parameter, values = Registry.load()[key], session.values()
    name = f"lever|{key}|{t.language}|{st.session_state.get('generation', 0)}"
    values[key] = _asked(parameter, values[key], name, t)
    if caption:
        today = parameter.value
        st.caption(
            t("lever.is_today")
            if values[key] == today
            else t("lever.today", value=shown(parameter, today, t))
        )


def _asked(parameter: Parameter, value: Scalar, name: str, t: Words) -> Scalar:
    options: dict[str, Any] = {"label": label(parameter, t), "key": name, "help": explanation(parameter, t)}
    if parameter.kind == "choice":
        return cast(
            str,
            st.selectbox(
                **options,
                options=parameter.choices,
                index=parameter.choices.index(str(value)),
                format_func=lambda choice: shown(parameter, choice, t),
            ),
        )
    if parameter.unit == "EUR/year":
        return _budget(parameter, value, name, t, options)
    low, high, number = float(parameter.low or 0), float(parameter.high or 0), float(value)
    if parameter.kind == "int":
        return int(st.slider(**options, min_value=int(low), max_value=int(high), value=int(number), step=1))
    if parameter.unit.startswith("share"):
        fine = high <= 0.05
        percent = st.slider(
            **options,
            min_value=low * 100,
            max_value=high * 100,
            value=number * 100,
            step=0.01 if fine else 1.0,
            format="%.2f %%" if fine else "%.0f %%",
        )
        return value if abs(percent - number * 100) < 1e-9 else round(percent / 100, 6)
    if parameter.kind == "amount_eur":
        found = st.number_input(**options, min_value=low, max_value=high, value=number, step=1.0)
        return value if found == number else round(found, 2)
    moved = st.slider(**options, min_value=low, max_value=high, value=number, step=0.05)
    return value if abs(moved - number) < 1e-9 else round(moved, 6)


def _budget(parameter: Parameter, value: Scalar, name: str, t: Words, options: dict[str, Any]) -> Scalar:
    scheme = next(entry for entry in schemes() if f".{entry.name}." in parameter.key)
    if parameter.unlimited and parameter.value == "unlimited":
        free = st.checkbox(
            t("lever.unlimited", scheme=scheme.fr if t.language == "fr" else scheme.en),
            value=value == "unlimited",
            key=f"{name}|free",
            help=options["help"],
        )
        if free:
            return "unlimited"
    euros = 0.0 if isinstance(value, str) else float(value)
    step = 1.0 if float(parameter.high or 0) > 1e9 else 0.1
    asked = st.number_input(
        **options,
        min_value=float(parameter.low or 0) / MILLION,
        max_value=float(parameter.high or 0) / MILLION,
        value=euros / MILLION,
        step=step,
        format="%.2f",
    )
    return (
        value if not isinstance(value, str) and abs(asked * MILLION - euros) < 1 else round(asked * MILLION)
    )


def panel(t: Words) -> None:
    """All levers, the first ones in sight and the others folded."""
    st.subheader(t("lever.ai"))
    for key in (levers.AI_PACE, levers.DISPLACEMENT):
        control(key, t)
    st.subheader(t("lever.budgets"))
    for key in levers.BUDGETS:
        control(key, t)
    st.subheader(t("lever.points"))
    for key in levers.POINTS:
        control(key, t)
    st.subheader(t("lever.advice"))
    control(levers.ADVICE, t)
    st.caption(t("lever.from"))
    with st.expander(t("lever.more")):
        for group, keys in levers.others().items():
            st.markdown(f"**{t(f'lever.group.{group}')}**")
            for key in keys:
                control(key, t, caption=False)


def escaped(text: str) -> str:
    """A text from elsewhere, made harmless for Markdown: it shows its characters and nothing more."""
    return "".join(
        f"\\{character}" if character in "\\`*_{}[]()#+-.!|<>:$~" else character for character in text
    )
