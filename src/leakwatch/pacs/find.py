"""Ask a node what it holds: C-FIND in the study root, from studies down to instances."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pydicom import Dataset
from pynetdicom.association import Association
from pynetdicom.presentation import build_context
from pynetdicom.sop_class import StudyRootQueryRetrieveInformationModelFind  # type: ignore[attr-defined]

from leakwatch.config.node import NodeConfig
from leakwatch.errors import PeerError
from leakwatch.pacs.query import Instance, Query
from leakwatch.pacs.store import TIMEOUT_S, associate

_PENDING = (0xFF00, 0xFF01)


def find(query: Query, node: NodeConfig, ae_title: str, timeout_s: float = TIMEOUT_S) -> list[Instance]:
    """Find the instances that match, in the order of studies, series and instances.

    Raises
    ------
    PeerError
        The node cannot be reached, refuses, or breaks off.
    """
    contexts = [build_context(StudyRootQueryRetrieveInformationModelFind)]
    association = associate(node, ae_title, contexts, timeout_s)
    if not association.is_established:
        why = "refused the association" if association.is_rejected else "cannot be reached"
        msg = f"{node.ae_title} at {node.host}:{node.port} {why}"
        raise PeerError(msg)
    try:
        return [
            instance
            for study in sorted(_studies(association, query, node))
            for instance in _instances(association, study, query.modalities, node)
        ]
    finally:
        if association.is_established:
            association.release()


def _studies(association: Association, query: Query, node: NodeConfig) -> set[str]:
    found: set[str] = set()
    for uid in query.study_instance_uids or ("",):
        keys = Dataset()
        keys.QueryRetrieveLevel = "STUDY"
        keys.StudyInstanceUID = uid
        keys.StudyDate = query.dates
        keys.PatientID = query.patient_id
        found.update(str(answer.StudyInstanceUID) for answer in _ask(association, keys, node))
    return found


def _instances(
    association: Association, study: str, modalities: Sequence[str], node: NodeConfig
) -> Iterator[Instance]:
    series_keys = Dataset()
    series_keys.QueryRetrieveLevel = "SERIES"
    series_keys.StudyInstanceUID = study
    series_keys.SeriesInstanceUID = ""
    series_keys.Modality = ""
    for series in _ask(association, series_keys, node):
        modality = str(series.get("Modality", ""))
        # asked for all and chosen here: a list of modalities is no key that every archive can match
        if modalities and modality not in modalities:
            continue
        keys = Dataset()
        keys.QueryRetrieveLevel = "IMAGE"
        keys.StudyInstanceUID = study
        keys.SeriesInstanceUID = series.SeriesInstanceUID
        keys.SOPInstanceUID = ""
        keys.SOPClassUID = ""
        keys.NumberOfFrames = None
        for one in _ask(association, keys, node):
            yield Instance(
                study,
                str(series.SeriesInstanceUID),
                str(one.SOPInstanceUID),
                str(one.get("SOPClassUID", "")),
                modality,
                frames_of(one),
            )


def frames_of(answer: Dataset) -> int | None:
    """Read Number of Frames (0028,0008) of an answer; None where it says nothing that is a number."""
    text = str(answer.get("NumberOfFrames") or "")
    return int(text) if text.isdigit() else None


def _ask(association: Association, keys: Dataset, node: NodeConfig) -> list[Dataset]:
    answers: list[Dataset] = []
    for status, answer in association.send_c_find(keys, StudyRootQueryRetrieveInformationModelFind):
        code = int(status.Status) if "Status" in status else None
        if code in _PENDING and answer is not None:
            answers.append(answer)
        elif code != 0 and code not in _PENDING:
            said = "no answer" if code is None else f"0x{code:04X}"
            msg = f"{node.ae_title} at {node.host}:{node.port}: the query ended with {said}"
            raise PeerError(msg)
    return answers
