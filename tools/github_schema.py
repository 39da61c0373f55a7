"""The part of GitHub's published GraphQL schema that the product asks for, cut out of the whole.

GitHub publishes its schema; npm's `@octokit/graphql-schema` carries it, with a version. What is
committed beside the tests' forge holds the types, fields, arguments and enums that the product's
queries use, as there, and no description. The tests' forge validates and executes each query over
it; here each query is validated against the whole.

    python -m tools.github_schema                    # is the part up to date? the whole is npm's
    python -m tools.github_schema --schema FILE      # the same, with a schema that is here already
    python -m tools.github_schema --write            # after a change of a query
"""

import argparse
import importlib
import pkgutil
import subprocess
import sys
import tarfile
import tempfile
from collections import defaultdict
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import graphql
from graphql.language import ast

import modelyard.forges

PACKAGE, VERSION = "@octokit/graphql-schema", "15.26.1"
PART = Path(__file__).parents[1] / "tests" / "tool" / "forges" / "github_schema.graphql"
HEAD = f"""# The part of GitHub's GraphQL schema that the product uses, out of {PACKAGE}
# {VERSION}. Written by `python -m tools.github_schema --write`.

"""
# What PyGithub sends of its own: by the mutation, what it wants to know.
_BY_PYGITHUB = {
    "convertPullRequestToDraft": "clientMutationId pullRequest { isDraft }",
    "markPullRequestReadyForReview": "clientMutationId pullRequest { isDraft }",
}
# These are in every schema.
_BUILT_IN = {"Boolean", "Float", "ID", "Int", "String"}


def operations() -> dict[str, str]:
    """Return all that the product sends by GraphQL, by where it stands."""
    found = {
        f"PyGithub.{name}": f"mutation Mutation($input: {name[:1].upper()}{name[1:]}Input!) "
        f"{{ {name}(input: $input) {{ {wanted} }} }}"
        for name, wanted in _BY_PYGITHUB.items()
    }
    for module in pkgutil.iter_modules(modelyard.forges.__path__):
        if not (module.name.startswith("github") and module.name.endswith("queries")):
            continue
        values = vars(importlib.import_module(f"modelyard.forges.{module.name}"))
        for name, value in values.items():
            if isinstance(value, str) and name.isupper() and not name.startswith("_"):
                found[f"{module.name}.{name}"] = value
    return found


def problems(schema: graphql.GraphQLSchema) -> list[str]:
    """Return what a schema has against what the product sends."""
    return [
        f"{name}: {error.message}"
        for name, text in operations().items()
        for error in graphql.validate(schema, graphql.parse(text))
    ]


def part_of(whole: str) -> str:
    """Return the part of a schema that the product's operations use.

    Raises:
        GraphQLError: One of them is not valid in it.
    """
    document = graphql.parse(whole, no_location=True)
    used = _Used(graphql.build_ast_schema(document, assume_valid=True))
    for text in operations().values():
        used.add(text)
    used.add_implementers()
    kept = [_cut(one, used) for one in document.definitions]
    return HEAD + "\n\n".join(graphql.print_ast(one) for one in kept if one) + "\n"


@dataclass
class _Used:
    """What operations use of a schema: fields of types, arguments of fields, and other types."""

    schema: graphql.GraphQLSchema
    fields: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    arguments: dict[tuple[str, str], set[str]] = field(default_factory=lambda: defaultdict(set))
    whole: set[str] = field(default_factory=set)
    """Types without fields of which to choose: scalars, enums, inputs, unions."""

    def add(self, text: str) -> None:
        """Add what an operation uses."""
        document = graphql.parse(text)
        if errors := graphql.validate(self.schema, document):
            raise errors[0]
        for definition in document.definitions:
            for variable in getattr(definition, "variable_definitions", None) or ():
                found = graphql.type_from_ast(self.schema, variable.type)
                self._add_type(graphql.get_named_type(found))
        info = graphql.TypeInfo(self.schema)
        graphql.visit(document, graphql.TypeInfoVisitor(info, _Fields(self, info)))

    def add_field(self, parent: str, name: str, made: Any, arguments: set[str]) -> None:
        """Add a field of a type, its own type, and its arguments: those given, those required."""
        self.fields[parent].add(name)
        self._add_type(graphql.get_named_type(made.type))
        for argument, takes in made.args.items():
            if argument in arguments or graphql.is_required_argument(takes):
                self.arguments[parent, name].add(argument)
                self._add_type(graphql.get_named_type(takes.type))

    def add_implementers(self) -> None:
        """Add to each type that implements a used interface what is used of that."""
        for name in list(self.fields):
            made = self.schema.get_type(name)
            if not isinstance(made, graphql.GraphQLInterfaceType):
                continue
            for one in self.schema.get_implementations(made).objects:
                for inner in self.fields[name]:
                    given = self.arguments[name, inner]
                    self.add_field(one.name, inner, one.fields[inner], given)

    def _add_type(self, made: Any) -> None:
        if isinstance(made, graphql.GraphQLInputObjectType) and made.name not in self.whole:
            self.whole.add(made.name)
            for one in made.fields.values():
                self._add_type(graphql.get_named_type(one.type))
        elif isinstance(
            made,
            graphql.GraphQLScalarType | graphql.GraphQLEnumType | graphql.GraphQLUnionType,
        ):
            self.whole.add(made.name)


class _Fields(graphql.Visitor):
    """Tells of each field of an operation on which type it is."""

    def __init__(self, used: _Used, info: graphql.TypeInfo) -> None:
        super().__init__()
        self.used, self.info = used, info

    def enter_field(self, node: ast.FieldNode, *_: Any) -> None:
        """Add a field."""
        parent, made = self.info.get_parent_type(), self.info.get_field_def()
        if parent and made and not node.name.value.startswith("__"):
            given = {one.name.value for one in node.arguments or ()}
            self.used.add_field(parent.name, node.name.value, made, given)


def _cut(node: Any, used: _Used) -> ast.Node | None:
    """Return what is used of a definition, without words; None where nothing is."""
    name = node.name.value if getattr(node, "name", None) else ""
    if isinstance(node, ast.ObjectTypeDefinitionNode | ast.InterfaceTypeDefinitionNode):
        fields = (one for one in node.fields or () if one.name.value in used.fields[name])
        node = replace(
            node,
            interfaces=_among(node.interfaces, used),
            fields=tuple(_cut_field(one, used.arguments[name, one.name.value]) for one in fields),
        )
        return graphql.visit(node, _Wordless()) if node.fields else None
    if isinstance(node, ast.UnionTypeDefinitionNode):
        node = replace(node, types=_among(node.types, used))
    whole = (
        ast.EnumTypeDefinitionNode
        | ast.InputObjectTypeDefinitionNode
        | ast.ScalarTypeDefinitionNode
        | ast.UnionTypeDefinitionNode
    )
    is_used = isinstance(node, whole) and name in used.whole - _BUILT_IN
    return graphql.visit(node, _Wordless()) if is_used else None


def _among(nodes: Any, used: _Used) -> tuple[Any, ...]:
    return tuple(one for one in nodes or () if used.fields.get(one.name.value))


def _cut_field(node: Any, given: set[str]) -> Any:
    arguments = tuple(one for one in node.arguments or () if one.name.value in given)
    return replace(node, arguments=arguments)


class _Wordless(graphql.Visitor):
    """Takes out descriptions, and directives, which say whether something is new or old."""

    def leave(self, node: Any, *_: Any) -> Any:
        """Leave a node."""
        changed = {
            name: empty
            for name, empty in (("description", None), ("directives", ()))
            if getattr(node, name, None)
        }
        return replace(node, **changed) if changed else None


def published() -> str:
    """Return the published schema, taken from npm."""
    with tempfile.TemporaryDirectory() as folder:
        words = ["npm", "pack", "--silent", f"{PACKAGE}@{VERSION}"]
        subprocess.run(words, cwd=folder, check=True, stdout=subprocess.DEVNULL)
        (packed,) = Path(folder).glob("*.tgz")
        with tarfile.open(packed) as archive, archive.extractfile("package/schema.graphql") as file:  # type: ignore[union-attr]
            return file.read().decode()


def main() -> int:
    """Check the part against the whole, or write it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--schema", type=Path, help="the whole; taken from npm where unsaid")
    parser.add_argument("--write", action="store_true", help="write the part anew")
    options = parser.parse_args()
    whole = options.schema.read_text("utf-8") if options.schema else published()
    if said := problems(graphql.build_schema(whole, assume_valid=True)):
        print(*said, sep="\n", file=sys.stderr)
        return 1
    part = part_of(whole)
    if options.write:
        PART.write_text(part, "utf-8")
    elif part != PART.read_text("utf-8"):
        print(f"{PART} is not what --write makes of {PACKAGE} {VERSION}", file=sys.stderr)
        return 1
    print(f"{len(operations())} operations are valid in {PACKAGE} {VERSION}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
