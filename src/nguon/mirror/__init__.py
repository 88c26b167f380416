# SPDX-License-Identifier: Apache-2.0
"""A mirror: a full copy of a log, proved again and served again, that raises the alarm on any difference."""
