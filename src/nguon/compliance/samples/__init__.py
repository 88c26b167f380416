# SPDX-License-Identifier: Apache-2.0
"""Laboratory samples: taken, sent, answered by a numbered report, released or rejected."""
