// SPDX-License-Identifier: Apache-2.0
//
// What the forecast knows of one opportunity as of a day, and how it is kept from one night to the next: ids and days
// as they were written down, no levels, so that it says the same among whatever others.
//
// Usage:  ForecastFactsStore store(session, company);
//         if (store.begin(form, as_of)) …       // rows may be read; in a transaction
//         store.put(rows);                       // of those that were read anew; in a transaction
//
// Threads: the session's. Errors: Failure of the session.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/forecast/history.h"
#include "store/session.h"

namespace sales_leads::store {

/// A stay in a step, whatever the step means today.
struct VisitedStep {
  Id step = 0;
  domain::Day from = 0, to = domain::forecast::kNever;
  bool witnessed = false;  // written down while it lasted
};

struct DealFacts {
  bool born = false, archived = false;
  Id owner = 0, type = 0, source = 0, campaign = 0;
  domain::Day entry = 0, close = domain::forecast::kNever;
  domain::forecast::Outcome outcome = domain::forecast::Outcome::open;
  std::int64_t value = domain::forecast::kNoValue, value_at_close = 0, hand_set = -1;
  std::string product;
  std::vector<VisitedStep> visits;

  bool operator==(const DealFacts&) const = default;
};
[[nodiscard]] inline bool operator==(const VisitedStep& a, const VisitedStep& b) {
  return a.step == b.step && a.from == b.from && a.to == b.to && a.witnessed == b.witnessed;
}

[[nodiscard]] std::string text_of(const DealFacts& facts);
/// Nothing of a text that is none.
[[nodiscard]] std::optional<DealFacts> facts_of(std::string_view text);

/// `facts` as read at that version of the opportunity.
struct KeptFacts {
  Id opportunity = 0;
  std::int64_t version = 0;
  std::optional<std::int64_t> next_at;
  std::string facts;
};

class ForecastFactsStore {
 public:
  ForecastFactsStore(Session& session, Id company) : session_(session), company_(company) {}
  /// Whether what is kept may be used for that day: read in the same form, as of no later day. What was read in another
  /// form is forgotten. From here on rows may be put.
  bool begin(const std::string& form, domain::Day as_of);
  void put(const std::vector<KeptFacts>& rows);
  /// Of opportunities that are no more; some at a time.
  void forget_gone();

 private:
  Session& session_;
  Id company_;
};

}  // namespace sales_leads::store
