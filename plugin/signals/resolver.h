// SPDX-License-Identifier: Apache-2.0
//
// From the host's documents to the engine's: which link-set each document and line has (people's acts, own references,
// rules), decided once and kept, with the contexts frozen at the document's moment.
//
// Threads: one. Errors: Failure of the session. Nothing is written: the caller saves what `decision_changed` marks.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "host/company_calendar.h"
#include "store/document_store.h"
#include "store/link_store.h"
#include "store/opportunity_states.h"

namespace sales_leads::signals {

using store::DocumentKey;
using store::Id;

/// What happens with decisions that were made before.
enum class Decisions {
  keep,      // made again only when the document's references, customer, project or moment changed
  contexts,  // the link stays, sellers and campaigns are looked up again as of the document's moment
  renew,     // both are made again
};

/// A document on its way through one reconciliation.
struct Item {
  store::HostDocument host;
  domain::Document engine;
  store::StoredDecision decision;
  bool is_known = false;  // handled or parked before: read under the lock that rows are written under
  bool has_decision = false, decision_changed = false;
  bool decision_is_stored = false;  // an earlier one; read under the same lock
  bool by_rule = false;             // the document-level link is the decision's
  bool conditional = false;
  std::string reason;                      // why it is linked or not: a stable key
  std::map<Id, std::string> line_reasons;  // the same of each line
  std::string parked_key, parked_message;  // set: its rows stay as they are
  std::size_t component = 0;
};
using Items = std::map<DocumentKey, Item>;

class Resolver {
 public:
  /// `decisions` goes for the documents in `asked`; all others keep theirs, but those that were decided as of
  /// `renew_since` or later, which are decided again wherever they come up.
  Resolver(store::Session& session, Id company, std::int64_t now_us, Decisions decisions,
           const std::vector<DocumentKey>& asked, std::optional<std::int64_t> renew_since = std::nullopt);

  /// Adds the documents to `items`, resolved.
  void add(std::map<DocumentKey, store::HostDocument> documents, Items& items);
  [[nodiscard]] const CompanyCalendar& calendar() const { return calendar_; }

 private:
  struct Work;
  void classify(Item& item) const;
  void find_links(Work& work);
  void decide(const std::vector<Work*>& undecided, const std::vector<Id>& needed);
  static std::vector<Id> without_context(const std::vector<Work>& all);
  void freeze_contexts(std::vector<Work>& all);
  static void explain_lines(Work& work);
  void build(Work& work) const;

  store::Session& session_;
  Id company_;
  std::int64_t now_us_;
  Decisions decisions_;
  std::set<DocumentKey> asked_;
  std::optional<std::int64_t> renew_since_;
  store::DocumentStore documents_;
  store::LinkStore links_;
  store::OpportunityStates states_;
  CompanyCalendar calendar_;
  std::optional<std::int64_t> start_date_;
};

/// Whether a line's amounts are larger than any document's can be: ten thousand smaller ones add up within an integer.
[[nodiscard]] bool is_too_large(const store::HostLine& line);

/// The moment as of which a document is decided: offered, confirmed or posted; empty = none yet.
[[nodiscard]] std::optional<std::int64_t> moment_of(const store::HostDocument& document);

}  // namespace sales_leads::signals
