# SPDX-License-Identifier: Apache-2.0
"""What a command refuses."""

from nguon.base.errors import NguonError


class CommandError(NguonError):
    """A command cannot do what it was asked."""
