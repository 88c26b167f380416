# SPDX-License-Identifier: Apache-2.0
"""Dated requirements, completeness of lots, update duties, consignments and market gates."""
