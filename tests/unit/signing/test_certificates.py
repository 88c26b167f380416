# SPDX-License-Identifier: Apache-2.0
"""Whether a certificate vouches for its holder: dates, use, issuer, revocation, tax code."""

from datetime import timedelta

import pytest
from cryptography.x509.oid import ExtendedKeyUsageOID

from nguon.signing.certificates import Certified, judge
from nguon.signing.errors import CertificateError
from tests import pki_made
from tests.pki_made import OTHER_TAX_CODE, TAX_CODE, Pki, made, subject

PKI = made()


def judged(one: pki_made.Certified, **given: object) -> Certified:
    told = {"roots": PKI.roots, "moment": PKI.now, **given}
    return judge(one.der, one.chain_der, **told)  # type: ignore[arg-type]


def refused(one: pki_made.Certified, **given: object) -> CertificateError:
    with pytest.raises(CertificateError) as refusal:
        judged(one, **given)
    return refusal.value


@pytest.mark.parametrize("kind", ["good", "rsa"])
def test_one_that_stands(kind: str) -> None:
    one = getattr(PKI, kind)
    found = judged(one, crls=PKI.crls())
    assert found.revocation == "good"
    assert found.tax_code == TAX_CODE
    assert found.serial == f"{one.certificate.serial_number:x}"
    assert found.issuer == "VN · CA thử nghiệm"
    assert found.subject["organization_name"].startswith("Công ty")
    assert found.not_after == one.certificate.not_valid_after_utc
    assert judged(one, ocsps=PKI.ocsps(one)) == found


def test_nothing_told_of_revocation_is_said() -> None:
    assert judged(PKI.good).revocation == "unknown"
    assert judged(PKI.good, crls=PKI.crls()[1:]).revocation == "unknown"
    assert judged(PKI.good, crls=PKI.crls()[:1]).revocation == "unknown"
    assert judged(PKI.good, crls=PKI.crls(days=-30)).revocation == "unknown"
    assert judged(PKI.good, ocsps=PKI.ocsps(PKI.rsa)).revocation == "unknown"


def test_answers_of_strangers_say_nothing() -> None:
    other = Pki(PKI.now)
    assert judged(PKI.good, crls=other.crls(), ocsps=other.ocsps(PKI.good)).revocation == "unknown"


def test_revoked_by_list_or_answer() -> None:
    one = PKI.revoked
    by_list = refused(one, crls=PKI.crls())
    assert by_list.code == "signing.certificate-revoked"
    assert by_list.params == {"date": (PKI.now - timedelta(days=6)).date().isoformat()}
    assert refused(one, ocsps=PKI.ocsps(one, revoked=True)).code == by_list.code
    # Of its issuer nothing is told: that it is revoked counts all the same.
    assert refused(one, crls=PKI.crls()[1:]).code == by_list.code


def test_a_revoked_issuer_takes_all_with_it() -> None:
    lists = [pki_made._crl(PKI.root, (PKI.issuer,), PKI.now - timedelta(days=1))]
    assert refused(PKI.good, crls=lists).code == "signing.certificate-revoked"
    assert refused(PKI.good, crls=[*lists, PKI.crls()[1]]).code == "signing.certificate-revoked"


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("expired", "signing.certificate-expired"),
        ("not_yet", "signing.certificate-not-yet"),
        ("wrong_usage", "signing.certificate-usage"),
        ("issuer", "signing.certificate-usage"),
    ],
)
def test_refused_whatever_is_told_of_revocation(kind: str, code: str) -> None:
    one = getattr(PKI, kind)
    for given in ({}, {"crls": PKI.crls()}, {"ocsps": PKI.ocsps(one)}):
        assert refused(one, **given).code == code


def test_it_is_judged_at_a_moment() -> None:
    before = PKI.now - timedelta(days=100)
    assert judged(PKI.expired, moment=before).tax_code == TAX_CODE
    assert refused(PKI.good, moment=before).code == "signing.certificate-not-yet"
    after = PKI.now + timedelta(days=400)
    assert refused(PKI.good, moment=after).code == "signing.certificate-expired"


def test_uses_for_which_a_certificate_may_sign() -> None:
    for purpose in (ExtendedKeyUsageOID.EMAIL_PROTECTION, ExtendedKeyUsageOID.CLIENT_AUTH):
        assert judged(PKI.issue(purposes=[purpose])).tax_code == TAX_CODE
    assert judged(PKI.issue(usages=("content_commitment",))).tax_code == TAX_CODE
    for purpose in (ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.OCSP_SIGNING):
        assert refused(PKI.issue(purposes=[purpose])).code == "signing.certificate-usage"


def test_only_roots_that_are_trusted() -> None:
    other = Pki(PKI.now)
    code = "signing.certificate-unknown-issuer"
    assert refused(PKI.good, roots=other.roots).code == code
    assert refused(PKI.good, roots=[]).code == code
    alone = pki_made.Certified(PKI.good.key, PKI.good.certificate)
    assert refused(alone).code == code
    # The same names under other keys: a chain that looks right and is not.
    with pytest.raises(CertificateError) as refusal:
        judge(other.good.der, PKI.good.chain_der, roots=PKI.roots, moment=PKI.now)
    assert refusal.value.code in {code, "signing.certificate-invalid"}


@pytest.mark.parametrize("octets", [b"", b"0", b"0\x03\x02\x01\x01", PKI.good.der[:-1]])
def test_what_is_no_certificate(octets: bytes) -> None:
    for given in ((octets, ()), (PKI.good.der, [octets])):
        with pytest.raises(CertificateError) as refusal:
            judge(*given, roots=PKI.roots, moment=PKI.now)
        assert refusal.value.code == "signing.certificate-form"


def test_what_is_no_list() -> None:
    for given in ({"crls": [b"x"]}, {"ocsps": [b"x"]}, {"crls": [PKI.good.der]}):
        assert refused(PKI.good, **given).code == "signing.certificate-revocation-unknown"


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ({"uid": f"MST:{TAX_CODE}"}, TAX_CODE),
        ({"uid": f"mst: {TAX_CODE}-001 "}, f"{TAX_CODE}-001"),
        ({"uid": None, "number": f"MST:{TAX_CODE}"}, TAX_CODE),
        ({"uid": None, "identifier": f"VATVN-{TAX_CODE}"}, TAX_CODE),
        ({"uid": None, "identifier": f"TINVN-{TAX_CODE}"}, TAX_CODE),
        ({"identifier": f"VATVN-{TAX_CODE}"}, TAX_CODE),
        ({"uid": None}, None),
        ({"uid": TAX_CODE}, None),
        ({"uid": "CCCD:001099012345"}, None),
        ({"uid": None, "identifier": f"VATDE-{TAX_CODE}"}, None),
        ({"uid": None, "identifier": f"MST:{TAX_CODE}"}, None),
        ({"uid": "MST:01002334"}, None),
    ],
)
def test_tax_codes(parts: dict[str, str | None], code: str | None) -> None:
    found = judged(PKI.issue(name=subject(**parts)))  # type: ignore[arg-type]
    assert found.tax_code == code
    assert not {"user_id", "serial_number"} & set(found.subject)
    assert "001099012345" not in repr(found)


def test_two_tax_codes_are_none() -> None:
    name = subject(identifier=f"VATVN-{OTHER_TAX_CODE}")
    assert refused(PKI.issue(name=name)).code == "signing.certificate-codes"


def test_another_company_s_certificate_is_its_own() -> None:
    assert judged(PKI.wrong_subject).tax_code == OTHER_TAX_CODE
