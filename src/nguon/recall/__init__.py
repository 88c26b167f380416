# SPDX-License-Identifier: Apache-2.0
"""A recall carried to its end: signal, case, scope, decision, notices, answers, disposal, close."""
