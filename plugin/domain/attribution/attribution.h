// SPDX-License-Identifier: Apache-2.0
//
// The attribution engine: from documents, links and contexts to the ledger balances they should have.
//
// One pure function, attribute(): no clock, no storage, no randomness; the same input gives the same output in any
// order of its vectors. It is handed a *component*: every document that is connected by line sources, complete. All
// money is in minor units, apart for the document's currency and the company's.
//
// Threads: any; values only. Errors: attribute() never throws on odd data (unknown sources, zero weights): the rules
// below say what such a line becomes. Rules: spec/domain.md section 5; README.md of this folder has them in full.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace sales_leads::domain {

using Id = std::int64_t;           // 0 = none
using Minor = std::int64_t;        // minor units of a currency
using Day = std::int32_t;          // days since 1970-01-01, company zone
using BasisPoints = std::int32_t;  // 0..10000

inline constexpr BasisPoints kWhole = 10'000;

enum class DocumentKind : std::uint8_t { order = 1, invoice = 2 };  // credit notes are invoices with their own measure
enum class Measure : std::uint8_t { none = 0, offered = 1, ordered = 2, invoices = 3, credits = 4 };

/// Both amounts of a line or of a part of it.
struct Amounts {
  Minor document = 0;
  Minor company = 0;
  friend bool operator==(const Amounts&, const Amounts&) = default;
};

struct WeightedId {
  Id id = 0;
  std::int64_t weight = 0;
  friend bool operator==(const WeightedId&, const WeightedId&) = default;
};

/// Who and what an opportunity's part of a root document counts for, frozen when the document was decided.
/// `campaigns` stand in order of touch date, then id; `sellers` in order of id. Empty = the one entry {0, 1}.
struct Context {
  Id opportunity = 0;  // 0 = the unlinked part
  std::vector<WeightedId> campaigns{};
  std::vector<WeightedId> sellers{};
  std::int32_t recurring_months = 12;  // of the opportunity, for repeating invoices
};

/// One opportunity's share of a line or of a whole document.
struct LinkShare {
  Id opportunity = 0;
  BasisPoints share = 0;
};

/// A resolved link-set. `present` = a decision exists (it may be empty: deliberately unlinked).
struct LinkSet {
  bool present = false;
  bool is_explicit = false;         // by user or own reference: beats following
  bool conditional = false;         // by rule on a credit without reference: see cover_credits()
  std::vector<LinkShare> shares{};  // sum <= kWhole; the rest is unlinked
};

enum class SourceKind : std::uint8_t { order_line = 1, invoice_line = 2 };

struct LineSource {
  SourceKind kind = SourceKind::order_line;
  Id line = 0;
  Minor amount = 0;  // document currency; weights only, the sign is ignored
};

struct Line {
  Id id = 0;
  std::int32_t line_no = 0;
  Amounts net{};
  bool counts_as_sale = true;
  LinkSet link{};  // of the line itself; absent = the document's
  std::vector<LineSource> sources{};
};

struct Document {
  DocumentKind kind = DocumentKind::order;
  Id id = 0;
  Measure measure = Measure::none;  // none = writes no rows and moves no running total (draft, cancelled, voided …)
  bool is_credit = false;
  bool is_repeating = false;
  Day effective_date = 0;
  Day decided_on = 0;  // day of confirmation for an order: repeating invoices count their months from here
  Id salesperson = 0;
  LinkSet link{};                   // document level
  std::vector<Context> contexts{};  // of this document as a root, for opportunity 0 and every opportunity it may link
  std::vector<Line> lines{};
};

/// One wanted balance. Equal keys appear once; zero amounts (both) are left out.
struct Balance {
  DocumentKind kind = DocumentKind::order;
  Id document = 0;
  Id line = 0;
  Id opportunity = 0;
  Id campaign = 0;
  Id seller = 0;
  Measure measure = Measure::none;
  Day effective_date = 0;
  bool renewal = false;
  Amounts amount{};
  friend bool operator==(const Balance&, const Balance&) = default;
};

/// The balances that the documents of one component should have, sorted by (kind, document, line, opportunity,
/// campaign, seller). Conditional link-sets are taken as linked; cover_credits() says which of them may stay.
[[nodiscard]] std::vector<Balance> attribute(const std::vector<Document>& component);

/// One entry of an opportunity's invoiced series, for the coverage of credits that name no invoice.
struct SeriesEntry {
  Day effective_date = 0;
  Id document = 0;
  bool conditional = false;             // may be refused
  std::vector<WeightedId> campaigns{};  // company minor units by campaign (weight = signed amount)
};

/// Which conditional credits may stay linked to the opportunity: answer[i] belongs to series[i] (true for those that
/// are not conditional). A credit stays iff no prefix sum from its place onward falls below zero, in total or in any
/// campaign that it touches. Credits are taken in order of (effective date, document id).
[[nodiscard]] std::vector<bool> cover_credits(const std::vector<SeriesEntry>& series);

/// Largest remainder: parts of `total` in proportion to `weights` (all >= 0, sum > 0), exact sum, ties to the earlier
/// index. Example: 10000 over {1,1,1} = {3334,3333,3333}. All weights zero: everything to the first. Source: Hamilton's
/// method as used for apportionment.
[[nodiscard]] std::vector<Minor> largest_remainder(Minor total, const std::vector<std::int64_t>& weights);

/// `total` over campaigns x sellers, row-major (campaign first), such that row sums equal largest_remainder over the
/// campaigns and column sums equal largest_remainder over the sellers.
[[nodiscard]] std::vector<Minor> split_two_way(Minor total, const std::vector<std::int64_t>& campaigns,
                                               const std::vector<std::int64_t>& sellers);

}  // namespace sales_leads::domain
