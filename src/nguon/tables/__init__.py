# SPDX-License-Identifier: Apache-2.0
"""Tables as people keep them: XLSX and CSV in and out, PDF; rows of text with headings; pure."""
