# SPDX-License-Identifier: Apache-2.0
"""The platform's log as it runs: sequencer, keys, shards, witnesses asked, receipts."""
