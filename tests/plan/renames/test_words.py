"""Names that are alike, and names that only look so."""

from __future__ import annotations

import pytest

from prisma_drift.plan.renames.words import Likeness, likeness

CASES = {
    Likeness.VARIANT: "user_id userId, URL url, emails email, categories Category, CANCELLED CANCELED, in_progress IN_PROGRESS",
    Likeness.CONTAINED: "name fullName, isActive active, status orderStatus, url imageUrl",
    Likeness.EXTENDED: "phone phoneNumber, desc description, status statusReason, expires expiresAt",
    Likeness.SHARED: "secondarySkus extraSkus, billingAddress shippingAddress",
    Likeness.NONE: "c d, createdAt updatedAt, ACTIVE INACTIVE, price oldPrice, line1 line2, userId id, name username, age height",
}


@pytest.mark.parametrize(
    ("expected", "pair"),
    [(kind, pair.split()) for kind, pairs in CASES.items() for pair in pairs.split(", ")],
)
def test_names(expected: Likeness, pair: list[str]) -> None:
    one, other = pair
    assert likeness(one, other) is expected
    assert likeness(other, one) is expected
