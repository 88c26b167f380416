# SPDX-License-Identifier: Apache-2.0
"""Goods that leave the chain, as events: sold, taken off sale, destroyed."""

from nguon.entries import parts
from nguon.entries.model import Reason, Sell, Withdraw
from nguon.epcis import model as epcis

_TAKEN_OFF = {
    Reason.EXPIRED: ("holding", "expired"),
    Reason.DAMAGED: ("holding", "damaged"),
    Reason.RECALLED: ("holding", "recalled"),
    Reason.OTHER: ("holding", "non_sellable_other"),
    Reason.DESTROYED: ("destroying", "destroyed"),
}


def sell(entry: Sell) -> epcis.Event:
    """The goods are sold at the shop."""
    return _observed(entry, "retail_selling", "retail_sold")


def withdraw(entry: Withdraw) -> epcis.Event:
    """The goods are held back, or they are no more."""
    step, disposition = _TAKEN_OFF[entry.reason]
    gone = entry.reason is Reason.DESTROYED
    return _observed(entry, step, disposition, "DELETE" if gone else "OBSERVE")


def _observed(
    entry: Sell | Withdraw, step: str, disposition: str, action: str = "OBSERVE"
) -> epcis.Event:
    return epcis.ObjectEvent(
        type="ObjectEvent",
        action=action,
        epc_list=parts.pieces(entry.lines),
        quantity_list=parts.quantities(entry.lines),
        biz_step=step,
        disposition=disposition,
        **parts.common(entry),
        **parts.where(entry.place),
    )
