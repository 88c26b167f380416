# SPDX-License-Identifier: Apache-2.0
"""Visits of an inspector: what was looked at, by checklist, with photographs and minutes."""
