# SPDX-License-Identifier: Apache-2.0
"""The lineage index: the item index as arrays on disk, built from the events."""
