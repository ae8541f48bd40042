"""Holes, planted in every guardrail: each comparison turned, each condition dropped, each skipped.

A hole is a copy of a rule's module in which one thing is changed; the module itself is not touched.
"""

from __future__ import annotations

import ast
import copy
import inspect
from dataclasses import dataclass
from types import ModuleType
from typing import TYPE_CHECKING

from tidegate.guardrails import Gate, Guardrail
from tidegate.guardrails.rules import falls

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tidegate.guardrails import Limits

TURNED: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
WORDS = ("shown", "reading", "fall_shown")
"""Functions that only speak."""


@dataclass(frozen=True)
class Hole:
    guardrail: Guardrail
    place: str
    judge: object

    def __str__(self) -> str:
        return f"{self.guardrail.name}: {self.place}"

    @property
    def short(self) -> tuple[str, str]:
        return self.guardrail.name, self.place.partition(", ")[2]

    def gate(self, limits: Limits) -> Gate:
        """Return a gate with the hole in it."""
        gate = Gate(limits)
        for part in ("_form", "_times", "_sizes"):
            rails = getattr(gate, part)
            pairs = [(self.judge if rail is self.guardrail else j, rail) for j, rail in rails]
            setattr(gate, part, pairs)
        return gate


def holes(guardrail: Guardrail) -> Iterator[Hole]:
    """Return every hole in a guardrail."""
    yield Hole(guardrail, "skipped", lambda _review: None)
    module = inspect.getmodule(guardrail.judge)
    assert module is not None
    for place, changed in _changes(module):
        yield Hole(guardrail, place, changed.judge)
    if hasattr(module, "fell"):
        for place, changed in _changes(falls):
            yield Hole(guardrail, place, _with(module, fell=changed.fell).judge)


def _changes(module: ModuleType) -> Iterator[tuple[str, ModuleType]]:
    tree = ast.parse(inspect.getsource(module))
    for number, node in enumerate(_judging(tree)):
        before = ast.unparse(node)
        for change in range(3):
            whole = copy.deepcopy(tree)
            changed = _judging(whole)[number]
            if _change(changed, change):
                words = f"line {node.lineno}, {before} -> {ast.unparse(changed)}"
                yield words, _run(module, whole)


def _judging(tree: ast.Module) -> list[ast.expr]:
    """Return every expression that can be turned, in the functions that do not only speak."""
    functions = [one for one in tree.body if isinstance(one, ast.FunctionDef)]
    return [
        node
        for function in functions
        if function.name not in WORDS
        for node in ast.walk(function)
        if isinstance(node, ast.Compare | ast.BoolOp | ast.UnaryOp | ast.BinOp)
        and not (isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr))  # of types
    ]


def _change(node: ast.expr, change: int) -> bool:
    """Change a node in the manner of that number, if there is one."""
    if isinstance(node, ast.Compare):
        place, way = divmod(change, 2)
        turned = TURNED[type(node.ops[place])] if place < len(node.ops) else ()
        if way >= len(turned):
            return False
        node.ops[place] = turned[way]()
    elif change > 0:
        return False
    elif isinstance(node, ast.BoolOp):
        node.op = ast.And() if isinstance(node.op, ast.Or) else ast.Or()
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        node.op, inner = ast.UAdd(), node.operand
        node.operand = ast.Call(ast.Name("bool", ast.Load()), [inner], [])
    elif isinstance(node, ast.UnaryOp):
        node.op = ast.UAdd()
    elif isinstance(node, ast.BinOp):
        node.op = ast.Sub() if isinstance(node.op, ast.Add) else ast.Add()
    return True


def _run(module: ModuleType, tree: ast.Module) -> ModuleType:
    changed = ModuleType(module.__name__)
    code = compile(ast.fix_missing_locations(tree), f"<{module.__name__}, with a hole>", "exec")
    exec(code, changed.__dict__)  # noqa: S102 - our own source, with one thing changed
    return changed


def _with(module: ModuleType, **names: object) -> ModuleType:
    changed = _run(module, ast.parse(inspect.getsource(module)))
    changed.__dict__.update(names)
    return changed


_NOT_KNOWN = (
    "equity is None or not equity.is_finite() -> equity is None and (not equity.is_finite())"
)
HARMLESS = {
    # what it is compared with comes to the same
    ("correlated-exposure", "-1.0 < correlation < 1.0 -> -1.0 <= correlation < 1.0"),
    ("correlated-exposure", "-1.0 < correlation < 1.0 -> -1.0 < correlation <= 1.0"),
    ("correlated-exposure", "exposure > ZERO -> exposure >= ZERO"),
    ("correlated-exposure", "review.exposed <= most -> review.exposed < most"),
    # only the words of the refusal differ: test_malformed reads them
    ("malformed", "text is signal.tag -> text is not signal.tag"),
    ("malformed", "time_ns is signal.made_ns -> time_ns is not signal.made_ns"),
    # another guardrail has refused it before; test_trip asks without one
    ("drawdown", _NOT_KNOWN),
    ("weekly-drawdown", _NOT_KNOWN),
    ("daily-drawdown", _NOT_KNOWN),
}
"""Changes that are no holes, and why."""
