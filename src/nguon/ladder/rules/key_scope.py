# SPDX-License-Identifier: Apache-2.0
"""The signing key was in force when the record was logged, and spoke for what it may."""

from collections.abc import Iterable
from datetime import date

from nguon.ladder.model import Facts
from nguon.ladder.rule import Answer, Rule


def check(facts: Facts) -> Answer | None:
    """Judged at the time of the entry, so that a stolen key cannot date anything back."""
    signature = facts.signature
    if signature is None:
        return None
    if not signature.valid:
        return Answer(False, "ladder.signature-wrong", {"kid": signature.kid}, contradicts=True)
    if signature.state != "active":
        told = {"kid": signature.kid, "state": signature.state}
        return Answer(False, "ladder.key-not-in-force", told)
    step = facts.step
    outside = (
        ()
        if step is None
        else (
            *_outside(
                (part.key for part in step.parts if part.role == "out"), signature.scope.prefixes
            ),
            *_outside(step.places, signature.scope.places),
        )
    )
    if outside:
        return Answer(False, "ladder.key-outside", {"key": outside[0], "count": len(outside)})
    return Answer(True, "ladder.key-inside", {"kid": signature.kid})


def _outside(keys: Iterable[str], allowed: tuple[str, ...]) -> list[str]:
    """Those that no entry covers; an empty scope is all that the party may speak for."""
    if not allowed:
        return []
    return [key for key in keys if not any(_covers(entry, key) for entry in allowed)]


def _covers(entry: str, key: str) -> bool:
    """A beginning of a key, or the digits of a company prefix, which an indicator may precede."""
    if entry.isdigit():
        number = key.partition("/")[2]
        return number.startswith(entry) or number[1:].startswith(entry)
    return key.startswith(entry)


RULE = Rule(
    id="key-scope",
    version=1,
    valid_from=date(2026, 11, 1),
    source="Law 20/2023/QH15 art. 8 to 12 (who signs is known, content unchanged)",
    check=check,
    carries=False,
)
