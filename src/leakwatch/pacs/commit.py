"""Ask a node to commit itself to what it was sent, and hear what it says (PS3.4 annex J, push model)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydicom import Dataset, dcmread
from pydicom.uid import UID
from pynetdicom import evt
from pynetdicom.presentation import build_context
from pynetdicom.sop_class import (  # type: ignore[attr-defined]
    StorageCommitmentPushModel,
    StorageCommitmentPushModelInstance,
)

from leakwatch.config.node import NodeConfig
from leakwatch.pacs.store import TIMEOUT_S, associate

CLASS = str(StorageCommitmentPushModel)
_REQUEST_COMMITMENT = 1
"""The model's only action (PS3.4 table J.3.2.1.1-1)."""

_INVALID = 0x0115
"""Invalid argument value (PS3.7 C.5.10)."""
_FAILED = 0x0110
"""Processing failure (PS3.7 C.5.15)."""


@dataclass(frozen=True, slots=True)
class Commitment:
    """What a node answers to one request, SOP Instance UIDs; it may answer long after it was asked.

    Attributes
    ----------
    failed
        With the reason (0008,1197) for each.
    """

    transaction_uid: str
    committed: tuple[str, ...]
    failed: tuple[tuple[str, int], ...]


def instance_of(path: Path) -> tuple[str, str]:
    """SOP Class and Instance UID of a file."""
    meta = dcmread(path, stop_before_pixels=True, specific_tags=[]).file_meta
    return str(meta.MediaStorageSOPClassUID), str(meta.MediaStorageSOPInstanceUID)


def ask_commitment(
    instances: Sequence[tuple[str, str]],
    transaction_uid: str,
    node: NodeConfig,
    ae_title: str,
    timeout_s: float = TIMEOUT_S,
) -> bool:
    """Ask; whether the node took the request. One without the service does not, which is no fault.

    Parameters
    ----------
    instances
        SOP Class and Instance UIDs.
    transaction_uid
        By which the answer, in an association of the node's own, is told.
    """
    association = associate(node, ae_title, [build_context(StorageCommitmentPushModel)], timeout_s)
    if not association.is_established:
        return False
    try:
        request = Dataset()
        request.TransactionUID = UID(transaction_uid)
        request.ReferencedSOPSequence = [_reference(*one) for one in instances]
        status, _ = association.send_n_action(
            request, _REQUEST_COMMITMENT, StorageCommitmentPushModel, StorageCommitmentPushModelInstance
        )
        return "Status" in status and int(status.Status) == 0
    finally:
        if association.is_established:
            association.release()


def on_report(event: evt.Event, hear: Callable[[Commitment], None]) -> tuple[int, None]:
    """Answer an N-EVENT-REPORT; success only once it was heard, so that the node says it again otherwise."""
    try:
        said = event.event_information
        commitment = Commitment(
            str(said.TransactionUID),
            tuple(str(one.ReferencedSOPInstanceUID) for one in said.get("ReferencedSOPSequence") or ()),
            tuple(
                (str(one.ReferencedSOPInstanceUID), int(one.get("FailureReason", 0)))
                for one in said.get("FailedSOPSequence") or ()
            ),
        )
    except (AttributeError, ValueError, TypeError):
        return _INVALID, None
    try:
        hear(commitment)
    except Exception:  # whatever it was: it has not been noted
        return _FAILED, None
    return 0, None


def _reference(sop_class: str, sop_instance: str) -> Dataset:
    item = Dataset()
    item.ReferencedSOPClassUID, item.ReferencedSOPInstanceUID = UID(sop_class), UID(sop_instance)
    return item
