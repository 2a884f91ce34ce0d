"""Formulas of one variable that a lesson draws, as 0.6*ln(p) + 0.4*ln(1-p): arithmetic and a few functions."""

import ast
import operator
from collections.abc import Callable, Mapping
from typing import Any

from sce_cli.translation import _

LONGEST = 300
"""Characters of an expression."""

BINARY: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}

FUNCTIONS = ("ln", "log2", "exp", "sqrt", "abs")


class Expression:
    """A formula that has been read, to be computed for any numbers or arrays of them."""

    def __init__(self, text: str, variable: str) -> None:
        self.text, self._variable = text, variable
        try:
            if len(text) > LONGEST:
                raise ValueError(_("it is too long"))
            self._tree = ast.parse(text.replace("^", "**").replace("−", "-").replace("·", "*"), mode="eval").body
            self._check(self._tree)
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            reason = str(error) if isinstance(error, ValueError) else _("it is no formula")
            said = _("'{text}' can't be drawn: {reason}. It may have {functions} of {variable}, + - * / ^ and numbers.")
            functions = ", ".join(FUNCTIONS)
            raise ValueError(
                said.format(text=text[:40], reason=reason, functions=functions, variable=variable)
            ) from error

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Expression) and (self.text, self._variable) == (other.text, other._variable)

    def __hash__(self) -> int:
        return hash((self.text, self._variable))

    def _check(self, node: ast.expr) -> None:
        if isinstance(node, ast.BinOp) and type(node.op) in BINARY:
            self._check(node.left)
            self._check(node.right)
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.USub, ast.UAdd)):
            self._check(node.operand)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and not node.keywords:
            if node.func.id not in FUNCTIONS or len(node.args) != 1:
                raise ValueError(_("{name} is none of its functions").format(name=node.func.id))
            self._check(node.args[0])
        elif isinstance(node, ast.Name):
            if node.id != self._variable:
                raise ValueError(_("{name} is not its variable").format(name=node.id))
        elif not isinstance(node, ast.Constant) or type(node.value) not in {int, float}:
            raise ValueError(_("it is no formula"))

    def value(self, x: Any, number: Callable[[float], Any], functions: Mapping[str, Callable[[Any], Any]]) -> Any:
        """Return what it is at x. number: makes a constant of the kind of x. functions: by their names."""

        def at(node: Any) -> Any:
            if isinstance(node, ast.BinOp):
                return BINARY[type(node.op)](at(node.left), at(node.right))
            if isinstance(node, ast.UnaryOp):
                return -at(node.operand) if isinstance(node.op, ast.USub) else at(node.operand)
            if isinstance(node, ast.Call):
                return functions[node.func.id](at(node.args[0]))  # type: ignore[attr-defined]  # checked
            return x if isinstance(node, ast.Name) else number(node.value)

        return at(self._tree)
