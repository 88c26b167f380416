# SPDX-License-Identifier: Apache-2.0
"""A witness: cosigns checkpoints of logs that only ever grow. Small enough to be read in an hour.

Read in this order: `keyfile` (its one secret), `state` (what it must never forget),
`service` (the one decision), `server` (how it is asked), `limits` and `serving` (what keeps
strangers from wearing it down), `page`. The rules of the protocol itself are pure and stand
in `nguon.transparency.witnessing`.
"""
