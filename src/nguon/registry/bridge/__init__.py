# SPDX-License-Identifier: Apache-2.0
"""The identity bridge: what other systems call a thing, and which thing that is."""
