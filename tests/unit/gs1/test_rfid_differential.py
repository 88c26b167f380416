# SPDX-License-Identifier: Apache-2.0
"""Tags of the schemes before plus, written and read by another library too."""

from importlib import import_module
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from nguon.gs1.characters import urn_encoded
from nguon.gs1.rfid import codings, decode, encode
from tests.unit.gs1.made_tags import OLDER, identities

NOT_IN_THE_LIBRARY = {"GDTI-113"}
STOPS_THE_LIBRARY = set(':;<=>?"#%&/')
"""It loses these from 7-bit serial numbers, counts their escapes or fails at them; the standard
(tables 14-9 and G-1) has them as one character each."""
LARGEST_PIECE = "99"
"""It refuses 99 of 99 pieces; standard 14.6.10: up to 99."""
SERIAL_CUT = "ADI-var"
"""The library reads part number and serial off at the first six zeros, wherever they begin:
standard 14.4.6 counts in sixes, so only what it writes is compared."""


@pytest.mark.parametrize("scheme", [name for name in OLDER if name not in NOT_IN_THE_LIBRARY])
@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_another_library_writes_and_reads_the_same_tags(scheme: str, data: st.DataObject) -> None:
    coding = codings()[scheme]
    fields = data.draw(identities(scheme))
    assume(LARGEST_PIECE not in fields[2:4] or coding.identity != "itip")
    assume(coding.identity == "adi" or not STOPS_THE_LIBRARY & set("".join(fields)))
    identity = f"urn:epc:id:{coding.identity}:{'.'.join(map(urn_encoded, fields))}"
    library: Any = import_module(f"epcpy.epc_schemes.{coding.identity}")
    theirs = getattr(library, (coding.identity or "").upper())(identity)
    kinds: dict[str, Any] = {
        "binary_coding_scheme": type(theirs).BinaryCodingScheme[scheme.replace("-", "_").upper()]
    }
    chosen = None
    if coding.filter_bits:
        filters = list(getattr(library, f"{(coding.identity or '').upper()}FilterValue"))
        kinds["filter_value"] = data.draw(st.sampled_from(filters))
        chosen = int(kinds["filter_value"].value)
    tag = encode(identity, scheme, filter=chosen).hex().upper()
    assert theirs.hex(**kinds).rstrip("0") == tag.rstrip("0")
    assert theirs.tag_uri(**kinds) == decode(tag).tag_uri
    if scheme != SERIAL_CUT:
        assert type(theirs).from_hex(tag).epc_uri == identity
