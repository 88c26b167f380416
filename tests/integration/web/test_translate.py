# SPDX-License-Identifier: Apache-2.0
"""``/api/v1/translate`` as a client without a key sees it."""

from collections.abc import Callable

import httpx
import pytest

from nguon.settings import Settings
from tests.integration.web.conftest import Server

PATH = "/api/v1/translate"
TAG = "3066C4409047E14000001A85"

FORMS = [
    TAG,
    f"hex:{TAG}",
    "urn:epc:tag:sgtin-96:3.95060001343.05.6789",
    "urn:epc:id:sgtin:95060001343.05.6789",
    "https://id.gs1.org/01/09506000134352/21/6789",
    "https://shop.example/x/01/09506000134352/21/6789?utm=1",
    "(01)09506000134352(21)6789",
    " 0109506000134352216789\n",
    "]d20109506000134352216789",
]


ELEMENTS = [
    {"ai": "01", "title": "GTIN", "value": "09506000134352", "printed": "(01) 09506000134352"},
    {"ai": "21", "title": "SERIAL", "value": "6789", "printed": "(21) 6789"},
]


@pytest.fixture
def client(start: Callable[..., Server], on_sqlite: Settings) -> httpx.Client:
    return start(on_sqlite).client()


def test_each_form_gives_all_others(client: httpx.Client) -> None:
    for text in FORMS:
        gives_all_others(client, text)
    of_no_gs1_key(client)
    every_written_tag_is_read_back(client)


def gives_all_others(client: httpx.Client, text: str) -> None:
    answer = client.post(PATH, json={"text": text, "filter": 3, "prefixLength": 11})
    assert answer.status_code == 200
    found = answer.json()
    read = found.pop("read")
    assert found == {
        "key": "01/09506000134352/21/6789",
        "kind": "sgtin",
        "elements": ELEMENTS,
        "elementString": "(01)09506000134352(21)6789",
        "rawElementString": "0109506000134352216789",
        "digitalLink": "https://id.gs1.org/01/09506000134352/21/6789",
        "compressedLink": "https://id.gs1.org/DBFKk4XBoAjUK",
        "epcLink": found["epcLink"],
        "epcUrn": "urn:epc:id:sgtin:95060001343.05.6789",
        "tags": [
            {"scheme": "SGTIN-96", "epc": TAG},
            {"scheme": "SGTIN-198", "epc": "3666C4409047E15B3770E4000000000000000000000000000000"},
            {"scheme": "SGTIN+", "epc": "F7309506000134352046A140"},
        ],
    }  # fmt: skip
    assert (read is None) == ("sgtin-96" not in text and TAG not in text)
    for link in (found["compressedLink"], found["epcLink"]):
        back = client.post(PATH, json={"text": link}).json()
        assert back["elementString"] == found["elementString"]


def every_written_tag_is_read_back(client: httpx.Client) -> None:
    text = "https://id.gs1.org/01/09506000134352/10/A1/21/6789?17=261231&3103=001250"
    found = client.post(PATH, json={"text": text}).json()
    assert [tag["scheme"] for tag in found["tags"]] == ["SGTIN+", "DSGTIN+"]
    for tag in found["tags"]:
        back = client.post(PATH, json={"text": tag["epc"]}).json()
        assert {(one["ai"], one["value"]) for one in back["elements"]} == {
            ("01", "09506000134352"), ("10", "A1"), ("21", "6789"), ("17", "261231"),
            ("3103", "001250"),
        }  # fmt: skip
        assert back["read"]["scheme"] == tag["scheme"]


def of_no_gs1_key(client: httpx.Client) -> None:
    found = client.post(PATH, json={"text": "3500E86F8000A9E000000586"}).json()
    assert (found["key"], found["elements"], found["tags"]) == (None, [], [])
    assert found["read"]["pureIdentity"] == "urn:epc:id:gid:952056.2718.1414"
    area = client.post(PATH, json={"text": "vn-area:VN-DLOR-0017"}).json()
    assert (area["key"], area["digitalLink"]) == ("vn-area:VN-DLOR-0017", None)


REFUSED = [
    ({"text": TAG[:-1]}, "gs1.not-identifier"),
    ({"text": f"hex:{TAG[:-1]}"}, "rfid.too-short"),
    ({"text": "(01)09506000134353"}, "gs1.check-digit"),
    ({"text": ""}, "gs1.not-identifier"),
    ({"text": "x" * 2001}, "translate.too-long"),
    ({"text": TAG, "filter": 8}, "rfid.filter"),
    ({"text": TAG, "prefixLength": 5}, "rfid.prefix-length"),
]
MALFORMED = [b"", b"{", b"[]", b'{"text": 1}', b'{"filter": 1}', b"null"]


def test_bad_input_is_refused_by_name(client: httpx.Client) -> None:
    for sent, code in REFUSED:
        for language in ("vi", "en"):
            answer = client.post(PATH, json=sent, headers={"accept-language": language})
            assert (answer.status_code, answer.json()["code"]) == (400, code), sent
            assert answer.json()["detail"]
    for body in MALFORMED:
        answer = client.post(PATH, content=body, headers={"content-type": "application/json"})
        assert answer.status_code == 400, body
    assert client.post(PATH, json={"text": "1" * 20_000}).status_code == 413
