# SPDX-License-Identifier: Apache-2.0
"""An organisation's own registers: its sites, products, papers and members, and how they stand."""

import asyncio
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from litestar import Request, Response, get, post
from litestar.params import FromPath, FromQuery

from nguon.base.messages import Language, text
from nguon.identity.model import Principal, Scope
from nguon.registry import decisions, documents, editing, entries, holdings, queries, workflow
from nguon.registry.documents import Folder
from nguon.registry.errors import RegistryError, UnknownEntryError
from nguon.registry.extensions import next_free
from nguon.registry.model import OrganisationKind, Register
from nguon.registry.shapes import SHAPES
from nguon.store import Store
from nguon.web.attachments import kept_headers
from nguon.web.auth import needs, principal_of
from nguon.web.forms import Form, submitted
from nguon.web.languages import negotiate
from nguon.web.services import services
from nguon.web.telling import told
from nguon.web.work.pages import go_to, work
from nguon.web.work.register_forms import Draft, groups
from nguon.web.work.register_view import line, view

PAGE = "/w/registers"
_ORDER = (Register.PLACE, Register.CERTIFICATE, Register.PRODUCT, Register.ORGANISATION)
_MOST = 100
Requested = Request[Any, Any, Any]


@get(PAGE, opt=dict(needs("read")), include_in_schema=False)
async def registers_page(
    request: Requested, show: FromQuery[str] = "place", after: FromQuery[str] = ""
) -> Response[bytes]:
    """One register's entries of an organisation and its members, with how each stands."""
    register = register_of(show)
    principal, store = principal_of(request.scope), services(request.scope).store
    found = await asyncio.to_thread(
        holdings.of_organisation,
        store,
        principal.organisation,
        register,
        after=after,
        limit=_MOST + 1,
    )
    language = negotiate(request.scope)
    return work(
        request,
        "work/registers/list.html",
        here="registers",
        register=register.value,
        registers=[one.value for one in _ORDER],
        lines=[line(one, language) for one in found[:_MOST]],
        more=quote(found[_MOST - 1].key, safe="") if len(found) > _MOST else None,
        may_edit=principal.may(Scope.REGISTRY),
    )


@get(f"{PAGE}/{{register:str}}", opt=dict(needs("read")), include_in_schema=False)
async def entry_page(
    request: Requested, register: FromPath[str], key: FromQuery[str] = ""
) -> Response[bytes]:
    """An entry: what it says, how it stands and stood, its papers, what can be done."""
    return await _entry(request, register_of(register), key)


@get(f"{PAGE}/{{register:str}}/new", opt=dict(needs("registry")), include_in_schema=False)
async def new_page(
    request: Requested, register: FromPath[str], part: FromQuery[str] = ""
) -> Response[bytes]:
    """The form of a new entry; ``part`` is the site whose next free extension a plot gets."""
    found = register_of(register)
    principal, store = principal_of(request.scope), services(request.scope).store
    values = await asyncio.to_thread(_begun, store, principal, found)
    if found is not Register.PLACE:
        return await _form(request, found, Draft(values, {}))
    offers = await asyncio.to_thread(next_free, store, principal.organisation)
    for one in offers:
        if one.parent == part:
            values |= {"parent": one.parent, "extension": one.extension, "kind": "plot"}
    return await _form(request, found, Draft(values, {}, offers=tuple(offers)))


@get(f"{PAGE}/{{register:str}}/edit", opt=dict(needs("registry")), include_in_schema=False)
async def edit_page(
    request: Requested, register: FromPath[str], key: FromQuery[str] = ""
) -> Response[bytes]:
    """The form of an entry that is there."""
    found = register_of(register)
    principal, store = principal_of(request.scope), services(request.scope).store
    values = await asyncio.to_thread(editing.cells, store, principal, found, key)
    return await _form(request, found, Draft(values, {}, known=True))


@post(f"{PAGE}/{{register:str}}", opt=dict(needs("registry")), include_in_schema=False)
async def save(request: Requested, register: FromPath[str]) -> Response[bytes]:
    """Take a form; with a fault it comes back as it was filled in."""
    found, form = register_of(register), await submitted(request)
    principal, store = principal_of(request.scope), services(request.scope).store
    values = _written(found, form)
    saved = await asyncio.to_thread(editing.save, store, principal, found, values)
    if not saved.report.done:
        language = negotiate(request.scope)
        faults = {
            fault.column or SHAPES[found].key[-1]: _fault(fault, language)
            for fault in reversed(saved.report.faults)
        }
        draft = Draft(values, faults, known=bool(form.text("known")))
        return await _form(request, found, draft, status_code=422)
    done = "proposed" if saved.report.proposed else "saved"
    return go_to(f"{PAGE}/{found}?key={quote(saved.key, safe='')}&done={done}")


@post(f"{PAGE}/{{register:str}}/submit", opt=dict(needs("registry")), include_in_schema=False)
async def submit(request: Requested, register: FromPath[str]) -> Response[bytes]:
    """Lay an entry before its body."""
    return await _done(request, register_of(register), decisions.submit, "submitted")


@post(f"{PAGE}/{{register:str}}/withdraw", opt=dict(needs("registry")), include_in_schema=False)
async def withdraw(request: Requested, register: FromPath[str]) -> Response[bytes]:
    """Take back what waits."""
    return await _done(request, register_of(register), decisions.withdraw, "withdrawn")


@post(f"{PAGE}/{{register:str}}/documents", opt=dict(needs("registry")), include_in_schema=False)
async def attach(request: Requested, register: FromPath[str]) -> Response[bytes]:
    """Keep a file with an entry."""
    found, form = register_of(register), await submitted(request)
    key, sent = form.text("key"), form.file("file")
    principal, parts = principal_of(request.scope), services(request.scope)
    try:
        await asyncio.to_thread(
            documents.attach,
            parts.store,
            Folder(parts.documents),
            principal,
            (found, key),
            (sent.name, sent.content) if sent else ("", b""),
        )
    except RegistryError as error:
        return await _entry(request, found, key, [("file", told(request, error))])
    return go_to(f"{PAGE}/{found}?key={quote(key, safe='')}&done=attached#documents")


@get("/w/documents/{number:str}", opt=dict(needs("read")), include_in_schema=False)
async def document(request: Requested, number: FromPath[str]) -> Response[bytes]:
    """A file, to keep and never to be opened as a page of ours."""
    principal, parts = principal_of(request.scope), services(request.scope)
    found, content = await asyncio.to_thread(
        documents.read, parts.store, Folder(parts.documents), principal, number
    )
    return Response(content, headers=kept_headers(found.name), media_type=found.media_type)


def register_of(name: str) -> Register:
    """The register of an address; raises `UnknownEntryError`."""
    if name not in set(Register):
        raise UnknownEntryError("approvals.bad-key")
    return Register(name)


async def _done(request: Requested, register: Register, call: Any, done: str) -> Response[bytes]:
    form = await submitted(request)
    key = form.text("key")
    principal, store = principal_of(request.scope), services(request.scope).store
    try:
        await asyncio.to_thread(call, store, principal, register, key)
    except RegistryError as error:
        if isinstance(error, UnknownEntryError):
            raise
        return await _entry(request, register, key, [("", told(request, error))])
    return go_to(f"{PAGE}/{register}?key={quote(key, safe='')}&done={done}")


async def _entry(
    request: Requested,
    register: Register,
    key: str,
    errors: list[tuple[str, str]] | None = None,
) -> Response[bytes]:
    principal, store = principal_of(request.scope), services(request.scope).store
    language = negotiate(request.scope)
    context, own = await asyncio.to_thread(_seen, store, principal, register, key, language)
    done = request.query_params.get("done", "")
    return work(
        request,
        "work/registers/entry.html",
        here="registers",
        status_code=422 if errors else 200,
        errors=errors or [],
        done=done if done in _DONE else "",
        may_edit=own and principal.may(Scope.REGISTRY),
        **context,
    )


_DONE = ("saved", "proposed", "submitted", "withdrawn", "attached")


def _seen(
    store: Store, principal: Principal, register: Register, key: str, language: Language
) -> tuple[dict[str, Any], bool]:
    """The page of an entry, and whether it is the reader's own.

    Raises `UnknownEntryError` for whoever is not concerned, as where there is none.
    """
    with store.reading() as connection:
        row = entries.entry(connection, register, key)
        if not documents.concerned(connection, principal, register, row):
            raise UnknownEntryError("approvals.unknown-entry")
        own = principal.organisation in entries.owners(connection, register, row)
    file = holdings.file(store, register, key)
    if not own:
        holdings.note(store, principal.audience, [file.holding])
    kept = documents.of_entry(store, register, key)
    context = view(file, kept, language)
    in_use = file.holding.standing.status in workflow.IN_USE
    waits = file.holding.waiting is not None
    needed = workflow.needs_approval(register, file.holding.content)
    context["may_submit"] = needed and not waits and not in_use
    context["may_withdraw"] = waits
    return context, own


async def _form(
    request: Requested, register: Register, draft: Draft, *, status_code: int = 200
) -> Response[bytes]:
    principal, store = principal_of(request.scope), services(request.scope).store
    language = negotiate(request.scope)
    lists = await asyncio.to_thread(_lists, store, principal, language)
    return work(
        request,
        "work/registers/form.html",
        here="registers",
        status_code=status_code,
        register=register.value,
        groups=groups(register, draft, SHAPES[register].required, language),
        errors=list(draft.faults.items()),
        known=draft.known,
        offers=draft.offers,
        lists=lists,
    )


def _lists(
    store: Store, principal: Principal, language: Language
) -> Mapping[str, list[tuple[str, str]]]:
    """What the fields that name other entries offer: one's own organisation and members,
    places, products.
    """
    own, reader = principal.organisation, principal.audience
    organisations = [
        *queries.organisations(store, reader, [own]).values(),
        *queries.members_of(store, reader, own),
    ]
    parties = [(one.code, one.name.in_language(language)) for one in organisations]
    places = [
        (one.key, one.name.in_language(language)) for one in queries.places_of(store, reader, own)
    ]
    products = [
        (one.gtin, one.name.in_language(language))
        for one in queries.products_of(store, reader, own)
    ]
    by_kind = {"organisation": parties, "place": places, "product": products}
    by_kind.update(holder=parties, maker=parties, member_of=parties, parent=places)
    return by_kind


def _begun(store: Store, principal: Principal, register: Register) -> dict[str, str]:
    """A new entry is of the own organisation unless told otherwise."""
    found = queries.organisation(store, principal.audience, principal.organisation)
    own = "" if found is None else found.code
    field = {
        Register.PLACE: "holder",
        Register.PRODUCT: "maker",
        Register.CERTIFICATE: "organisation",
        Register.ORGANISATION: "member_of",
    }[register]
    kind = {"kind": OrganisationKind.HOUSEHOLD.value} if field == "member_of" else {}
    return {field: own, **kind}


def _written(register: Register, form: Form) -> dict[str, str]:
    names = set(form.names())
    values = {name: form.text(name) for name in editing.fields(register) if name in names}
    if "markets" in editing.fields(register):
        values["markets"] = "; ".join(form.all("markets"))
    return values


def _fault(fault: Any, language: Language) -> str:
    said = text(fault.code, language, **fault.params)
    return f"{said} {fault.hint(language) or ''}".strip()


ROUTES = (
    registers_page,
    entry_page,
    new_page,
    edit_page,
    save,
    submit,
    withdraw,
    attach,
    document,
)
