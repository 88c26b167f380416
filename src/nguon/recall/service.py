# SPDX-License-Identifier: Apache-2.0
"""The steps of a recall, from the signal to the end; each judged, written and stated at once."""

from nguon.identity.model import Principal
from nguon.recall.inputs import (
    Answer,
    Closing,
    Contact,
    Decision,
    Disposal,
    Finding,
    Opening,
    Release,
    ScopeChoice,
    Verification,
)
from nguon.recall.model import Disposed, Recall, Request, Site
from nguon.recall.preview import Preview
from nguon.registry.documents import Folder
from nguon.store import Store


def open_case(
    store: Store, by: Principal, opening: Opening, folder: Folder | None = None
) -> Recall:
    raise NotImplementedError


def investigate(
    store: Store, by: Principal, number: str, finding: Finding, folder: Folder | None = None
) -> Recall:
    raise NotImplementedError


def reply(store: Store, by: Principal, request: str, words: str) -> Request:
    raise NotImplementedError


def preview(store: Store, by: Principal, number: str, choice: ScopeChoice) -> Preview:
    raise NotImplementedError


def settle_scope(
    store: Store, by: Principal, number: str, choice: ScopeChoice, *, seen: int
) -> Recall:
    raise NotImplementedError


def decide(store: Store, by: Principal, number: str, decision: Decision, *, seen: int) -> Recall:
    raise NotImplementedError


def see(store: Store, by: Principal, site: str) -> Site:
    raise NotImplementedError


def contact(store: Store, by: Principal, site: str, contacted: Contact) -> Site:
    raise NotImplementedError


def answer(store: Store, by: Principal, site: str, answer: Answer) -> Site:
    raise NotImplementedError


def dispose(
    store: Store, by: Principal, site: str, disposal: Disposal, folder: Folder | None = None
) -> Disposed:
    raise NotImplementedError


def verify(store: Store, by: Principal, site: str, verification: Verification) -> Disposed:
    raise NotImplementedError


def find_again(store: Store, by: Principal, number: str) -> Recall:
    raise NotImplementedError


def release(store: Store, by: Principal, number: str, release: Release) -> Recall:
    raise NotImplementedError


def close(store: Store, by: Principal, number: str, closing: Closing) -> Recall:
    raise NotImplementedError


def dismiss(store: Store, by: Principal, number: str, closing: Closing) -> Recall:
    raise NotImplementedError
