# SPDX-License-Identifier: Apache-2.0
"""Recovery codes: ten, each good once, for whoever lost the second factor.

Each has 80 random bits, which cannot be guessed; so SHA-256 keeps them well
enough (see `nguon.identity.keys`). They are read as people write them: in any
case, with or without hyphens, O for 0 and I or L for 1.
"""

import secrets
from hashlib import sha256

from sqlalchemy import Connection

from nguon.store import factors as rows

COUNT = 10
_LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"
_LENGTH = 16
_READ = str.maketrans({"o": "0", "i": "1", "l": "1", "-": "", " ": ""})


def make(connection: Connection, person: int, now: int) -> list[str]:
    """New codes in the place of those before, as they are shown, once."""
    made = ["".join(secrets.choice(_LETTERS) for _ in range(_LENGTH)) for _ in range(COUNT)]
    rows.put_recovery_codes(connection, person, [_digest(person, one) for one in made], now)
    return ["-".join(one[at : at + 4] for at in range(0, _LENGTH, 4)) for one in made]


def use(connection: Connection, person: int, typed: str, now: int) -> bool:
    """Whether it is one of the person's codes that are left; it is none afterwards."""
    plain = typed.lower().translate(_READ)
    if len(plain) != _LENGTH:
        return False
    return rows.use_recovery_code(connection, person, _digest(person, plain), now)


def _digest(person: int, plain: str) -> bytes:
    return sha256(f"recovery {person} {plain}".encode()).digest()
