# SPDX-License-Identifier: Apache-2.0
"""The one refusal of this room: which label, which field or symbol of it, and what to change."""

from typing import Any

from nguon.base.errors import NguonError


class LabelError(NguonError):
    """A label cannot be made as asked; ``label`` (a parameter too) is the name of the label."""

    def __init__(self, code: str, *, label: str = "", **params: Any) -> None:
        super().__init__(code, label=label, **params)
        self.label = label
