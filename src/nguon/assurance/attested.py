# SPDX-License-Identifier: Apache-2.0
"""What bodies attest of an item, its product and places, by the claims that it is about."""

from collections.abc import Collection
from datetime import datetime

from nguon.attesting import model
from nguon.attesting.queries import attestations_for
from nguon.ladder.model import Attestation
from nguon.registry.history import code_key
from nguon.store import Store

_CODES = frozenset({model.LICENCE, model.KEY})


class Attested:
    """The attestations about some things, places, products and their makers; read once."""

    def __init__(
        self,
        store: Store,
        *,
        items: Collection[str],
        places: Collection[str],
        products: Collection[str],
        makers: Collection[int],
        at: datetime,
    ) -> None:
        self._found = attestations_for(
            store,
            items=items,
            places=places,
            products=products,
            organisations=makers,
            at=at,
        )

    def about(self, keys: Collection[str]) -> tuple[Attestation, ...]:
        """Those that name one of these things or places."""
        return tuple(
            _told(one)
            for one in self._found
            if one.kind not in _CODES and not set(keys).isdisjoint(one.about)
        )

    def of_code(self, keys: Collection[str]) -> tuple[Attestation, ...]:
        """Licences of these numbers, by whoever gives such numbers out."""
        return tuple(
            _told(one)
            for one in self._found
            if one.kind in _CODES and not set(keys).isdisjoint(one.about)
        )

    def approval(self, codes: Collection[str]) -> tuple[Attestation, ...]:
        """Those about a place known by these codes: its approval by the authority, and others."""
        approvals = {f"register:{key}" for code in codes if (key := code_key(code)) is not None}
        approved = [_told(one) for one in self._found if one.id in approvals]
        return tuple(dict.fromkeys([*approved, *self.about(codes)]))

    def certificate(self, scheme: str, number: str) -> tuple[Attestation, ...]:
        """Those that are this certificate."""
        return tuple(
            _told(one) for one in self._found if (one.scheme, one.number) == (scheme, number)
        )


def _told(one: model.Attestation) -> Attestation:
    return Attestation(
        kind=one.kind,
        by=one.attester_name,
        number=one.number,
        digest=one.digest,
        accredited=(one.accredited_by or one.attester_name) if one.accredited else "",
        covers=True,
        status=one.status.value,
        at=one.received,
        valid_from=one.valid_from,
        valid_to=one.valid_to,
    )
