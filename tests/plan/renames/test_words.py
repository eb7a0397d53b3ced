"""Names that are alike, and names that only look so."""

from __future__ import annotations

import pytest

from prisma_drift.plan.renames.words import Likeness, follows, likeness

CASES = {
    Likeness.VARIANT: "user_id userId, URL url, emails email, categories Category, CANCELLED CANCELED, in_progress IN_PROGRESS",
    Likeness.CONTAINED: "name fullName, isActive active, status orderStatus, url imageUrl",
    Likeness.EXTENDED: "phone phoneNumber, desc description, status statusReason, expires expiresAt",
    Likeness.SHARED: "largeSkus greatSkus, postAddress mailAddress",
    Likeness.BESIDE: "price oldPrice, line1 line2, token encryptedToken, billingAddress shippingAddress",
    Likeness.NONE: "c d, createdAt updatedAt, ACTIVE INACTIVE, userId id, name username, age height",
}


@pytest.mark.parametrize(
    ("expected", "pair"),
    [(kind, pair.split()) for kind, pairs in CASES.items() for pair in pairs.split(", ")],
)
def test_names(expected: Likeness, pair: list[str]) -> None:
    one, other = pair
    assert likeness(one, other) is expected
    assert likeness(other, one) is expected


def test_names_that_follow_another() -> None:
    others = [("Team", "Organization"), ("Product", "Project")]
    assert follows("teamId", "organizationId", others) == ("Team", "Organization")
    assert follows("product_overwrites", "projectOverwrites", others) == ("Product", "Project")
    assert follows("teamId", "projectId", others) is None
