# SPDX-License-Identifier: Apache-2.0
"""What the stop list refuses."""

from nguon.base.errors import NguonError


class StopError(NguonError):
    """Something that cannot be stopped, or a list that cannot be believed."""
