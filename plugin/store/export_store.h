// SPDX-License-Identifier: Apache-2.0
//
// Every list of the module as a table with all its columns, a page at a time: what a company takes along when it
// leaves. References are written as people and imports know them: numbers and codes.
//
// Threads: the session's; the tables of columns are immutable. Errors: Failure of the session.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/session.h"

namespace sales_leads::store {

/// How a cell is written. margin: only for those who may see margins. history: by the field that the column before
/// names.
enum class ExportKind { integer, text, day, month, time, share, margin, history };

struct ExportColumn {
  const char* name;
  const char* expression;
  ExportKind kind = ExportKind::text;
};

/// Whose rows there are: everybody's, those of the opportunity `o`, of the lead `d`, of either, by `t.entity`, of the
/// seller `r.employee_id`, or customers and those leads `d` that are theirs.
enum class ExportScope { everybody, opportunity, lead, either, seller, member };

struct ExportTable {
  const char* entity;
  const char* permission;  // to see such records at all; "" = that to export is enough
  ExportScope scope;
  const char* from;      // with `t` as the table itself
  const char* text_key;  // first part of the key; "" = the number alone
  const char* key;       // a number; pages go by the key
  std::vector<ExportColumn> columns;
  const char* without_margins = "";  // which rows are left to those who may not see margins; "" = all
};

/// Null for an unknown entity.
[[nodiscard]] const ExportTable* export_table(std::string_view entity);
/// "opportunity | campaign | …"
[[nodiscard]] std::string export_entities();

struct ExportPlace {
  std::string text;
  std::int64_t number = 0;
};

struct ExportPage {
  using Cell = Session::Cell;
  std::vector<std::vector<Cell>> rows;  // one cell per column
  std::vector<ExportPlace> places;      // of each row
};

struct ExportSeen {
  std::optional<std::vector<Id>> opportunities_of, leads_of;  // nothing = all
  bool margins = true;
};

class ExportStore {
 public:
  ExportStore(Session& session, Id company) : session_(session), company_(company) {}

  [[nodiscard]] ExportPage page(const ExportTable& table, const ExportPlace& after, std::int64_t limit,
                                const ExportSeen& seen);
  /// "7 60.00; 8 40.00": who sells it at that time, in numbers of employees. Without an entry: the owner alone.
  [[nodiscard]] std::map<Id, std::string> sellers(const std::vector<Id>& opportunities, std::int64_t at);
  /// "fair 2026-01-31; mail 2026-02-01"
  [[nodiscard]] std::map<Id, std::string> touches(const std::vector<Id>& opportunities);

  /// "vip; south": the codes of each customer's categories.
  [[nodiscard]] std::map<Id, std::string> categories(const std::vector<Id>& customers);

  struct Pipelines {
    std::string steps, types, groups;  // "offer open; closed_won won", codes
  };
  [[nodiscard]] std::map<Id, Pipelines> pipelines(const std::vector<Id>& pipelines);

  struct Contacts {
    std::string emails, phones;  // "a@b.se; c@d.se"
  };
  [[nodiscard]] std::map<Id, Contacts> contacts(const std::vector<Id>& leads);

  struct Line {
    Id opportunity = 0;
    std::string product;
    std::int64_t units = 0, exponent = 0;
    std::optional<std::int64_t> net;
  };
  [[nodiscard]] std::vector<Line> lines(const std::vector<Id>& opportunities);

 private:
  Session& session_;
  Id company_;
};

}  // namespace sales_leads::store
