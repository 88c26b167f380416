# SPDX-License-Identifier: Apache-2.0
"""The schema's history; `nguon.store.migrate` applies it."""
