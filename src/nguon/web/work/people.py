# SPDX-License-Identifier: Apache-2.0
"""The people of an organisation: who works here, as what; inviting, changing, ending."""

import asyncio
from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from nguon.identity.accounts import invitations, people
from nguon.identity.accounts.contacts import contact
from nguon.identity.accounts.invitations import Wanted
from nguon.identity.errors import AccountError
from nguon.identity.model import Principal, Role
from nguon.store import Store
from nguon.web import sessions as cookies
from nguon.web.auth import needs, principal_of
from nguon.web.forms import Form, submitted
from nguon.web.services import services
from nguon.web.telling import told
from nguon.web.work.pages import go_to, work

_PAGE = "/w/people"
_SECONDS = 600
"""How long the page shows the link of an invitation to whoever made it."""


@get(_PAGE, opt=dict(needs("people")), include_in_schema=False)
async def people_page(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Members, open invitations, and the form to invite."""
    return await _page(request, {}, [])


@post(f"{_PAGE}/invitations", opt=dict(needs("people")), include_in_schema=False)
async def invite(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Make an invitation; its link is shown to its maker, for ten minutes."""
    form = await submitted(request)
    typed = {name: form.text(name) for name in ("name", "contact", "role")}
    store, by = services(request.scope).store, principal_of(request.scope)
    try:
        number, token = await asyncio.to_thread(_invite, store, by, form)
    except AccountError as error:
        field = _FIELDS.get(error.code, "contact")
        return await _page(request, typed, [(field, told(request, error))])
    answer = go_to(f"{_PAGE}#made")
    answer.set_cookie(cookies.kept(request.scope, cookies.INVITED, f"{number}.{token}", _SECONDS))
    return answer


@post(
    f"{_PAGE}/invitations/{{invitation:str}}/withdraw",
    opt=dict(needs("people")),
    include_in_schema=False,
)
async def withdraw(request: Request[Any, Any, Any], invitation: FromPath[str]) -> Response[bytes]:
    """Make a link useless."""
    await submitted(request)
    organisation = principal_of(request.scope).organisation
    store = services(request.scope).store
    await asyncio.to_thread(invitations.withdraw, store, organisation, invitation)
    return go_to(_PAGE)


@post(f"{_PAGE}/{{membership:str}}/role", opt=dict(needs("people")), include_in_schema=False)
async def change_role(
    request: Request[Any, Any, Any], membership: FromPath[str]
) -> Response[bytes]:
    """Give a member another role, or none."""
    form = await submitted(request)
    store, by = services(request.scope).store, principal_of(request.scope)
    try:
        await asyncio.to_thread(_change, store, by, membership, form.text("role"))
    except AccountError as error:
        return await _page(request, {}, [(f"role-{membership}", told(request, error))])
    return go_to(_PAGE)


_END = "end"
_FIELDS = {
    "accounts.name-missing": "name",
    "accounts.name-long": "name",
    "accounts.role-above": "role",
}


def _invite(store: Store, by: Principal, form: Form) -> tuple[str, str]:
    wanted = Wanted(form.text("name"), contact(form.text("contact")), _role(form.text("role")))
    return invitations.invite(store, by, wanted)


def _change(store: Store, by: Principal, membership: str, role: str) -> None:
    if role == _END:
        people.leave(store, by, membership)
    else:
        people.change_role(store, by, membership, _role(role))


def _role(text: str) -> Role:
    if text not in set(Role):
        raise AccountError("accounts.role-above", role=Role.OPERATOR)
    return Role(text)


async def _page(
    request: Request[Any, Any, Any], typed: dict[str, str], errors: list[tuple[str, str]]
) -> Response[bytes]:
    store, by = services(request.scope).store, principal_of(request.scope)
    members = await asyncio.to_thread(people.members, store, by.organisation)
    waiting = await asyncio.to_thread(invitations.standing, store, by.organisation)
    number, _, token = (cookies.sent(request.scope, cookies.INVITED) or "").partition(".")
    return work(
        request,
        "work/people.html",
        here="people",
        status_code=400 if errors else 200,
        members=members,
        waiting=waiting,
        roles=invitations.givable(by),
        made=next((one for one in waiting if one.id == number), None),
        link=f"{services(request.scope).base_url}/account/invitation/{token}",
        typed={"name": "", "contact": "", "role": Role.CLERK.value, **typed},
        errors=errors,
        wrong=dict(errors),
    )


ROUTES = (people_page, invite, withdraw, change_role)
