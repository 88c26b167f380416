# SPDX-License-Identifier: Apache-2.0
"""Conformity credentials that organisations issue here: to whom, about what, under which scheme.

UNTP 0.7.0 has room for one status entry: conformity credentials have one of purpose
suspension, whose bit stays set when they are revoked.
"""

from typing import Any

from sqlalchemy import Connection

from nguon.attesting import records, subjects
from nguon.attesting.changing import CONFORMITY
from nguon.attesting.model import IssueAsked, Issued
from nguon.attesting.signing import Keys, Signer
from nguon.attesting.writing import (
    LONGEST,
    Row,
    Says,
    Wish,
    address,
    attest,
    require,
    require_manager,
    write,
)
from nguon.credentials.heading import Heading
from nguon.credentials.status import SUSPENSION
from nguon.credentials.untp.adapters import render
from nguon.credentials.untp.model import Assessment, Conformity, Named, Party
from nguon.credentials.untp.model import Kind as Document
from nguon.identity.model import Principal
from nguon.store import Store
from nguon.store import attesting as rows


def issue(store: Store, by: Principal, asked: IssueAsked, keys: Keys) -> Issued:
    """Issue a conformity credential of the actor's organisation, signed with its key.

    The same ``request`` again gives the same credential.

    Raises:
        AttestingForbiddenError: not a manager's.
        AttestingError: terms that cannot be; ``field`` says which.
        AttestingConflictError: there is no key to sign with.
        NguonError: the organisation is suspended or dissolved.
    """
    require_manager(by)
    name, number = require("title", asked.title), require("number", asked.number)
    scheme = Named(id=_scheme(asked.scheme), name=require("scheme", asked.scheme))
    about = subjects.keys_of(store, asked.about)
    holder = subjects.party(store, subjects.organisation(store, asked.holder))
    wish = Wish(
        issuer=by.organisation,
        request=asked.request,
        kind=CONFORMITY,
        name=name,
        title=f"{name} {number}",
        purpose=SUSPENSION,
        first_day=asked.first_day,
        last_day=asked.last_day,
        holder=asked.holder,
    )
    recognised = _recognised(store, by.organisation, asked)
    assessed = _assessment(store, asked, about, holder, scheme, wish)

    def document(heading: Heading) -> dict[str, Any]:
        told = Conformity(
            id=f"{heading.id}#attestation",
            name=wish.title,
            to=holder,
            scheme=scheme,
            kind=asked.kind.value,
            authorisations=recognised,
            assessments=(assessed,),
        )
        made: dict[str, Any] = render(Document.CONFORMITY, heading, told)
        return made

    def attested(connection: Connection, row: Row, who: Signer) -> None:
        says = Says(
            kind=asked.kind.value,
            scheme=scheme.name,
            number=number,
            scope=" ".join(asked.scope.split())[:LONGEST],
            about=frozenset({*about, f"organisation/{asked.holder}"}),
        )
        attest(connection, row, who, says)

    return write(store, by, wish, keys, document, attested)


def _assessment(
    store: Store,
    asked: IssueAsked,
    about: tuple[str, ...],
    holder: Party,
    scheme: Named,
    wish: Wish,
) -> Assessment:
    scope = " ".join(asked.scope.split())[:LONGEST]
    return Assessment(
        id=f"{address(store, wish.id)}#assessment",
        name=wish.name,
        on=asked.first_day,
        criteria=(Named(id=scheme.id, name=scope or scheme.name),),
        products=tuple(subjects.products(store, [one for one in about if subjects.is_goods(one)])),
        facilities=tuple(
            subjects.facilities(store, [one for one in about if subjects.is_place(one)])
        ),
        organisation=holder,
        conforms=True,
    )


def _recognised(store: Store, issuer: int, asked: IssueAsked) -> tuple[tuple[str, Party], ...]:
    """Who recognised the issuer for the scheme, as the credential tells it."""
    with store.reading() as connection:
        found = rows.accreditations(connection, [f"organisation/{issuer}"])
    return tuple(
        (
            f"{each.accreditor} {each.number}".strip(),
            Party(id=f"urn:nguon:accreditation:{each.id}", name=each.accreditor),
        )
        for each in map(records.accreditation, found)
        if each.covers(asked.scheme.strip(), asked.first_day)
    )


def _scheme(text: str) -> str:
    plain = "".join(one if one.isalnum() else "-" for one in text.strip().casefold())
    return f"urn:nguon:scheme:{plain or 'none'}"
