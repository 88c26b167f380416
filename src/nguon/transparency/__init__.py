# SPDX-License-Identifier: Apache-2.0
"""Logs that nobody can rewrite: notes, trees, proofs, witnesses, maps; pure values and rules.

Formats are those of C2SP (signed-note, tlog-checkpoint, tlog-tiles, tlog-cosignature,
tlog-witness, tlog-proof, tlog-policy) and RFC 6962 with SHA-256. What an entry means is
no matter of this room; nothing here reads a file, a clock or a key from anywhere.
"""
