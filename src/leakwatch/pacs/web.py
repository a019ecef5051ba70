"""The same by DICOMweb: QIDO-RS, WADO-RS and STOW-RS (PS3.18), by dicomweb-client."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import requests
from dicomweb_client.api import DICOMwebClient
from dicomweb_client.session_utils import create_session, create_session_from_user_pass
from pydicom import Dataset, dcmread
from pydicom.errors import InvalidDicomError
from requests.adapters import HTTPAdapter, Retry  # type: ignore[attr-defined]

from leakwatch.config.nodes import WebConfig
from leakwatch.errors import ConfigError, PeerError
from leakwatch.pacs.find import frames_of
from leakwatch.pacs.keep import place_of, settle
from leakwatch.pacs.multipart import BrokenMessage, FilePart, boundary_of, first_part
from leakwatch.pacs.query import Instance, Query
from leakwatch.pacs.store import TIMEOUT_S

_ACCEPTED = 'multipart/related; type="application/dicom"; transfer-syntax=*'
"""Each as the server stores it."""
_PASSING = (408, 429, 502, 503, 504)
_PIECE_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Web:
    """An archive's service: `client` asks, and files go through `session`, piece by piece."""

    client: DICOMwebClient
    session: requests.Session

    @property
    def url(self) -> str:
        """Where it begins."""
        return str(self.client.base_url).rstrip("/")


def open_web(config: WebConfig) -> Web:
    """Make what calls a service; nothing is asked yet. Raises as `open_session`."""
    session = open_session(config)
    retry = Retry(connect=0, read=0, other=0, status=3, status_forcelist=_PASSING, backoff_factor=1.0)
    retry.raise_on_status = False
    for scheme in ("http://", "https://"):
        session.mount(scheme, HTTPAdapter(max_retries=retry))
    return Web(DICOMwebClient(config.url, session=open_session(config)), session)


def open_session(config: WebConfig) -> requests.Session:
    """Make what carries user, password and certificates.

    Raises
    ------
    ConfigError
        A user is named and the variable that holds the password is not, or is not set.
    """
    if config.user is None:
        session = create_session()
    else:
        password = os.environ.get(config.password_variable or "")
        if password is None:
            msg = f"archives.web: the variable {config.password_variable} that holds the password is not set"
            raise ConfigError(msg)
        session = create_session_from_user_pass(config.user, password)
    if config.authority is not None:
        session.verify = str(config.authority)
    return session


def find(query: Query, web: Web) -> list[Instance]:
    """As `leakwatch.pacs.find.find`, by QIDO-RS.

    Raises
    ------
    PeerError
        The server cannot be reached, or refuses.
    """
    filters = {"PatientID": query.patient_id, "StudyDate": query.dates}
    filters = {key: value for key, value in filters.items() if value}
    studies: set[str] = set()
    client = web.client
    with _asking(web):
        for uid in query.study_instance_uids or ("",):
            asked = {**filters, **({"StudyInstanceUID": uid} if uid else {})}
            answers = client.search_for_studies(search_filters=asked, get_remaining=True)
            studies.update(str(Dataset.from_json(one).StudyInstanceUID) for one in answers)
        return [
            instance for study in sorted(studies) for instance in _instances(client, study, query.modalities)
        ]


def get(instances: Sequence[Instance], folder: Path, web: Web, incoming: Path) -> Iterator[Path]:
    """Fetch instances by WADO-RS, as the server stores them; `incoming` is on the file system of `folder`.

    Raises
    ------
    PeerError
        The server cannot be reached, refuses, or answers with something else.
    OSError
        There is no room.
    """
    for one in instances:
        study, series, uid = one.study_instance_uid, one.series_instance_uid, one.sop_instance_uid
        final = place_of(folder, study, series, uid)
        path = incoming / f"{uid}.part"
        with _asking(web):
            _download(f"{web.url}/studies/{study}/series/{series}/instances/{uid}", path, web)
        if _named_in(path) != uid:
            msg = f"{web.url}: answered with another instance than {uid}"
            raise PeerError(msg)
        settle(path, final)
        yield final


def _download(url: str, path: Path, web: Web) -> None:
    with web.session.get(url, headers={"Accept": _ACCEPTED}, stream=True, timeout=TIMEOUT_S) as answer:
        answer.raise_for_status()
        boundary = boundary_of(answer.headers.get("Content-Type", ""))
        pieces = answer.iter_content(_PIECE_BYTES)
        with path.open("wb") as file:
            for piece in pieces if boundary is None else first_part(pieces, boundary):
                file.write(piece)


def _named_in(path: Path) -> str:
    try:
        header = dcmread(path, stop_before_pixels=True, specific_tags=["SOPInstanceUID"])
    except (InvalidDicomError, EOFError, ValueError, AttributeError):
        return ""
    return str(header.get("SOPInstanceUID", ""))


def store(paths: Sequence[Path], web: Web) -> None:
    """Give instances to the server by STOW-RS, a request each: one that fails takes no other with it.

    Raises
    ------
    PeerError
        The server cannot be reached, or refuses one; the text names its file.
    """
    for path in paths:
        body = FilePart(path, "application/dicom", uuid4().hex)
        headers = {"Content-Type": body.content_type, "Accept": "application/dicom+json"}
        with _asking(web):
            url = f"{web.url}/studies"
            answer = web.session.post(url, data=body, headers=headers, timeout=TIMEOUT_S)
            code = _refusal(answer)
            if code is None:
                answer.raise_for_status()
                continue
        msg = f"{web.url}: refused {path.name} with 0x{code:04X}"
        raise PeerError(msg)


def _refusal(answer: requests.Response) -> int | None:
    """Read why an instance was refused (Failed SOP Sequence); None where the answer says nothing of it."""
    try:
        failed = Dataset.from_json(answer.json()).get("FailedSOPSequence")
        return int(failed[0].get("FailureReason", 0)) if failed else None
    except (ValueError, TypeError, KeyError, AttributeError):
        return None


def _instances(client: DICOMwebClient, study: str, modalities: Sequence[str]) -> Iterator[Instance]:
    for series in map(Dataset.from_json, client.search_for_series(study, get_remaining=True)):
        modality, uid = str(series.get("Modality", "")), str(series.SeriesInstanceUID)
        if modalities and modality not in modalities:
            continue
        found = client.search_for_instances(study, uid, fields=["NumberOfFrames"], get_remaining=True)
        for one in map(Dataset.from_json, found):
            sop, sop_class = str(one.SOPInstanceUID), str(one.get("SOPClassUID", ""))
            yield Instance(study, uid, sop, sop_class, modality, frames_of(one))


@contextmanager
def _asking(web: Web) -> Iterator[None]:
    try:
        yield
    except requests.HTTPError as error:
        status = error.response.status_code if error.response is not None else "no status"
        msg = f"{web.url}: answered {status}"
        raise PeerError(msg) from error
    except requests.ConnectionError as error:
        msg = f"{web.url}: cannot be reached ({type(error).__name__})"
        raise PeerError(msg) from error
    except requests.RequestException as error:
        msg = f"{web.url}: the answer broke off or cannot be understood ({type(error).__name__})"
        raise PeerError(msg) from error
    except BrokenMessage as error:
        msg = f"{web.url}: {error}"
        raise PeerError(msg) from error
