# SPDX-License-Identifier: Apache-2.0
"""Accounts (``/account/…``): signing in and out, invitations, passwords."""
