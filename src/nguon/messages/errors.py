# SPDX-License-Identifier: Apache-2.0
"""What is refused of messages and of the addresses that they go to."""

from nguon.base.errors import NguonError


class MessageError(NguonError):
    """Something that cannot be done with messages or addresses: the code says why."""


class UnknownMessageError(NguonError):
    """This organisation has no such message or address."""


class AddressError(MessageError):
    """An address that nothing is sent to."""
