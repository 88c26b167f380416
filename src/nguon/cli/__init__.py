# SPDX-License-Identifier: Apache-2.0
"""One command a task, over the same functions as the web."""
