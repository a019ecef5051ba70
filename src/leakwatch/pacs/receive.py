"""Take in what other machines send: a C-STORE and C-ECHO service."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from pynetdicom import AE, ALL_TRANSFER_SYNTAXES, _config, dimse_messages, evt
from pynetdicom.dimse_primitives import C_STORE
from pynetdicom.sop_class import Verification  # type: ignore[attr-defined]
from pynetdicom.transport import ThreadedAssociationServer

from leakwatch.config.listen import ListenConfig
from leakwatch.errors import UsageError
from leakwatch.pacs.commit import CLASS, Commitment, on_report
from leakwatch.pacs.spool import Spool
from leakwatch.pacs.tls import server_context

SUCCESS = 0x0000
OUT_OF_RESOURCES = 0xA700
NOT_OF_ITS_CLASS = 0xA900
CANNOT_UNDERSTAND = 0xC000
"""Answers to a C-STORE (PS3.4 table B.2-1)."""


@dataclass(frozen=True, slots=True)
class Received:
    """One instance that came, whole, in a file of its own that nobody has taken yet."""

    path: Path
    sop_class_uid: str
    sop_instance_uid: str
    caller: str


def receive_in_files(folder: Path) -> None:
    """Have what arrives written straight to files in `folder`, piece by piece.

    These are this process's settings, for pynetdicom has no others: the service's process alone calls this,
    once.
    """
    _config.STORE_RECV_CHUNKED_DATASET = True
    # its only use there is for what arrives; see `Spool` for why it is replaced
    dimse_messages.NamedTemporaryFile = lambda **_: Spool(folder)  # type: ignore[assignment,attr-defined]


def start_receiving(
    config: ListenConfig,
    classes: Sequence[str],
    take: Callable[[Received], int],
    full: Callable[[str], None],
    hear: Callable[[Commitment], None] | None = None,
) -> ThreadedAssociationServer:
    """Listen in threads of its own until the server is shut down.

    Parameters
    ----------
    classes
        SOP classes that are taken.
    take
        Called for each instance, from several threads; gives the answer. The file is its own to move, and is
        removed if it is still there afterwards.
    full
        Called with the reason when an instance found no room; its caller is told to try again.
    hear
        Called with what a node commits itself to; without, nodes are not heard.

    Raises
    ------
    UsageError
        The address is taken, or is none of this machine's.
    """
    entity = AE(ae_title=config.ae_title)
    entity.require_called_aet = True
    entity.require_calling_aet = list(config.callers)
    entity.maximum_pdu_size = 0
    entity.add_supported_context(Verification)
    for one in classes:
        entity.add_supported_context(one, ALL_TRANSFER_SYNTAXES)
    handlers: list[evt.EventHandlerType] = [(evt.EVT_C_STORE, on_store, [take, full])]
    if hear is not None:
        # here the caller is the provider, which it says by a role of its own
        entity.add_supported_context(CLASS, scu_role=True, scp_role=True)
        handlers.append((evt.EVT_N_EVENT_REPORT, on_report, [hear]))
    try:
        server = entity.start_server(
            (config.host, config.port),
            block=False,
            ssl_context=None if config.tls is None else server_context(config.tls),
            evt_handlers=handlers,
        )
    except OSError as error:
        msg = f"listen: cannot listen at {config.host}:{config.port} ({error.strerror or error})"
        raise UsageError(msg) from error
    assert server is not None  # only a blocking server gives none
    return server


def on_store(event: evt.Event, take: Callable[[Received], int], full: Callable[[str], None]) -> int:
    """Answer one C-STORE; `take` and `full` as in `start_receiving`."""
    path, request = Path(event.dataset_path), cast(C_STORE, event.request)
    spool = cast(Spool, request._dataset_file)
    if spool.failure is not None:
        full(spool.failure.strerror or "the disk fails")
        return OUT_OF_RESOURCES
    sop_class, sop = str(request.AffectedSOPClassUID), str(request.AffectedSOPInstanceUID)
    try:
        return take(Received(path, sop_class, sop, event.assoc.requestor.ae_title))
    except OSError:
        return OUT_OF_RESOURCES
    finally:
        path.unlink(missing_ok=True)
