# SPDX-License-Identifier: Apache-2.0
"""What the registers refuse."""

from nguon.base.errors import NguonError


class RegistryError(NguonError):
    """An entry that cannot be right: the code says why."""


class UnknownEntryError(RegistryError):
    """There is no such entry, or none that this reader may know of."""


class StepRefusedError(RegistryError):
    """A decision that cannot be taken on an entry as it stands."""


class NotInChargeError(RegistryError):
    """Somebody who may not decide on, submit or change this entry."""


class DecidedMeanwhileError(RegistryError):
    """Somebody else decided first; nothing was changed."""


class DocumentRefusedError(RegistryError):
    """A file that is not kept."""
