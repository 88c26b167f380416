# SPDX-License-Identifier: Apache-2.0
"""What issuing and receiving credentials refuses."""

from nguon.base.errors import NguonError


class AttestingError(NguonError):
    """Something asked for that cannot be; ``field`` names the field of a form where it is one."""


class AttestingForbiddenError(AttestingError):
    """A step that is another's to take."""


class AttestingUnknownError(AttestingError):
    """There is no such credential, list or attestation, or none that this reader may know of."""


class AttestingConflictError(AttestingError):
    """What stands already is in the way: a state without such a step, no key to sign with."""
