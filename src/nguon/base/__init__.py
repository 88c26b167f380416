# SPDX-License-Identifier: Apache-2.0
"""The ground: errors with codes, messages, quantities, time, canonical JSON, audiences."""
