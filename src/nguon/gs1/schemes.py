# SPDX-License-Identifier: Apache-2.0
"""The EPC schemes that stand for GS1 keys, as data (TDS section 6.3, CBV 2.0 section 8)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scheme:
    """How the fields of a URN make a key.

    The number is company prefix and reference, together ``body`` digits (0: not
    digits, any length), closed by a check digit; with ``indicator_first`` the
    first digit of the reference stands before the company prefix. ``lead`` comes
    before the number, ``pieces`` is the count of two-digit fields after it. The
    serial, if there is one, is the value of application identifier ``serial_ai``
    or, with ``serial_inline``, the end of the key itself.
    """

    name: str
    ai: str
    body: int
    serial_ai: str | None = None
    serial_inline: bool = False
    indicator_first: bool = False
    lead: str = ""
    pieces: int = 0
    prefix: str = "id"

    @property
    def has_serial(self) -> bool:
        """Whether the last field is a serial number."""
        return self.serial_inline or self.serial_ai is not None

    @property
    def fields(self) -> int:
        """How many fields, parted by dots, the URN has."""
        return 2 + self.pieces + self.has_serial


SCHEMES: dict[str, Scheme] = {
    scheme.name: scheme
    for scheme in (
        Scheme("sgtin", "01", 13, serial_ai="21", indicator_first=True),
        Scheme("lgtin", "01", 13, serial_ai="10", indicator_first=True, prefix="class"),
        Scheme("upui", "01", 13, serial_ai="235", indicator_first=True),
        Scheme("itip", "8006", 13, serial_ai="21", indicator_first=True, pieces=2),
        Scheme("sscc", "00", 17, indicator_first=True),
        Scheme("sgln", "414", 12, serial_ai="254"),
        Scheme("pgln", "417", 12),
        Scheme("grai", "8003", 12, serial_inline=True, lead="0"),
        Scheme("giai", "8004", 0),
        Scheme("gsrn", "8018", 17),
        Scheme("gsrnp", "8017", 17),
        Scheme("gdti", "253", 12, serial_inline=True),
        Scheme("sgcn", "255", 12, serial_inline=True),
        Scheme("cpi", "8010", 0, serial_ai="8011"),
        Scheme("ginc", "401", 0),
        Scheme("gsin", "402", 16),
    )
}

SCHEMES_WITHOUT_KEY = frozenset({"gid", "adi", "usdod", "bic", "imovn"})
"""EPC schemes that name things by other means than GS1 keys."""
