// SPDX-License-Identifier: Apache-2.0
//
// From what a user writes to the record that is meant: an id, a code or title of a list, the number or exact name of a
// customer, project or employee. Merged customers are followed to the one that took their place.
//
// Threads: one. Errors: Refusal "reference.not_found", "reference.archived", "reference.ambiguous" naming field and
// value. In bulk mode the host's records are read once, whole.
#pragma once

#include <boost/json.hpp>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "services/use_case.h"
#include "store/campaign_store.h"
#include "store/directory_store.h"
#include "store/settings_store.h"

namespace sales_leads::services {

class References {
 public:
  enum class Mode { single, bulk };
  explicit References(UseCase& use_case, Mode mode = Mode::single) : use_case_(use_case), bulk_(mode == Mode::bulk) {}

  /// In bulk mode: what these texts and ids may mean is read at once, and nothing else of this kind.
  void read_ahead(store::DirectoryKind kind, const std::vector<std::string>& texts, const std::vector<Id>& ids);
  /// For a dry run in bulk mode: as if a record with this number were there.
  void assume(store::DirectoryKind kind, const std::string& number);
  [[nodiscard]] Id directory(store::DirectoryKind kind, const boost::json::value& value, const std::string& field);
  [[nodiscard]] Id customer(const boost::json::value& value, const std::string& field) {
    return directory(store::DirectoryKind::customer, value, field);
  }
  [[nodiscard]] Id project(const boost::json::value& value, const std::string& field) {
    return directory(store::DirectoryKind::project, value, field);
  }
  [[nodiscard]] Id employee(const boost::json::value& value, const std::string& field) {
    return directory(store::DirectoryKind::employee, value, field);
  }
  /// What an employee is called; nothing where the host shows none.
  [[nodiscard]] std::optional<std::string> employee_name(Id employee);
  /// The name of one who no longer works here; nothing of everybody else.
  [[nodiscard]] std::optional<std::string> leaver(Id employee);
  /// Refuses who no longer works here as the new owner of a record; who owns it already stays.
  void refuse_leaver(const std::string& entity, Id owner, Id owner_before);
  /// Who a customer of the host counts as: itself, or the one that it was merged into.
  [[nodiscard]] Id survivor(Id customer);
  /// `list` also names the field. `keep`: this entry may be archived, since it stands there already.
  [[nodiscard]] Id entry(const std::string& list, const boost::json::value& value, Id keep = 0);
  [[nodiscard]] Id campaign(const boost::json::value& value, const std::string& field, Id keep = 0);
  /// For filters: archived ones too.
  [[nodiscard]] Id any_entry(const std::string& list, const boost::json::value& value);
  [[nodiscard]] Id any_step(const boost::json::value& value);
  [[nodiscard]] Id any_campaign(const boost::json::value& value);
  /// Of the pipeline; 0 = of any, the default one first. `field`: as the caller typed it, for a refusal; so below.
  [[nodiscard]] const store::Step& step(const boost::json::value& value, Id pipeline, Id keep = 0,
                                        const std::string& field = "step");
  [[nodiscard]] const store::Step& step(Id id);
  /// The pipeline's own step for this status, else its first one with it.
  [[nodiscard]] const store::Step& first_step(Id pipeline, const std::string& status);
  /// `archived`: also one that takes no new opportunities.
  [[nodiscard]] const store::Pipeline& pipeline(const boost::json::value& value, bool archived = false,
                                                const std::string& field = "pipeline");
  [[nodiscard]] const store::Pipeline& pipeline(Id id);
  [[nodiscard]] const store::Pipeline& default_pipeline();
  /// The one that serves the type, else the owner's sales group or the nearest group above it, else the default one.
  [[nodiscard]] const store::Pipeline& pipeline_for(Id type, Id owner);
  /// A right of the caller, asked for once.
  [[nodiscard]] bool may(const std::string& right);

  [[nodiscard]] const std::vector<store::Step>& steps();
  [[nodiscard]] const std::vector<store::Pipeline>& pipelines();
  [[nodiscard]] const std::vector<store::ListEntry>& entries();

 private:
  struct Whole {
    std::unordered_map<Id, store::DirectoryEntry> by_id;
    std::unordered_map<std::string, std::vector<Id>> by_number, by_name;
  };
  Whole& whole(store::DirectoryKind kind);
  static void put(Whole& all, std::vector<store::DirectoryEntry> entries);
  std::vector<store::DirectoryEntry> look_up(store::DirectoryKind kind, const boost::json::value& value);

  UseCase& use_case_;
  bool bulk_;
  std::map<store::DirectoryKind, Whole> wholes_;
  std::map<std::string, store::CampaignRow> campaigns_;  // by id or code, as written
  std::optional<std::vector<store::Step>> steps_;
  std::optional<std::vector<store::Pipeline>> pipelines_;
  std::optional<std::vector<store::ListEntry>> entries_;
  struct Served {
    std::map<Id, Id> by_type, by_group;  // -> pipeline
    std::map<Id, Id> group_of;           // employee -> present sales group
    std::map<Id, Id> parent_of;          // of groups
  };
  const Served& served();
  std::optional<Served> served_;
  std::map<std::string, bool> rights_;
};

}  // namespace sales_leads::services
