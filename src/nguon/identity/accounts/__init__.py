# SPDX-License-Identifier: Apache-2.0
"""People: their passwords, roles in organisations, sessions, invitations."""
