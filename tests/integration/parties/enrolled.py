# SPDX-License-Identifier: Apache-2.0
"""A place where organisations enrol: a register, an authority, companies, officers."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

from nguon.identity.model import Principal, Role
from nguon.parties.enrolment import certified, officers, queries
from nguon.parties.enrolment.certified import OwnKey
from nguon.parties.enrolment.model import Enrolment, Entity
from nguon.parties.enrolment.numbers import NumberKey
from nguon.parties.enrolment.office import Office, Unknown, attach
from nguon.parties.register.errors import RegisterUnreachableError
from nguon.parties.register.kept import KeptRegister
from nguon.parties.register.model import RegisterEntry, RegisterState
from nguon.registry.documents import Folder
from nguon.registry.model import OrganisationKind
from nguon.registry.service import ensure_organisation
from nguon.signing.holders import holder_of_pkcs12
from nguon.signing.stating import state_cms, state_jws
from nguon.store import Store
from tests import pki_made
from tests.pki_made import PASSWORD, TAX_CODE, Certified, Pki

NAME = "Công ty TNHH Sầu riêng Krông Pắc"
PDF = b"%PDF-1.7\n1 0 obj\n"


class Businesses:
    """A register that says what a test has it say, or nothing."""

    def __init__(self) -> None:
        self.entries: dict[str, RegisterEntry] = {}
        self.silent = False
        self.asked = 0

    def say(self, code: str, state: str = "active", name: str = NAME, since: str = "") -> None:
        """From now on it says so."""
        self.entries[code] = RegisterEntry(
            code=code,
            name=name,
            kind="enterprise",
            state=RegisterState(state),
            state_since=date.fromisoformat(since) if since else None,
            as_of=datetime.now(UTC).date(),
            source="test",
        )

    def look_up(self, code: str, as_of: date | None = None) -> RegisterEntry | None:
        del as_of
        self.asked += 1
        if self.silent:
            raise RegisterUnreachableError("register.unreachable", reason="test")
        return self.entries.get(code)


@dataclass
class World:
    """What an enrolment needs; ``company`` is a manager of the first organisation."""

    store: Store
    folder: Path
    register: Businesses
    pki: Pki
    company: Principal
    organisation: int
    files: list[Path] = field(default_factory=list)

    def office(self, **changes: object) -> Office:
        """Enrolment works so from now on."""
        given: dict[str, object] = {
            "base_url": "https://nguon.example",
            "documents": Folder(self.folder / "documents"),
            "numbers": NumberKey(self.folder / "enrolment.key"),
            "register": KeptRegister(self.store, self.register),
            "roots": self.folder / "roots",
            "unknown_revocation": Unknown.OFFICERS,
            "levels": frozenset({"2"}),
            **changes,
        }
        made = Office(**given)  # type: ignore[arg-type]
        attach(self.store, made)
        return made

    def crls(self, lists: Sequence[bytes]) -> None:
        """The folder of roots has these lists of what was revoked."""
        for old in (self.folder / "roots").glob("*.crl"):
            old.unlink()
        for number, octets in enumerate(lists):
            (self.folder / "roots" / f"{number}.crl").write_bytes(octets)

    def begin(self, own_key: OwnKey | None = None) -> Enrolment:
        """A statement for the company."""
        return certified.begin(self.store, self.company, code=TAX_CODE, own_key=own_key)

    def answer(self, begun: Enrolment, octets: bytes) -> Enrolment:
        """The company sends a file."""
        return certified.answer(self.store, self.company, begun.id, octets)

    def entity(self, organisation: int | None = None, at: datetime | None = None) -> Entity:
        """Who an organisation is."""
        number = organisation or self.organisation
        return queries.entities(self.store, [number], at or datetime.now(UTC))[number]

    def state(self, one: Enrolment) -> str:
        """Where an enrolment stands in the database."""
        return queries.find(self.store, one.id).state.value

    def lay_before(self) -> Enrolment:
        """The company asks officers."""
        files = [("giay-phep.pdf", PDF)]
        return officers.ask(self.store, self.company, code=TAX_CODE, files=files)


def world(store: Store, folder: Path) -> World:
    """One company that the register knows, an authority that issued its certificate."""
    pki = pki_made.made()
    register = Businesses()
    register.say(TAX_CODE)
    (folder / "roots").mkdir()
    (folder / "roots" / "root.pem").write_bytes(pki.roots_pem)
    number = ensure_organisation(store, "sau-rieng", OrganisationKind.ENTERPRISE, NAME)
    made = World(store, folder, register, pki, manager(number), number)
    made.crls(pki.crls())
    made.office()
    return made


def manager(organisation: int) -> Principal:
    """A manager of an organisation."""
    role = Role.MANAGER
    return Principal(organisation, f"key-{organisation}", role.kind, role.scopes, strict=False)


def officer(person: int, organisation: int = 900) -> Principal:
    """A person of the operator."""
    role = Role.OPERATOR
    name = f"person-{person}"
    return Principal(organisation, name, role.kind, role.scopes, strict=False, person=person)


def cms(begun: Enrolment, by: Certified, payload: bytes | None = None) -> bytes:
    """A statement signed as CMS."""
    content = begun.statement if payload is None else payload
    assert content is not None
    return state_cms(content, holder_of_pkcs12(by.p12(), PASSWORD), datetime.now(UTC))


def jws(begun: Enrolment, by: Certified) -> bytes:
    """A statement signed as JWS."""
    assert begun.statement is not None
    holder = holder_of_pkcs12(by.p12(), PASSWORD)
    return state_jws(begun.statement, holder, datetime.now(UTC)).encode()
