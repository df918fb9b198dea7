"""Questions put to a table: ``difference_unemployment_rate < 0 and funded_net_per_million_eur > 15``.

Columns, numbers, words in quotes, ``+ - * /``, comparisons, ``and``, ``or``, ``not``, brackets; nothing else
is read, and nothing is ever run.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from typing import Any, Final

import numpy as np

from sim.errors import nearest
from sim.kernels import Array
from sim.sweep.analysis.faults import BadQuestion, UnknownColumn

LONGEST: Final = 300
"""Characters of a question: no nesting is deep within them."""

EXAMPLE: Final = "difference_unemployment_rate < 0 and funded_net_per_million_eur > 15"

_ARITHMETIC: Final[Mapping[type, Callable[[Any, Any], Any]]] = {
    ast.Add: np.add,
    ast.Sub: np.subtract,
    ast.Mult: np.multiply,
    ast.Div: np.divide,
}
_COMPARISONS: Final[Mapping[type, Callable[[Any, Any], Any]]] = {
    ast.Lt: np.less,
    ast.LtE: np.less_equal,
    ast.Gt: np.greater,
    ast.GtE: np.greater_equal,
    ast.Eq: np.equal,
    ast.NotEq: np.not_equal,
}


def answered(question: str, columns: Mapping[str, Array]) -> Array:
    """1 where the question is true, 0 where it is false, NaN where a value that it needs is missing.

    Raises:
        BadQuestion: it cannot be read, or is not a yes-or-no question.
        UnknownColumn: with the nearest one.
    """
    if len(question) > LONGEST:
        raise BadQuestion("", question, f"≤ {LONGEST}")
    try:
        tree = ast.parse(question.strip(), mode="eval").body
    except (SyntaxError, ValueError):
        raise BadQuestion("", question, EXAMPLE) from None
    if not isinstance(tree, ast.Compare | ast.BoolOp | ast.UnaryOp):
        raise BadQuestion("", question, EXAMPLE)
    with np.errstate(divide="ignore", invalid="ignore"):
        return _Reader(question, columns).truth(tree)


def columns_asked(question: str, columns: Mapping[str, Array]) -> tuple[str, ...]:
    """Names of the columns that a question which can be read asks for, in their order."""
    reader = _Reader(question, columns)
    names = [reader.name(node) for node in ast.walk(ast.parse(question.strip(), mode="eval"))]
    return tuple(dict.fromkeys(name for name in names if name in columns))


class _Reader:
    """Walks the tree of one question."""

    def __init__(self, question: str, columns: Mapping[str, Array]) -> None:
        self.question, self.columns = question, columns
        self.rows = len(next(iter(columns.values()))) if columns else 0

    def truth(self, node: ast.expr) -> Array:
        """1, 0 or NaN, one a row."""
        found: Array
        if isinstance(node, ast.BoolOp):
            parts = np.array([self.truth(part) for part in node.values])
            # A NaN anywhere leaves the row untold: min and max of NumPy keep it.
            found = parts.min(axis=0) if isinstance(node.op, ast.And) else parts.max(axis=0)
            return found
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            return 1.0 - self.truth(node.operand)
        if isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
            pairs = zip(sides, node.ops, sides[1:], strict=False)
            found = np.array([self._compared(*pair) for pair in pairs]).min(axis=0)
            return found
        raise self._misread(node)

    def _compared(self, left: ast.expr, operator: ast.cmpop, right: ast.expr) -> Array:
        if type(operator) not in _COMPARISONS:
            raise BadQuestion("", self.question, "< <= > >= == !=")
        one, other = self.value(left), self.value(right)
        words = [_is_words(side) for side in (one, other)]
        if words[0] != words[1] or (words[0] and not isinstance(operator, ast.Eq | ast.NotEq)):
            raise BadQuestion("", self.question, EXAMPLE)
        found = np.broadcast_to(_COMPARISONS[type(operator)](one, other), self.rows).astype(np.float64)
        missing = np.broadcast_to(_missing(one) | _missing(other), self.rows)
        return np.where(missing, np.nan, found)

    def value(self, node: ast.expr) -> Any:
        """A column, a constant, or what arithmetic makes of them."""
        if isinstance(node, ast.Constant) and type(node.value) in (int, float, str):
            return node.value
        if name := self.name(node):
            if name not in self.columns:
                raise UnknownColumn("", name, EXAMPLE, nearest(name, self.columns))
            return self.columns[name]
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            return np.negative(self._number(node.operand))
        if isinstance(node, ast.BinOp) and type(node.op) in _ARITHMETIC:
            return _ARITHMETIC[type(node.op)](self._number(node.left), self._number(node.right))
        raise self._misread(node)

    def _number(self, node: ast.expr) -> Any:
        value = self.value(node)
        if _is_words(value):
            raise self._misread(node)
        return np.asarray(value, np.float64)

    def name(self, node: ast.AST) -> str:
        """The dotted name that a node writes; ``""`` where it writes none."""
        if isinstance(node, ast.Name):
            return node.id
        if isinstance(node, ast.Attribute) and (before := self.name(node.value)):
            return f"{before}.{node.attr}"
        return ""

    def _misread(self, node: ast.AST) -> BadQuestion:
        return BadQuestion("", ast.unparse(node), EXAMPLE)


def _is_words(value: Any) -> bool:
    return np.asarray(value).dtype.kind in "OUS"


def _missing(value: Any) -> Any:
    return (
        np.asarray([word is None for word in np.atleast_1d(value)]) if _is_words(value) else np.isnan(value)
    )
