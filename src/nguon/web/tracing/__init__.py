# SPDX-License-Identifier: Apache-2.0
"""The desk of traces: one search box, what was found in several views, questions and files."""
