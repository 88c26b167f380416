# SPDX-License-Identifier: Apache-2.0
"""Credentials in the shape of GS1 Digital Licences: for checked licences, and for numbers.

A licence is issued by the platform for what its register of licences says; the number of a
product or a lot by the holder of the licence that it is under.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection

from nguon.attesting import subjects
from nguon.attesting.errors import AttestingConflictError, AttestingError, AttestingForbiddenError
from nguon.attesting.model import KEY, LICENCE, Issued, day_of
from nguon.attesting.signing import Keys, Signer
from nguon.attesting.writing import Row, Says, Wish, address, attest, require_manager, write
from nguon.codes import licences
from nguon.codes.model import Licence, LicenceKind
from nguon.credentials import licensing
from nguon.credentials.heading import Heading
from nguon.credentials.shapes import is_url
from nguon.credentials.status import REVOCATION
from nguon.gs1 import digital_link
from nguon.identity.model import Principal, Scope
from nguon.parties.keys.naming import OPERATOR
from nguon.store import Store

_KEYS = {LicenceKind.GTIN: "01/", LicenceKind.GLN: "414/"}


def issue_licence(store: Store, by: Principal, licence_id: str, extends: str, keys: Keys) -> Issued:
    """The licence of a prefix or a number as credential of the platform, for its holder.

    ``extends`` is the address of the GS1 licence that it rests on. The same again is the same.

    Raises:
        AttestingForbiddenError: not the operator's.
        AttestingError: no address; the holder has no GLN.
        AttestingConflictError: the licence is not in force.
    """
    if not by.may(Scope.ADMIN):
        raise AttestingForbiddenError("attesting.not-the-operator")
    if not is_url(extends):
        raise AttestingError("attesting.extends", field="extends")
    found = _licence(store, licence_id)
    organisation = subjects.organisation(store, found.organisation)
    if organisation.gln is None:
        raise AttestingError("attesting.no-gln", field="holder")
    party = subjects.party(store, organisation)
    holder = licensing.Holder(did=party.id, gln=organisation.gln, name=party.name)
    wish = Wish(
        issuer=OPERATOR,
        request=f"licence/{found.id}",
        kind=LICENCE,
        name="GS1 Company Prefix License" if found.kind is LicenceKind.PREFIX else "GS1 ID Key",
        title=found.value,
        purpose=REVOCATION,
        first_day=found.valid_from,
        last_day=found.valid_to,
        holder=found.organisation,
    )

    def document(heading: Heading) -> dict[str, Any]:
        if found.kind is LicenceKind.PREFIX:
            return licensing.company_prefix(heading, holder, found.value, extends)
        name = found.kind.name
        return licensing.one_key(heading, holder, found.value, name, extends)

    beginning = _KEYS.get(found.kind)
    about = {f"organisation/{found.organisation}"}
    if beginning is not None:
        about.add(beginning + found.value)
    says = Says(kind=LICENCE, scheme="GS1", number=found.value, about=frozenset(about))
    return write(store, by, wish, keys, document, _attested(says))


def issue_key(store: Store, by: Principal, text: str, keys: Keys) -> Issued:
    """That a product, lot or piece was numbered by the actor's organisation, under its licence.

    Raises:
        AttestingForbiddenError: not a manager's.
        AttestingError: it is no such number.
        AttestingConflictError: no licence of the organisation covers it, or the licence was not
            issued as a credential.
    """
    require_manager(by)
    key = subjects.key_of(store, text)
    if not key.startswith("01/"):
        raise AttestingError("attesting.about", field="about", value=text.strip()[:80])
    today = day_of(datetime.now(UTC))
    with store.reading() as connection:
        licence = licences.covering(connection, by.organisation, key[3:17], today)
    if licence is None:
        raise AttestingConflictError("attesting.no-licence", key=key)
    above = Wish(
        issuer=OPERATOR,
        request=f"licence/{licence.id}",
        kind=LICENCE,
        name="",
        title="",
        purpose=REVOCATION,
        first_day=today,
    )
    wish = Wish(
        issuer=by.organisation,
        request=f"key/{key}",
        kind=KEY,
        name="GS1 ID Key Credential",
        title=key,
        purpose=REVOCATION,
        first_day=today,
        holder=by.organisation,
    )
    extends = address(store, above.id)
    says = Says(kind=KEY, scheme="GS1", number=key, about=frozenset({key}))

    def document(heading: Heading) -> dict[str, Any]:
        return licensing.key(heading, digital_link(key), extends)

    return write(store, by, wish, keys, document, _attested(says))


def _attested(says: Says) -> Callable[[Connection, Row, Signer], None]:
    return lambda connection, row, who: attest(connection, row, who, says)


def _licence(store: Store, licence_id: str) -> Licence:
    with store.reading() as connection:
        found = licences.of(connection, "id", [licence_id])
    if not found or not found[0].in_force(day_of(datetime.now(UTC))):
        raise AttestingConflictError("attesting.licence-not-in-force")
    return found[0]
