"""Source tree as the structure report sees it: modules, their imports, circles, logic and tests."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

PACKAGES = ("tiling", "detectors", "geoengine", "server")
CLIENT = Path("server", "client", "src")
TYPESCRIPT_IMPORT = re.compile(r"""(?:\bfrom|^import|\bimport\()\s*["'](\.[^"']*)["']""", re.MULTILINE)


@dataclass(frozen=True)
class Import:
    """One import of a module of ours by another.

    Args:
        lazy: The statement is inside a function, and runs when that is called.
    """

    importer: str
    imported: str
    lazy: bool


@dataclass
class Tree:
    """A source tree: its Python modules, client modules and the imports between them."""

    root: Path
    packages: tuple[str, ...] = PACKAGES
    _parsed: dict[Path, ast.Module] = field(default_factory=dict)

    @cached_property
    def modules(self) -> dict[str, Path]:
        """Python modules of the packages: dotted name to file."""
        found = {}
        for package in self.packages:
            for path in sorted((self.root / package).rglob("*.py")):
                if "node_modules" not in path.parts:
                    found[self.name_of(path)] = path
        return found

    @cached_property
    def client(self) -> dict[str, Path]:
        """Modules of the web client: path below `src` without suffix, to file."""
        source = self.root / CLIENT
        files = sorted([*source.rglob("*.ts"), *source.rglob("*.tsx")])
        return {
            path.relative_to(source).with_suffix("").as_posix(): path
            for path in files
            if not path.name.endswith((".d.ts", ".test.ts"))
        }

    def name_of(self, path: Path) -> str:
        """Return the dotted name of a source file; a package's is that of its folder."""
        parts = path.relative_to(self.root).with_suffix("").parts
        return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)

    def parse(self, path: Path) -> ast.Module:
        """Return the syntax tree of a file, parsed once."""
        if path not in self._parsed:
            self._parsed[path] = ast.parse(path.read_text())
        return self._parsed[path]

    def statements(self, name: str) -> Iterator[tuple[str, bool]]:
        """Yield every dotted name that a module imports, and whether inside a function."""
        path = self.modules[name]
        package = name if path.name == "__init__.py" else name.rpartition(".")[0]
        for node, lazy in _walk_imports(self.parse(path), lazy=False):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    yield alias.name, lazy
                continue
            base = node.module or ""
            if node.level:
                parents = package.split(".")[: len(package.split(".")) - (node.level - 1)]
                base = ".".join([*parents, base]).strip(".")
            members = [f"{base}.{alias.name}" for alias in node.names]
            submodules = [member for member in members if member in self.modules]
            for member in submodules:
                yield member, lazy
            # `from tiling.grid import window` uses the module window, and nothing of the package's own.
            if len(submodules) < len(members):
                yield base, lazy

    @cached_property
    def imports(self) -> list[Import]:
        """Imports between Python modules, each pair once; eager where one of several is."""
        pairs: dict[tuple[str, str], bool] = {}
        for name in self.modules:
            for imported, lazy in self.statements(name):
                if imported in self.modules and imported != name:
                    pairs[name, imported] = pairs.get((name, imported), True) and lazy
        return [Import(importer, imported, lazy) for (importer, imported), lazy in pairs.items()]

    @cached_property
    def client_imports(self) -> list[Import]:
        """Imports between modules of the client, those of types included."""
        found = []
        for name, path in self.client.items():
            for target in dict.fromkeys(TYPESCRIPT_IMPORT.findall(path.read_text())):
                module = (path.parent / target).resolve()
                base = (self.root / CLIENT).resolve()
                if not module.is_relative_to(base):
                    continue
                relative = re.sub(r"\.(ts|js)$", "", module.relative_to(base).as_posix())
                for candidate in (relative, f"{relative}/index"):
                    if candidate in self.client:
                        found.append(Import(name, candidate, lazy=False))
        return found


def _walk_imports(node: ast.AST, lazy: bool) -> Iterator[tuple[ast.Import | ast.ImportFrom, bool]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import | ast.ImportFrom):
            yield child, lazy
        else:
            inside = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
            yield from _walk_imports(child, lazy or inside)


def circles(imports: Iterable[Import]) -> list[list[str]]:
    """Return the groups of modules that import one another in a circle (Tarjan's strongly connected components)."""
    graph: dict[str, list[str]] = {}
    for arrow in imports:
        graph.setdefault(arrow.importer, []).append(arrow.imported)
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    found: list[list[str]] = []

    def visit(name: str) -> None:
        index[name] = low[name] = len(index)
        stack.append(name)
        for other in graph.get(name, ()):
            if other not in index:
                visit(other)
                low[name] = min(low[name], low[other])
            elif other in stack:
                low[name] = min(low[name], index[other])
        if low[name] == index[name]:
            start = stack.index(name)
            group = sorted(stack[start:])
            del stack[start:]
            if len(group) > 1:
                found.append(group)

    for name in sorted(graph):
        if name not in index:
            visit(name)
    return sorted(found)


Documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def documented(tree: ast.Module) -> Iterator[Documented]:
    """Yield every node of a module that can have a docstring."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def logic(tree: ast.Module) -> int:
    """Return the number of statements inside functions, docstrings left out: a measure of what there is to test."""
    functions = [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]
    inside = {
        id(child)
        for function in functions
        for child in ast.walk(function)
        if isinstance(child, ast.stmt) and child is not function
    }
    docstrings = sum(ast.get_docstring(function) is not None for function in functions)
    return len(inside) - docstrings


def expected_test(module: str) -> Path:
    """Return where the test of a module lies: `a.b.c` is tested by `tests/a/b/test_c.py`."""
    *folders, name = module.split(".")
    return Path("tests", *folders, f"test_{name.lstrip('_')}.py")


def untested(tree: Tree) -> list[str]:
    """Return the modules, packages' own files left out, for which no test file of their name lies in `tests`."""
    tests = {path.name for path in (tree.root / "tests").rglob("test_*.py")}
    return [
        module
        for module, path in tree.modules.items()
        if path.name != "__init__.py"
        and ".migrations." not in module
        and expected_test(module).name not in tests
    ]
