# SPDX-License-Identifier: Apache-2.0
"""Everyday entries: plain forms that become EPCIS events; hand-overs; delivery sheets."""
