import ast
from pathlib import Path

SOURCE = Path(__file__).parents[2] / "src" / "leakwatch"


def imports_of(package: str) -> set[str]:
    found = set()
    for file in (SOURCE / package).rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.ImportFrom) and node.module:
                found.add(node.module)
            elif isinstance(node, ast.Import):
                found.update(alias.name for alias in node.names)
    return found


def test_the_simulator_knows_nothing_of_the_detector() -> None:
    ours = {name for name in imports_of("simulate") if name.startswith("leakwatch.")}
    allowed = (
        "leakwatch.simulate",
        "leakwatch.geometry",
        "leakwatch.nouns",
        "leakwatch.errors",
        "leakwatch.config.section",
        # Tables of physics, and the names of cements in them, that both sides look up.
        "leakwatch.config.cement_products",
        "leakwatch.beam",
        # How any DICOM file is read, not what a run is.
        "leakwatch.dicom.classes",
        "leakwatch.dicom.quiet",
    )
    assert {name for name in ours if not name.startswith(allowed)} == set()


def test_what_reads_any_dicom_file_knows_nothing_of_ours() -> None:
    for name in ("classes", "quiet"):
        tree = ast.parse((SOURCE / "dicom" / f"{name}.py").read_text())
        modules = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        assert not {module for module in modules if module.startswith("leakwatch")}


def test_what_both_look_up_knows_neither() -> None:
    ours = {name for name in imports_of("beam") if name.startswith("leakwatch.")}
    allowed = ("leakwatch.beam", "leakwatch.errors", "leakwatch.config.cement_products")
    assert {name for name in ours if not name.startswith(allowed)} == set()


def test_the_detector_knows_nothing_of_the_simulator() -> None:
    for package in ("imaging", "outline", "views", "dicom", "results", "pipeline"):
        assert not {name for name in imports_of(package) if name.startswith("leakwatch.simulate")}
