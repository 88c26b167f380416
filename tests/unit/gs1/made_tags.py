# SPDX-License-Identifier: Apache-2.0
"""Pure identities of any sort that the binary coding schemes before plus can say."""

import string

from hypothesis import strategies as st

from nguon.gs1.rfid import codings

SET_82 = "!\"%&'()*+,-./:;<=>?_" + string.ascii_letters + string.digits
SET_39 = "#-/" + string.ascii_uppercase + string.digits
SUPPLIER = "".join(set(string.ascii_uppercase + string.digits) - set("IO"))
PARTS = string.ascii_uppercase + string.digits + "-/"
OLDER = [name for name in codings() if not name.endswith("+")]
SERIAL_BITS = {"sgtin": 38, "itip": 38, "grai": 38, "sgln": 41, "gdti": 41, "cpi": 31, "gid": 36}


def digits(least: int, most: int) -> st.SearchStrategy[str]:
    return st.text(string.digits, min_size=least, max_size=most)


def text(most: int, alphabet: str = SET_82) -> st.SearchStrategy[str]:
    return st.text(alphabet, min_size=1, max_size=most)


def integers(bits: int) -> st.SearchStrategy[str]:
    return st.integers(0, (1 << bits) - 1).map(str)


@st.composite
def identities(draw: st.DrawFn, scheme: str) -> tuple[str, ...]:
    """The decoded fields of a pure identity that the scheme can say."""
    coding = codings()[scheme]
    if coding.identity == "gid":
        return tuple(draw(integers(bits)) for bits in (28, 24, 36))
    supplier = st.text(SUPPLIER, min_size=5, max_size=6)
    if coding.identity == "usdod":
        return draw(supplier), draw(integers(36))
    if coding.identity == "adi":
        lead = draw(st.sampled_from(["", "#"]))
        part = draw(st.text(PARTS, max_size=32))
        return draw(supplier), part, lead + draw(text(29, PARTS))
    prefix = draw(st.integers(6, 12).flatmap(lambda size: digits(size, size)))
    key = coding.key
    assert key is not None
    left = key.body - len(prefix)
    if key.body:
        fields = [prefix, draw(digits(left, left))]
    elif key.name == "giai":
        bits = 82 - (20, 24, 27, 30, 34, 37, 40)[len(prefix) - 6]
        most = 30 - len(prefix)
        fields = [prefix, draw(integers(bits) if scheme == "GIAI-96" else text(most))]
    else:
        number = st.integers(0, 10 ** (15 - len(prefix)) - 1).map(str)
        fields = [prefix, draw(number if scheme == "CPI-96" else text(30 - len(prefix), SET_39))]
    if key.pieces:
        fields += draw(st.sampled_from([["01", "02"], ["03", "03"], ["98", "99"]]))
    if key.has_serial:
        fields.append(draw(serials(scheme)))
    return tuple(fields)


def serials(scheme: str) -> st.SearchStrategy[str]:
    identity = codings()[scheme].identity
    if scheme == "GDTI-113":
        return digits(1, 17)
    if scheme == "SGCN-96":
        return digits(1, 12)
    if scheme == "CPI-var":
        return st.integers(1, 10**12 - 1).map(str)
    if identity == "cpi":
        return st.integers(1, (1 << 31) - 1).map(str)
    if scheme.endswith("-96") or scheme == "ITIP-110":
        return integers(SERIAL_BITS[identity or ""])
    return text({"GRAI-170": 16, "GDTI-174": 17}.get(scheme, 20))
