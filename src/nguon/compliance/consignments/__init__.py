# SPDX-License-Identifier: Apache-2.0
"""Consignments: one shipment to one market, what is ready of it and what is missing."""
