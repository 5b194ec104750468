// SPDX-License-Identifier: Apache-2.0
//
// Who and what stands behind the ids of a report, read once each and kept for the length of the report.
//
// Threads: the session's. Errors: Failure of the session.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "reports/reports.h"

namespace sales_leads::reports {

struct Label {
  Id id = 0;
  std::string key, label, order;
};

class Labels {
 public:
  explicit Labels(const Context& context) : context_(context) {}

  [[nodiscard]] const Context& context() const { return context_; }

  const Label& customer(Id id);  // the one that took its place, when merged
  const Label& project(Id id);
  /// The customer that took its place, itself where none did.
  [[nodiscard]] Id survivor(Id customer);
  /// Those that were merged and those that they were merged into.
  [[nodiscard]] std::vector<Id> merged_customers();
  /// Reads these alone where they are not known yet: of a directory of many only a few are shown.
  void know_customers(const std::vector<Id>& survivors);
  void know_projects(const std::vector<Id>& ids);
  /// Ids whose heading has one of the keys, or that a key is the number of; 0 for "none". Of customers those that stand
  /// for themselves.
  [[nodiscard]] std::set<Id> customers_named(const std::vector<std::string>& keys);
  [[nodiscard]] std::set<Id> projects_named(const std::vector<std::string>& keys);
  /// These and every customer that was merged into one of them.
  [[nodiscard]] std::vector<Id> standing_for(const std::set<Id>& survivors);
  const Label& seller(Id id);
  const Label& campaign(Id id);
  const Label& medium(Id campaign);
  const Label& step(Id id);
  const Label& list_entry(Id id);  // types and sources
  /// The sales group that the employee belongs to on that day; "none" = Others.
  const Label& group(Id employee, domain::Day day);
  /// The first day of the month on which a sales group holds the employee: its group has the month's budget. The
  /// month's first day where none does.
  [[nodiscard]] domain::Day member_day(Id employee, domain::Day month);
  /// Every time that somebody was in a sales group: the employee, and the group as group() tells it.
  [[nodiscard]] std::vector<std::pair<Id, Label>> members();
  /// Whether the group is the one with this key or id, or stands below it.
  [[nodiscard]] bool is_within_group(Id group, const std::string& key_or_id);

  /// "Adjustment from March 2026": of the month that the day is in.
  [[nodiscard]] Label adjustment(domain::Day corrects) const;
  /// What "none" is called on an axis: "No seller", "Inget steg" …
  [[nodiscard]] Label none(std::string_view axis) const;
  /// "1,234 others": so many headings that are not told apart.
  [[nodiscard]] std::string others(std::int64_t count) const;
  [[nodiscard]] std::string status(std::string_view status) const;

 private:
  using Table = std::map<Id, Label>;
  struct Membership {
    Id group = 0;
    domain::Day from = 0;
    std::optional<domain::Day> to;
  };

  void load_groups();
  void load_directory(std::string_view axis, const std::string& sql, Table& table);
  void load_titled(std::string_view axis, const std::string& sql, Table& table);
  void know(std::string_view axis, const std::string& view, const std::vector<Id>& ids, Table& few);
  [[nodiscard]] std::set<Id> named(const std::string& view, const std::vector<std::string>& keys);
  void load_merged();
  const Label& find(const Table& table, Id id, std::string_view axis);

  const Context& context_;
  std::optional<Table> customers_, projects_, sellers_, campaigns_, media_, steps_, entries_, groups_;
  Table few_customers_, few_projects_;  // read by their ids
  std::optional<std::unordered_map<Id, Id>> merged_;
  std::map<Id, Id> parents_;
  std::map<Id, std::vector<Membership>> memberships_;
  std::map<std::string, Label, std::less<>> strangers_;  // ids that no table knows any more, and "none"
};

}  // namespace sales_leads::reports
