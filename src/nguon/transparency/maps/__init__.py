# SPDX-License-Identifier: Apache-2.0
"""A verifiable map: under one root, what every key has, and which keys have nothing."""
