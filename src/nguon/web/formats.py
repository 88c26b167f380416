# SPDX-License-Identifier: Apache-2.0
"""How days, times and numbers are written in each language; filters of the templates."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import unquote

from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape

from nguon.base.messages import Language
from nguon.base.time import HANOI

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def day(value: date, language: Language) -> str:
    """``20/07/2025`` or ``20 Jul 2025``."""
    if language == "vi":
        return f"{value.day:02}/{value.month:02}/{value.year}"
    return f"{value.day} {_MONTHS[value.month - 1]} {value.year}"


def moment(value: datetime, language: Language) -> str:
    """Day and time of the clock where it happened, with its zone unless it is Viet Nam's."""
    zone = value.utcoffset() or timedelta()
    suffix = "" if zone == timedelta(hours=7) else f" (UTC{_offset(zone)})"
    return f"{day(value.date(), language)}, {value.hour:02}:{value.minute:02}{suffix}"


def second(value: datetime, language: Language) -> str:
    """Day and time to the second of the clock in Viet Nam."""
    local = value.astimezone(HANOI)
    return f"{day(local.date(), language)}, {local:%H:%M:%S}"


def _offset(zone: timedelta) -> str:
    minutes = int(zone.total_seconds()) // 60
    hours, rest = divmod(abs(minutes), 60)
    if not minutes:
        return ""
    return f"{'+' if minutes > 0 else '−'}{hours}" + (f":{rest:02}" if rest else "")


def number(value: Decimal | int, language: Language) -> str:
    """Grouped by thousands; decimal comma in Vietnamese."""
    plain = f"{Decimal(value).normalize():,f}"
    if language == "vi":
        return plain.translate(str.maketrans(",.", ".,"))
    return plain


def measured(value: float, language: Language) -> str:
    """A measured number with at most three decimals, like `number`."""
    return number(Decimal(f"{value:.3f}"), language)


def span(first: datetime, last: datetime, language: Language) -> Markup:
    """One moment, or from one day to another, as ``time`` elements."""
    if first.date() == last.date():
        told = moment(first, language) if first == last else day(first.date(), language)
        return _time(first, told)
    both = (_time(value, day(value.date(), language)) for value in (first, last))
    return Markup(" – ").join(both)


def _time(value: datetime, told: str) -> Markup:
    stamp = value.isoformat(timespec="minutes")
    return Markup('<time datetime="{}">{}</time>').format(stamp, told)


def _filter(write: Callable[[Any, Language], str]) -> Callable[[Context, Any], str]:
    @pass_context
    def applied(context: Context, value: Any) -> str:
        return "" if value is None else write(value, context["lang"])

    return applied


def element_string(key: str) -> str:
    """A key as labels print it: ``(01)09521101000016(10)H01``; other keys as they are."""
    fields = key.split("/")
    if not fields[0].isdigit() or len(fields) % 2:
        return key
    pairs = zip(fields[::2], fields[1::2], strict=True)
    return "".join(f"({ai}){unquote(value)}" for ai, value in pairs)


def opening(words: str) -> str:
    """Words as they open a line: the first letter a capital, the rest as they are."""
    return words[:1].upper() + words[1:]


def code_spans(words: str) -> Markup:
    """Words of a description with what stands between backticks as code."""
    pieces = words.split("`")
    marked = [
        Markup("<code>{}</code>").format(piece) if index % 2 else escape(piece)
        for index, piece in enumerate(pieces)
    ]
    return Markup("").join(marked)


FILTERS: Mapping[str, Callable[..., str]] = {
    "local_day": _filter(lambda value, language: day(value.astimezone(HANOI).date(), language)),
    "local_moment": _filter(lambda value, language: moment(value.astimezone(HANOI), language)),
    "local_second": _filter(second),
    "day": _filter(day),
    "moment": _filter(moment),
    "number": _filter(number),
    "measured": _filter(measured),
    "element_string": element_string,
    "code_spans": code_spans,
}
"""By the names under which the templates use them."""
