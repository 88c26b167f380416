# SPDX-License-Identifier: Apache-2.0
"""The exact reading of JSON bytes: says where and why they cannot be kept faithfully.

Run only when the fast path has a doubt. Beyond RFC 8259 it refuses what I-JSON
(RFC 7493) refuses: repeated members, lone surrogates, integers that a double
cannot hold; and nesting deeper than `nguon.epcis.shape.MAX_DEPTH`.
"""

import re
from dataclasses import dataclass, field
from typing import Any, NoReturn

import msgspec

from nguon.epcis.errors import MalformedJson
from nguon.epcis.grammar import MAX_EXACT_INTEGER
from nguon.epcis.shape import MAX_DEPTH

_BYTE_ORDER_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_TOKEN = re.compile(
    r"[ \t\n\r]*+(?:"
    r'(?P<string>"(?:[^"\\\x00-\x1f]++|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*+")'
    r"|(?P<number>-?(?:0|[1-9][0-9]*+)(?P<real>(?:\.[0-9]++)?(?:[eE][+-]?[0-9]++)?)(?![0-9.]))"
    r"|(?P<punctuation>[{}\[\],:])|(?P<literal>true|false|null)|(?P<end>\Z))"
)
_NOT_A_NUMBER = re.compile(r"-?(?:NaN|Infinity)")
_SURROGATE = re.compile(
    r"\\u(?:[dD][89abAB][0-9a-fA-F]{2}(?:\\u[dD][c-fC-F][0-9a-fA-F]{2})?|[dD][c-fC-F])"
)
_PAIR_LENGTH = 12


@dataclass(slots=True)
class _Level:
    """An open object (``names`` seen so far) or array (``names`` is None)."""

    names: set[str] | None
    step: str | int | None = None
    members: int = field(default=0)


class _Reader:
    """One pass over the text; every method raises `MalformedJson` at the place of the fault."""

    def __init__(self, data: bytes, start: int, end: int, pointer: str, limit: int) -> None:
        self.data = data
        self.limit = limit
        self.start = start
        self.pointer = pointer
        self.levels: list[_Level] = []
        self.at = 0
        if data.startswith(_BYTE_ORDER_MARKS):
            self.refuse("epcis.json-byte-order-mark", 0)
        try:
            self.text = data[start:end].decode()
        except UnicodeDecodeError as error:
            self.refuse("epcis.json-encoding", start + error.start)

    def refuse(self, code: str, offset: int, **params: Any) -> NoReturn:
        """Stops with the position of a byte offset of the whole data."""
        before = self.data[:offset].decode(errors="replace")
        line_start = before.rfind("\n") + 1
        steps = (level.step for level in self.levels if level.step is not None)
        where = self.pointer + "".join(f"/{escape(step)}" for step in steps)
        raise MalformedJson(
            code,
            line=before.count("\n") + 1,
            column=len(before) - line_start + 1,
            offset=offset,
            pointer=where,
            **params,
        )

    def refuse_here(self, code: str, at: int, **params: Any) -> NoReturn:
        self.refuse(code, self.start + len(self.text[:at].encode()), **params)

    def token(self) -> tuple[str, str, int]:
        """The next token: its kind, its text and where it starts."""
        match = _TOKEN.match(self.text, self.at)
        if match is None or match.lastgroup is None:
            self._refuse_token()
        kind = "number" if match["number"] is not None else match.lastgroup
        start, self.at = match.span(kind)
        text = match[kind]
        if kind == "string":
            self._check_string(text, start)
        elif kind == "number":
            self._check_number(text, not match["real"], start)
        return kind, text, start

    def _refuse_token(self) -> NoReturn:
        at = re.compile(r"[ \t\n\r]*").match(self.text, self.at).end()  # type: ignore[union-attr]
        code = (
            "epcis.json-not-a-number" if _NOT_A_NUMBER.match(self.text, at) else "epcis.json-syntax"
        )
        self.refuse_here(code, at, found=self.text[at : at + 20])

    def _check_string(self, text: str, start: int) -> None:
        if "\\u" not in text:
            return
        for match in _SURROGATE.finditer(text.replace("\\\\", "__")):
            if len(match[0]) != _PAIR_LENGTH:
                self.refuse_here("epcis.json-surrogate", start + match.start())

    def _check_number(self, text: str, whole: bool, start: int) -> None:
        # Far more digits than a double has: also keeps int() from quadratic work.
        if whole and (len(text) > 17 or abs(int(text)) > MAX_EXACT_INTEGER):
            self.refuse_here("epcis.json-integer", start, found=text[:40])
        if not whole and float(text) in (float("inf"), float("-inf")):
            self.refuse_here("epcis.json-number-range", start, found=text[:40])

    def run(self) -> None:
        """Reads one value and nothing after it."""
        self._value(*self.token())
        while self.levels:
            self._continue()
        kind, text, start = self.token()
        if kind != "end":
            self.refuse_here("epcis.json-syntax", start, found=text[:20])

    def _value(self, kind: str, text: str, start: int) -> None:
        if text in ("{", "[") and kind == "punctuation":
            if len(self.levels) >= self.limit:
                self.refuse_here("epcis.json-depth", start, limit=self.limit)
            self.levels.append(_Level(set() if text == "{" else None))
        elif kind in ("punctuation", "end"):
            self.refuse_here("epcis.json-syntax", start, found=text)

    def _continue(self) -> None:
        level = self.levels[-1]
        closing = "]" if level.names is None else "}"
        level.step = level.members if level.names is None else None
        kind, text, start = self.token()
        if kind == "punctuation" and text == closing:
            self.levels.pop()
            return
        if level.members:
            if kind != "punctuation" or text != ",":
                self.refuse_here("epcis.json-syntax", start, found=text[:20])
            kind, text, start = self.token()
        level.members += 1
        if level.names is not None:
            self._name(level, level.names, kind, text, start)
            kind, text, start = self.token()
        self._value(kind, text, start)

    def _name(self, level: _Level, names: set[str], kind: str, text: str, start: int) -> None:
        if kind != "string":
            self.refuse_here("epcis.json-syntax", start, found=text[:20])
        name = msgspec.json.decode(text, type=str)
        level.step = name
        if name in names:
            self.refuse_here("epcis.json-repeated-member", start, name=name)
        names.add(name)
        kind, text, start = self.token()
        if kind != "punctuation" or text != ":":
            self.refuse_here("epcis.json-syntax", start, found=text[:20])


def escape(step: str | int) -> str:
    """One step of a JSON pointer (RFC 6901 section 3)."""
    return str(step).replace("~", "~0").replace("/", "~1")


def require_faithful(
    data: bytes,
    *,
    start: int = 0,
    end: int | None = None,
    pointer: str = "",
    around: int = 0,
) -> None:
    """Raises `MalformedJson` unless ``data[start:end]`` is JSON that can be kept exactly.

    Positions are those in the whole of ``data``; ``pointer`` is where the part
    stands in it, ``around`` how many levels count as standing around it.
    """
    stop = len(data) if end is None else end
    _Reader(data, start, stop, pointer, MAX_DEPTH - around).run()
