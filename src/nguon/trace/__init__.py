# SPDX-License-Identifier: Apache-2.0
"""Where goods came from and where they went: lineage in time over the recorded events."""

from nguon.trace.model import (
    Confidence,
    Direction,
    Following,
    Limits,
    Lineage,
    Link,
    LinkKind,
    Node,
    Shared,
)
from nguon.trace.service import trace

__all__ = [
    "Confidence",
    "Direction",
    "Following",
    "Limits",
    "Lineage",
    "Link",
    "LinkKind",
    "Node",
    "Shared",
    "trace",
]
