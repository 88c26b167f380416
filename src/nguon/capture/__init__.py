# SPDX-License-Identifier: Apache-2.0
"""From a submission to a receipt: decode, check, prepare, store and log."""
