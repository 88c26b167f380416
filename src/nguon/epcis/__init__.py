# SPDX-License-Identifier: Apache-2.0
"""EPCIS 2.0 and CBV 2.0: the event model, its codecs, vocabulary, hash and queries as values."""
