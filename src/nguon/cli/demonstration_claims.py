# SPDX-License-Identifier: Apache-2.0
"""What makes claims of the demonstration stronger or doubtful: households enrolled by their
cooperative, bodies that attest, a case that is open, a key that was lost. Again it changes nothing.
"""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from nguon.attesting import accrediting, issuing
from nguon.attesting.model import Accreditation, IssueAsked, Kind
from nguon.attesting.signing import kept
from nguon.base.quantity import PIECE, Quantity
from nguon.cli.demonstration_parties import (
    BY,
    Accredited,
    Attested,
    Complained,
    Handed,
    Households,
    Lost,
    Parties,
    found,
    manager,
    member,
    own_key,
)
from nguon.cli.errors import CommandError
from nguon.disputes import queries as disputes
from nguon.disputes import service as cases
from nguon.disputes import subjects
from nguon.disputes.model import Report, Step
from nguon.disputes.service import Said
from nguon.entries import answering
from nguon.entries.model import HandOverAnswer, Line, Ship, Verdict
from nguon.entries.service import Sending, record
from nguon.identity.consents import Means, Purpose
from nguon.identity.model import Principal, Role
from nguon.parties.enrolment.households import taking
from nguon.parties.enrolment.households.model import Household
from nguon.parties.enrolment.office import office_of
from nguon.parties.keys import queries, service
from nguon.parties.keys.custody import custodian_of
from nguon.parties.keys.model import KeyState
from nguon.store import Store
from nguon.web.services import Services

_OPERATOR = Principal(0, BY, Role.OPERATOR.kind, Role.OPERATOR.scopes, strict=True)


def claim(services: Services, data: Path, wanted: Parties) -> None:
    """Do everything that is not done yet."""
    store = services.store
    for sheet in wanted.households:
        _join(store, sheet)
    for body in wanted.accredited:
        _recognise(store, body)
    for attested in wanted.attested:
        _attest(store, attested)
    for told in wanted.case:
        _open(store, told)
    for handed in wanted.handed:
        _hand(services, handed)
    for lost in wanted.lost:
        _lose(store, data, lost)


def _join(store: Store, one: Households) -> None:
    codes = list(one.members)
    names = {code: found(store, code).name.vi for code in codes}
    numbers = office_of(store).numbers
    with store.transaction() as connection:
        macs = [numbers.mac(connection, f"{at:012d}") for at in range(1, len(codes) + 1)]
    rows = [
        Household(
            row=at,
            name=names[code],
            mac=mac,
            purposes=(Purpose.REGISTER,),
            means=Means.PAPER,
            given=one.given,
            code=code,
        )
        for at, (code, mac) in enumerate(zip(codes, macs, strict=True), 2)
    ]
    done = taking.take(store, manager(store, one.cooperative), rows, one.evidence)
    for fault in done.faults:
        raise CommandError(fault.code, **fault.params)


def _recognise(store: Store, one: Accredited) -> None:
    party = found(store, one.organisation)
    attester = f"organisation/{party.id}"
    if accrediting.of(store, [attester]):
        return
    accrediting.record(
        store,
        _OPERATOR,
        Accreditation(
            id="",
            attester=attester,
            name=party.name.vi,
            accreditor=one.accreditor,
            number=one.number,
            schemes=one.schemes,
            valid_from=one.begins,
            valid_to=None,
        ),
    )


def _attest(store: Store, one: Attested) -> None:
    asked = IssueAsked(
        request=f"{BY}/{one.number}",
        kind=Kind.TESTING,
        title=one.title,
        scheme=one.scheme,
        number=one.number,
        holder=found(store, one.holder).id,
        about=one.about,
        scope=one.scope,
        first_day=one.first_day,
    )
    issuing.issue(store, manager(store, one.organisation), asked, kept(store))


def _open(store: Store, one: Complained) -> None:
    if disputes.open_about(store, [one.item], []):
        return
    subject = subjects.of_item(store, one.item)
    case = cases.report(store, subject, Report(kind=one.kind, words=one.words)).case
    said = Said(seen=case.seen, words=one.opening)
    cases.take(store, member(store, one.officer), case.id, Step.OPEN, said)


def _hand(services: Services, one: Handed) -> None:
    giver, receiver = (member(services.store, login) for login in (one.giver, one.receiver))
    sending = Sending(services.store, services.capture, giver, services.base_url)
    ship = Ship(
        at=one.at,
        place=one.place,
        receiver=receiver.organisation,
        destination=one.destination,
        lines=(Line(one.item, Quantity(Decimal(one.pieces), PIECE)),),
        invoice=one.invoice,
    )
    done = record(sending, [ship], idempotency=f"{BY}/{one.invoice}")
    [shipped] = done.entries
    assert isinstance(shipped, Ship)
    if shipped.handover is None or done.again:
        return
    given = HandOverAnswer(
        handover=shipped.handover,
        verdict=Verdict.ACCEPT,
        at=one.received,
        place=one.destination,
        nonce=shipped.nonce,
    )
    taking = Sending(services.store, services.capture, receiver, services.base_url)
    answering.answer(taking, given, idempotency=f"{BY}/{one.invoice}")


def _lose(store: Store, data: Path, one: Lost) -> None:
    secret, party = own_key(data, one.organisation), found(store, one.organisation)
    key = None if secret is None else queries.find(store, secret.public.thumbprint)
    if key is None or key.standing(datetime.now(UTC)) is KeyState.REVOKED:
        return
    service.revoke(store, key.kid, by=manager(store, one.organisation), reason=one.reason)
    custodian_of(store).make(party.id, name="", by=BY)
