"""The small errors: Cosmic Ray's operators, at every place of a module where they fit."""

import difflib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.ast.ast_query import ASTQuery
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator, operator_names


@dataclass(frozen=True, slots=True)
class Mutant:
    """A module of the law with one small error; it stands in `row` of the function, or outside of any."""

    module: str
    path: Path
    row: int
    function: str
    operator: str
    occurrence: int
    source: str = field(repr=False)

    def in_words(self) -> str:
        """Return where it is, and the lines it changes before and after."""
        lines = difflib.unified_diff(self.path.read_text().splitlines(), self.source.splitlines(), lineterm="", n=0)
        changes = [f"      {text[0]} {text[1:].strip()}" for text in list(lines)[2:] if not text.startswith("@@")]
        return "\n".join([f"    {self.path}:{self.row} {self.function} {self.operator}", *changes])


def in_module(module: str) -> Iterator[Mutant]:
    """Return every mutant of a module; operators that want to be told what to do are left out."""
    path = Path("eligibility", "law", f"{module}.py")
    source = path.read_text()
    nodes = list(ast_nodes(get_ast(source)))
    for name in operator_names():
        kind = get_operator(name)
        if kind.arguments():
            continue
        operator = kind()
        places = [(node, start) for node in nodes for start, _ in operator.mutation_positions(node)]
        for occurrence, (node, (row, _)) in enumerate(places):
            function = ASTQuery(node).get_definition_name() or "(module)"
            changed = mutate_code(source, operator, occurrence)
            yield Mutant(module, path, row, function, name.removeprefix("core/"), occurrence, changed)
