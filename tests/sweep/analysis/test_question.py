"""Questions are read, not run."""

from __future__ import annotations

import contextlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.errors import PasserellesError
from sim.sweep.analysis.faults import BadQuestion, UnknownColumn
from sim.sweep.analysis.question import answered, columns_asked

COLUMNS = {
    "difference_unemployment_rate": np.array([-0.1, 0.2, np.nan, 0.0]),
    "funded_net": np.array([1.0, 20.0, 30.0, 40.0]),
    "ai.adoption_path": np.array(["fast", "eu_2030", "fast", None], object),
}


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("funded_net > 15", [0, 1, 1, 1]),
        ("difference_unemployment_rate < 0", [1, 0, None, 0]),
        ("difference_unemployment_rate <= 0 and funded_net > 15", [0, 0, None, 1]),
        ("not (funded_net > 15 or difference_unemployment_rate < 0)", [0, 0, None, 0]),
        ("10 < funded_net * 2 - 5 <= 55", [0, 1, 1, 0]),
        ("funded_net / 10 >= -difference_unemployment_rate + 2", [0, 1, None, 1]),
        ('ai.adoption_path == "fast"', [1, 0, 1, None]),
        ('ai.adoption_path != "fast" and funded_net == 20', [0, 1, 0, None]),
    ],
)
def test_questions(question: str, expected: list[int | None]) -> None:
    found = answered(question, COLUMNS)
    assert [None if np.isnan(value) else int(value) for value in found] == expected


@pytest.mark.parametrize(
    "question",
    [
        "", "funded_net", "funded_net + 1", "funded_net >", "f(funded_net) > 1", "funded_net[0] > 1",
        "__import__('os').system('ls') == 0", "funded_net > 1 if funded_net else 0", "(lambda: 1)() > 0",
        "funded_net in (1, 2)", 'funded_net > "fast"', 'ai.adoption_path > "fast"',
        "ai.adoption_path + 1 > 0", "funded_net > True", "funded_net > 1; funded_net > 2",
        "funded_net := 3", "funded_net ** 9 > 1", "funded_net.real > 0 > " + "1" * 300,
        "-" * 290 + "funded_net", "(" * 200 + "funded_net > 1" + ")" * 80,
    ],
)  # fmt: skip
def test_what_is_no_question_is_refused(question: str) -> None:
    with pytest.raises(BadQuestion):
        answered(question, COLUMNS)


def test_a_long_chain_of_signs_does_not_exhaust_the_stack() -> None:
    assert answered("-" * 280 + "1 < funded_net", COLUMNS).sum() == 3


def test_an_unknown_column_is_told_with_the_nearest() -> None:
    with pytest.raises(UnknownColumn, match="did you mean funded_net"):
        answered("funded_nett > 1", COLUMNS)
    with pytest.raises(UnknownColumn, match=r"did you mean ai\.adoption_path"):
        answered('ai.adoption_pat == "fast"', COLUMNS)


@given(st.text(max_size=80))
def test_any_text_is_answered_or_refused(text: str) -> None:
    with contextlib.suppress(PasserellesError):
        assert len(answered(text, COLUMNS)) == 4


def test_columns_of_a_question() -> None:
    question = 'funded_net > 1 and ai.adoption_path == "fast" and 2 < funded_net'
    assert set(columns_asked(question, COLUMNS)) == {"funded_net", "ai.adoption_path"}
