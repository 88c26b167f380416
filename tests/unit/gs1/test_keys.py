# SPDX-License-Identifier: Apache-2.0
"""Every way of writing one identifier gives one item key, and what that key belongs to."""

import hashlib

import pytest

from nguon.gs1 import (
    IdentifierError,
    Kind,
    Level,
    Mode,
    company_prefix,
    digital_link,
    epc_urn,
    item_key,
    key_hash,
    memberships,
    parse,
    warning,
)

G = "09521234543213"


@pytest.mark.parametrize(
    ("given", "key"),
    [
        (f"https://id.gs1.org/01/{G}/21/AB12", f"01/{G}/21/AB12"),
        (f"HTTP://example.vn:8080/s/t/01/{G}/21/AB12?17=251231&x=y#z", f"01/{G}/21/AB12"),
        (f"https://example.vn/gtin/{G}/lot/L/ser/AB12/", f"01/{G}/21/AB12"),
        (f"https://example.vn/01/{G}/21/AB12/10/L", f"01/{G}/21/AB12"),
        (f"https://example.vn/01/{G[1:]}/21/AB12", f"01/{G}/21/AB12"),
        (f"https://example.vn/414/9521234543213/01/{G}", f"01/{G}"),
        (f"https://example.vn/01/{G}/22/V2", f"01/{G}"),
        (f"https://example.vn/01/{G}/22/V2/10/L", f"01/{G}/10/L"),
        (f"https://example.vn/01/{G}/235/T", f"01/{G}/235/T"),
        ("urn:epc:id:sgtin:9521234.054321.AB12", f"01/{G}/21/AB12"),
        ("URN:EPC:ID:SGTIN:9521234.054321.AB12", f"01/{G}/21/AB12"),
        ("urn:epc:class:lgtin:9521234.054321.L", f"01/{G}/10/L"),
        ("urn:epc:idpat:sgtin:9521234.054321.*", f"01/{G}"),
        (f"(01){G}(10)L(17)251231(21)AB12", f"01/{G}/21/AB12"),
        (f"(01){G}(21)://", f"01/{G}/21/:%2F%2F"),
        (f"01/{G}/21/AB12", f"01/{G}/21/AB12"),
        (f"https://example.vn/01/{G}/21/A%2FB", f"01/{G}/21/A%2FB"),
        (f"https://example.vn/01/{G}/21/A%252FB", f"01/{G}/21/A%252FB"),
        (f"https://example.vn/01/{G}/21/%41%2b", f"01/{G}/21/A+"),
        (f"https://example.vn/01/{G}/21/A+", f"01/{G}/21/A+"),
        ("https://id.gs1.org/414/9521234543213/254/0", "414/9521234543213"),
        ("https://id.gs1.org/414/9521234543213/254/1", "414/9521234543213/254/1"),
        ("urn:epc:id:sgln:9521234.54321.0", "414/9521234543213"),
        ("urn:epc:idpat:sgln:9521234.54321.*", "414/9521234543213"),
        ("https://id.gs1.org/414/9521234543213/7040/1ABC", "414/9521234543213"),
        ("https://id.gs1.org/8018/095212345432139874/8019/3", "8018/095212345432139874/8019/3"),
        (" vn-area:vn-dlor 0017", "vn-area:VN-DLOR-0017"),
        ("VN-PACK:vn-dlph-01", "vn-pack:VN-DLPH-01"),
        ("https://example.com/products/7", "uri:https://example.com/products/7"),
        (f"https://id.gs1.org/01/{G[:-1]}0", f"uri:https://id.gs1.org/01/{G[:-1]}0"),
        ("urn:epc:id:gid:95100000.12345.0", "uri:urn:epc:id:gid:95100000.12345.0"),
        ("urn:epc:idpat:sgtin:9521234.*.*", "uri:urn:epc:idpat:sgtin:9521234.*.*"),
        ("uri:urn:x", "uri:urn:x"),
        ("", "uri:"),
    ],
)
def test_item_key(given: str, key: str) -> None:
    assert item_key(given) == key
    assert item_key(key) == key


KINDS = [
    (f"01/{G}", Kind.GTIN, Level.CLASS, ()),
    (f"01/{G}/10/L", Kind.LGTIN, Level.LOT, (f"01/{G}",)),
    (f"01/{G}/21/S", Kind.SGTIN, Level.INSTANCE, (f"01/{G}",)),
    (f"01/{G}/235/S", Kind.UPUI, Level.INSTANCE, (f"01/{G}",)),
    ("00/095212345432139874", Kind.SSCC, Level.INSTANCE, ()),
    ("414/9521234543213", Kind.GLN, Level.PLACE, ()),
    ("414/9521234543213/254/A", Kind.SGLN, Level.PLACE, ("414/9521234543213",)),
    ("415/9521234543213", Kind.PAYMENT, Level.PARTY, ()),
    ("415/9521234543213/8020/A", Kind.PAYMENT, Level.DOCUMENT, ("415/9521234543213",)),
    ("417/9521234543213", Kind.PGLN, Level.PARTY, ()),
    ("8003/09521234543213", Kind.GRAI, Level.CLASS, ()),
    ("8003/09521234543213A", Kind.GRAI, Level.INSTANCE, ("8003/09521234543213",)),
    ("8004/9521A", Kind.GIAI, Level.INSTANCE, ()),
    (f"8006/{G}0102", Kind.ITIP, Level.CLASS, (f"01/{G}",)),
    (f"8006/{G}0102/10/L", Kind.ITIP, Level.LOT, (f"8006/{G}0102", f"01/{G}/10/L", f"01/{G}")),
    (f"8006/{G}0102/21/S", Kind.ITIP, Level.INSTANCE, (f"8006/{G}0102", f"01/{G}")),
    ("8010/9521A", Kind.CPI, Level.CLASS, ()),
    ("8010/9521A/8011/7", Kind.CPI, Level.INSTANCE, ("8010/9521A",)),
    ("8013/1987654Ad4X4bL5ttr2310c2K", Kind.GMN, Level.CLASS, ()),
    ("8017/095212345432139874", Kind.GSRNP, Level.PARTY, ()),
    ("8018/095212345432139874/8019/3", Kind.GSRN, Level.PARTY, ("8018/095212345432139874",)),
    ("253/9521234543213", Kind.GDTI, Level.CLASS, ()),
    ("253/9521234543213A", Kind.GDTI, Level.DOCUMENT, ("253/9521234543213",)),
    ("255/95212345432131", Kind.GCN, Level.DOCUMENT, ("255/9521234543213",)),
    ("401/9521A", Kind.GINC, Level.SHIPMENT, ()),
    ("402/95212345432139874", Kind.GSIN, Level.SHIPMENT, ()),
    ("vn-area:VN-DLOR-0017", Kind.VN_AREA, Level.PLACE, ()),
    ("vn-pack:VN-DLPH-01", Kind.VN_PACK, Level.PLACE, ()),
]


@pytest.mark.parametrize(("key", "kind", "level", "wider"), KINDS)
def test_kind_level_and_memberships(
    key: str, kind: Kind, level: Level, wider: tuple[str, ...]
) -> None:
    identifier = parse(key)
    assert (identifier.key, identifier.kind, identifier.level) == (key, kind, level)
    assert identifier.memberships == memberships(key) == wider
    assert parse(identifier.digital_link()).key == key
    assert warning(key) is None


def test_every_kind_is_tried() -> None:
    assert {kind for _, kind, _, _ in KINDS} == set(Kind)


def test_a_serial_that_names_its_lot_is_a_member_of_it() -> None:
    for uri in (f"https://a.vn/01/{G}/10/L%2F1/21/S", f"(01){G}(10)L/1(21)S"):
        assert memberships(uri) == (f"01/{G}/10/L%2F1", f"01/{G}")
    assert memberships(f"https://a.vn/01/{G}/10/L1/21/S?x=1") == (f"01/{G}/10/L1", f"01/{G}")
    assert memberships(f"https://a.vn/8006/{G}0102/10/L/21/S") == (
        f"8006/{G}0102/10/L",
        f"8006/{G}0102",
        f"01/{G}/10/L",
        f"01/{G}",
    )


def test_what_is_no_gs1_identifier_belongs_to_nothing() -> None:
    assert memberships("uri:https://example.com/01/1") == ()
    assert memberships("https://example.com/") == ()


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (f"https://id.gs1.org/01/{G[:-1]}0", "gs1.check-digit"),
        ("urn:epc:id:sgtin:0614141.12345.1", "gs1.epc-reference"),
        ("https://id.gs1.org/abc", "gs1.no-primary-key"),
        ("https://example.com/abc", None),
        ("urn:epc:id:gid:95100000.12345.0", None),
        ("urn:epc:idpat:sgtin:9521234.*.*", None),
        ("urn:uuid:0", None),
        (f"https://a.vn/01/{G}", None),
    ],
)
def test_warning_tells_why_a_key_fell_back(given: str, code: str | None) -> None:
    error = warning(given)
    assert (error and error.code) == code


def test_written_again() -> None:
    key = f"01/{G}/21/A%2FB%25+"
    assert digital_link(key) == f"https://id.gs1.org/01/{G}/21/A%2FB%25%2B"
    assert digital_link(key, "https://nguon.vn/") == f"https://nguon.vn/01/{G}/21/A%2FB%25%2B"
    assert epc_urn(key) == "urn:epc:id:sgtin:9521234.054321.A%2FB%25+"
    assert digital_link("uri:https://example.com/a") == "https://example.com/a"
    assert digital_link("vn-area:VN-1") == "vn-area:VN-1"
    assert epc_urn("uri:urn:epc:id:gid:1.2.3") == "urn:epc:id:gid:1.2.3"
    assert epc_urn("uri:https://example.com/a") is None
    assert epc_urn("vn-area:VN-1") is None
    assert parse(key).digital_link("https://nguon.vn").startswith("https://nguon.vn/01/")


@pytest.mark.parametrize(
    ("key", "code"),
    [
        ("01/09530000000003", "gs1.no-prefix-length"),
        ("8004/9521A", "gs1.no-prefix-length"),
        ("8013/1987654Ad4X4bL5ttr2310c2K", "gs1.no-epc-form"),
        (f"8006/{G}0102/10/L", "gs1.no-epc-form"),
        ("415/9521234543213", "gs1.no-epc-form"),
        ("vn-area:VN-1", "gs1.no-epc-form"),
    ],
)
def test_keys_without_an_epc_urn(key: str, code: str) -> None:
    assert epc_urn(key) is None
    with pytest.raises(IdentifierError) as refused:
        parse(key).epc_urn()
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("key", "prefix"),
    [
        (f"01/{G}", "9521234"),
        ("01/08936036020014", "893603602"),
        ("01/08935001700012/10/L", "89350017"),
        ("01/18938505974191", "8938505974"),
        ("00/389360360212345678", "893603602"),
        ("414/8938505974194/254/A", "8938505974"),
        ("8003/08938505974194A", "8938505974"),
        ("8004/8938505974X1", "8938505974"),
        ("8004/8938X1", None),
        ("01/00000095010939", "00000950"),
        ("uri:x", None),
        ("vn-area:VN-1", None),
    ],
)
def test_company_prefix(key: str, prefix: str | None) -> None:
    assert company_prefix(key) == prefix


def test_key_hash_is_the_head_of_sha_256_signed() -> None:
    digest = hashlib.sha256(f"01/{G}".encode()).digest()
    assert key_hash(f"01/{G}") == int.from_bytes(digest[:8], "big", signed=True)
    assert -(2**63) <= key_hash("x") < 2**63


def test_strict_mode_keeps_the_attributes() -> None:
    uri = f"https://a.vn/01/{G}/10/L?17=251231&lang=vi&240=a%2Fb"
    identifier = parse(uri, mode=Mode.STRICT)
    assert identifier.parts == (("01", G), ("10", "L"))
    assert identifier.attributes == (("17", "251231"), ("240", "a/b"))


def test_giant_texts_are_read_but_not_kept() -> None:
    giant = "https://example.com/" + "a/" * 200_000
    assert item_key(giant) == "uri:" + giant
