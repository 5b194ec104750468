// SPDX-License-Identifier: Apache-2.0
//
// The ledger's lines that pass sieves, in the order of their days, newest first. Reads in slices of whole documents, as
// many as are wanted; what the database can tell of a sieve it is asked for, the sieve itself decides.
//
// Threads: the session's. Errors: Failure of the session; invalid_argument for a key that is none.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "reports/pivot.h"

namespace sales_leads::reports {

/// What the ledger holds of one line of a document, its corrections summed up.
struct SalesLine {
  domain::Day date = 0;
  std::string kind = {};  // order, invoice
  Id document = 0, line = 0, opportunity = 0, campaign = 0, seller = 0, customer = 0, project = 0;
  std::string measure = {}, currency = {};
  std::optional<domain::Day> corrects = std::nullopt;
  std::int64_t document_minor = 0, company_minor = 0;

  /// Where it stands: "2026-03-01/invoice/42/7/…". No two lines have one.
  [[nodiscard]] std::string key() const;
};

class LineSource {
 public:
  /// `measures`: of the ledger.
  LineSource(const Context& context, const Question& question, std::vector<std::string> measures, Labels& labels);
  /// The first `count` after the line of that key, "" = from the beginning.
  [[nodiscard]] std::vector<SalesLine> read(const std::string& after, std::int64_t count);

 private:
  struct Row {
    SalesLine line;
    Place place;
  };

  void narrow(Sieve& sieve);
  void narrow_days(Sieve& sieve);
  void narrow_ids(const std::string& column, Sieve& sieve, const std::vector<Id>& known, Place (*place)(Id));
  void narrow_group(Sieve& sieve);
  void narrow_opportunities(const std::string& column, Sieve& sieve, const std::vector<Id>& known, Place (*place)(Id));
  void narrow_status(Sieve& sieve);
  /// To the opportunities of that condition, where they are few; false where they are many.
  [[nodiscard]] bool narrow_few(const std::string& condition, const store::Param& bind);
  void narrow_currency(Sieve& sieve);
  void also_ids(const std::string& column, const std::vector<Id>& ids);
  void also_texts(const std::string& column, const std::vector<std::string>& texts);
  [[nodiscard]] std::vector<Id> ids_of(const std::string& table);
  [[nodiscard]] std::vector<Row> slice(const std::optional<SalesLine>& from, bool inclusive, std::int64_t rows);
  [[nodiscard]] bool passes(const Place& place);

  const Context& context_;
  Labels& labels_;
  std::vector<Sieve> sieves_;
  std::vector<std::string> measures_;
  std::string where_;
  store::Params binds_;
  bool joins_ = false;    // to what the opportunity is today
  bool few_ = false;      // of few opportunities
  bool nothing_ = false;  // no line can pass
};

}  // namespace sales_leads::reports
