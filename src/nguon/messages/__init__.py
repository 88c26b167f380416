# SPDX-License-Identifier: Apache-2.0
"""What a party is told, by inbox, e-mail and webhook, and whether it arrived."""
