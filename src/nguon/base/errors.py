# SPDX-License-Identifier: Apache-2.0
"""Errors carry a code and parameters; the words are in the message catalogues."""

from typing import Any

import msgspec


class NguonError(Exception):
    """A refusal that a user can act on.

    ``code`` names the message (``room.what-is-wrong``) in every catalogue;
    ``params`` fill it. Subclasses by subject; HTTP statuses are mapped in one
    table in `nguon.web.statuses`.
    """

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code, params)
        self.code = code
        self.params = params

    def __str__(self) -> str:
        details = ", ".join(f"{name}={value!r}" for name, value in self.params.items())
        return f"{self.code} ({details})" if details else self.code

    def __reduce__(self) -> tuple[Any, ...]:
        # The default calls the class with ``args``, which no subclass here takes:
        # a worker process that refuses something would break its pool.
        return _restored, (type(self), self.args, self.__dict__)


def _restored(kind: type[NguonError], args: tuple[Any, ...], state: dict[str, Any]) -> NguonError:
    error = kind.__new__(kind)
    error.args = args
    error.__dict__.update(state)
    return error


class Fault(msgspec.Struct, frozen=True):
    """One thing wrong in what was sent: where (JSON pointer, RFC 6901), and what."""

    pointer: str
    code: str
    params: dict[str, Any] = {}


class FaultyInputError(NguonError):
    """Input refused with every fault named at once."""

    def __init__(self, code: str, faults: list[Fault], **params: Any) -> None:
        super().__init__(code, **params)
        self.faults = faults
