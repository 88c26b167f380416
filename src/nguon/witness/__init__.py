# SPDX-License-Identifier: Apache-2.0
"""A witness: cosigns checkpoints of logs that only ever grow. Small enough to be read in an hour."""
