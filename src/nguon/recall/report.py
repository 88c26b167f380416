# SPDX-License-Identifier: Apache-2.0
"""How well a recall worked: its figures, and the signed report."""

from datetime import datetime

import msgspec

from nguon.identity.model import Principal
from nguon.recall.model import DisposalKind, Quantities, Recall, Site, SiteState
from nguon.store import Store


class Effectiveness(msgspec.Struct, frozen=True, kw_only=True):
    """The figures of a recall at a moment; shares are percents, None where nothing was told.

    ``seconds_to_trace`` from when the goods were found to have to be recalled to the settled
    scope, ``seconds_to_decide`` from then to the decision, ``in_time`` whether that was before
    its legal end; ``accounted`` is what sites found, sold or passed on before the notice against
    what was shipped, ``recovered`` what is held or disposed of against it.
    """

    recall: Recall
    at: datetime
    seconds_to_trace: int | None
    seconds_to_decide: int | None
    in_time: bool | None
    seconds_to_last_answer: int | None
    sites: int
    states: dict[SiteState, int]
    contacted: float | None
    answered: float | None
    told: Quantities
    found: Quantities
    held: Quantities
    sold: Quantities
    disposed: Quantities
    disposals: dict[DisposalKind, Quantities]
    accounted: float | None
    recovered: float | None
    missing: tuple[Site, ...]
    table: tuple[Site, ...]


class Signed(msgspec.Struct, frozen=True):
    """A report as it was signed: a compact JWS, and the SHA-256 that the log has of it."""

    jws: str
    digest: str


def effectiveness(store: Store, by: Principal, number: str) -> Effectiveness:
    raise NotImplementedError


def signed(store: Store, by: Principal, number: str) -> Signed:
    raise NotImplementedError
