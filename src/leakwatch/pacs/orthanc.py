"""What Orthanc says besides DICOM: its feed of changes, and files as it holds them (its REST API)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import requests

from leakwatch.errors import PeerError
from leakwatch.pacs.store import TIMEOUT_S

_PIECE_BYTES = 1 << 20
_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Changes:
    """Part of the feed.

    Attributes
    ----------
    stable_series
        Orthanc's identifiers of series to which nothing has been added for its ``StableAge``.
    last
        Number up to which this part goes; ask for what comes after it next.
    last_resource
        Orthanc's identifier of what changed then; empty where this part holds no change.
    done
        Whether there is no more for now.
    """

    stable_series: tuple[str, ...]
    last: int
    last_resource: str
    done: bool


@dataclass(frozen=True, slots=True)
class Series:
    """A series: its modality, and Orthanc's identifiers of its instances."""

    modality: str
    instances: tuple[str, ...]


class Orthanc:
    """One server; `session` carries user and certificates.

    Every method raises `PeerError` where the server cannot be reached, refuses, or answers with something
    else.
    """

    def __init__(self, url: str, session: requests.Session | None = None) -> None:
        self.url = url.rstrip("/")
        self._session = session or requests.Session()

    def changes(self, since: int, at_most: int = _AT_ONCE) -> Changes:
        """Give what came after number `since`."""
        found = self._json(f"/changes?since={since}&limit={at_most}")
        with self._understanding():
            changes = found["Changes"]
            return Changes(
                tuple(str(one["ID"]) for one in changes if one["ChangeType"] == "StableSeries"),
                int(found["Last"]),
                str(changes[-1]["ID"]) if changes else "",
                bool(found["Done"]),
            )

    def series(self, identifier: str) -> Series | None:
        """Describe a series; None where it is gone by now."""
        found = self._json(f"/series/{identifier}", gone=True)
        if found is None:
            return None
        with self._understanding():
            tags = found["MainDicomTags"]
            return Series(str(tags.get("Modality", "")), tuple(map(str, found["Instances"])))

    def sop_instance_uid(self, identifier: str) -> str | None:
        """SOP Instance UID of an instance; None where it is gone by now."""
        found = self._json(f"/instances/{identifier}", gone=True)
        if found is None:
            return None
        with self._understanding():
            return str(found["MainDicomTags"]["SOPInstanceUID"])

    def download(self, identifier: str, path: Path) -> None:
        """Write an instance's file to `path`, piece by piece.

        Raises
        ------
        OSError
            There is no room.
        """
        with self._asking(), self._get(f"/instances/{identifier}/file") as answer, path.open("wb") as file:
            for piece in answer.iter_content(_PIECE_BYTES):
                file.write(piece)

    def _json(self, path: str, *, gone: bool = False) -> Any:
        with self._asking():
            answer = self._get(path, gone=gone)
            if gone and answer.status_code == requests.codes.not_found:
                return None
        with self._understanding():
            return cast(Any, answer.json())

    def _get(self, path: str, *, gone: bool = False) -> requests.Response:
        answer = self._session.get(f"{self.url}{path}", timeout=TIMEOUT_S, stream=not gone)
        if not (gone and answer.status_code == requests.codes.not_found):
            answer.raise_for_status()
        return answer

    @contextmanager
    def _understanding(self) -> Iterator[None]:
        try:
            yield
        except (ValueError, KeyError, TypeError) as error:
            msg = f"{self.url}: does not answer as Orthanc does ({type(error).__name__})"
            raise PeerError(msg) from error

    @contextmanager
    def _asking(self) -> Iterator[None]:
        try:
            yield
        except requests.HTTPError as error:
            status = error.response.status_code if error.response is not None else "no status"
            msg = f"{self.url}: answered {status}"
            raise PeerError(msg) from error
        except requests.RequestException as error:
            msg = f"{self.url}: cannot be reached ({type(error).__name__})"
            raise PeerError(msg) from error
