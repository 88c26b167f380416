# SPDX-License-Identifier: Apache-2.0
"""Where goods came from and where they went: lineage in time over the recorded events."""

from nguon.trace.model import Direction, Limits, Lineage, Link, LinkKind, Node
from nguon.trace.service import trace

__all__ = ["Direction", "Limits", "Lineage", "Link", "LinkKind", "Node", "trace"]
