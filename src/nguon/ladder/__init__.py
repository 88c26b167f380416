# SPDX-License-Identifier: Apache-2.0
"""How far a claim can be believed and why: predicates, rules and their results; pure."""
