# SPDX-License-Identifier: Apache-2.0
"""A mirror: a full copy of a log, proved, served again; it raises the alarm on a difference."""
