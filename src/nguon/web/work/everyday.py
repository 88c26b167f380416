# SPDX-License-Identifier: Apache-2.0
"""All pages of everyday entries: forms, receipts, labels, hand-overs."""

from nguon.web.work import entries, entries_done, handovers, labels

ROUTES = (*entries.ROUTES, *entries_done.ROUTES, *handovers.ROUTES, *labels.ROUTES)
