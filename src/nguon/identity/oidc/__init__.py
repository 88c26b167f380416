# SPDX-License-Identifier: Apache-2.0
"""OpenID Connect: accounts at other providers, to sign in with and to show who one is."""

from nguon.identity.oidc.model import Identified

__all__ = ["Identified"]
