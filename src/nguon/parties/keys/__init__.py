# SPDX-License-Identifier: Apache-2.0
"""The keys that parties sign with: bound, replaced, suspended, revoked, each step in the log."""
