// SPDX-License-Identifier: Apache-2.0
//
// Which opportunity a document is linked to by rule.
#include "domain/attribution/decision.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace sales_leads::domain {
namespace {

constexpr Day kToday = 1'000;
constexpr Id kCustomer = 40;
constexpr Id kProject = 50;
constexpr Id kCampaign = 70;

Candidate open(Id opportunity, Id project = 0) {
  return {.opportunity = opportunity,
          .customer = kCustomer,
          .project = project,
          .start = kToday - 10,
          .planned_close = kToday + 10};
}
Candidate won(Id opportunity, Day on) {
  return {.opportunity = opportunity, .customer = kCustomer, .status = Status::won, .won_on = on};
}
Candidate in_campaign(Candidate candidate) {
  candidate.campaigns = {1, kCampaign};
  return candidate;
}

DocumentFacts facts() { return {.date = kToday, .customer = kCustomer}; }

void expect_linked(const Decision& decision, Id opportunity, Rule rule, const std::string& reason) {
  EXPECT_EQ(decision.opportunity, opportunity);
  EXPECT_EQ(decision.rule, rule);
  EXPECT_EQ(decision.reason, reason);
  EXPECT_TRUE(decision.suggestions.empty());
}
void expect_unlinked(const Decision& decision, const std::string& reason, const std::vector<Id>& suggestions = {}) {
  EXPECT_EQ(decision.opportunity, 0);
  EXPECT_EQ(decision.rule, Rule::none);
  EXPECT_EQ(decision.reason, reason);
  EXPECT_EQ(decision.suggestions, suggestions);
}

TEST(Decide, TakesTheCustomersOnlyCandidate) {
  expect_linked(decide(facts(), {open(1)}), 1, Rule::customer, "customer.one");
  expect_unlinked(decide(facts(), {}), "customer.none");
  Candidate others = open(1);
  others.customer = 41;
  expect_unlinked(decide(facts(), {others}), "customer.none");
}

TEST(Decide, DoesNotLinkADocumentWithoutCustomerToOpportunitiesWithoutOne) {
  DocumentFacts document = facts();
  document.customer = 0;
  Candidate nobodys = open(1);
  nobodys.customer = 0;
  expect_unlinked(decide(document, {nobodys}), "customer.none");
}

TEST(Decide, TakesOpenOnesFromTheirStartUntilTheWindowAfterTheirPlannedClose) {
  struct Case {
    std::optional<Day> start;
    std::optional<Day> planned_close;
    bool linked;
  };
  const std::vector<Case> cases = {
      {kToday, kToday, true},
      {kToday + 1, kToday + 9, false},
      {std::nullopt, kToday - 90, true},
      {std::nullopt, kToday - 91, false},
      {kToday - 500, std::nullopt, true},
      {std::nullopt, std::nullopt, true},
  };
  for (const Case& c : cases) {
    Candidate candidate = open(1);
    candidate.start = c.start;
    candidate.planned_close = c.planned_close;
    EXPECT_EQ(decide(facts(), {candidate}).opportunity != 0, c.linked);
  }
}

TEST(Decide, TakesWonOnesWithinTheWindowAndOnlyWhenNoneIsOpen) {
  EXPECT_EQ(decide(facts(), {won(1, kToday)}).opportunity, 1);
  EXPECT_EQ(decide(facts(), {won(1, kToday - 90)}).opportunity, 1);
  EXPECT_EQ(decide(facts(), {won(1, kToday - 91)}).opportunity, 0);
  EXPECT_EQ(decide(facts(), {won(1, kToday + 1)}).opportunity, 0);
  EXPECT_EQ(decide(facts(), {won(1, kToday - 5), open(2)}).opportunity, 2);
  Candidate closed = won(1, kToday);
  closed.won_on.reset();
  EXPECT_EQ(decide(facts(), {closed}).opportunity, 0);
  closed = open(1);
  closed.status = Status::lost;
  EXPECT_EQ(decide(facts(), {closed}).opportunity, 0);
  closed.status = Status::expired;
  EXPECT_EQ(decide(facts(), {closed}).opportunity, 0);
}

TEST(Decide, LetsACopiedReferenceGoBeforeEverything) {
  DocumentFacts document = facts();
  document.referenced_opportunity = 99;
  document.campaign = kCampaign;
  expect_linked(decide(document, {in_campaign(open(1))}), 99, Rule::reference, "reference");
}

TEST(Decide, LetsTheDocumentsCampaignChooseAmongTheCustomersCandidates) {
  DocumentFacts document = facts();
  document.campaign = kCampaign;
  document.project = kProject;
  expect_linked(decide(document, {open(1, kProject), in_campaign(open(2)), open(3)}), 2, Rule::campaign,
                "campaign.one");
  // Two in the campaign: the project decides, else nobody.
  expect_linked(decide(document, {in_campaign(open(1, kProject)), in_campaign(open(2))}), 1, Rule::project,
                "project.one");
  document.project = 0;
  expect_unlinked(decide(document, {open(3), in_campaign(open(2)), in_campaign(open(1))}), "customer.several",
                  {1, 2, 3});
}

TEST(Decide, AsksTheProjectBeforeTheCustomer) {
  DocumentFacts document = facts();
  document.project = kProject;
  expect_linked(decide(document, {open(1, kProject), open(2)}), 1, Rule::project, "project.one");
  expect_unlinked(decide(document, {open(1, kProject), open(2, kProject), open(3)}), "project.several", {1, 2});
  expect_linked(decide(document, {open(3, 51)}), 3, Rule::customer, "customer.one");
  Candidate another_customers = open(4, kProject);
  another_customers.customer = 41;
  expect_linked(decide(document, {another_customers, open(1)}), 4, Rule::project, "project.one");
}

TEST(Decide, DoesNotProposeAgainWhatWasUndone) {
  DocumentFacts document = facts();
  document.undone = {{1, Rule::customer}};
  expect_unlinked(decide(document, {open(1)}), "customer.none");
  expect_linked(decide(document, {open(1), open(2)}), 2, Rule::customer, "customer.one");
  document.undone = {{1, Rule::project}};  // project and customer are halves of one rule
  expect_unlinked(decide(document, {open(1)}), "customer.none");
  document.undone = {{1, Rule::campaign}};  // undone for another rule
  expect_linked(decide(document, {open(1)}), 1, Rule::customer, "customer.one");
  document.undone = {{99, Rule::reference}};
  document.referenced_opportunity = 99;
  expect_linked(decide(document, {open(1)}), 1, Rule::customer, "customer.one");
  // The one open candidate was undone: an older, won one does not step in for it.
  document = facts();
  document.undone = {{1, Rule::customer}};
  expect_unlinked(decide(document, {open(1), won(2, kToday - 1)}), "customer.none");
}

TEST(Decide, NeverLinksStandInCustomersOrDocumentsFromBeforeTheStart) {
  DocumentFacts document = facts();
  document.referenced_opportunity = 1;
  document.customer_is_stand_in = true;
  expect_unlinked(decide(document, {open(1)}), "customer.stand_in");
  document.before_start = true;
  expect_unlinked(decide(document, {open(1)}), "before_start");
}

TEST(Decide, RanksSuggestionsByCampaignProjectAndNearnessAndDoesNotCareForTheInputsOrder) {
  DocumentFacts document = facts();
  document.campaign = kCampaign;
  Candidate near = open(4);
  near.planned_close = kToday + 1;
  std::vector<Candidate> candidates = {open(3), near, in_campaign(open(8)), in_campaign(open(9)), open(3)};
  const Decision first = decide(document, candidates);
  expect_unlinked(first, "customer.several", {8, 9, 4, 3});
  std::reverse(candidates.begin(), candidates.end());
  EXPECT_EQ(decide(document, candidates).suggestions, first.suggestions);
}

}  // namespace
}  // namespace sales_leads::domain
