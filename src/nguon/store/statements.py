# SPDX-License-Identifier: Apache-2.0
"""Statements: log entries about no event, such as a changed register, key or mandate.

The leaf of a private one commits to its body under a salt of its own, so that nobody
without the salt can tell or guess it; that of a public one carries the body. The salt
and the body can be erased, and the leaf still proves that nothing was changed.
"""

from hashlib import sha256

import msgspec

from nguon.base.base64url import url_text
from nguon.base.canonical_json import canonical
from nguon.base.mac import mac
from nguon.store.errors import EntrySizeError
from nguon.store.leaf import MOST_SUBJECTS, marks_of

VERSION = 1
MOST_OCTETS = 65_535
"""An entry of a bundle has its length in two octets (c2sp.org/tlog-tiles)."""


class Statement(msgspec.Struct, frozen=True):
    """Something to be put into the log; ``body`` is canonical JSON, an object if it is public.

    ``about`` names whom and what it concerns (`nguon.store.statements.person` and the like),
    so that it can be found and, where they are erased, opened by nobody any more.
    ``subjects`` are things whose history it belongs to, as item keys: the leaf of a private
    one marks them like the leaves of events do, so that the map proves that a thing's list of
    statements is whole.
    """

    kind: str
    body: bytes
    public: bool = False
    about: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()

    def leaf(self, salt: bytes, secret: bytes = b"") -> bytes:
        """Its entry, canonical JSON (RFC 8785); ``secret`` is the store's, for marks."""
        if self.public:
            told = {"body": msgspec.json.decode(self.body), "kind": self.kind, "v": VERSION}
            return canonical(told)
        commit = commitment(self.body, salt)
        marks = ",".join(f'"{mark}"' for mark in self.marks(secret))
        about = f'"subjects":[{marks}],' if marks else ""
        return f'{{"commit":"{commit}","kind":"statement",{about}"v":{VERSION}}}'.encode()

    def marks(self, secret: bytes) -> list[str]:
        """How its subjects are marked, distinct, sorted; a public one marks nothing."""
        return [] if self.public else marks_of(self.subjects, secret)

    def check(self) -> None:
        """Raises `EntrySizeError` where its entry is too long, or marks too much."""
        if self.public:
            fitting(self.leaf(b""))
        if len(self.subjects) > MOST_SUBJECTS:
            raise EntrySizeError("store.entry-size", size=len(self.subjects), most=MOST_SUBJECTS)


def commitment(body: bytes, salt: bytes) -> str:
    """HMAC-SHA-256 under the salt over the SHA-256 of a statement's body, base64url."""
    return url_text(mac(salt, sha256(body).digest()))


def fitting(entry: bytes) -> bytes:
    """The entry; raises `EntrySizeError` where a log cannot carry it."""
    if len(entry) > MOST_OCTETS:
        raise EntrySizeError("store.entry-size", size=len(entry), most=MOST_OCTETS)
    return entry
