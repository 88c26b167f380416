# SPDX-License-Identifier: Apache-2.0
"""What a log entry commits to, receipts and packages, and what they show; pure values and rules."""
