# SPDX-License-Identifier: Apache-2.0
"""What is read of recalls: by who stands in one, by its sites, by everybody."""

from collections.abc import Collection

import msgspec

from nguon.identity.model import Principal
from nguon.recall.model import (
    Disposed,
    Filed,
    PublicRecall,
    Recall,
    Request,
    Side,
    Site,
    SiteState,
    SiteTaken,
    State,
    Step,
    Taken,
)
from nguon.registry.documents import Folder
from nguon.store import Store


class View(msgspec.Struct, frozen=True, kw_only=True):
    """A case as one of its sides reads it; ``possible`` are the steps that it may take now."""

    recall: Recall
    sides: frozenset[Side]
    possible: tuple[Step, ...]
    steps: tuple[Taken, ...]
    requests: tuple[Request, ...]
    files: tuple[Filed, ...]


class SiteView(msgspec.Struct, frozen=True, kw_only=True):
    """A site with its case as it may read that, its steps, disposals and files."""

    recall: Recall
    site: Site
    sides: frozenset[Side]
    steps: tuple[SiteTaken, ...]
    disposals: tuple[Disposed, ...]
    files: tuple[Filed, ...]


def find(store: Store, by: Principal, number: str) -> Recall:
    raise NotImplementedError


def view(store: Store, by: Principal, number: str) -> View:
    raise NotImplementedError


def listed(
    store: Store, by: Principal, *, states: Collection[State] | None = None, limit: int = 200
) -> list[Recall]:
    raise NotImplementedError


def sites(
    store: Store,
    by: Principal,
    number: str,
    *,
    states: Collection[SiteState] | None = None,
    after: int = 0,
    limit: int = 200,
) -> list[Site]:
    raise NotImplementedError


def site(store: Store, by: Principal, number: str) -> SiteView:
    raise NotImplementedError


def mine(store: Store, by: Principal, *, limit: int = 200) -> list[tuple[Recall, Site]]:
    raise NotImplementedError


def asked(store: Store, by: Principal) -> list[Request]:
    raise NotImplementedError


def steps(store: Store, by: Principal, number: str) -> list[Taken]:
    raise NotImplementedError


def things(
    store: Store,
    by: Principal,
    number: str,
    *,
    site: str | None = None,
    after: str = "",
    limit: int = 200,
) -> list[str]:
    raise NotImplementedError


def file(store: Store, folder: Folder, by: Principal, number: str) -> tuple[Filed, bytes]:
    raise NotImplementedError


def public(store: Store, *, limit: int = 200) -> list[PublicRecall]:
    raise NotImplementedError


def public_recall(store: Store, number: str) -> PublicRecall:
    raise NotImplementedError
