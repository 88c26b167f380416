# SPDX-License-Identifier: Apache-2.0
"""The demonstration goods: one module a scenario, plain data and the events that follow from it."""
