# SPDX-License-Identifier: Apache-2.0
"""The authorisation ledger: who may use whose code, for how much, and every use and attempt."""
