# SPDX-License-Identifier: Apache-2.0
"""Bad tags and what cannot be written: which error, about which characters and from which bit."""

import ast
import contextlib
import random
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nguon.gs1.rfid
from nguon.base.messages import LANGUAGES, catalogue
from nguon.gs1 import IdentifierError
from nguon.gs1.rfid import Tag, codings, decode, encode, epc_memory, read_epc_memory

GOOD = "3074257BF7194E4000001A85"

BAD_TAGS = [
    # hexadecimal digits, code, wrong digits, first wrong bit
    ("", "rfid.empty-tag", "", None),
    ("3", "rfid.header", "3", None),
    ("30G4257BF7194E4000001A85", "rfid.not-hexadecimal", "G", None),
    ("30 74257BF7194E4000001A85", "rfid.not-hexadecimal", " ", None),
    ("00" + GOOD[2:], "rfid.header", "00", None),
    ("E2" + GOOD[2:], "rfid.header", "E2", None),
    ("30", "rfid.too-short", "", None),
    (GOOD[:-1], "rfid.too-short", "", None),
    (GOOD + "0000", "rfid.too-long", "0000", None),
    (GOOD + "001", "rfid.padding", "001", 96),
    ("30" * 200, "rfid.no-tag", "30" * 200, None),
    ("307C257BF7194E4000001A85", "rfid.partition", "7C", 11),  # partition 7
    ("3076625A0000004000000001", "rfid.prefix", "6625A0000004", 14),  # 10000000, of 7 digits
    ("3074257BF7D0900000000001", "rfid.reference", "7D0900", 38),  # 1000000, of 6 digits
    ("311BA1B300CE0A6A83000001", "rfid.padding", "000001", 72),
    ("3666C4409047E140000000000000000000000000000000000000", "rfid.empty", None, 58),
    ("3666C4409047E17080C400000000000000000000000000000000", "rfid.padding", None, 58),
    ("3666C4409047E170A00000000000000000000000000000000000", "rfid.character", None, 58),
    ("3666C4409047E159B2C2BF10000000000000000000000000000C", "rfid.padding", "00C", 198),
    ("3666C4409047E1492000000000000000000000000000000000", "rfid.character", None, 58),
    ("3F76451FD612640000000007", "rfid.numeric-string", None, 55),
    ("2F320434149455900000162E", "rfid.supplier-code", None, 12),
    ("3B0E0CF5E76C9047759AD00373DC7602E72C", "rfid.too-short", "", None),
    ("3B0E0CF5E76C9047759AD003", "rfid.too-short", "", None),
    ("4076451FD40C0EF2820000000F54", "rfid.digits", None, 58),
    # "+" schemes
    ("F7", "rfid.too-short", "", None),
    ("F73795211411234", "rfid.too-short", "", None),
    ("F737952114112345A8566CB0AFC4", "rfid.digits", None, 12),
    ("F73795211411234638566CB0AFC4", "gs1.check-digit", "79521141123463", 12),
    ("F737952114112345DC566CB0AFC4", "rfid.digits", None, 12),
    ("F7379521141123453C566CB0AFC4", "rfid.encoding", None, 68),
    ("F7379521141123453FF66CB0AFC4", "rfid.encoding", None, 68),
    ("F73795211411234531F66CB0AFC400000000000000000000", "rfid.size", None, 71),
    ("F7B09521234543213014", "rfid.no-data", "", 80),
    ("F7B095212345432130140000", "rfid.no-data", "0", 80),
    ("F7B0952123454321301418004", "rfid.unknown-ai", "18", 80),
    ("F7B09521234543213014A0CA", "rfid.unknown-ai", "A0", 80),
    ("F7B09521234543213014316900001", "rfid.unknown-ai", "3169", 80),
    ("F7B09521234543213014101900000000000000000000004", "rfid.size", None, 91),
    ("F7B095212345432130144307680", "rfid.character", "680", 96),
    ("F7B0952123454321301430900000004", "rfid.size", "9", 88),
    ("F7B0952123454321301420CA", "rfid.digits", "CA", 88),
    ("F7B09521234543213014725803", "rfid.digits", "03", 96),
    ("F7B095212345432130141739A1", "rfid.date", "39A1", 88),
    ("F7B0952123454321301470033981C02", "rfid.date", None, 96),  # 24:01
    ("F7B0952123454321301410A20000", "rfid.character", "0000", 96),
    ("F7B0952123454321301410A2FA01", "rfid.character", None, 96),
    ("F7B0952123454321301410A20694", "rfid.character", "0694", 96),
    ("F7B0952123454321301421015", "gs1.repeated", None, 80),  # (21) 5 behind serial 4
    ("F7B09521234543213014108148", "gs1.character", None, 88),
    ("FB3F2CDE795211411234538566CB0AFC4", "rfid.date-indicator", "F", 12),
    ("FB342C1E795211411234538566CB0AFC4", "rfid.date", "2C1E", 16),
    ("FB342CDF795211411234538566CB0AFC4", "rfid.date", "2CDF", 16),  # 31 June
    ("FA3952114132C83C2BF10", "rfid.not-terminated", None, 12),
    ("F130952114112345400", "rfid.missing", None, 12),
]  # fmt: skip


@pytest.mark.parametrize(("tag", "code", "part", "bit"), BAD_TAGS)
def test_bad_tags(tag: str, code: str, part: str | None, bit: int | None) -> None:
    with pytest.raises(IdentifierError) as refused:
        decode(tag)
    error = refused.value
    assert error.code == code
    assert error.text == tag
    assert error.params.get("bit") == bit
    if part is not None:
        assert error.text[error.start : error.end] == part


CANNOT_BE_WRITTEN = [
    ("urn:epc:id:sgtin:0614141.812345.06789", "SGTIN-96", "rfid.integer", "06789"),
    ("urn:epc:id:sgtin:0614141.812345.274877906944", "SGTIN-96", "rfid.range", "274877906944"),
    ("urn:epc:id:sgtin:0614141.812345.9%2F9", "SGTIN-96", "rfid.integer", "9%2F9"),
    ("urn:epc:id:sgtin:0614141.81234.1", "SGTIN-96", "gs1.epc-reference", "81234"),
    ("urn:epc:id:sscc:0614141.1234567890", "SGTIN-96", "rfid.missing", None),
    ("urn:epc:tag:sgtin-96:0614141.812345.1", "SGTIN-96", "rfid.filter-missing", ""),
    ("urn:epc:tag:sgtin-96:9.0614141.812345.1", "SGTIN-96", "rfid.filter", "9"),
    ("urn:epc:tag:sgtin-198:1.0614141.812345.1", "SGTIN-96", "rfid.other-scheme", "sgtin-198"),
    ("urn:epc:tag:sgtin-96:1.0614141.81234.1", "SGTIN-96", "gs1.epc-reference", "81234"),
    ("urn:epc:tag:sgtin-96:1.0614141.812345.1", "SGTIN+", "rfid.other-scheme", "sgtin-96"),
    ("urn:epc:id:sgtin:0614141.812345.1", "SGTIN-64", "rfid.scheme", "SGTIN-64"),
    ("(01)80614141123458(21)6789(10)A", "SGTIN-96", "rfid.no-room", None),
    ("https://id.gs1.org/01/80614141123458/10/A/21/6789", "SGTIN-96", "rfid.no-room", None),
    ("https://id.gs1.org/01/80614141123458", "SGTIN+", "rfid.missing", None),
    ("https://id.gs1.org/01/80614141123458/21/6789", "DSGTIN+", "rfid.missing", None),
    ("https://id.gs1.org/01/80614141123459/21/6789", "SGTIN+", "gs1.check-digit", "9"),
    ("https://id.gs1.org/01/80614141123458/21/6?11=1", "SGTIN+", "gs1.length", "1"),
    ("https://id.gs1.org/01/80614141123458/21/6?9999=1", "SGTIN+", "gs1.unknown-ai", "9999"),
    ("https://id.gs1.org/01/80614141123458/21/6?21=7", "SGTIN+", "gs1.repeated", "21"),
    ("https://id.gs1.org/8003/09521141123454", "GRAI+", "rfid.missing", None),
    ("gtin=80614141123458;number=1", "SGTIN+", "gs1.length", ";number=1"),
    ("gtin=80614141123458", "SGTIN+", "rfid.missing", None),
    ("sscc=80614141123458", "SGTIN+", "rfid.name", "sscc"),
    ("manager=1;serial=2", "GID-96", "rfid.name", "manager"),
    ("generalmanager=1;objectclass=2", "GID-96", "rfid.fields", None),
    ("urn:epc:id:gid:1.2", "GID-96", "rfid.fields", "1.2"),
    ("urn:epc:id:gid:268435456.2.3", "GID-96", "rfid.range", "268435456"),
    ("urn:epc:id:usdod:CAGEI.1", "USDOD-96", "rfid.supplier", "CAGEI"),
    ("urn:epc:id:adi:35962.pq.M37", "ADI-var", "rfid.text", "pq"),
    ("urn:epc:id:adi:35962." + 33 * "P" + ".M37", "ADI-var", "rfid.size", 33 * "P"),
    ("urn:epc:id:gdti:9521141.12345.A", "GDTI-113", "rfid.not-digits", "A"),
    ("urn:epc:id:cpi:9521141.5PQ7.1", "CPI-96", "rfid.integer", "5PQ7"),
    ("nothing", "SGTIN+", "rfid.form", "nothing"),
    ("", "SGTIN+", "rfid.form", ""),
    ("{", "SGTIN+", "rfid.form", "{"),
    ("{}", "SGTIN+", "rfid.missing", "{}"),
    ('{"01":1}', "SGTIN+", "rfid.form", None),
    ('["01"]', "SGTIN+", "rfid.form", None),
    ('{"0x":"1"}', "SGTIN+", "gs1.unknown-ai", "0x"),
    ("ADI CAG 35962/SER", "ADI-var", "rfid.form", None),
    ("ADI CAG 35962/SER 1", "SGTIN+", "rfid.form", None),
    ("(8018)011000000000000006", "GSRN-96", "rfid.prefix-length", None),
]  # fmt: skip


@pytest.mark.parametrize(("form", "scheme", "code", "part"), CANNOT_BE_WRITTEN)
def test_what_cannot_be_written(form: str, scheme: str, code: str, part: str | None) -> None:
    with pytest.raises(IdentifierError) as refused:
        encode(form, scheme)
    error = refused.value
    assert error.code == code
    if part is not None:
        assert error.text[error.start : error.end] == part


def test_filters_data_and_prefixes_out_of_range() -> None:
    identity = "urn:epc:id:sgtin:0614141.812345.1"
    for scheme, chosen in (("SGTIN-96", 8), ("SGTIN-96", -1), ("SGTIN+", 8)):
        with pytest.raises(IdentifierError, match=r"rfid\.filter"):
            encode(identity, scheme, filter=chosen)
    with pytest.raises(IdentifierError, match=r"rfid\.filter"):
        encode("urn:epc:id:gid:1.2.3", "GID-96", filter=1)
    with pytest.raises(IdentifierError, match=r"rfid\.no-room"):
        encode(identity, "SGTIN-96", aidc=[("10", "A")])
    with pytest.raises(IdentifierError, match=r"rfid\.no-format"):
        encode(identity, "SGTIN+", aidc=[("717", "A")], relations=False)
    with pytest.raises(IdentifierError, match=r"gs1\.length"):
        encode(identity, "SGTIN+", aidc=[("10", "A" * 21)])
    with pytest.raises(IdentifierError, match=r"gs1\.repeated"):
        encode(identity, "SGTIN+", aidc=[("21", "2")])
    with pytest.raises(IdentifierError, match=r"gs1\.relation"):
        encode("(00)095201234567891235", "SSCC+", aidc=[("10", "A")])
    for length in (5, 13):
        with pytest.raises(IdentifierError, match=r"rfid\.prefix-length"):
            encode("(01)80614141123458(21)1", "SGTIN-96", prefix_length=length)


def test_memory() -> None:
    memory = epc_memory(GOOD)
    assert memory.hexadecimal == "3000" + GOOD
    assert memory.words[:2] == (0x3000, 0x3074)
    assert read_epc_memory(memory.hexadecimal) == (0x3000, GOOD)
    assert epc_memory(GOOD, user_memory=True, extended=True, attributes=1).control == 0x3601
    plus = epc_memory("F73795211411234538566CB0AFC4")
    assert plus.hexadecimal == "3800F73795211411234538566CB0AFC4"
    assert epc_memory("F90095201234567891235").hexadecimal == "3000F900952012345678912350" + "00"


def test_memory_that_cannot_be() -> None:
    long = encode("(01)79521141123453(21)1", "SGTIN+", aidc=[("91", "!" * 61)])
    with pytest.raises(IdentifierError, match=r"rfid\.too-many-words"):
        epc_memory(long)
    assert len(epc_memory(encode("(00)095201234567891235", "SSCC+")).epc) == 12
    for words, code in (
        ("3100" + GOOD, "rfid.not-epc"),
        ("3000" + GOOD[:-4], "rfid.too-short"),
        ("300", "rfid.not-memory"),
        ("", "rfid.not-memory"),
        ("zzzz", "rfid.not-memory"),
    ):
        with pytest.raises(IdentifierError) as refused:
            read_epc_memory(words)
        assert refused.value.code == code


def outcome(tag: str | bytes) -> Tag | IdentifierError:
    try:
        return decode(tag)
    except IdentifierError as error:
        return error


@settings(max_examples=200, deadline=None)
@given(
    st.binary(max_size=64), st.sampled_from(sorted(coding.header for coding in codings().values()))
)
def test_any_octets_are_read_or_refused(octets: bytes, header: int) -> None:
    for tag in (octets, bytes([header]) + octets):
        found = outcome(tag)
        if isinstance(found, IdentifierError):
            assert 0 <= found.start <= found.end <= len(found.text)
        else:
            assert found.tag_uri or found.digital_link


@settings(max_examples=120, deadline=None)
@given(st.text(max_size=60), st.sampled_from(sorted(codings())))
def test_any_text_is_written_or_refused(text: str, scheme: str) -> None:
    for form in (text, f"https://a.vn/{text}", f"urn:epc:id:{text}", f"({text}", "{" + text):
        with contextlib.suppress(IdentifierError):
            encode(form, scheme)


def test_a_wrong_bit_never_reads_as_nothing_wrong_elsewhere() -> None:
    """Whatever is read from a changed tag is written back as that tag."""
    chance = random.Random(7)
    good = [GOOD, "F73795211411234538566CB0AFC4", "311BA1B300CE0A6A83000000"]
    for tag in good * 60:
        changed = int(tag, 16) ^ 1 << chance.randrange(4 * len(tag) - 8)
        written = f"{changed:0{len(tag)}X}"
        found = outcome(written)
        if isinstance(found, IdentifierError):
            continue
        length = len(found.fields[0]) if found.fields else None
        again = encode(
            found.element_string or "",
            found.scheme,
            filter=found.filter,
            prefix_length=length,
            relations=False,
        )
        assert again.hex().upper().rstrip("0") == written.rstrip("0") or not found.fields


def test_every_refusal_has_words() -> None:
    folder = Path(nguon.gs1.rfid.__file__).parent
    used = set()
    for path in folder.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                used.update(re.findall(r"^rfid\.[a-z-]+$", node.value))
    for language in LANGUAGES:
        assert {code for code in catalogue(language) if code.startswith("rfid.")} == used
