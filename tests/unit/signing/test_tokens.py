# SPDX-License-Identifier: Apache-2.0
"""Statements signed by a token through PKCS #11; the token is SoftHSM."""

import builtins
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from nguon.signing.cms import read_statement
from nguon.signing.errors import SigningError
from nguon.signing.stating import state_cms, state_jws
from nguon.signing.tokens import holder_of_token
from tests import softhsm
from tests.pki_made import made

PKI = made()
AT = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
TOKENS = {"elliptic": PKI.good, "rsa": PKI.rsa}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    if not softhsm.present():
        if os.environ.get("CI"):
            pytest.fail("no SoftHSM on this machine")
        pytest.skip("no SoftHSM on this machine")
    environment = softhsm.made(tmp_path_factory.mktemp("softhsm"))
    before = os.environ.get("SOFTHSM2_CONF")
    os.environ["SOFTHSM2_CONF"] = environment["SOFTHSM2_CONF"]
    for label, one in TOKENS.items():
        softhsm.init(environment, label)
        softhsm.put(label, one)
    softhsm.init(environment, "empty")
    yield softhsm.LIBRARY
    del os.environ["SOFTHSM2_CONF"]
    if before is not None:
        os.environ["SOFTHSM2_CONF"] = before


@pytest.mark.parametrize("label", TOKENS)
def test_a_token_signs_both_forms(library: Path, label: str) -> None:
    with holder_of_token(library, softhsm.PIN, label) as holder:
        stated = [state_cms(b"stated", holder, AT), state_jws(b"stated", holder, AT).encode()]
    for octets in stated:
        found = read_statement(octets)
        assert found.payload == b"stated"
        assert found.certificate == TOKENS[label].der
        assert found.chain == TOKENS[label].chain_der


@pytest.mark.parametrize(
    ("pin", "label"), [("999999", "rsa"), (softhsm.PIN, "unknown"), (softhsm.PIN, "empty")]
)
def test_what_a_token_refuses(library: Path, pin: str, label: str) -> None:
    with pytest.raises(SigningError) as refusal, holder_of_token(library, pin, label):
        pass
    assert refusal.value.code == "signing.token"
    assert pin not in str(refusal.value)


def test_a_library_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(SigningError) as refusal, holder_of_token(tmp_path / "a.so", "1"):
        pass
    assert refusal.value.code == "signing.token"


def test_without_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    usual = builtins.__import__

    def without(name: str, *rest: Any) -> Any:
        if name == "pkcs11":
            raise ImportError(name)
        return usual(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(SigningError) as refusal, holder_of_token(softhsm.LIBRARY, "1"):
        pass
    assert refusal.value.code == "signing.token-support"
