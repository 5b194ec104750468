# SPDX-License-Identifier: Apache-2.0
"""E1 and E4 of other systems' tests: orders on an opportunity. There the order's amount replaces the expected one; ours
stands beside it and is never touched (rule 6), so the same documents are checked on both figures."""
import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from sales_side import cases  # noqa: E402


def _figures(c, number):
    """(expected, ordered) in minor units."""
    c.drain()
    rows, totals = c.figures("campaign")
    return c.call("opportunity.get", id=number)["amount"]["minor"], totals.get("ordered", 0)


def e1_orders_change_and_fall_away(test, c):
    """100 expected; its order becomes 90, a second adds 10, the second is cancelled, the first was confirmed: won."""
    c.on_confirmed("won")
    customer = c.customer("Acme")
    o = c.opportunity("Deal", customer, amount={"minor": 100_00, "currency": "SEK"})
    first = c.order(customer, [{"net": 100_00, "opportunity": o}])
    test.assertEqual(_figures(c, o), (100_00, 0), "a draft is no order yet")
    c.call("order.update", id=first["id"], lines=[{"id": first["lines"][0], "net": 90_00}])
    test.assertEqual(c.call("opportunity.get", id=o)["status"], "open")
    c.call("order.confirm", id=first["id"], at="2025-03-01T09:00:00Z")
    test.assertEqual(_figures(c, o), (100_00, 90_00))
    second = c.order(customer, [{"net": 10_00, "opportunity": o}], confirmed="2025-03-02T09:00:00Z")
    test.assertEqual(_figures(c, o), (100_00, 100_00))
    c.call("order.cancel", id=second["id"])
    test.assertEqual(_figures(c, o), (100_00, 90_00))
    test.assertEqual(c.call("opportunity.get", id=o)["status"], "won", "one confirmed order remains")
    c.call("order.cancel", id=first["id"])
    test.assertEqual(_figures(c, o), (100_00, 0))
    # There the last cancelled order makes the deal lost and its amount 0; a win by the rule alone is taken back here.
    test.assertEqual(c.call("opportunity.get", id=o)["status"], "open")


def e4_unlike_currencies_are_never_added(test, c):
    """A company in dollars, 0 expected; orders of 100 rupees and 200 dollars. There the rupees are left out; here they count
    at the rate of their confirmation, and the expected amount stays 0."""
    c.call("company.update", currency="USD")
    c.rate("INR", "2025-03-01", "0.012")
    customer = c.customer("Acme")
    o = c.opportunity("Deal", customer, amount={"minor": 0, "currency": "USD"})
    c.order(customer, [100_00], currency="INR", confirmed="2025-03-01T12:00:00Z")
    test.assertEqual(_figures(c, o), (0, 1_20))
    c.order(customer, [200_00], currency="USD", confirmed="2025-03-02T12:00:00Z")
    test.assertEqual(_figures(c, o), (0, 201_20))
    c.rate("INR", "2025-03-05", "0.5")
    test.assertEqual(_figures(c, o), (0, 201_20), "fixed at confirmation")


PeerDocuments = cases(globals(), "PeerDocuments")

if __name__ == "__main__":
    unittest.main()
