# SPDX-License-Identifier: Apache-2.0
"""The refusals of this room: a credential, its securing, its status, a DID, a licence."""

from nguon.base.errors import Fault, FaultyInputError, NguonError


class CredentialError(NguonError):
    """A credential, presentation, status list or DID document that cannot be accepted."""


class InvalidCredentialError(FaultyInputError, CredentialError):
    """A document that breaks the data model; every fault is named with its pointer."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("credentials.invalid", faults, count=len(faults))
