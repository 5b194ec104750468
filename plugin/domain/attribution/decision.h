// SPDX-License-Identifier: Apache-2.0
//
// Decides a document's link by rule: which opportunity brought it, seen from the moment it was confirmed or posted.
// Pure; the caller loads candidates with their state *as of* that moment and stores the answer.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "domain/attribution/attribution.h"

namespace sales_leads::domain {

enum class Status : std::uint8_t { open = 1, won = 2, lost = 3, expired = 4 };
enum class Rule : std::uint8_t { none = 0, reference = 1, campaign = 2, project = 3, customer = 4 };

/// One opportunity of the document's customer or project, as of the document's moment.
struct Candidate {
  Id opportunity = 0;
  Id customer = 0;
  Id project = 0;
  Status status = Status::open;
  std::optional<Day> start{};
  std::optional<Day> planned_close{};
  std::optional<Day> won_on{};
  std::int32_t window_days = 90;
  std::vector<Id> campaigns{};  // field and touches
};

struct UndonePair {
  Id opportunity = 0;
  Rule rule = Rule::none;
};

struct DocumentFacts {
  Day date = 0;  // of T, company zone
  Id customer = 0;
  bool customer_is_stand_in = false;
  Id project = 0;
  Id campaign = 0;                // the document's campaign reference, own or copied
  Id referenced_opportunity = 0;  // copied reference, checked to exist
  bool before_start = false;      // older than the company's start date
  std::vector<UndonePair> undone{};
};

struct Decision {
  Rule rule = Rule::none;
  Id opportunity = 0;             // 0 = not linked
  std::vector<Id> suggestions{};  // when several stood in the way, best first
  std::string reason{};           // stable key: "reference", "campaign.one", "project.one", "project.several",
                         // "customer.one", "customer.several", "customer.none", "customer.stand_in", "before_start"
};

[[nodiscard]] Decision decide(const DocumentFacts& document, const std::vector<Candidate>& candidates);

struct Suggestion {
  Id opportunity = 0;
  /// Stable keys, the weightiest first: "undone", "campaign", "project", "customer", "only", "nearest", "won",
  /// "outside" (open or won, but not near the document's date), "closed" (lost or expired then).
  std::vector<std::string> reasons{};
};

/// What a person may link the document to, best first, each with its reasons; what was undone before stands last. Where
/// no opportunity fits the date, those of the customer or project that do not. Nothing for a stand-in's customer.
[[nodiscard]] std::vector<Suggestion> suggest(const DocumentFacts& document, const std::vector<Candidate>& candidates);

/// One touch of a campaign, with the campaign's own dates.
struct Touch {
  Id campaign = 0;
  Day date = 0;
  std::optional<Day> campaign_start{};
  std::optional<Day> campaign_end{};
};

enum class Model : std::uint8_t { explicit_, first, last, linear, position, weights };

struct CampaignFacts {
  Model model = Model::explicit_;
  Id document_campaign = 0;
  Id opportunity_campaign = 0;  // the field, as of the document's moment
  Day date = 0;                 // of the document's moment
  std::int32_t window_days = 90;
  std::vector<Touch> touches{};             // those recorded as of the document's moment
  std::vector<std::int64_t> own_weights{};  // Model::weights: by position, the last one repeats
};

/// Campaign weights in order of first touch date, then campaign id; {{0, 1}} when there is none.
[[nodiscard]] std::vector<WeightedId> campaign_weights(const CampaignFacts& facts);

}  // namespace sales_leads::domain
