# SPDX-License-Identifier: Apache-2.0
"""Everyday entries from tables: rows of deliveries, receipts, packings, shipments, sales."""
