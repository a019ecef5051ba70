"""The shape of the house: imports point one way, files stay small, nothing happens on import."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "leakwatch"

# From the ground up; a room may use itself and what lies below, never what lies beside or above.
FLOORS = [
    {"errors", "notice"},
    {"nouns"},
    {"config"},
    {"geometry", "beam", "pacs"},
    {"video"},
    {"dicom"},
    {"outline"},
    {"source"},
    {"imaging"},
    {"views"},
    {"results"},
    {"review"},
    {"objects"},
    {"pipeline", "inspect", "deidentify"},
    {"service", "module"},
    {"simulate"},
    {"ct"},
    {"bench"},
    {"cli"},
]
FLOOR_OF = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}
FILES = sorted(SOURCE.rglob("*.py"))
HEAVY = {
    "numpy",
    "scipy",
    "skimage",
    "cv2",
    "pydicom",
    "highdicom",
    "pynetdicom",
    "dicomweb_client",
    "dicomanonymizer",
    "prometheus_client",
    "requests",
    "tifffile",
    "imagecodecs",
    "av",
    "pydantic",
    "rich",
    "ruamel",
}


def room_of(path: Path) -> str:
    return path.relative_to(SOURCE).parts[0].removesuffix(".py")


def rooms_imported(tree: ast.Module) -> set[str]:
    modules: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            modules.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports hide where a name comes from"
            modules.add(node.module or "")
            if node.module == "leakwatch":
                modules.update(f"leakwatch.{alias.name}" for alias in node.names)
    parts = [module.split(".") for module in modules]
    rooms = {part[1] for part in parts if part[0] == "leakwatch" and len(part) > 1}
    return rooms - {"__version__"}


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_imports_point_down(path: Path) -> None:
    room = room_of(path)
    imported = rooms_imported(ast.parse(path.read_text(encoding="utf-8")))
    if room == "__init__":
        assert imported == set()
        return
    assert room in FLOOR_OF, f"{room} has no floor"
    upward = {other for other in imported if other != room and FLOOR_OF[other] >= FLOOR_OF[room]}
    assert upward == set()


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_a_module_only_defines(path: Path) -> None:
    """At import nothing runs but definitions: no loops, no bare calls, no assignments through an object."""
    allowed = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef, ast.Assign, ast.AnnAssign)
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        match node:
            case ast.Expr(ast.Constant(str())) | ast.If(ast.Name("TYPE_CHECKING")):
                continue
            case ast.If(ast.Compare(ast.Name("__name__"))):
                continue
            # Commands are registered where the application is made.
            case ast.Expr(ast.Call()) if room_of(path) == "cli" and path.name == "main.py":
                continue
        assert isinstance(node, allowed), f"line {node.lineno} runs on import"
        if isinstance(node, ast.Assign):
            assert all(isinstance(target, ast.Name | ast.Tuple) for target in node.targets), node.lineno


def test_no_file_is_long() -> None:
    lines = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in FILES}
    assert {str(path): count for path, count in lines.items() if count > 400} == {}
    assert sorted(lines.values())[len(lines) // 2] < 120


def test_no_global_random_state() -> None:
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and ast.unparse(node.value) in ("np.random", "numpy.random"):
                assert node.attr in ("default_rng", "Generator", "SeedSequence"), f"{path}:{node.lineno}"


def test_text_names_no_place_but_its_own() -> None:
    """No absolute path of the machine it was written on."""
    ours = ("src", "tests", "docs", "configs")
    suffixes = {".py", ".md", ".yaml", ".toml", ".html", ".js", ".css", ".json"}
    paths = [path for name in ours for path in (ROOT / name).rglob("*") if path.suffix in suffixes]
    paths += [ROOT / name for name in ("README.md", "CHANGELOG.md", "Makefile", "pyproject.toml")]
    # In pieces, so that this file does not accuse itself.
    forbidden = ["/" + "work" + "/", "/" + "tmp" + "/", "/" + "root" + "/", "/" + "home" + "/"]
    found = [
        f"{path.relative_to(ROOT)}: {word}"
        for path in paths
        for word in forbidden
        if word in path.read_text(encoding="utf-8")
    ]
    assert found == []


def test_the_command_line_loads_nothing_heavy() -> None:
    """So that --help and --version answer at once."""
    code = "import sys, leakwatch.cli.main; print(*sorted({name.split('.')[0] for name in sys.modules}))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert set(loaded.split()) & HEAVY == set()
