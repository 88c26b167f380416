# SPDX-License-Identifier: Apache-2.0
"""Attacks on a log by operators, thieves and mirrors, and its faults."""
