# SPDX-License-Identifier: Apache-2.0
"""The worked examples of EPC Tag Data Standard 2.3, appendices E.1 and E.3, both ways."""

import pytest

from nguon.gs1.rfid import codings, decode, encode, encode_bits

GS1 = [
    ("SGTIN-96", 3, "(01)09506000134352(21)123456789",
     "urn:epc:id:sgtin:95060001343.05.123456789", "3066C4409047E140075BCD15"),
    ("SGTIN-96", 3, "(01)09506000134352(21)6789",
     "urn:epc:id:sgtin:95060001343.05.6789", "3066C4409047E14000001A85"),
    ("SGTIN-198", 3, "(01)09506000134352(21)32a/b",
     "urn:epc:id:sgtin:95060001343.05.32a%2Fb",
     "3666C4409047E159B2C2BF100000000000000000000000000000"),
    ("SGTIN+", 3, "(01)79521141123453(21)32a/b", None, "F73795211411234538566CB0AFC4"),
    ("DSGTIN+", 3, "(01)79521141123453(21)32a/b(17)220630", None,
     "FB342CDE795211411234538566CB0AFC4"),
    ("SSCC-96", 0, "(00)095201234567891235", "urn:epc:id:sscc:952012.03456789123",
     "311BA1B300CE0A6A83000000"),
    ("SSCC+", 0, "(00)095201234567891235", None, "F90095201234567891235"),
    ("SGLN-96", 3, "(414)9521141123454(254)5678", "urn:epc:id:sgln:9521141.12345.5678",
     "3276451FD46072000000162E"),
    ("SGLN-195", 3, "(414)9521141123454(254)32a/b", "urn:epc:id:sgln:9521141.12345.32a%2Fb",
     "3976451FD46072CD9615F8800000000000000000000000000000"),
    ("SGLN+", 3, "(414)9521141123454(254)32a/b", None, "F2395211411234548566CB0AFC4"),
    ("GRAI-96", 3, "(8003)095211411234545678", "urn:epc:id:grai:9521141.12345.5678",
     "3376451FD40C0E400000162E"),
    ("GRAI-170", 3, "(8003)0952114112345432a/b", "urn:epc:id:grai:9521141.12345.32a%2Fb",
     "3776451FD40C0E59B2C2BF1000000000000000000000"),
    ("GRAI+", 3, "(8003)0952114112345432a/b", None, "F13095211411234548566CB0AFC4"),
    ("GIAI-96", 3, "(8004)95211415678", "urn:epc:id:giai:9521141.5678",
     "3476451FD40000000000162E"),
    ("GIAI-202", 3, "(8004)952114132a/b", "urn:epc:id:giai:9521141.32a%2Fb",
     "3876451FD59B2C2BF10000000000000000000000000000000000"),
    ("GIAI+", 3, "(8004)952114132a/b", None, "FA3952114132E83C2BF10"),
    ("GSRN-96", 3, "(8018)952114112345678906", "urn:epc:id:gsrn:9521141.1234567890",
     "2D76451FD4499602D2000000"),
    ("GSRN+", 3, "(8018)952114112345678906", None, "F43952114112345678906"),
    ("GSRNP-96", 3, "(8017)952114112345678906", "urn:epc:id:gsrnp:9521141.1234567890",
     "2E76451FD4499602D2000000"),
    ("GSRNP+", 3, "(8017)952114112345678906", None, "F53952114112345678906"),
    ("GDTI-96", 3, "(253)95211411234545678", "urn:epc:id:gdti:9521141.12345.5678",
     "2C76451FD46072000000162E"),
    ("GDTI-174", 3, "(253)9521141987650ABCDefgh012345678",
     "urn:epc:id:gdti:9521141.98765.ABCDefgh012345678",
     "3E76451FD7039B061438997367D0C18B266D1AB66EE0"),
    ("GDTI+", 3, "(253)95211411234545678", None, "F6395211411234540458B8"),
    ("CPI-96", 3, "(8010)952114198765(8011)12345", "urn:epc:id:cpi:9521141.98765.12345",
     "3C76451FD400C0E680003039"),
    ("CPI-var", 3, "(8010)95211415PQ7/Z43(8011)12345",
     "urn:epc:id:cpi:9521141.5PQ7%2FZ43.12345", "3D76451FD75411DEF6B4CC00000003039000"),
    ("CPI+", 3, "(8010)95211415PQ7/Z43(8011)12345", None, "F0395211415E87A145BAFB4D19A8C0E4"),
    ("SGCN-96", 3, "(255)952114167890904711", "urn:epc:id:sgcn:9521141.67890.04711",
     "3F76451FD612640000019907"),
    ("SGCN+", 3, "(255)952114167890904711", None, "F839521141678909509338"),
    ("ITIP-110", 3, "(8006)095211411234540102(21)981",
     "urn:epc:id:itip:9521141.012345.01.02.981", "4076451FD40C0E40820000000F54"),
    ("ITIP-212", 3, "(8006)095211411234540102(21)mw133",
     "urn:epc:id:itip:9521141.012345.01.02.mw133",
     "4176451FD40C0E4082DBDD8B36600000000000000000000000000000"),
    ("ITIP+", 3, "(8006)095211411234540102(21)rif981", None, "F3309521141123454010266AE27FDF35"),
    # From an implementation of version 1.9 of the standard, for want of an example in it.
    ("GDTI-113", 3, "(253)401234598765212345678901234567",
     "urn:epc:id:gdti:4012345.98765.12345678901234567", "3A74F4E4E7039AC790E65D7AA5C38000"),
]  # fmt: skip

OTHERS = [
    ("GID-96", None, "urn:epc:id:gid:952056.2718.1414", "3500E86F8000A9E000000586"),
    ("USDOD-96", 3, "urn:epc:id:usdod:CAGEY.5678", "2F320434147455900000162E"),
    ("ADI-var", 3, "urn:epc:id:adi:35962.PQ7VZ4.M37GXB92", "3B0E0CF5E76C9047759AD00373DC7602E7200"),
]


@pytest.mark.parametrize(("scheme", "filter_", "elements", "identity", "tag"), GS1)
def test_the_examples_of_gs1_keys(
    scheme: str, filter_: int, elements: str, identity: str | None, tag: str
) -> None:
    found = decode(tag)
    assert (found.scheme, found.filter) == (scheme, filter_)
    assert found.element_string == elements
    assert found.pure_identity == identity
    length = None if identity is None else len(found.fields[0])
    written = encode_bits(elements, scheme, filter=filter_, prefix_length=length)
    assert written.hexadecimal.rstrip("0") == tag.rstrip("0")
    assert decode(written.octets) == found


@pytest.mark.parametrize(("scheme", "filter_", "identity", "tag"), OTHERS)
def test_the_examples_of_other_schemes(
    scheme: str, filter_: int | None, identity: str, tag: str
) -> None:
    found = decode(tag)
    assert (found.scheme, found.filter, found.pure_identity) == (scheme, filter_, identity)
    assert (found.elements, found.digital_link, found.element_string) == ((), None, None)
    assert encode(identity, scheme, filter=filter_).hex().upper().rstrip("0") == tag.rstrip("0")


def test_every_scheme_without_data_has_an_example() -> None:
    assert {row[0] for row in (*GS1, *OTHERS)} == set(codings())
    assert len(codings()) == 34
