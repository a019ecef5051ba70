"""From errors to one sentence on stderr and an exit code."""

from __future__ import annotations

import json
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum

from leakwatch.dicom.quiet import printable
from leakwatch.errors import LeakwatchError, NothingToAnalyse, UsageError
from leakwatch.notice import RESEARCH_USE

SUMMARY_SCHEMA = "leakwatch.summary/1"


class ExitCode(IntEnum):
    """What the command says to the shell."""

    DONE = 0
    BUG = 1
    USAGE = 2
    SOME_FAILED = 3
    NOTHING = 4
    INTERRUPTED = 130


@contextmanager
def guard(*, debug: bool, as_json: bool = False) -> Iterator[None]:
    """Turn what goes wrong inside into a sentence and an exit; tracebacks only with `debug`."""
    try:
        yield
    except LeakwatchError as error:
        _stop(str(error), _code(error), debug=debug, as_json=as_json)
    except KeyboardInterrupt:
        _stop("interrupted", ExitCode.INTERRUPTED, debug=False, as_json=as_json)
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        _stop(f"{place}{error.strerror or error}", ExitCode.SOME_FAILED, debug=debug, as_json=as_json)
    except Exception as error:
        sentence = f"an error of leakwatch's own, please report it with --debug ({error!r:.200})"
        _stop(sentence, ExitCode.BUG, debug=debug, as_json=as_json)


def say_error(sentence: str) -> None:
    """Print one line on stderr, whatever letters a file name brings into it."""
    print(f"leakwatch: error: {printable(sentence)}", file=sys.stderr)


def _code(error: LeakwatchError) -> ExitCode:
    if isinstance(error, UsageError):
        return ExitCode.USAGE
    return ExitCode.NOTHING if isinstance(error, NothingToAnalyse) else ExitCode.SOME_FAILED


def _stop(sentence: str, code: ExitCode, *, debug: bool, as_json: bool) -> None:
    if debug:
        traceback.print_exc()
    say_error(sentence)
    if as_json:
        print_json({"exit_code": int(code), "error": printable(sentence)})
    raise SystemExit(int(code))


def print_json(content: dict[str, object], schema: str = SUMMARY_SCHEMA) -> None:
    """Print the one line that ``--json`` promises on stdout."""
    print(json.dumps({"schema": schema, "research_use": RESEARCH_USE, **content}, allow_nan=False))
