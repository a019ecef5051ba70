"""The same by DICOMweb: QIDO-RS, WADO-RS and STOW-RS (PS3.18), by dicomweb-client."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import requests
from dicomweb_client.api import DICOMwebClient
from dicomweb_client.session_utils import create_session, create_session_from_user_pass
from pydicom import Dataset, dcmread

from leakwatch.config.nodes import WebConfig
from leakwatch.errors import ConfigError, PeerError
from leakwatch.pacs.find import frames_of
from leakwatch.pacs.keep import place_of, settle
from leakwatch.pacs.query import Instance, Query

_AS_STORED = (("application/dicom", "*"),)


def open_web(config: WebConfig) -> DICOMwebClient:
    """Make a client; nothing is asked yet. Raises as `open_session`."""
    return DICOMwebClient(config.url, session=open_session(config))


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


def find(query: Query, client: DICOMwebClient) -> list[Instance]:
    """As `leakwatch.pacs.find.find`, by QIDO-RS.

    Raises
    ------
    PeerError
        The server cannot be reached, or refuses.
    """
    filters = {"PatientID": query.patient_id, "StudyDate": query.dates}
    filters = {key: value for key, value in filters.items() if value}
    studies: set[str] = set()
    with _asking(client):
        for uid in query.study_instance_uids or ("",):
            asked = {**filters, **({"StudyInstanceUID": uid} if uid else {})}
            answers = client.search_for_studies(search_filters=asked, get_remaining=True)
            studies.update(str(Dataset.from_json(one).StudyInstanceUID) for one in answers)
        return [
            instance for study in sorted(studies) for instance in _instances(client, study, query.modalities)
        ]


def get(
    instances: Sequence[Instance], folder: Path, client: DICOMwebClient, incoming: Path
) -> Iterator[Path]:
    """Fetch instances by WADO-RS, as the server stores them; `incoming` is on the file system of `folder`.

    Raises
    ------
    PeerError
        The server cannot be reached, refuses, or answers with something else.
    """
    for one in instances:
        study, series, uid = one.study_instance_uid, one.series_instance_uid, one.sop_instance_uid
        final = place_of(folder, study, series, uid)
        with _asking(client):
            dataset = client.retrieve_instance(study, series, uid, media_types=_AS_STORED)
        if str(dataset.get("SOPInstanceUID", "")) != uid:
            msg = f"{client.base_url}: answered with another instance than {uid}"
            raise PeerError(msg)
        path = incoming / f"{uid}.part"
        dataset.save_as(path, enforce_file_format=True)
        settle(path, final)
        yield final


def store(paths: Sequence[Path], client: DICOMwebClient) -> None:
    """Give instances to the server by STOW-RS, a request each: one that fails takes no other with it.

    Raises
    ------
    PeerError
        The server cannot be reached, or refuses one; the text names its file.
    """
    for path in paths:
        with _asking(client):
            answer = client.store_instances([dcmread(path)])
        if answer.get("FailedSOPSequence"):
            code = int(answer.FailedSOPSequence[0].get("FailureReason", 0))
            msg = f"{client.base_url}: refused {path.name} with 0x{code:04X}"
            raise PeerError(msg)


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
def _asking(client: DICOMwebClient) -> Iterator[None]:
    try:
        yield
    except requests.HTTPError as error:
        status = error.response.status_code if error.response is not None else "no status"
        msg = f"{client.base_url}: answered {status}"
        raise PeerError(msg) from error
    except requests.RequestException as error:
        msg = f"{client.base_url}: cannot be reached ({type(error).__name__})"
        raise PeerError(msg) from error
