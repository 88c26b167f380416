# SPDX-License-Identifier: Apache-2.0
"""Issuing of codes: licences, orders, blocks of serial numbers and their life."""
