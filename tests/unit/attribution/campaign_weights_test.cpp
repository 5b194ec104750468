// SPDX-License-Identifier: Apache-2.0
//
// The attribution models.
#include <gtest/gtest.h>

#include <algorithm>

#include "domain/attribution/decision.h"

namespace sales_leads::domain {
namespace {

constexpr Day kToday = 1'000;
using Weights = std::vector<WeightedId>;

Touch touch(Id campaign, Day days_ago) { return {.campaign = campaign, .date = kToday - days_ago}; }

CampaignFacts facts(Model model, std::vector<Touch> touches) {
  return {.model = model, .date = kToday, .touches = std::move(touches)};
}

TEST(ExplicitModel, TakesTheDocumentsCampaignThenTheOpportunitysThenTheTouchesEqually) {
  CampaignFacts given = facts(Model::explicit_, {touch(3, 5), touch(4, 4)});
  given.document_campaign = 1;
  given.opportunity_campaign = 2;
  EXPECT_EQ(campaign_weights(given), (Weights{{1, 1}}));
  given.document_campaign = 0;
  EXPECT_EQ(campaign_weights(given), (Weights{{2, 1}}));
  given.opportunity_campaign = 0;
  EXPECT_EQ(campaign_weights(given), (Weights{{3, 1}, {4, 1}}));
  given.touches.clear();
  EXPECT_EQ(campaign_weights(given), (Weights{{0, 1}}));
}

TEST(OtherModels, FallBackToTheDocumentsCampaignOnlyWithoutTouches) {
  for (const Model model : {Model::first, Model::last, Model::linear, Model::position, Model::weights}) {
    CampaignFacts given = facts(model, {touch(3, 5)});
    given.document_campaign = 1;
    given.opportunity_campaign = 2;
    EXPECT_EQ(campaign_weights(given).at(0).id, 3);
    given.touches.clear();
    EXPECT_EQ(campaign_weights(given), (Weights{{1, 1}}));
    given.document_campaign = 0;
    EXPECT_EQ(campaign_weights(given), (Weights{{2, 1}}));
  }
}

TEST(Touches, CountInsideTheCampaignsDatesAndTheWindowUpToTheDocument) {
  const auto counts = [](Touch one) {
    return campaign_weights(facts(Model::linear, {one})) == Weights{{one.campaign, 1}};
  };
  EXPECT_TRUE(counts(touch(3, 0)));
  EXPECT_FALSE(counts(touch(3, -1)));
  EXPECT_TRUE(counts(touch(3, 90)));
  EXPECT_FALSE(counts(touch(3, 91)));
  EXPECT_TRUE(counts({.campaign = 3, .date = 950, .campaign_start = 950, .campaign_end = 950}));
  EXPECT_FALSE(counts({.campaign = 3, .date = 950, .campaign_start = 951}));
  EXPECT_FALSE(counts({.campaign = 3, .date = 950, .campaign_end = 949}));
}

TEST(FirstAndLast, TakeTheLowerCampaignOfADay) {
  const std::vector<Touch> touches = {touch(9, 1), touch(5, 8), touch(6, 8), touch(4, 3), touch(8, 1)};
  EXPECT_EQ(campaign_weights(facts(Model::first, touches)), (Weights{{5, 1}}));
  EXPECT_EQ(campaign_weights(facts(Model::last, touches)), (Weights{{8, 1}}));
}

TEST(Linear, AddsUpWhatOneCampaignWasTouchedAndOrdersByFirstTouch) {
  EXPECT_EQ(campaign_weights(facts(Model::linear, {touch(3, 2), touch(9, 7), touch(3, 5), touch(1, 5)})),
            (Weights{{9, 1}, {1, 1}, {3, 2}}));
}

TEST(Position, GivesFortyTwentyFortyWithTheMiddleShared) {
  EXPECT_EQ(campaign_weights(facts(Model::position, {touch(3, 2)})), (Weights{{3, 1}}));
  EXPECT_EQ(campaign_weights(facts(Model::position, {touch(3, 2), touch(4, 1)})), (Weights{{3, 1}, {4, 1}}));
  EXPECT_EQ(campaign_weights(facts(Model::position, {touch(3, 3), touch(4, 2), touch(5, 1)})),
            (Weights{{3, 2}, {4, 1}, {5, 2}}));  // 40 : 20 : 40
  // Five touches weigh 6, 1, 1, 1, 6; the second and the last are of one campaign.
  EXPECT_EQ(campaign_weights(facts(Model::position, {touch(3, 5), touch(4, 4), touch(5, 3), touch(6, 2), touch(4, 1)})),
            (Weights{{3, 6}, {4, 7}, {5, 1}, {6, 1}}));
}

TEST(OwnWeights, GoByPositionAndTheLastRepeats) {
  CampaignFacts given = facts(Model::weights, {touch(3, 5), touch(4, 4), touch(5, 3), touch(3, 2)});
  given.own_weights = {50, 30, 20};
  EXPECT_EQ(campaign_weights(given), (Weights{{3, 70}, {4, 30}, {5, 20}}));
  given.own_weights = {1, 0};
  EXPECT_EQ(campaign_weights(given), (Weights{{3, 1}}));
  for (const std::vector<std::int64_t>& nothing : {std::vector<std::int64_t>{}, {0}, {-5, 0}}) {
    given.own_weights = nothing;
    EXPECT_EQ(campaign_weights(given), (Weights{{3, 2}, {4, 1}, {5, 1}}));
  }
}

}  // namespace
}  // namespace sales_leads::domain
