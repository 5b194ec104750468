// SPDX-License-Identifier: Apache-2.0
//
// The company's own lists: pipelines with their models, steps, and the five lists of one shape (rejection, type,
// source, customer_status, category).
//
// Threads: the session's. Errors: Failure of the session. update() answers false when the version is no longer the one
// given.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "store/session.h"

namespace sales_leads::store {

struct Titles {
  std::string en, sv, nb;
  [[nodiscard]] const std::string& in(const std::string& language) const {
    return language == "sv" ? sv : language == "nb" ? nb : en;
  }
};

/// Who changes, and when: for the four columns that every row carries.
struct Stamp {
  std::int64_t at = 0;
  Id by = 0;
};

struct Pipeline {
  Id id = 0;
  std::int64_t version = 1;
  Titles title;
  bool is_default = false;
  std::string on_order_confirmed = "propose";
  std::int64_t link_window_days = 90;
  bool archived = false;
  Id first_step = 0, won_step = 0, lost_step = 0;  // 0 = the first by position with that status
  std::optional<std::int64_t> expire_after_days;   // empty = open opportunities never expire
};

struct PipelineModel {
  Id id = 0;
  Id pipeline = 0;
  std::int64_t valid_from = 0;
  std::string model;
  std::string weights;
};

struct Step {
  Id id = 0;
  std::int64_t version = 1;
  Id pipeline = 0;
  std::string code;
  Titles title;
  std::int64_t position = 0;
  std::int64_t probability = 0;
  std::string status = "open";
  std::string rejection_rule = "none";
  Id default_rejection = 0;
  std::int64_t stale_days = 0;
  bool archived = false;
  std::string required_fields;  // names with commas between
};

struct ListEntry {
  Id id = 0;
  std::int64_t version = 1;
  std::string list;
  std::string code;
  Titles title;
  std::int64_t position = 0;
  std::string effect = "none";
  bool archived = false;
};

class SettingsStore {
 public:
  SettingsStore(Session& session, Id company) : session_(session), company_(company) {}

  /// Locks the company's row (made if missing) and answers whether its defaults are there.
  [[nodiscard]] bool defaults_done();
  [[nodiscard]] bool lock_defaults();
  void set_defaults_done();
  void set_start_date(std::int64_t day);
  [[nodiscard]] std::optional<std::int64_t> start_date();

  [[nodiscard]] std::vector<Pipeline> pipelines();
  Id insert(const Pipeline& pipeline, Stamp stamp);
  [[nodiscard]] bool update(const Pipeline& pipeline, Stamp stamp);
  [[nodiscard]] std::vector<PipelineModel> models();
  void put(const PipelineModel& model);

  [[nodiscard]] std::vector<Step> steps();
  Id insert(const Step& step, Stamp stamp);
  [[nodiscard]] bool update(const Step& step, Stamp stamp);
  [[nodiscard]] bool step_is_used(Id step);

  [[nodiscard]] std::vector<ListEntry> entries();
  Id insert(const ListEntry& entry, Stamp stamp);
  [[nodiscard]] bool update(const ListEntry& entry, Stamp stamp);

 private:
  Session& session_;
  Id company_;
};

}  // namespace sales_leads::store
