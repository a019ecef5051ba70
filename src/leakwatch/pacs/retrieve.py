"""Have a node send what it holds: C-GET on our own association, or C-MOVE to a service of ours."""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from operator import attrgetter
from pathlib import Path

from pydicom import Dataset, dcmread
from pydicom.errors import InvalidDicomError
from pynetdicom import ALL_TRANSFER_SYNTAXES, build_role, evt
from pynetdicom.association import Association
from pynetdicom.presentation import build_context
from pynetdicom.sop_class import (  # type: ignore[attr-defined]
    StudyRootQueryRetrieveInformationModelGet,
    StudyRootQueryRetrieveInformationModelMove,
)

from leakwatch.config.listen import ListenConfig
from leakwatch.config.node import NodeConfig
from leakwatch.errors import PeerError
from leakwatch.pacs.keep import place_of, settle
from leakwatch.pacs.query import Instance
from leakwatch.pacs.receive import CANNOT_UNDERSTAND, SUCCESS, Received, on_store, start_receiving
from leakwatch.pacs.store import TIMEOUT_S, associate

_PENDING = (0xFF00, 0xFF01)
_AT_ONCE = 20
"""Instances asked for in one request: one that fails is asked again whole."""
_SYNTAXES_AT_MOST = 120
"""So many contexts are left for storage; PS3.8 has numbers for 128."""


def get(
    instances: Sequence[Instance],
    folder: Path,
    node: NodeConfig,
    ae_title: str,
    timeout_s: float = TIMEOUT_S,
) -> Iterator[Path]:
    """Fetch instances by C-GET, each in the transfer syntax in which the node holds it, where it can.

    `receive_in_files` must have been called. Files come to `place_of` as they arrive.

    Yields
    ------
    Path
        One for each instance that came, after the request that brought it.

    Raises
    ------
    PeerError
        The node cannot be reached, refuses, breaks off, or does not send what it said it holds.
    OSError
        There is no room for what it sends.
    """
    classes = sorted({one.sop_class_uid for one in instances})
    each = max(1, _SYNTAXES_AT_MOST // len(classes))
    # one context for each syntax: with several in one, the node would have to turn all files into the same
    storage = [build_context(one, syntax) for one in classes for syntax in ALL_TRANSFER_SYNTAXES[:each]]
    taken: list[Path] = []
    no_room: list[str] = []

    def take(received: Received) -> int:
        return _take(received.path, folder, taken.append)

    association = associate(
        node,
        ae_title,
        [build_context(StudyRootQueryRetrieveInformationModelGet), *storage],
        timeout_s,
        roles=[build_role(one, scp_role=True) for one in classes],
        handlers=[(evt.EVT_C_STORE, on_store, [take, no_room.append])],
    )
    _require(association, node)
    try:
        for part in _parts(instances):
            answers = association.send_c_get(_keys(part), StudyRootQueryRetrieveInformationModelGet)
            _follow(answers, node, "C-GET", no_room)
            yield from taken
            taken.clear()
    finally:
        if association.is_established:
            association.release()


def move(
    instances: Sequence[Instance],
    folder: Path,
    node: NodeConfig,
    own: ListenConfig,
    timeout_s: float = TIMEOUT_S,
) -> Iterator[Path]:
    """Fetch instances by C-MOVE to a service at the address of `own`, which the node must know by its title.

    As `get` otherwise.
    """
    taken: list[Path] = []
    no_room: list[str] = []

    def take(received: Received) -> int:
        return _take(received.path, folder, taken.append)

    classes = sorted({one.sop_class_uid for one in instances})
    server = start_receiving(own, classes, take, no_room.append)
    try:
        contexts = [build_context(StudyRootQueryRetrieveInformationModelMove)]
        association = associate(node, own.ae_title, contexts, timeout_s)
        _require(association, node)
        try:
            for part in _parts(instances):
                answers = association.send_c_move(
                    _keys(part), own.ae_title, StudyRootQueryRetrieveInformationModelMove
                )
                _follow(answers, node, "C-MOVE", no_room)
                yield from taken
                taken.clear()
        finally:
            if association.is_established:
                association.release()
    finally:
        server.shutdown()


def _parts(instances: Sequence[Instance]) -> Iterator[list[Instance]]:
    """Instances of one series each, some at once."""
    key = attrgetter("study_instance_uid", "series_instance_uid")
    for _, of_series in groupby(sorted(instances, key=key), key):
        rest = list(of_series)
        for first in range(0, len(rest), _AT_ONCE):
            yield rest[first : first + _AT_ONCE]


def _keys(part: Sequence[Instance]) -> Dataset:
    keys = Dataset()
    keys.QueryRetrieveLevel = "IMAGE"
    keys.StudyInstanceUID = part[0].study_instance_uid
    keys.SeriesInstanceUID = part[0].series_instance_uid
    keys.SOPInstanceUID = [one.sop_instance_uid for one in part]
    return keys


def _require(association: Association, node: NodeConfig) -> None:
    if not association.is_established:
        why = "refused the association" if association.is_rejected else "cannot be reached"
        msg = f"{node.ae_title} at {node.host}:{node.port} {why}"
        raise PeerError(msg)


def _follow(
    answers: Iterator[tuple[Dataset, Dataset | None]], node: NodeConfig, service: str, no_room: list[str]
) -> None:
    """Wait for a request's end; a node that sent only part of it, or nothing, has failed."""
    code: int | None = None
    failed = 0
    for status, _ in answers:
        code = int(status.Status) if "Status" in status else None
        failed = int(status.get("NumberOfFailedSuboperations") or 0)
    if no_room:
        raise OSError(errno.ENOSPC, no_room[0])
    if code != 0 or failed:
        said = "no answer" if code is None else f"0x{code:04X}"
        msg = f"{node.ae_title} at {node.host}:{node.port}: {service} ended with {said}, {failed} not sent"
        raise PeerError(msg)


def _take(path: Path, folder: Path, taken: Callable[[Path], None]) -> int:
    """Put a received file in its place; says how to answer the C-STORE."""
    wanted = ["StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID"]
    try:
        header = dcmread(path, stop_before_pixels=True, specific_tags=wanted)
        final = place_of(folder, *(str(header.get(keyword, "")) for keyword in wanted))
    except (InvalidDicomError, PeerError, EOFError, ValueError, AttributeError):
        return CANNOT_UNDERSTAND
    settle(path, final)
    taken(final)
    return SUCCESS
