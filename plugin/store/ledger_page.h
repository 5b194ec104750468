// SPDX-License-Identifier: Apache-2.0
//
// The ledger's balances a page at a time, and which documents an opportunity has a part in.
//
// Threads: the session's. Errors: Failure(invalid_argument, "page.invalid") for a cursor that is none.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "store/document_key.h"
#include "store/session.h"

namespace sales_leads::store {

struct BalanceRow {
  std::string kind;
  Id document = 0, line = 0, opportunity = 0, campaign = 0, seller = 0;
  std::string measure;
  std::int64_t effective_date = 0, belongs_to = 0;  // another day where it corrects a closed one
  std::string currency;
  std::int64_t document_minor = 0, company_minor = 0;
};

struct BalancePage {
  std::vector<BalanceRow> rows;
  std::optional<std::string> next;
};

class LedgerPage {
 public:
  LedgerPage(Session& session, Id company) : session_(session), company_(company) {}

  /// At most `limit` balances after the cursor ("" = from the start), zeros left out. A page may be short and still
  /// have a next one: where documents have come back to nothing.
  [[nodiscard]] BalancePage balances(const std::string& after, std::int64_t limit);
  /// Documents with rows of this opportunity that belong to `from` or later.
  [[nodiscard]] std::vector<DocumentKey> documents_of(Id opportunity, std::int64_t from);
  /// Titles of opportunities, for those that exist.
  [[nodiscard]] std::vector<std::pair<Id, std::string>> titles(const std::vector<Id>& opportunities);

 private:
  Session& session_;
  Id company_;
};

}  // namespace sales_leads::store
