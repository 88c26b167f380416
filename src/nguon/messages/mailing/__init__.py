# SPDX-License-Identifier: Apache-2.0
"""Mails: how they are put together, and handed to a relay."""
