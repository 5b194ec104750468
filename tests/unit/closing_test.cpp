// SPDX-License-Identifier: Apache-2.0
#include "signals/closing.h"

#include <gtest/gtest.h>

namespace sales_leads::signals {
namespace {

using store::Balances;
using store::LedgerKey;

constexpr domain::Day kClosed = 100;

LedgerKey on(domain::Day day, std::optional<domain::Day> corrects = {}) {
  LedgerKey key;
  key.document = {domain::DocumentKind::order, 1};
  key.effective_date = day;
  key.corrects = corrects;
  return key;
}
domain::Amounts both(std::int64_t minor) { return {minor, minor}; }

TEST(Closing, MovesNothingWhereNothingIsClosed) {
  const Balances wanted{{on(50), both(10)}};
  EXPECT_EQ(dated(wanted, {}, std::nullopt), wanted);
}

TEST(Closing, LeavesClosedDaysAndDatesTheRestTheFirstOpenOne) {
  const Balances present{{on(90), both(60)}};
  EXPECT_EQ(dated({{on(90), both(100)}, {on(101), both(7)}}, present, kClosed),
            (Balances{{on(90), both(60)}, {on(101), both(7)}, {on(101, 90), both(40)}}));
  EXPECT_EQ(dated({}, present, kClosed), (Balances{{on(90), both(60)}, {on(101, 90), both(-60)}}));
  EXPECT_EQ(dated({{on(90), both(60)}}, present, kClosed), present);
}

TEST(Closing, IsDoneOnceHoweverOftenItIsAsked) {
  const Balances wanted{{on(90), both(100)}};
  const Balances once = dated(wanted, {{on(90), both(60)}}, kClosed);
  EXPECT_EQ(dated(wanted, once, kClosed), once);
}

TEST(Closing, CountsAdjustmentsOnClosedDaysAsSettled) {
  const Balances present{{on(90), both(60)}, {on(101, 90), both(40)}};
  EXPECT_EQ(dated({{on(90), both(30)}}, present, 150),
            (Balances{{on(90), both(60)}, {on(101, 90), both(40)}, {on(151, 90), both(-70)}}));
}

TEST(Closing, BringsAdjustmentsOfOpenDaysHome) {
  const Balances present{{on(90), both(60)}, {on(101, 90), both(40)}, {on(101, 50), both(5)}, {on(50), both(1)}};
  EXPECT_EQ(dated({{on(90), both(100)}, {on(50), both(6)}}, present, 80),
            (Balances{{on(90), both(100)}, {on(50), both(1)}, {on(81, 50), both(5)}}));
}

}  // namespace
}  // namespace sales_leads::signals
