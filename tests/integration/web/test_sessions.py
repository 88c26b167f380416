# SPDX-License-Identifier: Apache-2.0
"""Sessions over HTTP: recognised, ended, and of no use to another site."""

from tests.accounts import session_of, signed_in, somebody, with_session
from tests.integration.web.conftest import Server


def test_a_session_opens_the_workspace(server: Server) -> None:
    person = somebody(server.store, "clerk", 1, "Chị Lan")
    browser = with_session(server.client(), session_of(server.store, person))
    page = browser.get("/w/trace")
    assert page.status_code == 200
    assert "Chị Lan" in page.text
    assert page.headers["cache-control"] == "no-store"
    assert (
        browser.get("/api/v1/trace", params={"item": "01/09521234543213/21/1"}).status_code == 200
    )


def test_a_role_opens_what_is_its_own(server: Server) -> None:
    clerk = signed_in(server.client(), server.store, "clerk")
    officer = signed_in(server.client(), server.store, "officer")
    assert clerk.get("/epcis/capture").status_code == 200
    refused = officer.get("/epcis/capture", headers={"accept": "*/*"})
    assert (refused.status_code, refused.json()["code"]) == (403, "accounts.scope-missing")
