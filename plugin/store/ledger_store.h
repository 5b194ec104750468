// SPDX-License-Identifier: Apache-2.0
//
// The attribution ledger: balances per key, appended corrections, and the rollups that move with them.
//
// Threads: the session's, inside the caller's transaction. Errors: Failure of the session; Failure(out_of_range) never:
// the database refuses sums beyond 64 bits itself.
#pragma once

#include <compare>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "store/document_key.h"
#include "store/session.h"

namespace sales_leads::store {

/// Everything that tells one balance from another.
struct LedgerKey {
  DocumentKey document;
  Id line = 0, opportunity = 0, campaign = 0, seller = 0;
  domain::Measure measure = domain::Measure::none;
  domain::Day effective_date = 0;
  Id customer = 0, project = 0;
  std::string currency;
  bool renewal = false;
  /// The day whose figure this corrects, where that day was closed; reports show it on effective_date.
  std::optional<domain::Day> corrects{};

  /// The day that it belongs to, whether or not that was closed.
  [[nodiscard]] domain::Day belongs_to() const { return corrects.value_or(effective_date); }
  friend auto operator<=>(const LedgerKey&, const LedgerKey&) = default;
};

using Balances = std::map<LedgerKey, domain::Amounts>;

struct SeriesPart {
  Id opportunity = 0;
  DocumentKey document;
  domain::Day effective_date = 0;
  Id campaign = 0;
  std::int64_t company_minor = 0;
};

/// What the module knows of a document after reconciling it.
struct DocumentSummary {
  DocumentKey key;
  domain::Measure measure = domain::Measure::none;
  std::string number, currency, reason;
  Id customer = 0, project = 0, salesperson = 0;
  std::int64_t net_minor = 0, company_minor = 0, linked_minor = 0;
  domain::Day effective_date = 0;
  std::int64_t row_version = 0;
};

struct Difference {
  std::string what;  // "ledger", "rollup_day", "rollup_customer", "rollup_opportunity"
  std::string key;
  std::int64_t is = 0, should_be = 0;  // company minor units
};

class LedgerStore {
 public:
  LedgerStore(Session& session, Id company) : session_(session), company_(company) {}

  /// Present balances of the documents; zeros left out.
  [[nodiscard]] Balances balances(const std::vector<DocumentKey>& keys);
  /// Appends the rows and moves the rollups by them.
  void append(const Balances& deltas, std::int64_t now_us);
  /// Documents with corrections of closed days, by key.
  [[nodiscard]] std::vector<DocumentKey> corrected_after(const DocumentKey& after, std::int64_t limit);
  /// Invoices and credits of the opportunities, per document and campaign, on the days they belong to.
  [[nodiscard]] std::vector<SeriesPart> series(const std::vector<Id>& opportunities);
  /// Those of the opportunities that still have ordered or invoiced amounts.
  [[nodiscard]] std::vector<Id> with_sales(const std::vector<Id>& opportunities);
  void save(const std::vector<DocumentSummary>& documents, std::int64_t now_us);
  /// Of documents without one, as read under the same lock. Errors: Failure "database.unique" where there is one.
  void add(const std::vector<DocumentSummary>& documents, std::int64_t now_us);
  /// Documents that the module knows and the host shows no more, by key.
  [[nodiscard]] std::vector<DocumentKey> gone_after(const DocumentKey& after, std::int64_t limit);

  /// What the reports show for a seller and campaign over some days; company currency.
  [[nodiscard]] std::int64_t rolled(const std::string& measure, domain::Day from, domain::Day to, Id seller,
                                    Id campaign);

  /// Rollups against the ledger's sums.
  [[nodiscard]] std::vector<Difference> compare_rollups(std::int64_t limit);
  /// Makes the rollups equal to the ledger's sums, whatever they are now.
  void rebuild_rollups();

 private:
  Session& session_;
  Id company_;
};

[[nodiscard]] std::string measure_text(domain::Measure measure);
[[nodiscard]] domain::Measure measure_of(const std::string& text);

}  // namespace sales_leads::store
