# SPDX-License-Identifier: Apache-2.0
"""The one refusal of this room: which part of an identifier is wrong, and why."""

from typing import Any

from nguon.base.errors import NguonError


class IdentifierError(NguonError):
    """An identifier is malformed.

    ``text[start:end]`` is the offending part (also the message parameter
    ``part``); an empty span marks the place where something is missing.
    """

    def __init__(
        self, code: str, text: str, start: int = 0, end: int | None = None, **params: Any
    ) -> None:
        end = len(text) if end is None else end
        super().__init__(code, part=text[start:end], **params)
        self.text = text
        self.start = start
        self.end = end

    def within(self, text: str, start: int) -> "IdentifierError":
        """The same refusal, where the identifier stands in a longer text from ``start`` on."""
        params = {name: value for name, value in self.params.items() if name != "part"}
        return IdentifierError(self.code, text, start + self.start, start + self.end, **params)
