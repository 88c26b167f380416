# SPDX-License-Identifier: Apache-2.0
"""How each address with parameters is filled in, and the questions that are worth asking of one.

A route without parameters needs no recipe; one with parameters that stands in
no line here fails the test of isolation until somebody has thought about it.
"""

from collections.abc import Callable, Mapping
from urllib.parse import quote

from tests.integration.registry.codes import COOPERATIVE, DURIAN
from tests.integration.web.isolation_world import (
    EVENT_ID,
    FLOUR,
    FRUIT,
    HOUSE,
    LOT,
    MADE,
    PLOT,
    SOLD,
    World,
)

_HOUSEHOLD = "ho-kin"
_RECEIPTS = ("1-0", "1-1", "1-7", "1-9999999")
_PARTS = ("filter", "causes")
_VISIT = ("", "/hold", "/lift")
_THINGS = (LOT, SOLD, FLOUR, FRUIT, MADE)
_ENTRIES = {
    "organisation": (_HOUSEHOLD, f"to-chuc-{COOPERATIVE}", "htx-kin"),
    "place": (PLOT, DURIAN),
    "product": (FRUIT,),
    "certificate": ("planting-area/VN-DLOR-9521",),
}


def _each(name: str, *values: str) -> list[dict[str, str]]:
    return [{name: value} for value in values]


def _ids(name: str, key: str) -> Callable[[World], list[dict[str, str]]]:
    return lambda world: [{name: str(world.ids[key])}]


def _always(values: list[dict[str, str]]) -> Callable[[World], list[dict[str, str]]]:
    return lambda _: values


PARAMETERS: Mapping[str, Callable[[World], list[dict[str, str]]]] = {
    "/account/invitation/{token}": _always(_each("token", "x" * 43)),
    "/account/oidc/{provider}/callback": _always(_each("provider", "none")),
    "/account/oidc/{provider}/start": _always(_each("provider", "none")),
    "/account/passkeys/{passkey}/remove": _always(_each("passkey", "none")),
    "/account/reset/{token}": _always(_each("token", "x" * 43)),
    "/account/sessions/{session}/end": _always(_each("session", "none")),
    "/api/v1/accreditations/{number}/withdrawal": _always(_each("number", "none")),
    **{
        f"/api/v1/attestations/{{number}}{end}": _ids("number", "attestation")
        for end in ("", "/credential", "/confirmation")
    },
    "/api/v1/credentials/{number}": _always(_each("number", "none")),
    "/api/v1/credentials/{number}/{step}": _always([{"number": "none", "step": "revocation"}]),
    "/api/v1/credentials/events/{key}": _always(_each("key", LOT, SOLD, FLOUR)),
    "/api/v1/credentials/facility/{key}": _always(_each("key", PLOT, DURIAN, HOUSE)),
    "/api/v1/credentials/identity/{party}": _always(_each("party", _HOUSEHOLD, "htx-kin")),
    "/api/v1/credentials/passport/{key}": _always(_each("key", LOT, FRUIT)),
    "/api/v1/status/{number}": _always(_each("number", "none")),
    "/w/attestations/{number}": _ids("number", "attestation"),
    **{
        f"{base}/files/{{name}}": _always(_each("name", "trace.xlsx", "events.json"))
        for base in ("/w/trace", "/s/trace")
    },
    "/w/trace/jobs/{job_id}": _always(_each("job_id", "none")),
    "/w/trace/jobs/{job_id}/cancel": _always(_each("job_id", "none")),
    "/api/v1/trace/jobs/{job_id}": _always(_each("job_id", "none")),
    "/api/v1/trace/jobs/{job_id}/things": _always(_each("job_id", "none")),
    **{f"/stoplist/{{version}}/{part}": _always(_each("version", "0")) for part in _PARTS},
    "/stoplist/{version}/shards/{number}": _always([{"version": "0", "number": "0"}]),
    "/stoplist/changes/{since}": _always(_each("since", "0")),
    **{f"/s/inspections/{{number}}{end}": _always(_each("number", "none")) for end in _VISIT},
    "/s/inspections/{number}/photos/{at}": _always([{"number": "none", "at": "0"}]),
    "/api/v1/inspections/{number}": _always(_each("number", "none")),
    "/api/v1/holds/{number}/release": _always(_each("number", "none")),
    "/r/minutes/{digest}": _always(_each("digest", "x" * 43)),
    "/w/credentials/{number}": _always(_each("number", "none")),
    "/w/credentials/{number}/{step}": _always([{"number": "none", "step": "revoke"}]),
    "/api/v1/authorisations/{grant_id}": _ids("grant_id", "grant"),
    "/api/v1/authorisations/{grant_id}/narrowing": _ids("grant_id", "grant"),
    "/api/v1/authorisations/{grant_id}/withdrawal": _ids("grant_id", "grant"),
    **{
        f"/api/v1/recalls/{{recall_id}}{end}": _always(_each("recall_id", "none"))
        for end in (
            *("", "/findings", "/preview", "/scope", "/decision", "/sites", "/things", "/moved"),
            "/steps",
            *("/find-again", "/report", "/release", "/close", "/dismiss"),
        )
    },
    **{
        f"/api/v1/recall-sites/{{site_id}}{end}": _always(_each("site_id", "none-1"))
        for end in (
            *("", "/steps", "/proof", "/seen", "/answer", "/contact", "/remind", "/disposals"),
            "/verify",
        )
    },
    "/api/v1/recall-requests/{request_id}/reply": _always(_each("request_id", "none")),
    "/api/v1/recall-files/{file_id}": _always(_each("file_id", "none")),
    "/api/v1/cases/{case_id}": _ids("case_id", "case"),
    "/api/v1/cases/{case_id}/evidence": _ids("case_id", "case"),
    "/api/v1/cases/{case_id}/steps": _ids("case_id", "case"),
    "/api/v1/code-uses/{use_id}": _ids("use_id", "use"),
    "/api/v1/code-uses/{use_id}/answer": _ids("use_id", "use"),
    "/api/v1/code-uses/{use_id}/reversal": _ids("use_id", "use"),
    "/api/v1/codes/blocks/{block_id}": _ids("block_id", "block"),
    "/api/v1/codes/blocks/{block_id}/exports": _ids("block_id", "block"),
    "/api/v1/codes/blocks/{block_id}/marks": _ids("block_id", "block"),
    "/api/v1/codes/blocks/{block_id}/pieces": _ids("block_id", "block"),
    "/api/v1/codes/exports/{export_id}/hidden.csv": _ids("export_id", "range"),
    "/api/v1/codes/exports/{export_id}/pieces.csv": _ids("export_id", "range"),
    "/api/v1/codes/gtins/{gtin}/cartons": _always(_each("gtin", FRUIT[3:])),
    "/api/v1/codes/gtins/{gtin}/control": _always(_each("gtin", FRUIT[3:])),
    "/api/v1/codes/licences/{licence_id}/judgement": _ids("licence_id", "licence"),
    "/api/v1/consignments/{number}": _ids("number", "consignment"),
    "/api/v1/consignments/{number}/declaration": _ids("number", "consignment"),
    "/api/v1/identities/{identity}": _ids("identity", "identity"),
    "/api/v1/identities/{identity}/answer": _ids("identity", "identity"),
    "/api/v1/identities/{identity}/end": _ids("identity", "identity"),
    "/api/v1/imports/{kind}": _always(_each("kind", "organisation", "harvest")),
    "/api/v1/delegations/{delegation_id}/end": _always(_each("delegation_id", "none")),
    "/api/v1/listings/subscriptions/{subscription_id}/end": _always(
        _each("subscription_id", "none")
    ),
    "/api/v1/listings/subscriptions/{subscription_id}/unwatch": _always(
        _each("subscription_id", "none")
    ),
    "/api/v1/listings/subscriptions/{subscription_id}/watch": _always(
        _each("subscription_id", "none")
    ),
    "/api/v1/links/{link_id}/end": _always(_each("link_id", "none")),
    "/api/v1/openapi.json/{path}": _always(_each("path", "x")),
    "/api/v1/evidence/{item}": _always(_each("item", LOT, SOLD, FLOUR, FRUIT, MADE)),
    "/api/v1/receipts/{receipt}": _always(_each("receipt", *_RECEIPTS, "1-0.svg")),
    "/api/v1/registers/{register}": _always(_each("register", *_ENTRIES)),
    **{
        f"/api/v1/signing-keys/{{kid}}{step}": _ids("kid", "signing-key")
        for step in ("", "/replacement", "/suspension", "/resumption", "/revocation")
    },
    **{
        f"/api/v1/grants/{{number}}{step}": _ids("number", "party-grant")
        for step in ("", "/uses", "/acceptance", "/refusal", "/revocation")
    },
    **{
        f"/api/v1/enrolments/{{number}}{step}": _ids("number", "enrolment")
        for step in ("", "/answer", "/withdrawal")
    },
    **{
        f"/s/enrolments/{{number}}{step}": _ids("number", "enrolment")
        for step in ("", "/confirm", "/refuse")
    },
    **{
        f"/w/enrolment/{{number}}{step}": _ids("number", "enrolment")
        for step in ("", "/statement", "/answer", "/withdraw")
    },
    "/w/enrolment/households/template/{name}": _always(_each("name", "households.csv")),
    "/w/enrolment/households/{token}": _ids("token", "upload"),
    "/w/enrolment/households/{token}/confirm": _ids("token", "upload"),
    "/w/enrolment/households/{token}/drop": _ids("token", "upload"),
    "/w/grants/{number}": _ids("number", "party-grant"),
    "/w/grants/{number}/{step}": lambda w: [{"number": w.ids["party-grant"], "step": "accept"}],
    "/parties/{code}/did.json": _ids("code", "party"),
    "/s/keys/{kid}": _ids("kid", "signing-key"),
    "/s/keys/{kid}/{step}": lambda w: [{"kid": w.ids["signing-key"], "step": "suspend"}],
    "/w/keys/{kid}": _ids("kid", "signing-key"),
    "/w/keys/{kid}/{step}": lambda w: [{"kid": w.ids["signing-key"], "step": "suspend"}],
    "/api/v1/registers/{register}/decide": _always(_each("register", *_ENTRIES)),
    "/api/v1/registers/{register}/history": _always(_each("register", *_ENTRIES)),
    "/api/v1/registers/{register}/submit": _always(_each("register", *_ENTRIES)),
    "/case/{reference}": _always(_each("reference", "x" * 24)),
    "/epcis/capture/{job}": _always(_each("job", "none")),
    "/epcis/events/{event_id}": _always(_each("event_id", EVENT_ID)),
    "/api/v1/standing/{item}": _always(
        _each("item", *(f"{key}{end}" for key in _THINGS for end in ("", "/summary")))
    ),
    "/log/check/{code}": _always(_each("code", LOT, SOLD, FLOUR, FRUIT, MADE)),
    "/log/evidence/{code}": _always(_each("code", LOT, SOLD, FLOUR, FRUIT, MADE)),
    "/log/package/{code}": _always(_each("code", LOT, SOLD, FLOUR, FRUIT, MADE)),
    "/media/{name}": _always(_each("name", "x.png")),
    "/p/{code}": _always(
        _each("code", *(f"{key}{end}" for key in _THINGS for end in ("", "/standing")))
    ),
    "/r/organisation/{code}": _always(
        _each("code", _HOUSEHOLD, f"to-chuc-{COOPERATIVE}", "htx-kin")
    ),
    "/r/place/{key}": _always(_each("key", PLOT, HOUSE, DURIAN)),
    "/r/product/{gtin}": _always(_each("gtin", FRUIT.partition("/")[2])),
    "/s/approvals/entry/{register}": _always(_each("register", *_ENTRIES)),
    "/s/cases/{number}": _ids("number", "case"),
    "/recalls/{number}": _ids("number", "recall"),
    **{
        f"{base}/{{number}}{end}": _ids("number", "recall")
        for base in ("/s/recalls", "/w/quality/recalls")
        for end in (
            *("", "/investigate", "/dismiss", "/scope", "/decide", "/sites", "/release"),
            *("/report", "/report.pdf", "/report.json", "/close", "/things", "/things.csv"),
        )
    },
    **{
        f"{base}/{{number}}/{part}/{{{name}}}": lambda w, name=name: [  # type: ignore[misc]
            {"number": w.ids["recall"], name: f"{w.ids['recall']}-1"}
        ]
        for base in ("/s/recalls", "/w/quality/recalls")
        for part, name in (("sites", "site"), ("files", "file"))
    },
    **{
        f"/w/recalls/{{site}}{end}": lambda w: [{"site": f"{w.ids['recall']}-1"}]
        for end in ("", "/see", "/answer", "/dispose")
    },
    "/w/recalls/requests/{number}": _always(_each("number", "none")),
    "/s/codes/{use_id}": _ids("use_id", "use"),
    "/s/codes/{use_id}/answer": _ids("use_id", "use"),
    "/s/codes/{use_id}/ceiling": _ids("use_id", "use"),
    "/s/erasures/{asked}": _ids("asked", "request"),
    "/s/issued/licences/{licence_id}": _ids("licence_id", "licence"),
    "/s/list/{kind}": _always(
        _each("kind", "organisations", "households", "areas", "products", "lots")
    ),
    "/static/{file_path}": _always(_each("file_path", "nguon.css")),
    "/w/api-keys/{key}/end": _always(_each("key", "none")),
    "/w/people/{membership}/reset": _always(_each("membership", "none")),
    "/w/authorisations/uses/{use_id}": _ids("use_id", "use"),
    "/w/authorisations/uses/{use_id}/reverse": _ids("use_id", "use"),
    "/w/authorisations/{grant_id}": _ids("grant_id", "grant"),
    "/w/authorisations/{grant_id}/narrow": _ids("grant_id", "grant"),
    "/w/authorisations/{grant_id}/withdraw": _ids("grant_id", "grant"),
    "/w/cases/files/{number}": _always(_each("number", "none")),
    "/w/cases/{number}": _ids("number", "case"),
    "/w/cases/{number}/evidence": _ids("number", "case"),
    "/w/codes/blocks/{block_id}": _ids("block_id", "block"),
    "/w/codes/blocks/{block_id}/exports": _ids("block_id", "block"),
    "/w/codes/blocks/{block_id}/marks": _ids("block_id", "block"),
    "/w/codes/gtins/{gtin}/control": _always(_each("gtin", FRUIT[3:])),
    "/w/consents/{consent}": _ids("consent", "consent"),
    "/w/consents/{consent}/withdraw": _ids("consent", "consent"),
    "/w/consignments/{number}": _ids("number", "consignment"),
    "/w/consignments/{number}/edit": _ids("number", "consignment"),
    "/w/consignments/{number}/papers": _ids("number", "consignment"),
    "/w/consignments/{number}/plots.geojson": _ids("number", "consignment"),
    "/w/consignments/{number}/step": _ids("number", "consignment"),
    "/w/documents/{number}": _ids("number", "document"),
    "/w/done/{number}": _ids("number", "receipt"),
    "/w/receipts/{receipt}": _always(_each("receipt", *_RECEIPTS)),
    "/w/receipts/{receipt}/print": _always(_each("receipt", *_RECEIPTS)),
    "/w/files/export/receipt/{name}": lambda w: _each(
        "name", *(f"{w.ids['receipt']}.{form}" for form in ("xlsx", "csv", "pdf"))
    ),
    "/w/files/export/{name}": _always(
        _each("name", *(f"{name}.csv" for name in _ENTRIES), "organisation.xlsx", "plots.geojson")
    ),
    "/w/files/template/{name}": _always(_each("name", "organisation.csv")),
    "/w/files/{token}": _ids("token", "upload"),
    "/w/files/{token}/columns": _ids("token", "upload"),
    "/w/files/{token}/confirm": _ids("token", "upload"),
    "/w/files/{token}/drop": _ids("token", "upload"),
    "/w/files/{token}/errors": _ids("token", "upload"),
    "/api/v1/handovers/{number}": _ids("number", "handover"),
    "/api/v1/handovers/{number}/answer": _ids("number", "handover"),
    "/w/handovers/{number}": _ids("number", "handover"),
    "/w/identities/{identity}": _ids("identity", "identity"),
    "/w/identities/{identity}/answer": _ids("identity", "identity"),
    "/w/identities/{identity}/end": _ids("identity", "identity"),
    "/w/labels/{number}": _ids("number", "receipt"),
    "/w/print/blocks/{block_id}": _ids("block_id", "block"),
    "/w/print/exports/{export_id}/printed": _ids("export_id", "range"),
    "/w/label/{key}": _always(_each("key", LOT)),
    "/w/land/{place}": _always(_each("place", PLOT)),
    "/w/lots/{key}": _always(_each("key", LOT, SOLD)),
    "/w/people/invitations/{invitation}/withdraw": _always(_each("invitation", "none")),
    "/w/people/{membership}/role": _always(_each("membership", "none")),
    "/w/registers/{register}": _always(_each("register", *_ENTRIES)),
    "/w/registers/{register}/documents": _always(_each("register", *_ENTRIES)),
    "/w/registers/{register}/edit": _always(_each("register", *_ENTRIES)),
    "/w/registers/{register}/new": _always(_each("register", *_ENTRIES)),
    "/w/registers/{register}/submit": _always(_each("register", *_ENTRIES)),
    "/w/registers/{register}/withdraw": _always(_each("register", *_ENTRIES)),
    "/w/links/{link_id}/end": _always(_each("link_id", "none")),
    "/w/samples/{number}": _ids("number", "sample"),
    **{
        f"{base}/{{number}}{end}": _always(_each("number", "none"))
        for base, ends in {
            "/w/drills": ("", "/report.pdf", "/note", "/end", "/report.json", "/answer"),
            "/s/drills": ("", "/report.pdf", "/note", "/end", "/report.json"),
            "/api/v1/drills": ("", "/answer", "/end", "/report"),
        }.items()
        for end in ends
    },
    "/w/messages/{number}": _always(_each("number", "none")),
    "/api/v1/messages/{number}/acknowledge": _always(_each("number", "none")),
    "/account/messages/{token}": _always(_each("token", "none")),
}
"""The values of each address's parameters."""

_KEYS = [{"key": key} for keys in _ENTRIES.values() for key in keys]
_SOUGHT = [{"q": words} for words in ("Xuyến Chi", "ho-kin", "0912987001", "Kín", "To chuc")]
_ITEMS = [{"item": key} for key in (LOT, SOLD, FLOUR)]

QUERIES: Mapping[str, list[dict[str, str]]] = {
    "/api/v1/addresses": [{"old": "Thôn Nội, xã Hồng Nam, thành phố Hưng Yên"}],
    "/api/v1/code-uses": [{"code": DURIAN}],
    "/api/v1/codes/check": [{"gtin": FRUIT[3:], "serial": "26080007"}],
    "/api/v1/identities": [{}, {"foreign_id": "KIN-NOI-BO-7"}, {"item": LOT}],
    "/api/v1/listings/check": [
        {"seller": "s-1", "code": LOT},
        {"seller": f"hmac:{'0' * 64}", "code": SOLD},
    ],
    "/api/v1/lots/completeness": [{"item": LOT}, {"item": SOLD}, {"lot": LOT}],
    "/api/v1/receipts": [
        {"event": EVENT_ID},
        *({"item": item, "format": form} for item in (LOT, SOLD) for form in ("list", "package")),
    ],
    "/api/v1/registers/{register}": _KEYS,
    "/api/v1/registers/{register}/history": _KEYS,
    "/api/v1/scans": [{"item": LOT}, {"item": SOLD}, {"item": LOT[:17]}],
    "/api/v1/search": _SOUGHT,
    "/api/v1/trace": [
        {"item": key, "direction": way} for key in (LOT, SOLD) for way in ("back", "forward")
    ],
    **{
        f"/api/v1/trace/{question}": [{"item": LOT}, {"item": SOLD}]
        for question in ("holdings", "origins", "gaps", "dispersion")
    },
    "/api/v1/trace/balance": [{"lot": LOT}, {"lot": SOLD}, {"place": HOUSE}],
    "/api/v1/trace/compare": [{"a": LOT, "b": SOLD}],
    "/epcis/events": [
        {},
        {"EQ_bizStep": "shipping"},
        {"GE_quantity": "1000"},
        {"MATCH_anyEPCClass": f"https://id.gs1.org/{LOT}"},
        {"perPage": "x"},
    ],
    "/find": [{"code": LOT}, {"code": "Xuyến Chi"}, {"code": "<kín>"}],
    "/r": _SOUGHT,
    "/s/approvals": [{}, {"find": "Xuyến Chi"}],
    "/s/approvals/decide": _KEYS,
    "/s/approvals/entry/{register}": _KEYS,
    "/s/find": [{"code": LOT}, {"code": "Xuyến Chi"}],
    "/s/list/{kind}": [{}, {"province": "66"}, {"commune": "24502"}, {"province": "33"}],
    "/s/keys": [{}, {"q": "ho-kin"}, {"q": "htx-kin"}],
    "/api/v1/stops": [{"code": LOT}, {"code": "<kín>"}],
    "/api/v1/inspections/about": [{"code": LOT}, {"code": "<kín>"}],
    "/s/inspections/about": [{}, {"code": LOT}, {"code": "<kín>"}],
    **{page: [{}, {"code": LOT}, {"code": "<kín>"}] for page in ("/w/stoplist", "/stoplist/check")},
    "/scan/about": [{"item": LOT}, {"item": "<kín>"}],
    "/w/authorisations/new": [{}, {"code": DURIAN}],
    "/w/files/export": [
        {"format": form, "from": "01/07/2026", "to": "31/08/2026"} for form in ("csv", "xlsx")
    ],
    "/w/land/export": [{}, {"place": PLOT}],
    "/w/lots": [{}, {"item": LOT}],
    "/w/receive/scan": [{"code": LOT}],
    "/w/registers": [{"show": register} for register in _ENTRIES],
    "/w/registers/{register}": _KEYS,
    "/w/registers/{register}/edit": _KEYS,
    "/w/samples": [{}, {"item": LOT}],
    "/w/scans": [{}, {"item": LOT}, {"item": SOLD}, {"item": LOT[:17]}, {"item": "<kín>"}],
    **{f"{base}/trace{end}": _ITEMS for base in ("/w", "/s") for end in ("", "/files/{name}")},
    **{f"{base}/trace/dispersion": _ITEMS for base in ("/w", "/s")},
    **{f"{base}/trace/common": [{"items": f"{LOT}\n{SOLD}"}] for base in ("/w", "/s")},
    **{f"{base}/trace/compare": [{"a": LOT, "b": SOLD}] for base in ("/w", "/s")},
    **{f"{base}/trace/balance": [{"goods": LOT}, {"holder": HOUSE}] for base in ("/w", "/s")},
}
"""Questions for an address; one without a line is asked without any."""


def addresses(world: World, path: str) -> list[str]:
    """The addresses that a route's pattern is tried under; `KeyError` where it has no recipe."""
    if "{" not in path:
        return [path]
    return [
        path.format(**{name: quote(value, safe="/:.") for name, value in values.items()})
        for values in PARAMETERS[path](world)
    ]
