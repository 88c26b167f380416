# SPDX-License-Identifier: Apache-2.0
"""What the business register says when an organisation enrols, compared with what it says."""

import msgspec

from nguon.parties.enrolment.errors import EnrolmentError
from nguon.parties.enrolment.likeness import ENOUGH, likeness
from nguon.parties.enrolment.office import Office
from nguon.parties.register.errors import RegisterUnreachableError
from nguon.parties.register.form import enterprise_code
from nguon.parties.register.model import RegisterEntry, RegisterState


class Compared(msgspec.Struct, frozen=True):
    """The register's answer beside an organisation's own name; ``entry`` None: no register."""

    entry: RegisterEntry | None
    likeness: float | None = None

    @property
    def alike(self) -> bool:
        """Whether the names are near enough for no officer to look; true without a register."""
        return self.likeness is None or self.likeness >= ENOUGH


def compared(office: Office, code: str, name: str) -> Compared:
    """Look a code up and compare the names; nothing is decided.

    Raises:
        EnrolmentError: ``enrolment.register-none``: nothing is registered under the code.
        RegisterError: the code is none, or the register gives no answer.
    """
    asked = enterprise_code(code)
    if office.register is None:
        return Compared(None)
    entry = office.register.look_up(asked)
    if entry is None:
        raise EnrolmentError("enrolment.register-none", number=asked)
    return Compared(entry, likeness(name, entry.name))


def demanded(office: Office, code: str, name: str) -> Compared:
    """Likewise, and make sure that the register says now that the business is active.

    Raises:
        RegisterUnreachableError: the register said so earlier and is silent now.
        EnrolmentError: ``enrolment.register-suspended``, ``enrolment.register-dissolved``,
            ``enrolment.register-unknown``; and as `compared`.
    """
    found = compared(office, code, name)
    if found.entry is not None and found.entry.asked is not None:
        raise RegisterUnreachableError("enrolment.register-stale", asked=found.entry.asked)
    if found.entry is not None and found.entry.state is not RegisterState.ACTIVE:
        since = found.entry.state_since or found.entry.as_of
        code_of = f"enrolment.register-{found.entry.state.value}"
        raise EnrolmentError(code_of, number=found.entry.code, since=since.isoformat())
    return found
