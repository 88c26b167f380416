# SPDX-License-Identifier: Apache-2.0
"""The legal entities of the demonstration: identified by each way there is, given keys, and let
speak for one another; before anything is recorded, so that records are signed.
"""

import time
import tomllib
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import msgspec

from nguon.archive.durable import write_secret
from nguon.base.quantity import Quantity
from nguon.cli.demonstration_authority import Authority
from nguon.cli.errors import CommandError
from nguon.cli.workplace import operator
from nguon.disputes.model import Kind as Complaint
from nguon.entries.model import KILOGRAM
from nguon.identity.accounts import people, sessions
from nguon.identity.accounts.contacts import contact
from nguon.identity.model import Principal, Role
from nguon.parties.enrolment import by_login, certified, officers
from nguon.parties.enrolment.model import Way
from nguon.parties.enrolment.queries import entities
from nguon.parties.grants import service as grants
from nguon.parties.grants import terms
from nguon.parties.grants.model import GrantAsked
from nguon.parties.keys import handing, proving
from nguon.parties.keys.custody import custodian_of
from nguon.parties.keys.model import Custody
from nguon.parties.keys.scopes import scope
from nguon.registry import queries
from nguon.registry.model import Organisation
from nguon.signing import jws
from nguon.signing.key_files import read_private, write_private
from nguon.signing.keys import Algorithm, PrivateKey, generate
from nguon.signing.stating import state_cms
from nguon.store import Store

FILE = "parties.toml"
BY = "demo"
_KEYS = "demonstration-keys"
_PROVIDER = "https://dinh-danh.example"
_YEAR = timedelta(days=365)


class Enrolled(msgspec.Struct, frozen=True, kw_only=True):
    """An organisation that is identified, and who has its key."""

    organisation: str
    way: Way
    key: Custody
    officers: tuple[str, ...] = ()
    """Who looks at its papers, by their logins."""


class Kept(msgspec.Struct, frozen=True):
    """Organisations that nobody identified, with keys kept here."""

    organisations: tuple[str, ...]


class Households(msgspec.Struct, frozen=True, kw_only=True):
    """Households that their cooperative enrols in one sheet; their numbers are invented."""

    cooperative: str
    members: tuple[str, ...]
    given: date
    evidence: str


class Speaking(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody lets others speak for places and numbers of his."""

    giver: str
    takers: tuple[str, ...]
    begins: date = msgspec.field(name="from")
    prefixes: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    kilograms: int | None = None
    note: str = ""


class Accredited(msgspec.Struct, frozen=True, kw_only=True):
    """A body that was recognised."""

    organisation: str
    accreditor: str
    number: str
    schemes: tuple[str, ...]
    begins: date = msgspec.field(name="from")


class Attested(msgspec.Struct, frozen=True, kw_only=True):
    """What a body attests of lots."""

    organisation: str
    holder: str
    title: str
    scheme: str
    number: str
    about: tuple[str, ...]
    scope: str
    first_day: date


class Complained(msgspec.Struct, frozen=True, kw_only=True):
    """A case that an officer opened on a report."""

    item: str
    kind: Complaint
    words: str
    officer: str
    opening: str


class Handed(msgspec.Struct, frozen=True, kw_only=True):
    """Goods that somebody ships on our pages with an invoice, and somebody else accepts."""

    giver: str
    """Whoever ships, by his login."""
    receiver: str
    item: str
    pieces: int
    place: str
    destination: str
    invoice: str
    at: datetime
    received: datetime


class Lost(msgspec.Struct, frozen=True):
    """An organisation lost its key."""

    organisation: str
    reason: str


class Parties(msgspec.Struct, frozen=True, kw_only=True):
    """The folder's ``parties.toml``."""

    register: str
    enrolled: tuple[Enrolled, ...] = ()
    kept: tuple[Kept, ...] = ()
    speaking: tuple[Speaking, ...] = ()
    accredited: tuple[Accredited, ...] = ()
    attested: tuple[Attested, ...] = ()
    case: tuple[Complained, ...] = ()
    handed: tuple[Handed, ...] = ()
    households: tuple[Households, ...] = ()
    lost: tuple[Lost, ...] = ()


def read_parties(folder: Path) -> Parties | None:
    """What a folder says of legal entities; None where it says nothing."""
    path = folder / FILE
    if not path.is_file():
        return None
    return msgspec.convert(tomllib.loads(path.read_text("utf-8")), Parties)


def key_file(data: Path, code: str) -> Path:
    """Where the demonstration keeps the own key of an organisation, as its owner would."""
    return data / _KEYS / f"{code}.key"


def prepare(store: Store, data: Path, roots: Path, wanted: Parties) -> None:
    """Identify organisations, give them keys, and let them speak for one another."""
    authority = Authority(roots)
    for one in wanted.enrolled:
        _enrol(store, data, authority, one)
    custodian = custodian_of(store)
    for group in wanted.kept:
        for code in group.organisations:
            custodian.make(found(store, code).id, name="", by=BY)
    for speaking in wanted.speaking:
        _let(store, data, speaking)


def manager(store: Store, code: str) -> Principal:
    """A manager of an organisation."""
    role = Role.MANAGER
    return Principal(found(store, code).id, BY, role.kind, role.scopes, strict=True)


def member(store: Store, login: str) -> Principal:
    """Somebody in the role that he has, by what he signs in with."""
    person = people.find(store, contact(login))
    if person is None:
        raise CommandError("cli.unknown-person", login=login)
    here = people.memberships(store, person.id)[0]
    role, name = here.role, sessions.key_id_of(person.id)
    return Principal(here.organisation, name, role.kind, role.scopes, strict=True, person=person.id)


def found(store: Store, code: str) -> Organisation:
    """An organisation by its code."""
    one = queries.organisation_by_code(store, operator(), code)
    if one is None:
        raise CommandError("cli.unknown-organisation", organisation=code)
    return one


def _enrol(store: Store, data: Path, authority: Authority, one: Enrolled) -> None:
    by, party = manager(store, one.organisation), found(store, one.organisation)
    if entities(store, [party.id], datetime.now(UTC))[party.id].way is not None:
        return
    own = _own_key(data, one.organisation) if one.key is Custody.OWN else None
    code = party.tax_code or ""
    if one.way is Way.CERTIFICATE:
        _by_certificate(store, by, party, authority, own)
        return
    if one.way is Way.OIDC:
        by_login.enrol(
            store,
            by,
            issuer=_PROVIDER,
            subject=f"org-{code}",
            organisation_code=code,
            claims={"acr": "substantial"},
        )
    else:
        paper = ("giay-dang-ky.png", _PAPER)
        asked = officers.ask(store, by, code=code, files=[paper])
        for login in one.officers:
            officers.confirm(store, member(store, login), asked.id)
    if own is None:
        custodian_of(store).make(party.id, name="", by=BY)
    else:
        proof = proving.prove(own, handing.challenge(store, by))
        handing.bind(store, by, proof, handing.Wanted(name=""))


def _by_certificate(
    store: Store,
    by: Principal,
    party: Organisation,
    authority: Authority,
    own: PrivateKey | None,
) -> None:
    code = party.tax_code or ""
    named = None
    if own is not None:
        proof = proving.prove(own, handing.challenge(store, by))
        named = certified.OwnKey(proof=proof)
    begun = certified.begin(store, by, code=code, own_key=named)
    holder = authority.holder(party.name.vi, code)
    assert begun.statement is not None
    signed = state_cms(begun.statement, holder, datetime.now(UTC))
    certified.answer(store, by, begun.id, signed)


def own_key(data: Path, code: str) -> PrivateKey | None:
    """The own key of an organisation, where it has one."""
    file = key_file(data, code)
    return read_private(file.read_bytes()) if file.is_file() else None


def _own_key(data: Path, code: str) -> PrivateKey:
    made = generate(Algorithm.EDDSA)
    write_secret(key_file(data, code), write_private(made), anew=True)
    return made


def _let(store: Store, data: Path, one: Speaking) -> None:
    until = max(one.begins, datetime.now(UTC).date()) + _YEAR
    amount = None if one.kilograms is None else Quantity(Decimal(one.kilograms), KILOGRAM)
    for taker in one.takers:
        asked = GrantAsked(
            taker=found(store, taker).id,
            scope=scope(one.prefixes, one.places),
            season_from=one.begins,
            season_to=until,
            quantity=amount,
            note=one.note,
            request=f"{BY}/{taker}",
        )
        own = own_key(data, one.giver)
        if own is not None:
            header = {"typ": terms.TYPE, "kid": own.public.thumbprint, "iat": int(time.time())}
            told = terms.payload(asked, one.giver, taker)
            signature = jws.sign_detached(told, own, header)
            asked = msgspec.structs.replace(asked, signature=signature)
        given = grants.give(store, asked, by=manager(store, one.giver))
        grants.answer(store, given.id, accepted=True, by=manager(store, taker))


_PAPER = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c63f8ffff3f0005fe02fea7356381000000"
    "0049454e44ae426082"
)
"""A picture of one point, for a paper that nobody has to read."""
