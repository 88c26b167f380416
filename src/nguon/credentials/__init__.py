# SPDX-License-Identifier: Apache-2.0
"""Verifiable credentials and the identifiers behind them; pure values and rules."""
