"""Send files to a node by C-STORE."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydicom import dcmread
from pydicom.errors import InvalidDicomError
from pydicom.uid import UID
from pynetdicom import AE, evt
from pynetdicom.association import Association
from pynetdicom.pdu_primitives import SCP_SCU_RoleSelectionNegotiation
from pynetdicom.presentation import PresentationContext, build_context

from leakwatch.config.node import NodeConfig
from leakwatch.pacs.tls import client_context

_MOST_CONTEXTS = 128
"""PS3.8 numbers presentation contexts with the odd numbers of a byte."""
TIMEOUT_S = 60.0


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of one file.

    Attributes
    ----------
    ok
        The node has it: success, or success with a warning (PS3.4 table B.2-1).
    refused
        The node answered that it will not have it; otherwise it could not be reached, or not to the end.
    why
        A sentence where not `ok`.
    """

    path: Path
    ok: bool
    refused: bool = False
    why: str = ""


@dataclass(frozen=True, slots=True)
class _Offer:
    path: Path
    sop_class: UID
    syntax: UID


def send(
    paths: Sequence[Path], node: NodeConfig, ae_title: str, *, timeout_s: float = TIMEOUT_S
) -> Iterator[Sent]:
    """Send files in one association, each in the transfer syntax it is stored in; one answer per file.

    A file that cannot be read, and all that follow a broken association, are told as such: nothing raises.

    Parameters
    ----------
    ae_title
        Our own title.
    timeout_s
        For the node to answer to anything.
    """
    offers: list[_Offer] = []
    for path in paths:
        try:
            meta = dcmread(path, stop_before_pixels=True, specific_tags=[]).file_meta
            offers.append(_Offer(path, UID(meta.MediaStorageSOPClassUID), UID(meta.TransferSyntaxUID)))
        except (OSError, InvalidDicomError, AttributeError) as error:
            yield Sent(path, False, True, f"{path.name}: cannot be read ({type(error).__name__})")
    for part in _parts(offers):
        yield from _send_part(part, node, ae_title, timeout_s)


def _parts(offers: Sequence[_Offer]) -> Iterator[list[_Offer]]:
    """Split so that no association needs more contexts than there are numbers."""
    part: list[_Offer] = []
    kinds: set[tuple[UID, UID]] = set()
    for offer in offers:
        kind = (offer.sop_class, offer.syntax)
        if kind not in kinds and len(kinds) == _MOST_CONTEXTS:
            yield part
            part, kinds = [], set()
        part.append(offer)
        kinds.add(kind)
    if part:
        yield part


def _send_part(offers: Sequence[_Offer], node: NodeConfig, ae_title: str, timeout_s: float) -> Iterator[Sent]:
    contexts = [build_context(*kind) for kind in dict.fromkeys((o.sop_class, o.syntax) for o in offers)]
    association = associate(node, ae_title, contexts, timeout_s)
    if not association.is_established:
        why = f"{node.ae_title} at {node.host}:{node.port} {_no_association(association)}"
        yield from (Sent(offer.path, False, False, why) for offer in offers)
        return
    try:
        for offer in offers:
            yield _send_one(association, offer, node)
    finally:
        if association.is_established:
            association.release()


def associate(
    node: NodeConfig,
    ae_title: str,
    contexts: Sequence[PresentationContext],
    timeout_s: float = TIMEOUT_S,
    *,
    roles: Sequence[SCP_SCU_RoleSelectionNegotiation] = (),
    handlers: Sequence[evt.EventHandlerType] = (),
) -> Association:
    """Call a node; whether it answered is the association's `is_established`."""
    entity = AE(ae_title=ae_title)
    entity.connection_timeout = entity.acse_timeout = entity.dimse_timeout = timeout_s
    entity.network_timeout = timeout_s
    tls = None if node.tls is None else (client_context(node.tls), node.host)
    return entity.associate(
        node.host,
        node.port,
        contexts=list(contexts),
        ae_title=node.ae_title,
        max_pdu=0,
        ext_neg=list(roles),
        evt_handlers=list(handlers),
        tls_args=tls,
    )


def _no_association(association: Association) -> str:
    return "refused the association" if association.is_rejected else "cannot be reached"


def _send_one(association: Association, offer: _Offer, node: NodeConfig) -> Sent:
    if not association.is_established:
        return Sent(offer.path, False, False, f"{node.ae_title} ended the association")
    try:
        status = association.send_c_store(offer.path)
    except ValueError:
        return Sent(offer.path, False, True, f"{node.ae_title} takes no {offer.sop_class.name}")
    # pydicom and pynetdicom raise their own kinds for a file that ends early
    except (OSError, RuntimeError, AttributeError) as error:
        return Sent(offer.path, False, False, f"{offer.path.name}: not sent ({type(error).__name__})")
    if "Status" not in status:
        association.abort()  # it is half dead: every further file would wait in vain for its answer
        return Sent(offer.path, False, False, f"{node.ae_title} did not answer")
    code = int(status.Status)
    if code == 0 or code >> 12 == 0xB:
        return Sent(offer.path, True)
    # out of resources (A7xx) passes; what else is refused stays refused
    passes = code >> 8 == 0xA7
    return Sent(offer.path, False, not passes, f"{node.ae_title} answered 0x{code:04X}")
