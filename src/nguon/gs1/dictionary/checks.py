# SPDX-License-Identifier: Apache-2.0
"""All checks of components, by the names that the table uses."""

from nguon.gs1.dictionary.coupons import COUPON_CHECKS
from nguon.gs1.dictionary.dates import DATE_CHECKS
from nguon.gs1.dictionary.lists import LIST_CHECKS
from nguon.gs1.dictionary.numbers import NUMBER_CHECKS
from nguon.gs1.dictionary.texts import TEXT_CHECKS

CHECKS = {**NUMBER_CHECKS, **DATE_CHECKS, **LIST_CHECKS, **TEXT_CHECKS, **COUPON_CHECKS}
