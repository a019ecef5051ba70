"""Where a module reads and where it writes, as the orchestrators say it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from leakwatch.errors import UsageError

IN_VARIABLES = ("MERCURE_IN_DIR", "HOLOSCAN_INPUT_PATH", "MONAI_INPUTPATH")
OUT_VARIABLES = ("MERCURE_OUT_DIR", "HOLOSCAN_OUTPUT_PATH", "MONAI_OUTPUTPATH")


def choose_folders(
    given_in: Path | None, given_out: Path | None, environment: Mapping[str, str]
) -> tuple[Path, Path]:
    """Give the folder to read and the one to write; what the command line names goes before the environment.

    Raises
    ------
    UsageError
        One is not named anywhere, the first is no folder, or one lies in the other.
    """
    source = given_in or _named(IN_VARIABLES, environment, "IN")
    out = given_out or _named(OUT_VARIABLES, environment, "OUT")
    if not source.is_dir():
        msg = f"{source}: is not a folder to read from"
        raise UsageError(msg)
    inner, outer = source.resolve(), out.resolve()
    if inner == outer or inner in outer.parents or outer in inner.parents:
        msg = f"{out}: results go to a folder apart from the one that is read, {source}"
        raise UsageError(msg)
    return source, out


def _named(variables: tuple[str, ...], environment: Mapping[str, str], place: str) -> Path:
    for variable in variables:
        if environment.get(variable):
            return Path(environment[variable])
    msg = f"{place} is not given, and none of {', '.join(variables)} is set"
    raise UsageError(msg)
