# SPDX-License-Identifier: Apache-2.0
"""Grants: one party lets another speak for what is its own, within bounds, until revoked."""
