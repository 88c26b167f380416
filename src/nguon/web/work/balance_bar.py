# SPDX-License-Identifier: Apache-2.0
"""A balance as a bar: used, waiting, what is left; drawn here, with its words beside it."""

from decimal import Decimal

import msgspec
from markupsafe import Markup

from nguon.base.messages import Language, text
from nguon.registry.ledger.queries import Account, Balance
from nguon.web.formats import number

_HEIGHT = 18


class Bar(msgspec.Struct, frozen=True):
    """The drawing, and the same in words."""

    svg: Markup | None
    words: tuple[str, ...]


def of_grant(one: Balance, language: Language) -> Bar:
    """How much of a grant is used."""
    words = [_told("ledger.bar", language, used=one.used, left=one.left, whole=one.granted)]
    if one.waiting:
        words.append(_told("ledger.bar-waiting", language, waiting=one.waiting))
    return Bar(_drawn(one.granted, one.used, one.waiting, None, words[0]), tuple(words))


def of_account(one: Account, language: Language) -> Bar:
    """How much of what a code bears is used and granted."""
    if one.ceiling is None or one.left is None:
        missing = "ledger.bar-no-capacity" if one.facts.packs else "ledger.bar-no-ceiling"
        words = [_told(missing, language, used=one.used)]
        return Bar(None, tuple(words + _granted(one, language)))
    if one.facts.packs:
        words = [_told("ledger.bar-day", language, used=one.used, whole=one.ceiling)]
        return Bar(_drawn(one.ceiling, one.used, one.waiting, None, words[0]), tuple(words))
    words = [_told("ledger.bar", language, used=one.used, left=one.left, whole=one.ceiling)]
    if one.waiting:
        words.append(_told("ledger.bar-waiting", language, waiting=one.waiting))
    words += _granted(one, language)
    drawn = _drawn(one.ceiling, one.used, one.waiting, one.granted, words[0])
    return Bar(drawn, tuple(words))


def of_stock(came: Decimal, gone: Decimal, words: str) -> Bar:
    """How much of what came left again; ``words`` say the same."""
    return Bar(_drawn(came, gone, Decimal(0), None, words), (words,))


def _granted(one: Account, language: Language) -> list[str]:
    if not one.granted:
        return []
    if one.ceiling is not None and one.granted > one.ceiling:
        over = one.granted - one.ceiling
        told = _told("ledger.bar-granted-over", language, granted=one.granted, over=over)
        return [told]
    return [_told("ledger.bar-granted", language, granted=one.granted)]


def _drawn(
    whole: Decimal, used: Decimal, waiting: Decimal, granted: Decimal | None, title: str
) -> Markup:
    """Everything to one scale: the whole, or what exceeds it."""
    scale = max(whole, used + waiting, granted or Decimal(0), Decimal(1))
    parts = [_part("whole", Decimal(0), whole, scale)]
    if granted:
        parts.append(_part("granted", Decimal(0), granted, scale, thin=True))
    parts.append(_part("used", Decimal(0), used, scale))
    if waiting:
        parts.append(_part("waiting", used, waiting, scale))
    if scale > whole:
        parts.append(
            Markup('<line class="limit" x1="{0}%" x2="{0}%" y1="0" y2="{1}"/>').format(
                _share(whole, scale), _HEIGHT
            )
        )
    return Markup(
        '<svg class="balance" width="100%" height="{}" role="img" aria-label="{}">{}</svg>'
    ).format(_HEIGHT, title, Markup("").join(parts))


def _part(
    name: str, start: Decimal, amount: Decimal, scale: Decimal, *, thin: bool = False
) -> Markup:
    top, height = (_HEIGHT - 4, 4) if thin else (0, _HEIGHT - 5)
    return Markup('<rect class="{}" x="{}%" y="{}" width="{}%" height="{}"/>').format(
        name, _share(start, scale), top, _share(amount, scale), height
    )


def _share(amount: Decimal, scale: Decimal) -> str:
    return f"{min(amount * 100 / scale, Decimal(100)):.2f}"


def _told(code: str, language: Language, /, **amounts: Decimal) -> str:
    return text(code, language, **{name: number(v, language) for name, v in amounts.items()})
