# SPDX-License-Identifier: Apache-2.0
"""Enrolments as pages and programs are told of them: who is who, how shown, what the register says.

Nothing of a person stands in it: not who signed, not whose account it was, not
the representative's name outside the officers' desk.
"""

from datetime import date, datetime, timedelta
from typing import Any

import msgspec

from nguon.base.time import from_microseconds
from nguon.identity.model import Principal
from nguon.parties.enrolment import checking, queries
from nguon.parties.enrolment.errors import EnrolmentError
from nguon.parties.enrolment.model import Enrolment, Entity, State, Step, Way
from nguon.parties.enrolment.office import WARNING, office_of
from nguon.parties.register.errors import RegisterError
from nguon.parties.register.model import RegisterEntry, RegisterState
from nguon.store import Store
from nguon.store import business_register as answers
from nguon.store import registry as registers
from nguon.store import registry_tables as tables


class StepTold(msgspec.Struct, kw_only=True):
    """One change of an enrolment."""

    state: State
    at: datetime
    reason: str | None = None


class EnrolmentTold(msgspec.Struct, kw_only=True):
    """An enrolment; ``statement`` is what is to be signed, ``evidence`` the SHA-256 of what it
    rests on.
    """

    id: str
    way: Way
    state: State
    enterprise_code: str
    name: str
    begun: datetime
    deadline: datetime
    since: datetime | None
    until: datetime | None
    statement: str | None
    key: str | None
    evidence: str | None
    steps: list[StepTold] = []


class EntityTold(msgspec.Struct, kw_only=True):
    """The legal entity behind your organisation; ``may_sign`` is false for one that the register
    has as suspended or dissolved.
    """

    way: Way | None
    enterprise_code: str | None
    since: datetime | None
    until: datetime | None
    register_state: RegisterState
    register_as_of: date | None
    may_sign: bool


class Beside(msgspec.Struct, frozen=True):
    """The register's word beside an enrolment; ``silence`` why there is none."""

    entry: RegisterEntry | None = None
    likeness: float | None = None
    silence: EnrolmentError | RegisterError | None = None

    @property
    def percent(self) -> int:
        """How alike the names are."""
        return round(100 * (self.likeness or 0))


def told(found: Enrolment, steps: list[Step] | None = None) -> EnrolmentTold:
    """An enrolment as programs see it."""
    return EnrolmentTold(
        id=found.id,
        way=found.way,
        state=found.state,
        enterprise_code=found.code,
        name=found.name,
        begun=found.begun,
        deadline=found.deadline,
        since=found.since,
        until=found.until,
        statement=None if found.statement is None else found.statement.decode(),
        key=found.key,
        evidence=found.evidence,
        steps=[StepTold(state=s.state, at=s.at, reason=s.reason) for s in steps or ()],
    )


def entity_told(store: Store, organisation: int, at: datetime) -> EntityTold:
    """An organisation's own entity."""
    found = queries.entities(store, [organisation], at)[organisation]
    return EntityTold(
        way=found.way,
        enterprise_code=found.code,
        since=found.since,
        until=found.until,
        register_state=found.register_state,
        register_as_of=found.as_of,
        may_sign=queries.may_sign(store, organisation, at) is None,
    )


def overview(store: Store, principal: Principal, at: datetime) -> dict[str, Any]:
    """What an organisation's own page shows."""
    own = principal.organisation
    found = queries.of(store, own)
    entity = queries.entities(store, [own], at)[own]
    with store.reading() as connection:
        row = next(iter(registers.rows(connection, tables.organisation, "id", [own])), None)
        check = answers.checks(connection, [own]).get(own)
    checked = check["checked"] if check else None
    return {
        "entity": entity,
        "refusal": queries.may_sign(store, own, at),
        "ending": ending(entity, at),
        "running": [one for one in found if one.running],
        "history": found,
        "steps": queries.steps(store, [one.id for one in found]),
        "organisation": row,
        "code": (row["tax_code"] if row else None) or "",
        "checked": None if checked is None else from_microseconds(checked),
        "silent": bool(check and check["failure"]),
    }


def ending(entity: Entity, at: datetime) -> int | None:
    """In how many days an enrolment ends, where that is soon."""
    if entity.until is None or entity.until - at > WARNING:
        return None
    return max((entity.until - at) // timedelta(days=1), 0)


def beside(store: Store, found: Enrolment) -> Beside:
    """What the register says of an enrolment's code now, and how alike the names are."""
    try:
        compared = checking.compared(office_of(store), found.code, found.name)
    except (EnrolmentError, RegisterError) as error:
        return Beside(silence=error)
    return Beside(compared.entry, compared.likeness)
