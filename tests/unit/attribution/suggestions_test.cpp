// SPDX-License-Identifier: Apache-2.0
#include "domain/attribution/decision.h"

#include <gtest/gtest.h>

namespace sales_leads::domain {
namespace {

using Reasons = std::vector<std::string>;

TEST(Suggestions, AreNoneForAStandInButThoseOfTheProject) {
  const std::vector<Candidate> candidates{{.opportunity = 1, .customer = 7},
                                          {.opportunity = 2, .customer = 8, .project = 3}};
  const auto found = suggest({.date = 100, .customer = 7, .customer_is_stand_in = true, .project = 3}, candidates);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].opportunity, 2);
  EXPECT_EQ(found[0].reasons, (Reasons{"project", "only"}));
}

TEST(Suggestions, NameTheWonOnesOnlyWhereNoneIsOpen) {
  std::vector<Candidate> candidates{{.opportunity = 1, .customer = 7, .status = Status::won, .won_on = 90},
                                    {.opportunity = 2, .customer = 7, .status = Status::lost}};
  auto found = suggest({.date = 100, .customer = 7}, candidates);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].reasons, (Reasons{"customer", "only", "won"}));
  candidates.push_back({.opportunity = 3, .customer = 7});
  found = suggest({.date = 100, .customer = 7}, candidates);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].opportunity, 3);
}

TEST(Suggestions, ShowWhatDoesNotFitWhereNothingFits) {
  const std::vector<Candidate> candidates{{.opportunity = 1, .customer = 7, .status = Status::lost},
                                          {.opportunity = 2, .customer = 7, .planned_close = 5}};
  const auto found = suggest({.date = 1000, .customer = 7}, candidates);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].opportunity, 2);
  EXPECT_EQ(found[0].reasons, (Reasons{"customer", "nearest", "outside"}));
  EXPECT_EQ(found[1].reasons, (Reasons{"customer", "closed"}));
}

TEST(Suggestions, PutWhatWasUndoneLast) {
  const std::vector<Candidate> candidates{{.opportunity = 1, .customer = 7, .planned_close = 100},
                                          {.opportunity = 2, .customer = 7, .planned_close = 150}};
  const auto found =
      suggest({.date = 100, .customer = 7, .undone = {{.opportunity = 1, .rule = Rule::customer}}}, candidates);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].opportunity, 2);
  EXPECT_EQ(found[1].reasons.front(), "undone");
}

}  // namespace
}  // namespace sales_leads::domain
