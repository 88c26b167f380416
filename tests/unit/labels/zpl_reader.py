# SPDX-License-Identifier: Apache-2.0
"""A small reader of ZPL: what a printer would put where, by Zebra's programming guide."""

import re
from typing import NamedTuple

from PIL import Image

_COMMAND = re.compile(rb"\^(GFA,[^^]*|[A-Z][A-Z0-9@](?:[^^]*))")


class Printed(NamedTuple):
    """Something on the label: ``kind`` qr, datamatrix, code128, text, picture or line."""

    kind: str
    x: int
    y: int
    data: str
    size: tuple[int, ...] = ()
    picture: Image.Image | None = None


class Label(NamedTuple):
    width: int
    length: int
    copies: int
    printed: list[Printed]


def read(data: bytes) -> list[Label]:
    """The labels of a file; `ValueError` for a command that is not known here."""
    labels = []
    for part in data.split(b"^XA")[1:]:
        body, end, rest = part.partition(b"^XZ")
        if not end or rest.strip():
            raise ValueError("a format does not end")
        labels.append(_label(body))
    return labels


def _label(body: bytes) -> Label:
    where, hexadecimal, form = (0, 0), False, ("", "")
    numbers = {"PW": 0, "LL": 0, "PQ": 1}
    module = 2
    printed = []
    for match in _COMMAND.finditer(body):
        command = match.group(1).decode("utf-8").rstrip("\n")
        name, rest = command[:2], command[2:]
        if name in numbers:
            numbers[name] = int(rest)
        elif name == "FO":
            x, y = map(int, rest.split(","))
            where = (x, y)
        elif name == "BY":
            module = int(rest)
        elif name in {"BQ", "BX", "BC", "A0"}:
            form = (name, rest)
        elif name == "FH":
            hexadecimal = rest == "_"
        elif name == "FD":
            data = _plain(rest) if hexadecimal else rest
            printed.append(_field(form, module, where, data))
            hexadecimal = False
        elif name == "GF":
            printed.append(_picture(rest, where))
        elif name == "GB":
            size = tuple(map(int, rest.split(",")))
            printed.append(Printed("line", *where, "", size))
        elif name not in {"CI", "LH", "FS"}:
            raise ValueError(command)
    return Label(numbers["PW"], numbers["LL"], numbers["PQ"], printed)


def _plain(text: str) -> str:
    octets = re.sub(
        rb"_([0-9A-F]{2})", lambda found: bytes.fromhex(found[1].decode()), text.encode()
    )
    return octets.decode("utf-8")


def _field(form: tuple[str, str], module: int, where: tuple[int, int], data: str) -> Printed:
    name, rest = form
    options = rest.split(",")
    if name == "A0":
        return Printed("text", *where, data, tuple(map(int, options[1:])))
    if name == "BQ":
        orientation, model, magnified, level = options
        if (orientation, model) != ("N", "2") or data[:3] != f"{level}A,":
            raise ValueError(rest)
        # The printer sets the symbol ten dots below its origin.
        return Printed("qr", where[0], where[1] + 10, data[3:], (int(magnified),))
    if name == "BX":
        _, size, quality, columns, rows, form_id, escape, aspect = options
        if (quality, form_id, escape, aspect) != ("200", "", "_", "1"):
            raise ValueError(rest)
        return Printed("datamatrix", *where, of_matrix(data), (int(size), int(columns), int(rows)))
    if options[0] != "N" or options[2:] != ["N", "N", "N", "N"]:
        raise ValueError(rest)
    return Printed("code128", *where, of_bars(codewords(data)), (module, int(options[1])))


def of_matrix(data: str) -> str:
    """``_1`` is FNC1 (first, then as separator), ``__`` the line itself."""
    if not data.startswith("_1"):
        raise ValueError("no FNC1 in the first place")
    return re.sub("_(1|_)", lambda found: "\x1d" if found[1] == "1" else "_", data[2:])


_STARTS = {">9": 103, ">:": 104, ">;": 105}


def codewords(data: str) -> list[int]:
    """The symbol characters of a Code 128 without check and stop (ISO/IEC 15417)."""
    found = [_STARTS[data[:2]]]
    subset = "C" if found[0] == 105 else "B"
    at = 2
    while at < len(data):
        if data[at] == ">" and data[at + 1] in "568":
            found.append({"5": 99, "6": 100, "8": 102}[data[at + 1]])
            subset = {"5": "C", "6": "B", "8": subset}[data[at + 1]]
            at += 2
        elif subset == "C":
            found.append(int(data[at : at + 2]))
            at += 2
        elif data[at] == ">":
            if data[at + 1] != "0":
                raise ValueError(data[at:])
            found.append(ord(">") - 32)
            at += 2
        else:
            found.append(ord(data[at]) - 32)
            at += 1
    return found


def of_bars(found: list[int]) -> str:
    subset, said = ("C" if found[0] == 105 else "B"), ""
    if found[1] != 102:
        raise ValueError("no FNC1 in the first place")
    for word in found[2:]:
        if word == 102:
            said += "\x1d"
        elif word in (99, 100) and not (word == 99 and subset == "C"):
            subset = "C" if word == 99 else "B"
        else:
            said += f"{word:02}" if subset == "C" else chr(word + 32)
    return said


def _picture(rest: str, where: tuple[int, int]) -> Printed:
    form, total, count, across, data = rest.split(",")
    octets = bytes.fromhex(data)
    if form != "A" or len(octets) != int(total) or total != count:
        raise ValueError("a picture's length")
    size = (int(across) * 8, len(octets) // int(across))
    light = bytes(255 - one for one in octets)
    return Printed("picture", *where, "", size, Image.frombytes("1", size, light))
