# SPDX-License-Identifier: Apache-2.0
"""A corpus of links that are refused, each with its field and reason; and of those that are not."""

from datetime import UTC, date, datetime
from typing import Any

import msgspec
import pytest

from nguon.gs1 import Mode, parse
from nguon.registry.links import rules, types
from nguon.registry.links.keys import levels, link_key
from nguon.registry.links.model import Delegation, LinkAsked
from nguon.registry.links.queries import delegated

OWN = "https://id.example.vn"
GOOD = LinkAsked(type="gs1:pip", href="https://brand.example/p?x=1#y", title="Page")
GTIN = "01/09521101000023"

BAD: list[tuple[dict[str, Any], str, str]] = [
    ({"type": "gs1:nosuch"}, "type", "links.type-unknown"),
    ({"type": "https://schema.org/pip"}, "type", "links.type-unknown"),
    ({"type": ""}, "type", "links.type-unknown"),
    ({"type": "gs1:defaultLink"}, "type", "links.type-reserved"),
    ({"type": "https://ref.gs1.org/voc/defaultLinkMulti"}, "type", "links.type-reserved"),
    ({"type": "handledBy"}, "type", "links.type-reserved"),
    ({"type": "gs1:productSustainabilityInfo"}, "type", "links.type-reserved"),
    ({"href": ""}, "href", "links.href-https"),
    ({"href": "http://brand.example/"}, "href", "links.href-https"),
    ({"href": "HTTPS://brand.example/"}, "href", "links.href-https"),
    ({"href": "javascript:alert(1)"}, "href", "links.href-https"),
    ({"href": "JaVaScRiPt:alert(1)"}, "href", "links.href-https"),
    ({"href": "data:text/html,x"}, "href", "links.href-https"),
    ({"href": "//brand.example/"}, "href", "links.href-https"),
    ({"href": "/p/01"}, "href", "links.href-https"),
    ({"href": "https://"}, "href", "links.href"),
    ({"href": "https:///x"}, "href", "links.href"),
    ({"href": "https://localhost/"}, "href", "links.href"),
    ({"href": "https://brand.example/\r\nset-cookie: x"}, "href", "links.href"),
    ({"href": "https://brand.example/a b"}, "href", "links.href"),
    ({"href": "https://brand.example/\u0000"}, "href", "links.href"),
    ({"href": "https://brand.example/\u00e9"}, "href", "links.href"),
    ({"href": "https://brand.example/{1}"}, "href", "links.href"),
    ({"href": 'https://brand.example/">'}, "href", "links.href"),
    ({"href": "https://brand.example:0/"}, "href", "links.href"),
    ({"href": "https://brand.example:99999/"}, "href", "links.href"),
    ({"href": "https://[::1/"}, "href", "links.href"),
    ({"href": "https://me:secret@brand.example/"}, "href", "links.href-password"),
    ({"href": "https://id.example.vn@evil.example/"}, "href", "links.href-password"),
    ({"href": f"{OWN}/01/09521101000023"}, "href", "links.href-own"),
    ({"href": "https://ID.example.vn/w"}, "href", "links.href-own"),
    ({"href": "https://brand.example/" + "x" * 2000}, "href", "links.href-long"),
    ({"title": " \n "}, "title", "links.title-missing"),
    ({"title": "x" * 201}, "title", "links.title-long"),
    ({"hreflang": ("vie",)}, "hreflang", "links.language"),
    ({"hreflang": ("zh-Hant",)}, "hreflang", "links.language"),
    ({"hreflang": ("",)}, "hreflang", "links.language"),
    ({"media_type": "html"}, "media_type", "links.media-type"),
    ({"media_type": "example/x"}, "media_type", "links.media-type"),
    ({"media_type": "text/html; charset=utf-8"}, "media_type", "links.media-type"),
    ({"context": ("",)}, "context", "links.context"),
    ({"context": ("a\nb",)}, "context", "links.context"),
    ({"context": ("x" * 61,)}, "context", "links.context"),
    ({"context": tuple(map(str, range(21)))}, "context", "links.words-many"),
    (
        {"valid_from": date(2026, 2, 1), "valid_to": date(2026, 1, 31)},
        "valid_to",
        "links.days",
    ),
]


@pytest.mark.parametrize(("changes", "field", "code"), BAD)
def test_bad_links(changes: dict[str, Any], field: str, code: str) -> None:
    asked = [GOOD, msgspec.structs.replace(GOOD, **changes)]
    _, faults = rules.checked(asked, OWN)
    assert [(fault.pointer, fault.code) for fault in faults] == [(f"/links/1/{field}", code)]


def test_good_links_get_one_spelling() -> None:
    sent = msgspec.structs.replace(
        GOOD,
        type="https://www.gs1.org/voc/pip",
        href=f" {OWN}/p/01/09521101000023 ",
        title=" The \n page ",
        hreflang=("EN-us", "vi", "vi"),
        media_type="Text/HTML",
    )
    [found], faults = rules.checked([sent], OWN)
    assert faults == []
    assert found == LinkAsked(
        type="pip",
        href=f"{OWN}/p/01/09521101000023",
        title="The page",
        hreflang=("en-US", "vi"),
        media_type="text/html",
    )


def test_the_same_link_twice_and_too_many() -> None:
    _, faults = rules.checked([GOOD, msgspec.structs.replace(GOOD, type="pip")], OWN)
    assert [(fault.pointer, fault.code) for fault in faults] == [("/links/1/href", "links.twice")]
    many = [msgspec.structs.replace(GOOD, href=f"https://b.example/{n}") for n in range(101)]
    _, faults = rules.checked(many, OWN)
    assert [(fault.pointer, fault.code) for fault in faults] == [("/links", "links.too-many")]


def test_a_default_has_public_links() -> None:
    tidied, _ = rules.checked([GOOD], OWN)
    assert rules.default_fault(None, []) is None
    assert rules.default_fault("pip", tidied) is None
    for links in ([], [msgspec.structs.replace(tidied[0], public=False)]):
        fault = rules.default_fault("pip", links)
        assert fault is not None
        assert fault.code == "links.default-without-link"


def test_link_types() -> None:
    assert len(types.titles()) == 60
    assert types.known("gs1:recallStatus") == types.known("recallStatus") == "recallStatus"
    assert types.known("gs1:recall") is None
    assert types.title("pip", "en") == "Product page"
    assert all(words["vi"] and words["en"] for words in types.titles().values())


@pytest.mark.parametrize(
    ("path", "keys"),
    [
        (GTIN, (GTIN,)),
        (f"{GTIN}/10/L", (f"{GTIN}/10/L", GTIN)),
        (f"{GTIN}/10/L/21/S", (f"{GTIN}/21/S", f"{GTIN}/10/L", GTIN)),
        (
            f"{GTIN}/22/V/10/L/21/S",
            (f"{GTIN}/21/S", f"{GTIN}/22/V/10/L", f"{GTIN}/10/L", f"{GTIN}/22/V", GTIN),
        ),
        (f"{GTIN}/22/V", (f"{GTIN}/22/V", GTIN)),
        (f"{GTIN}/235/T", (f"{GTIN}/235/T", GTIN)),
        ("414/9521101000016/254/A", ("414/9521101000016/254/A", "414/9521101000016")),
    ],
)
def test_the_union_of_the_standards_sets(path: str, keys: tuple[str, ...]) -> None:
    identifier = parse(path, mode=Mode.STRICT)
    assert levels(identifier) == keys
    assert link_key(identifier) == keys[0]


def _delegation(prefix: str) -> Delegation:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    return Delegation(id=prefix, prefix=prefix, resolver="", title="", created=now, ended=None)


@pytest.mark.parametrize(
    ("key", "prefix"),
    [
        ("01/09521101000023", "9521101"),
        ("01/19521101000020/10/L", "9521101"),
        ("00/195211010000000525", "9521101"),
        ("414/9521101000016", "9521101"),
        ("8003/09521101000023A", "9521101"),
        ("01/09521102000015", "952"),
        ("01/09521201000015", "952"),
        ("01/08936036020014", "01/0893"),
        ("414/8936036020014", None),
        ("8004/8931", None),
    ],
)
def test_the_longest_prefix_answers(key: str, prefix: str | None) -> None:
    among = [_delegation(one) for one in ("952", "9521101", "01/0893", "00/1")]
    if key.startswith("00/1"):
        prefix = "00/1"
    found = delegated(among, key)
    assert (None if found is None else found.prefix) == prefix
