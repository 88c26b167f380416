# SPDX-License-Identifier: Apache-2.0
"""The table of adapters: a version and a kind, and the function that writes its document."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any

from nguon.credentials.contexts import EPCIS
from nguon.credentials.errors import CredentialError
from nguon.credentials.heading import Heading, members
from nguon.credentials.untp import version_070 as v070
from nguon.credentials.untp.model import Happened, Kind


class Version(StrEnum):
    """Versions that documents are written in; 0.8 is written as it was announced."""

    V0_7_0 = "0.7.0"
    V0_8_EPCIS = "0.8-epcis"


_SUBJECTS: Mapping[tuple[Version, Kind], Callable[[Any], Any]] = {
    (Version.V0_7_0, Kind.PASSPORT): v070.passport,
    (Version.V0_7_0, Kind.CONFORMITY): v070.conformity,
    (Version.V0_7_0, Kind.FACILITY): v070.facility,
    (Version.V0_7_0, Kind.IDENTITY): v070.identity,
    (Version.V0_7_0, Kind.EVENT): v070.events,
}


def render(kind: Kind, heading: Heading, told: Any, version: Version = Version.V0_7_0) -> Any:
    """The document, still to be secured, that tells a neutral value of `nguon...untp.model`.

    ``told`` is a Product, Conformity, Facility, Identity, or a tuple of Happened. Raises
    `CredentialError` (``credentials.untp-kind``) where a version has no such document.
    """
    if (version, kind) == (Version.V0_8_EPCIS, Kind.EVENT):
        return _plain_epcis(heading, told)
    subject = _SUBJECTS.get((version, kind))
    if subject is None:
        raise CredentialError("credentials.untp-kind", found=f"{kind} {version}")
    return v070.headed(heading, kind, subject(told))


def _plain_epcis(heading: Heading, happened: tuple[Happened, ...]) -> dict[str, Any]:
    """Events as EPCIS 2.0 has them: the form announced for 0.8."""
    made = members(heading, [EPCIS], [])
    return made | {"credentialSubject": [{"id": one.id, **one.epcis} for one in happened]}
