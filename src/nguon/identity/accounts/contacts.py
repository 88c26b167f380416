# SPDX-License-Identifier: Apache-2.0
"""What a person signs in with: an e-mail address or a phone number, in one form each."""

import re
import unicodedata
from dataclasses import dataclass

from nguon.identity.errors import AccountError

_EMAIL = re.compile(r"[^@\s<>\"',;:\\]{1,64}@(?:[\w-]{1,63}\.)+[\w-]{2,63}")
_GAPS = re.compile(r"[\s.\-()]+")
_PHONE = re.compile(r"\+[1-9]\d{7,14}")
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Contact:
    """Exactly one of them: an e-mail address in lower case, a number as ``+84912345678``."""

    email: str | None = None
    phone: str | None = None

    @property
    def text(self) -> str:
        """As people read it."""
        return self.email or self.phone or ""

    @property
    def known(self) -> dict[str, str]:
        """The column that holds it, with its value."""
        return {"email": self.email} if self.email else {"phone": self.phone or ""}


def contact(text: str) -> Contact:
    """Reads what somebody typed: ``0912 345 678``, ``+84912345678``, ``chi.lan@example.vn``.

    Raises `AccountError` for anything else.
    """
    typed = unicodedata.normalize("NFKC", text).strip()
    if len(typed) <= _LONGEST and "@" in typed and _EMAIL.fullmatch(typed):
        return Contact(email=typed.casefold())
    number = _international(_GAPS.sub("", typed[:_LONGEST]))
    if number.isascii() and _PHONE.fullmatch(number):
        return Contact(phone=number)
    raise AccountError("accounts.contact")


def _international(digits: str) -> str:
    """A number without a country is Viet Nam's: ``0912…``; ``00`` stands for ``+``."""
    if digits.startswith("00"):
        return f"+{digits[2:]}"
    if digits.startswith("0"):
        return f"+84{digits[1:]}"
    return f"+{digits}" if digits.startswith("84") and len(digits) > 10 else digits
