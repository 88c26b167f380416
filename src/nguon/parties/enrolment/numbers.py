# SPDX-License-Identifier: Apache-2.0
"""Personal numbers of households: known again by an HMAC, never kept, shown or told.

The key lies in a file beside the data; whoever has the database alone cannot try
numbers out. The database keeps the key's fingerprint, so that a lost or foreign
file is noticed and not replaced in silence.
"""

import re
import secrets
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from sqlalchemy import Connection, insert, select

from nguon.archive.durable import write_secret
from nguon.base.mac import mac
from nguon.parties.enrolment.errors import EnrolmentError, NumberKeyLostError
from nguon.store.schema import setting

_SETTING = "enrolment.number-key"
_OCTETS = 32
_DIGITS = re.compile("[0-9]{12}")
_SEPARATORS = re.compile(r"[\s.\-]")


class NumberKey:
    """The key in a file, made when it is first needed."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def mac(self, connection: Connection, number: str) -> bytes:
        """The HMAC-SHA-256 of a personal number.

        Raises:
            EnrolmentError: ``enrolment.number-shape``, without a digit of what was sent.
            NumberKeyLostError: the file is missing, or another than before.
        """
        return mac(self._key(connection), b"household/" + digits(number).encode())

    def tell(self, connection: Connection, text: bytes) -> bytes:
        """The HMAC-SHA-256 of something else that nobody may guess from its digest."""
        return mac(self._key(connection), b"evidence/" + sha256(text).digest())

    def _key(self, connection: Connection) -> bytes:
        query = select(setting.c.value).where(setting.c.name == _SETTING)
        kept = connection.scalar(query)
        if kept is None:
            with suppress(FileExistsError):
                write_secret(self.path, secrets.token_bytes(_OCTETS), anew=False)
        try:
            found = self.path.read_bytes()
        except OSError as error:
            raise NumberKeyLostError("enrolment.number-key") from error
        mark = sha256(b"fingerprint/" + found).digest()
        if kept is None:
            connection.execute(insert(setting), [{"name": _SETTING, "value": mark}])
        elif bytes(kept) != mark:
            raise NumberKeyLostError("enrolment.number-key")
        return found


def digits(number: str) -> str:
    """A personal number's twelve digits; its shape alone can be checked (Decree 70/2024).

    Raises `EnrolmentError`, which says nothing of what was sent.
    """
    found = _SEPARATORS.sub("", number)
    if not _DIGITS.fullmatch(found):
        raise EnrolmentError("enrolment.number-shape")
    return found
