// SPDX-License-Identifier: Apache-2.0
//
// The host's orders and invoices as the read views show them, loaded by sets: for some documents everything that is
// connected with them by line sources, complete.
//
//   auto documents = store::DocumentStore(session, company).load_connected(keys);
//
// Threads: the session's. Errors: Failure of the session. A document that is not in the views is simply not in the
// answer.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "store/document_key.h"
#include "store/session.h"

namespace sales_leads::store {

struct HostLine {
  Id id = 0;
  std::int32_t line_no = 0;
  std::int64_t net = 0;
  std::optional<std::int64_t> company_net;
  bool counts = true;
  std::vector<domain::LineSource> sources;
};

struct HostReference {
  Id line = 0;  // 0 = the whole document
  bool is_campaign = false;
  Id id = 0;
  std::int64_t set_at = 0;
  bool copied = false;
};

struct HostDocument {
  DocumentKey key;
  std::string number, state, currency;
  bool is_credit = false, counts = false, is_repeating = false;
  Id customer = 0, project = 0, salesperson = 0;
  std::optional<std::int64_t> offered_at, confirmed_at, posted_at;
  std::int64_t row_version = 0;
  std::vector<HostLine> lines;  // by (line_no, id)
  std::vector<HostReference> references;
  bool source_missing = false;  // a line names a source line that the views do not show
};

struct CustomerFacts {
  Id stands_for = 0;  // after merges
  bool is_stand_in = false;
};

class DocumentStore {
 public:
  DocumentStore(Session& session, Id company) : session_(session), company_(company) {}

  /// The documents and all that are connected with them by line sources, in both directions, to the end. `known`:
  /// without what only follows and was neither handled nor parked yet, since its own signal brings it.
  enum class Followers { all, known };
  [[nodiscard]] std::map<DocumentKey, HostDocument> load_connected(const std::vector<DocumentKey>& keys,
                                                                   Followers wanted = Followers::all);
  /// The next ids of a kind, rising: for scanning.
  [[nodiscard]] std::vector<Id> next_ids(domain::DocumentKind kind, Id after, std::int64_t limit);
  /// Those of them that were handled or parked before: no others have rows of the ledger or a decision, since these are
  /// written with the document's summary or while it is parked, and a summary is never taken away.
  [[nodiscard]] std::vector<Id> known(domain::DocumentKind kind, const std::vector<Id>& ids);
  [[nodiscard]] std::map<Id, CustomerFacts> customers(const std::vector<Id>& ids);
  /// The given customers and all that were merged into one of them.
  [[nodiscard]] std::map<Id, Id> merged_into(const std::vector<Id>& stand_for);
  [[nodiscard]] std::string time_zone();

 private:
  using Documents = std::map<DocumentKey, HostDocument>;
  void load_orders(const std::vector<Id>& ids, Documents& into);
  void load_invoices(const std::vector<Id>& ids, Documents& into);
  void load_references(const std::string& kind, const std::vector<Id>& ids, Documents& into);
  std::vector<Id> followers(const std::string& source_kind, const std::vector<Id>& lines);

  Session& session_;
  Id company_;
};

}  // namespace sales_leads::store
