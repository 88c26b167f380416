# SPDX-License-Identifier: Apache-2.0
"""What anybody may ask of a serial: issued or not, and whether its hidden part was seen before.

The answer never says that goods are genuine: a code can be copied. It says what
the issuer and the recorded events say, no more than the passport does.
"""

from datetime import UTC, datetime
from enum import StrEnum
from hmac import compare_digest

import msgspec

from nguon.base.time import from_microseconds, to_microseconds
from nguon.codes import numbers, standing
from nguon.codes.errors import IssuingError, TooManyChecksError
from nguon.codes.life import State
from nguon.codes.serials import ALPHABET, HIDDEN
from nguon.identity.accounts import attempts
from nguon.identity.accounts.attempts import Limit
from nguon.identity.errors import TooManyAttemptsError
from nguon.store import Store
from nguon.store import codes as rows

_LONGEST = 20
FROM_ADDRESS_ON_PIECE = Limit(5, 600)
"""Five tries at a hidden part from one address, then one in ten minutes."""
ON_PIECE = Limit(60, 1440)
"""From anywhere: sixty at once and sixty a day, so that a stranger does not keep the buyer out;
ten years of them find one of the 32**8 hidden parts with a chance of 1 in 5 million."""
_FROM_ADDRESS = Limit(60, 10)
_DASHES = str.maketrans("", "", " -")


class Public(StrEnum):
    """What the public is told."""

    NOT_FROM_HERE = "not-from-here"
    NOT_ISSUED = "not-issued"
    VOID = "void"
    INACTIVE = "inactive"
    ACTIVE = "active"
    SOLD = "sold"
    RETURNED = "returned"
    ENDED = "ended"


class Hidden(StrEnum):
    """What is told of a hidden part."""

    FIRST = "first"
    AGAIN = "again"
    WRONG = "wrong"
    NONE = "none"


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What a check tells; ``times`` and ``first`` are of right hidden parts sent for this piece."""

    gtin: str
    serial: str
    issued: bool
    state: Public
    hidden: Hidden | None = None
    times: int = 0
    first: datetime | None = None


_TOLD = {
    State.NOT_ISSUED: Public.NOT_ISSUED,
    State.VOID: Public.VOID,
    State.ISSUED: Public.INACTIVE,
    State.PRINTED: Public.INACTIVE,
    State.ACTIVE: Public.ACTIVE,
    State.SOLD: Public.SOLD,
    State.RETURNED: Public.RETURNED,
    State.ENDED: Public.ENDED,
}


def check(store: Store, gtin: str, serial: str, *, hidden: str = "", address: str = "") -> Answer:
    """What is known of a serial; with the hidden part, that it was seen is counted.

    Raises:
        IssuingError: no product's number, a serial that none can be.
        TooManyChecksError: too many hidden parts were tried for this piece or from this address.
    """
    number = numbers.gtin(gtin)
    text = serial.strip()
    if not 1 <= len(text) <= _LONGEST:
        raise IssuingError("codes.serial-shape", most=_LONGEST)
    key = f"01/{number}/21/{text}"
    with store.reading() as connection:
        ours = rows.any_block(connection, number)
    if not ours:
        return Answer(gtin=number, serial=text, issued=False, state=Public.NOT_FROM_HERE)
    known, state = standing.standing(store, key)
    answer = Answer(
        gtin=number, serial=text, issued=state is not State.NOT_ISSUED, state=_TOLD[state]
    )
    if not hidden.strip() or not answer.issued:
        return answer
    return _uncovered(store, answer, key, known.hidden, hidden, address)


def _uncovered(
    store: Store, answer: Answer, key: str, right: str | None, typed: str, address: str
) -> Answer:
    if right is None:
        return msgspec.structs.replace(answer, hidden=Hidden.NONE)
    _limited(store, key, address)
    given = typed.translate(_DASHES).upper()
    shaped = len(given) == HIDDEN and set(ALPHABET).issuperset(given)
    if not (shaped and compare_digest(given, right)):
        return msgspec.structs.replace(answer, hidden=Hidden.WRONG)
    now = to_microseconds(datetime.now(UTC))
    with store.transaction() as connection:
        row = rows.uncovered(connection, key, now)
    return msgspec.structs.replace(
        answer,
        hidden=Hidden.FIRST if row["times"] == 1 else Hidden.AGAIN,
        times=row["times"],
        first=from_microseconds(row["first"]),
    )


def _limited(store: Store, key: str, address: str) -> None:
    near = attempts.network(address)
    wanted = {
        f"hidden {key}": ON_PIECE,
        f"hidden {key} from {near}": FROM_ADDRESS_ON_PIECE,
        f"hidden from {near}": _FROM_ADDRESS,
    }
    try:
        attempts.take(store, wanted)
    except TooManyAttemptsError as error:
        raise TooManyChecksError("codes.too-many", minutes=error.params["minutes"]) from error
