"""``leakwatch simulate``: write a simulated case with its truth."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def simulate(
    preset: Annotated[str, typer.Argument(help="A packaged case: leak-lateral, leak-disc, quiet, ...")],
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder to write the case into.")],
    seed: Annotated[int, typer.Option(min=0, help="The same preset and seed write the same bytes.")] = 1,
    config: Annotated[
        Path | None, typer.Option("--config", help="YAML or JSON keys to lay over the preset.")
    ] = None,
) -> None:
    """Write a simulated biplane case: DICOM, the drawn outline, and the truth.

    Raises
    ------
    ConfigError
        There is no such preset, the file is refused, or the case it describes is impossible.
    UsageError
        The folder cannot be written.
    """
    from leakwatch.errors import ConfigError, UsageError
    from leakwatch.simulate.case import write_case
    from leakwatch.simulate.load import load_case

    case = load_case(preset, config)
    try:
        write_case(case, seed, out)
    except ValueError as error:
        msg = f"{config or f'preset {preset}'}: {error}"
        raise ConfigError(msg) from error
    except OSError as error:
        msg = f"{out}: cannot be written ({error.__class__.__name__})"
        raise UsageError(msg) from error
