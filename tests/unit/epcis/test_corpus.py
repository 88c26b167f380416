# SPDX-License-Identifier: Apache-2.0
"""Every named bad input is refused with exactly the faults that the manifest names."""

import json
from pathlib import Path
from typing import Any

import pytest

from nguon.base.messages import LANGUAGES, hint, text
from nguon.epcis.codec import decode_document
from nguon.epcis.errors import InvalidDocument, MalformedJson

CORPUS = Path(__file__).parents[2] / "corpus" / "epcis"
MANIFEST: list[dict[str, Any]] = json.loads((CORPUS / "manifest.json").read_bytes())


@pytest.mark.parametrize("entry", MANIFEST, ids=lambda entry: entry["file"])
def test_bad_input(entry: dict[str, Any]) -> None:
    data = (CORPUS / entry["file"]).read_bytes()
    with pytest.raises((InvalidDocument, MalformedJson)) as caught:
        decode_document(data)
    assert type(caught.value).__name__ == entry["error"]
    if isinstance(caught.value, InvalidDocument):
        found = [(fault.pointer, fault.code) for fault in caught.value.faults]
        assert sorted(found) == sorted((part["pointer"], part["code"]) for part in entry["expect"])
        faults = [(fault.code, fault.params) for fault in caught.value.faults]
    else:
        (expected,) = entry["expect"]
        place = {"code": caught.value.code, **caught.value.params}
        assert {name: place[name] for name in expected} == expected
        faults = []
    for code, params in [(caught.value.code, caught.value.params), *faults]:
        for language in LANGUAGES:
            assert text(code, language, **params)
            hint(code, language, **params)


def test_the_manifest_names_every_file() -> None:
    files = {path.name for path in CORPUS.iterdir()} - {"manifest.json"}
    assert {entry["file"] for entry in MANIFEST} == files
