"""A contract import-linter lacks: what a room may import, everything else being forbidden."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, cast

from importlinter import Contract, ContractCheck, fields, output

if TYPE_CHECKING:
    from grimp import ImportGraph


class AllowListContract(Contract):
    """Modules (with all below them) may import themselves, the standard library and a list of others."""

    type_name = "allow_list"

    modules = fields.ListField(subfield=fields.StringField())
    may_import = fields.ListField(subfield=fields.StringField(), required=False)
    forbid_standard = fields.ListField(subfield=fields.StringField(), required=False)

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """Find the imports that stand on no list."""
        del verbose
        rooms = _names(self.modules)
        allowed = [*rooms, *_names(self.may_import)]
        standard = sys.stdlib_module_names - set(_names(self.forbid_standard))
        strays: list[tuple[str, str]] = []
        for room in rooms:
            for importer in sorted(_with_descendants(graph, room)):
                strays += [
                    (importer, imported)
                    for imported in sorted(graph.find_modules_directly_imported_by(importer))
                    if imported not in standard and not _below(imported, allowed)
                ]
        return ContractCheck(kept=not strays, metadata={"strays": strays})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Say which imports stand on no list."""
        strays: list[tuple[str, str]] = check.metadata["strays"]
        for importer, imported in strays:
            output.print_error(f"- {importer} may not import {imported}", bold=False)
        output.new_line()


def _names(field: object) -> list[str]:
    return list(cast("list[str] | None", field) or [])


def _with_descendants(graph: ImportGraph, module: str) -> set[str]:
    return {name for name in graph.modules if _below(name, [module])}


def _below(module: str, packages: list[str]) -> bool:
    return any(module == package or module.startswith(f"{package}.") for package in packages)
