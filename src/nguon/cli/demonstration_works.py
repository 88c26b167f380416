# SPDX-License-Identifier: Apache-2.0
"""Fills the desks of the demonstration as its people would: done once, again it changes nothing."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from nguon.base.quantity import Quantity
from nguon.base.time import HANOI
from nguon.cli import demonstration_codes
from nguon.cli.demonstration_desk import (
    Agreement,
    Allowance,
    Boundaries,
    CodeUse,
    Desk,
    LabSample,
    Registration,
    Shipment,
)
from nguon.cli.errors import CommandError
from nguon.cli.workplace import operator
from nguon.compliance.consignments import queries as consignments
from nguon.compliance.consignments import service as shipping
from nguon.compliance.consignments.model import CodeShare, Load, Plan
from nguon.compliance.samples import queries as samples
from nguon.compliance.samples import service as laboratory
from nguon.compliance.samples.model import NewSample, Result
from nguon.entries.model import KILOGRAM
from nguon.identity import consents
from nguon.identity.model import Principal, Role
from nguon.registry import decisions, editing, entries, queries
from nguon.registry.errors import UnknownEntryError
from nguon.registry.land import kept, reading
from nguon.registry.land.service import import_plots
from nguon.registry.ledger import queries as ledger
from nguon.registry.ledger import service as authorisations
from nguon.registry.ledger.model import Grant, Use
from nguon.store import Store
from nguon.web.services import Services

_KEY = "demo"


def settle(store: Store, folder: Path, desk: Desk) -> None:
    """Do everything that is not done yet."""
    for boundary in desk.boundary:
        _draw_plots(store, folder, boundary)
    for agreement in desk.consent:
        _agree(store, agreement)
    for allowance in desk.grant:
        _allow(store, allowance)
    for sample in desk.sample:
        _examine(store, sample)
    for shipment in desk.consignment:
        _prepare(store, shipment)
    for use in desk.use:
        _use(store, use)
    for registration in desk.registration:
        _register(store, registration)
    _code(store, desk)


def _code(store: Store, desk: Desk) -> None:
    for licensed in desk.licence:
        demonstration_codes.license_(store, _manager(store, licensed.organisation), licensed)
    for block in desk.block:
        demonstration_codes.issue(store, _manager(store, block.organisation), block)
    for named in desk.identity:
        demonstration_codes.name(store, _manager(store, named.organisation), named)
    for leading in desk.leading:
        demonstration_codes.lead(store, _manager(store, leading.organisation), leading)


def live(services: Services, desk: Desk) -> None:
    """Do what needs more than the store: pieces are packed, and scanned."""
    store = services.store
    for block in desk.block:
        by = _manager(store, block.organisation)
        demonstration_codes.pack(store, services.capture, by, block)
    for item in desk.scanned:
        demonstration_codes.scan(store, services.scans, item)


def _manager(store: Store, code: str) -> Principal:
    number = _number(store, code)
    role = Role.MANAGER
    return Principal(number, _KEY, role.kind, role.scopes, strict=True)


def _number(store: Store, code: str) -> int:
    found = queries.organisation_by_code(store, operator(), code)
    if found is None:
        raise CommandError("cli.unknown-organisation", organisation=code)
    return found.id


def _draw_plots(store: Store, folder: Path, wanted: Boundaries) -> None:
    by = _manager(store, wanted.organisation)
    plots = reading.read((folder / wanted.path).read_bytes())
    labels = [plot.label for plot in plots if plot.label]
    if not kept.boundaries(store, by.audience, labels):
        import_plots(store, by, plots, keeping=True)


def _agree(store: Store, wanted: Agreement) -> None:
    by = _manager(store, wanted.organisation)
    members = {one.code: one.id for one in queries.members_of(store, by.audience, by.organisation)}
    if consents.of_subjects(store, list(members.values())):
        return
    agreed = [
        (members[code], purpose) for purpose, codes in wanted.agreed.items() for code in codes
    ]
    means = consents.Means.PAPER
    sheet = consents.Sheet(agreed, means, wanted.given, wanted.evidence)
    consents.record(store, sheet, recorder=by.organisation, by=by.key_id)


def _allow(store: Store, wanted: Allowance) -> None:
    grant = Grant(
        code=wanted.code,
        grantee=_number(store, wanted.grantee),
        crop=wanted.crop,
        market=wanted.market,
        valid_from=wanted.valid_from,
        valid_to=wanted.valid_to,
        quantity=Decimal(wanted.kilograms),
        request=f"{_KEY}/{wanted.grantee}/{wanted.market}/{wanted.valid_from}",
    )
    authorisations.grant(store, _manager(store, wanted.organisation), grant)


def _examine(store: Store, wanted: LabSample) -> None:
    by = _manager(store, wanted.organisation)
    if any(one.number == wanted.number for one in samples.samples(store, by, limit=500)):
        return
    taken = min(wanted.taken, datetime.now(UTC))
    new = NewSample(
        number=wanted.number, lots=wanted.lots, laboratory=wanted.laboratory, taken=taken
    )
    made = laboratory.take(store, by, new)
    laboratory.send(store, by, made.id)
    if wanted.report is None:
        return
    results = [
        Result(
            analyte=one.analyte,
            value=None if one.value is None else Decimal(one.value),
            unit=None if one.value is None else one.unit,
            detected=one.value is not None,
        )
        for one in wanted.results
    ]
    tester = _manager(store, wanted.laboratory)
    laboratory.answer(store, tester, made.id, wanted.report, results)
    if wanted.released:
        laboratory.decide(store, by, made.id, release=True, reason="")


def _prepare(store: Store, wanted: Shipment) -> None:
    by = _manager(store, wanted.organisation)
    known = consignments.consignments(store, by, limit=500)
    if any(one.number == wanted.number for one in known):
        return
    plan = Plan(
        number=wanted.number,
        market=wanted.market,
        planned=wanted.planned,
        loads=tuple(
            Load(one.key, Quantity(Decimal(one.kilograms), KILOGRAM)) for one in wanted.lots
        ),
        codes=tuple(
            CodeShare(code=one.key, quantity=Decimal(one.kilograms)) for one in wanted.codes
        ),
        consignee=wanted.consignee,
        vehicle=wanted.vehicle,
        seal=wanted.seal,
    )
    made = shipping.plan(store, by, plan)
    for kind, number in wanted.papers.items():
        shipping.paper(store, by, made.id, kind, number)
    if wanted.declared:
        shipping.declare(store, by, made.id)


def _use(store: Store, wanted: CodeUse) -> None:
    by = _manager(store, wanted.organisation)
    asked = ledger.Wanted(consignment=wanted.consignment, user=by.organisation)
    if ledger.uses(store, by.audience, asked, limit=1):
        return
    use = Use(
        code=wanted.code,
        crop=wanted.crop,
        market=wanted.market,
        used_at=wanted.at.replace(tzinfo=wanted.at.tzinfo or HANOI),
        quantity=Decimal(wanted.kilograms),
        consignment=wanted.consignment,
        authorisation=wanted.authorisation,
        reason=wanted.reason,
    )
    authorisations.draw(store, by, use)


def _register(store: Store, wanted: Registration) -> None:
    by = _manager(store, wanted.organisation)
    if _known(store, wanted):
        return
    saved = editing.save(store, by, wanted.register, wanted.values)
    if not saved.report.done:
        fault = saved.report.faults[0]
        raise CommandError(fault.code, **fault.params)
    decisions.submit(store, by, wanted.register, saved.key)


def _known(store: Store, wanted: Registration) -> bool:
    try:
        with store.reading() as connection:
            entries.entry(connection, wanted.register, wanted.key)
    except UnknownEntryError:
        return False
    return True
