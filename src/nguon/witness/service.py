# SPDX-License-Identifier: Apache-2.0
"""A witness's one decision, carried out: check, persist, and only then give the cosignature."""

import time
from collections.abc import Callable
from hashlib import sha256

from nguon.transparency.errors import WitnessError
from nguon.transparency.keys import Signer
from nguon.transparency.notes import Keys, Note
from nguon.transparency.witnessing import Accepted, Last, answer, decide, read_request
from nguon.witness.limits import Buckets
from nguon.witness.state import State

RATE, BURST = 20.0, 100.0
"""Signed requests of one log: a second, and at once."""


class Witness:
    """Cosigns what is consistent with all it cosigned before; for one thread at a time."""

    def __init__(
        self,
        state: State,
        signer: Signer,
        *,
        clock: Callable[[], float] = time.time,
        buckets: Buckets | None = None,
    ) -> None:
        self.state = state
        self.signer = signer
        self._clock = clock
        self._buckets = buckets or Buckets(RATE, BURST)

    def add(self, body: bytes) -> bytes:
        """The cosignature line for a request add-checkpoint, once its checkpoint is kept.

        Raises `WitnessError` with the status to answer; nothing has changed then.
        """
        request = read_request(body)
        decide(request, self.state.keys(), self._limited)  # Refusals do not wait for the lock.
        with self.state.writing():
            keys = self.state.keys()
            accepted = decide(request, keys, self.state.last)
            origin = accepted.checkpoint.origin
            # A clock that was set back must not make this look older than what it follows.
            moment = max(int(self._clock()), self.state.time(origin))
            lines = answer(accepted, [self.signer], moment)
            note = _signed_by(keys[origin], accepted) + lines
            self.state.keep(origin, accepted.last, moment, note)
        return lines

    def latest(self, name: str) -> bytes | None:
        """The last cosigned note of the log whose origin has this SHA-256, in hexadecimal."""
        for log in self.state.watched():
            if sha256(log.origin.encode()).hexdigest() == name:
                return self.state.note(log.origin) or None
        return None

    def _limited(self, origin: str) -> Last:
        # Asked for by `decide` after the log's signature: strangers cannot use up its rate.
        if not self._buckets.take(origin):
            raise WitnessError("witness.busy", 429, "too many requests\n")
        return self.state.last(origin)


def _signed_by(keys: Keys, accepted: Accepted) -> bytes:
    """The note with the log's verified signatures alone, whatever else was sent below it."""
    lines = (each for each in accepted.note.signatures if (each.name, each.id) in keys)
    return bytes(Note(accepted.note.text, tuple(dict.fromkeys(lines))))
