# SPDX-License-Identifier: Apache-2.0
"""The menu of the workspace: one line an entry, shown to whoever has its scope."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Entry:
    """A page of the menu; ``words`` is the code of its name, ``group`` of ``work.group.…``."""

    id: str
    path: str
    words: str
    scope: str
    group: str
    unless: str = ""
    """Who has this scope has the page in another group."""


NAV: tuple[Entry, ...] = (
    Entry("desk", "/s", "faces.desk", "supervise", "desk"),
    Entry("approvals", "/s/approvals", "approvals.desk", "supervise", "desk"),
    Entry("overdue", "/s/overdue", "compliance.nav-overdue", "supervise", "desk"),
    Entry("disputes", "/s/cases", "disputes.nav", "supervise", "desk"),
    Entry("recalls", "/s/recalls", "recalls.nav", "supervise", "desk"),
    Entry("inspections", "/s/inspections", "inspections.title", "supervise", "desk"),
    Entry("desk-scan", "/scan", "scans.nav", "supervise", "desk"),
    Entry("desk-trace", "/s/trace", "work.trace", "supervise", "desk"),
    Entry("holds", "/s/holds", "compliance.nav-holds", "supervise", "desk"),
    Entry("codes", "/s/codes", "ledger.desk-nav", "supervise", "desk"),
    Entry("issued", "/s/issued", "codes.desk-nav", "supervise", "desk"),
    Entry("enrolments", "/s/enrolments", "enrolment.desk", "supervise", "desk"),
    Entry("desk-keys", "/s/keys", "party-keys.desk-nav", "supervise", "desk"),
    Entry("desk-drills", "/s/drills", "drills.nav", "supervise", "desk"),
    Entry("state", "/s/state", "faces.state", "supervise", "desk"),
    Entry("erasures", "/s/erasures", "access.desk-erasures", "admin", "desk"),
    Entry("resets", "/s/resets", "security.resets", "admin", "desk"),
    Entry("start", "/w", "faces.today", "capture", "day"),
    Entry("messages", "/w/messages", "messages.nav", "read", "day"),
    Entry("recall-notices", "/w/recalls", "recalls.notices", "capture", "day"),
    Entry("todo", "/w/todo", "compliance.nav-todo", "capture", "day"),
    Entry("deliveries", "/w/deliveries", "entries.nav-deliveries", "capture", "day"),
    Entry("harvest", "/w/harvest", "entries.title-harvest", "capture", "day"),
    Entry("receive", "/w/receive", "entries.title-receive", "capture", "day"),
    Entry("pack", "/w/pack", "entries.title-pack", "capture", "day"),
    Entry("ship", "/w/ship", "entries.title-ship", "capture", "day"),
    Entry("handovers", "/w/handovers", "entries.title-handovers", "capture", "day"),
    Entry("sell", "/w/sell", "entries.title-sell", "capture", "day"),
    Entry("withdraw", "/w/withdraw", "entries.title-withdraw", "capture", "day"),
    Entry("receipts", "/w/done", "entries.receipts", "capture", "day"),
    Entry("proofs", "/w/receipts", "receipts.nav", "capture", "day"),
    Entry("scan", "/scan", "scans.nav", "capture", "codes", unless="supervise"),
    Entry("print", "/w/print", "print.nav", "capture", "codes"),
    Entry("issuing", "/w/codes", "codes.nav", "capture", "codes"),
    Entry("links", "/w/links", "links.nav", "registry", "codes"),
    Entry("identities", "/w/identities", "bridge.name", "registry", "codes"),
    Entry("scans", "/w/scans", "scans.counts", "capture", "codes"),
    Entry("trace", "/w/trace", "work.trace", "trace", "goods", unless="supervise"),
    Entry("consignments", "/w/consignments", "compliance.nav-consignments", "read", "goods"),
    Entry("samples", "/w/samples", "compliance.nav-samples", "read", "goods"),
    Entry("stoplist", "/w/stoplist", "stoplist.nav", "capture", "goods"),
    Entry("files", "/w/files", "files.title", "capture", "goods"),
    Entry("listings", "/w/listings", "listings.nav", "registry", "goods"),
    Entry("quality", "/w/quality", "recalls.nav-quality", "registry", "goods"),
    Entry("drills", "/w/drills", "drills.nav", "capture", "goods"),
    Entry("cases", "/w/cases", "disputes.nav", "capture", "goods"),
    Entry("registers", "/w/registers", "approvals.registers", "registry", "registers"),
    Entry("credentials", "/w/credentials", "attesting.nav", "capture", "registers"),
    Entry("authorisations", "/w/authorisations", "ledger.nav", "capture", "registers"),
    Entry("land", "/w/land", "land.nav", "capture", "registers"),
    Entry("address", "/w/address", "land.address-nav", "read", "registers"),
    Entry("enrolment", "/w/enrolment", "enrolment.title", "registry", "organisation"),
    Entry("people", "/w/people", "work.people", "people", "organisation"),
    Entry("keys", "/w/keys", "party-keys.nav", "registry", "organisation"),
    Entry("grants", "/w/grants", "grants.nav", "capture", "organisation"),
    Entry("api-keys", "/w/api-keys", "security.keys", "people", "organisation"),
    Entry("consents", "/w/consents", "access.consents", "registry", "organisation"),
    Entry("access", "/w/access", "access.record", "capture", "organisation"),
)
"""Every entry; groups appear in the order of `GROUPS`."""

GROUPS = ("desk", "day", "codes", "goods", "registers", "organisation")


def menu(scopes: AbstractSet[str]) -> list[tuple[str, list[Entry]]]:
    """The entries for these scopes, by group; no empty groups."""
    grouped = [
        (group, [entry for entry in NAV if entry.group == group and _shown(entry, scopes)])
        for group in GROUPS
    ]
    return [(group, entries) for group, entries in grouped if entries]


def _shown(entry: Entry, scopes: AbstractSet[str]) -> bool:
    return entry.scope in scopes and entry.unless not in scopes
