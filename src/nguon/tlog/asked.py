# SPDX-License-Identifier: Apache-2.0
"""A witness as the log knows it: what it cosigned, what troubles it, when to ask it again.

What it says is proof only where our own key signed it. That it has seen more of the log than
we have, without showing it, is a claim: it troubles this witness, and others decide.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from hashlib import sha256
from random import SystemRandom

import httpx
import msgspec

from nguon.base.errors import NguonError
from nguon.tlog import asking
from nguon.tlog.asking import AskingError
from nguon.tlog.gathering import Gathering
from nguon.transparency.checkpoints import Checkpoint, open_checkpoint
from nguon.transparency.errors import NoteError
from nguon.transparency.judging import FUTURE
from nguon.transparency.keys import Key
from nguon.transparency.notes import Verified, known
from nguon.transparency.policies import Witness
from nguon.transparency.witnessing import read_answer, read_size

_LOG = logging.getLogger(__name__)
_ATTEMPTS = 4
"""Requests until a witness whose last size we do not know must have cosigned."""
_TROUBLES = {
    400: "witness.trouble-answer",
    403: "witness.trouble-key",
    404: "witness.trouble-log",
    422: "witness.trouble-proof",
    429: "witness.trouble-busy",
    503: "witness.trouble-busy",
}
_random = SystemRandom()


class WitnessStanding(msgspec.Struct, frozen=True):
    """How a witness stands to the shard that grows."""

    name: str
    """As the policy calls it."""
    key: str
    url: str | None
    size: int | None
    """Of the last checkpoint that it cosigned."""
    time: int | None
    """Of that cosignature, seconds since 1970."""
    trouble: str | None
    """Code of what hinders it now."""


class Beyond(msgspec.Struct, frozen=True):
    """A witness has seen more of a log than we signed, or another one than ours."""

    origin: str
    size: int
    who: str
    shown: bytes
    """The note that shows it, signed with our key."""


class Asked:
    """One witness of the policy; used in one event loop."""

    def __init__(self, name: str, witness: Witness, clock: Callable[[], float]) -> None:
        self.name, self.witness = name, witness
        self.sizes: dict[str, int] = {}
        """What it cosigned last, by origin, as far as we know."""
        self.seen: tuple[int, int] | None = None
        """Size and time of its last cosignature of the shard that grows."""
        self.trouble = None if witness.url else "witness.trouble-address"
        self.rest_until = 0.0
        self.claims: dict[str, int] = {}
        """Sizes that it says it has seen of a log, by origin, and does not show."""
        self._failures = 0
        self._clock = clock
        self._keys = known([witness.key])

    @property
    def public(self) -> bytes:
        """Its key."""
        return self.witness.key.public

    @property
    def rests(self) -> bool:
        """Whether it is to be left alone for a while."""
        return self.rest_until > time.monotonic()

    def due(self, gathering: Gathering) -> bool:
        """Whether to ask it for this checkpoint now: for the first time, or again."""
        if self.witness.url is None or self.public in gathering.lines or self.rests:
            return False
        return self.trouble is not None or self.public not in gathering.asked

    @property
    def standing(self) -> WitnessStanding:
        """For people."""
        size, moment = self.seen or (None, None)
        key = str(self.witness.key)
        return WitnessStanding(self.name, key, self.witness.url, size, moment, self.trouble)

    async def ask(
        self, http: httpx.AsyncClient, gathering: Gathering, reached: Callable[[], int]
    ) -> Beyond | None:
        """Ask it to cosign; what it gives is added to the gathering.

        ``reached`` gives the size that we signed last. Never raises for what a witness does.
        """
        if self.witness.url is None:
            return None
        try:
            beyond = await self._cosign(http, gathering, reached)
        except AskingError as error:
            self.failed(error.code, error.wait, error.__cause__)
            return None
        except NoteError as error:
            self.failed("witness.trouble-cosignature", reason=error)
            return None
        if beyond is None:
            self._failures, self.trouble, self.rest_until = 0, None, 0.0
            return None
        self.failed("witness.trouble-beyond")
        return beyond

    async def _cosign(
        self, http: httpx.AsyncClient, gathering: Gathering, reached: Callable[[], int]
    ) -> Beyond | None:
        origin, size = gathering.shard.origin, gathering.signed.size
        for _ in range(_ATTEMPTS):
            old = self.sizes.get(origin, 0)
            if old > size:
                return None  # It has cosigned a newer one of ours.
            body = await asyncio.to_thread(gathering.request, old)
            answer = await asking.exchange(http, self._at("add-checkpoint"), body)
            if answer.status == 200:
                self._take(read_answer(answer.body, gathering.text, self._keys)[0], gathering)
                return None
            told = read_size(answer.body) if answer.status == 409 else None
            if answer.status == 422:
                return await self._proof(http, gathering, reached, "witness.trouble-proof")
            if told is None or told == old:
                code = _TROUBLES.get(answer.status, "witness.trouble-answer")
                raise AskingError(code, answer.wait)
            if told > reached():
                self.claims[origin] = told
                return await self._proof(http, gathering, reached, "witness.trouble-claim")
            self.sizes[origin] = told
        raise AskingError("witness.trouble-answer")

    def _take(self, found: Verified, gathering: Gathering) -> None:
        if found.time > self._clock() + FUTURE:
            raise AskingError("witness.trouble-clock")
        self.sizes[gathering.shard.origin] = gathering.signed.size
        self.claims.pop(gathering.shard.origin, None)
        if gathering.shard.last is None:
            self.seen = gathering.signed.size, found.time
        gathering.add(found)

    async def _proof(
        self,
        http: httpx.AsyncClient,
        gathering: Gathering,
        reached: Callable[[], int],
        trouble: str,
    ) -> Beyond:
        """What it shows that we did not sign here though our key did.

        Raises `AskingError` with the trouble where it shows nothing of the kind: it may show
        every note of ours that anybody can read.
        """
        name = sha256(gathering.shard.origin.encode()).hexdigest()
        try:
            note = (await asking.exchange(http, self._at(f"{name}/checkpoint"), None)).body
            shown = _read(note, gathering)
            size = gathering.signed.size
            other = shown.size <= size and shown.root != gathering.root_at(shown.size)
        except NguonError as error:
            raise AskingError(trouble) from error
        if other or shown.size > reached():
            return Beyond(shown.origin, shown.size, self.name, note)
        raise AskingError(trouble)

    def _at(self, path: str) -> str:
        return f"{(self.witness.url or '').rstrip('/')}/{path}"

    def failed(self, code: str, wait: float = 0.0, reason: BaseException | None = None) -> None:
        """It did not work: leave it alone for a while, longer each time."""
        if code != self.trouble:
            _LOG.warning("witness %s: %s %r", self.name, code, reason)
        self.trouble = code
        self._failures = min(self._failures + 1, 10)
        rest = min(0.5 * 2.0**self._failures, asking.LONGEST_WAIT)
        self.rest_until = time.monotonic() + max(wait, rest * _random.uniform(0.5, 1))


def _read(note: bytes, gathering: Gathering) -> Checkpoint:
    """A checkpoint of this log that our own keys signed; raises `NoteError`."""
    seen = open_checkpoint(note, known(gathering.keys))
    if seen.checkpoint.origin != gathering.shard.origin:
        raise NoteError("transparency.checkpoint-origin", origin=seen.checkpoint.origin)
    return seen.checkpoint


def filled(asked: Asked, note: bytes | None, keys: tuple[Key, ...]) -> None:
    """Take from a kept note what the witness cosigned before this process began."""
    if note is None:
        return
    try:
        seen = open_checkpoint(note, known([*keys, asked.witness.key]))
    except NoteError:
        return
    for each in seen.opened.verified:
        if each.key == asked.witness.key:
            asked.seen = seen.checkpoint.size, each.time
            asked.sizes[seen.checkpoint.origin] = seen.checkpoint.size
