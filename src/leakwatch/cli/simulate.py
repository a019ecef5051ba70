"""``leakwatch simulate``: write a simulated case with its truth."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def simulate(
    preset: Annotated[
        str | None, typer.Argument(help="A packaged case; --list names them.", show_default=False)
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="Folder to write the case into.", show_default=False)
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="The same case and seed write the same bytes.")] = 1,
    config: Annotated[
        Path | None,
        typer.Option("--config", help="YAML or JSON: a case, or keys to lay over the preset."),
    ] = None,
    as_list: Annotated[bool, typer.Option("--list", help="Name the packaged cases and stop.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Say nothing but errors.")] = False,
) -> None:
    """Write a simulated case: DICOM runs, the drawn outline, and the truth.

    Raises
    ------
    ConfigError
        There is no such preset, the file is refused, or the case it describes is impossible.
    UsageError
        Neither preset nor file is given, no folder is, or it cannot be written.
    """
    from leakwatch.cli.counter import counting
    from leakwatch.errors import ConfigError, UsageError
    from leakwatch.simulate.case import write_case
    from leakwatch.simulate.load import load_case, preset_summaries

    if as_list:
        for name, summary in preset_summaries():
            print(f"{name:<28}{summary}")
        return
    if preset is None and config is None:
        msg = "name a preset (--list shows them), or give a file with --config"
        raise UsageError(msg)
    if out is None:
        msg = "say with --out which folder to write the case into"
        raise UsageError(msg)
    case = load_case(preset, config)
    try:
        with counting("simulating", quiet=quiet) as advance:
            written = write_case(case, seed, out, advance)
    except ValueError as error:
        msg = f"{config or f'preset {preset}'}: {error}"
        raise ConfigError(msg) from error
    except OSError as error:
        msg = f"{out}: cannot be written ({error.__class__.__name__})"
        raise UsageError(msg) from error
    if not quiet:
        _say_where(written.folder, len(written.dicom))


def _say_where(folder: Path, runs: int) -> None:
    print(f"{runs} {'run' if runs == 1 else 'runs'} in {folder / 'dicom'}, truth in {folder / 'truth'}")
    print(f"leakwatch analyze {folder / 'dicom'} -o OUT --outline {folder / 'outline.json'}")
