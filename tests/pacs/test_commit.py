"""What a node was sent it also commits itself to; what it does not it is sent again."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pydicom import Dataset
from pynetdicom import AE, ALL_TRANSFER_SYNTAXES, AllStoragePresentationContexts, build_role, evt
from pynetdicom.sop_class import (
    StorageCommitmentPushModel,
    StorageCommitmentPushModelInstance,
)

from leakwatch.pacs.store import send

from ..service.conftest import Service, free_port, wait_for
from .conftest import Orthanc

pytestmark = pytest.mark.slow
NO_SUCH_OBJECT = 0x0112


@pytest.mark.pacs
def test_orthanc_commits_itself(
    orthanc: Orthanc, service: Callable[..., Service], make_runs: Callable[..., list[Path]]
) -> None:
    listener = service(send_to=orthanc.node.model_dump(mode="json"))
    orthanc.put("/modalities/leakwatch", {"AET": "LEAKWATCH", "Host": "127.0.0.1", "Port": listener.port})
    listener.start()
    assert all(one.ok for one in send(make_runs(2, 300), listener.node, "SENDER"))
    listener.wait_until_idle(2)
    wait_for(lambda: listener.status().results["sent"] == 0, "the commitment")
    status = listener.status()
    assert status.results["committed"] == sum(status.results.values()) > 0
    assert listener.count("commitment_asked") == 2


class Forgetful:
    """A node that takes everything and, the first time, commits itself to all but one."""

    def __init__(self) -> None:
        self.port, self.answers_to = free_port(), 0
        self.stored: list[str] = []
        self.requests: list[Dataset] = []
        entity = AE("ARCHIVE")
        for context in AllStoragePresentationContexts:
            entity.add_supported_context(context.abstract_syntax, ALL_TRANSFER_SYNTAXES)
        entity.add_supported_context(StorageCommitmentPushModel)
        handlers = [(evt.EVT_C_STORE, self._store), (evt.EVT_N_ACTION, self._asked)]
        self.server = entity.start_server(("127.0.0.1", self.port), block=False, evt_handlers=handlers)

    def _store(self, event: evt.Event) -> int:
        self.stored.append(str(event.request.AffectedSOPInstanceUID))
        return 0

    def _asked(self, event: evt.Event) -> tuple[int, None]:
        self.requests.append(event.action_information)
        threading.Thread(target=self._report, args=(event.action_information, len(self.requests))).start()
        return 0, None

    def _report(self, asked: Dataset, number: int) -> None:
        references = list(asked.ReferencedSOPSequence)
        said = Dataset()
        said.TransactionUID = asked.TransactionUID
        if number == 1:
            forgotten = references.pop()
            forgotten.FailureReason = NO_SUCH_OBJECT
            said.FailedSOPSequence = [forgotten]
        said.ReferencedSOPSequence = references
        entity = AE("ARCHIVE")
        entity.add_requested_context(StorageCommitmentPushModel)
        role = build_role(StorageCommitmentPushModel, scp_role=True)
        association = entity.associate("127.0.0.1", self.answers_to, ae_title="LEAKWATCH", ext_neg=[role])
        kind = 2 if "FailedSOPSequence" in said else 1
        association.send_n_event_report(
            said, kind, StorageCommitmentPushModel, StorageCommitmentPushModelInstance
        )
        association.release()


@pytest.fixture
def forgetful() -> Iterator[Forgetful]:
    node = Forgetful()
    yield node
    node.server.shutdown()


def test_what_a_node_forgot_is_sent_again(
    forgetful: Forgetful, service: Callable[..., Service], make_runs: Callable[..., list[Path]]
) -> None:
    node: dict[str, Any] = {"ae_title": "ARCHIVE", "host": "127.0.0.1", "port": forgetful.port}
    listener = service(send_to=node, retry={"first_s": 0.2})
    forgetful.answers_to = listener.port
    listener.start()
    assert all(one.ok for one in send(make_runs(1), listener.node, "SENDER"))
    wait_for(lambda: listener.count("not_committed") == 1, "the refusal")
    wait_for(lambda: len(forgetful.requests) == 2, "the second request")
    listener.wait_until_idle(1)
    wait_for(lambda: listener.status().results["sent"] == 0, "the commitment")
    status = listener.status()
    objects = set(forgetful.stored)
    assert status.results["committed"] == len(objects) == sum(status.results.values())
    assert len(forgetful.stored) == len(objects) + 1
