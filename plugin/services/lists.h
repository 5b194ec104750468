// SPDX-License-Identifier: Apache-2.0
//
// The company's own settings: the five lists, steps, pipelines with their models, and the day from which documents are
// linked by rule.
//
// Threads: one per UseCase; changing ones inside the caller's transaction. Errors: Refusal.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "services/import_batch.h"
#include "services/input.h"
#include "services/use_case.h"

namespace sales_leads::services {

class References;

/// `list`: rejection, type, source, customer_status or category.
json::value list_entries(UseCase& use_case, const Input& input, const std::string& list);
json::value create_entry(UseCase& use_case, const Input& input, const std::string& list);
json::value update_entry(UseCase& use_case, const Input& input, const std::string& list);
/// With replace_by, everything that uses the entry uses the other from now on.
json::value archive_entry(UseCase& use_case, const Input& input, const std::string& list);
/// Only one that was never used.
json::value delete_entry(UseCase& use_case, const Input& input, const std::string& list);
json::value reorder_entries(UseCase& use_case, const Input& input, const std::string& list);

json::value list_steps(UseCase& use_case, const Input& input);
json::value create_step(UseCase& use_case, const Input& input);
json::value update_step(UseCase& use_case, const Input& input);
json::value archive_step(UseCase& use_case, const Input& input);
json::value reorder_steps(UseCase& use_case, const Input& input);
[[nodiscard]] json::object step_shape(UseCase& use_case, const store::Step& step);
/// What the input says of a step; what it leaves out stays.
void read_step_fields(References& references, const Input& input, store::Step& step);
/// Steps from a file: known by pipeline and code. Undoing archives what was made.
json::value import_steps(UseCase& use_case, const Input& input, const RowCheck& check);
std::map<std::int64_t, std::string> undo_steps(UseCase& use_case, const std::vector<store::ImportRow>& rows);

json::value list_pipelines(UseCase& use_case, const Input& input);
json::value create_pipeline(UseCase& use_case, const Input& input);
json::value archive_pipeline(UseCase& use_case, const Input& input);
json::value update_pipeline(UseCase& use_case, const Input& input);
/// The input's own fields of a pipeline, without steps and what it serves.
void read_pipeline_fields(const Input& input, store::Pipeline& pipeline);
/// Types and sales groups that the input says the pipeline serves.
[[nodiscard]] std::vector<store::Id> read_served_types(References& references, const json::array& types);
[[nodiscard]] std::vector<store::Id> read_served_groups(UseCase& use_case, const json::array& groups);
/// Pipelines from a file: known by their English title; a new one gets the steps that its row names, else copies of the
/// default one's. Undoing archives what was made.
json::value import_pipelines(UseCase& use_case, const Input& input, const RowCheck& check);
std::map<std::int64_t, std::string> undo_pipelines(UseCase& use_case, const std::vector<store::ImportRow>& rows);
json::value set_pipeline_model(UseCase& use_case, const Input& input);

json::value start_company(UseCase& use_case, const Input& input);

/// One text for all languages, or one per language; languages that are left out keep their text, or take the English
/// one.
void read_titles(const Input& input, store::Titles& titles);
/// A new order names every entry that is in use, once.
void check_order(const std::string& entity, std::vector<store::Id> standing, std::vector<store::Id> wanted);
/// Of an order: every change of what it orders, and of the order itself, raises it.
template <class Rows>
[[nodiscard]] std::int64_t order_version(const Rows& standing) {
  std::int64_t version = 0;
  for (const auto& row : standing) version += row.version;
  return version;
}
/// Refused when the input expects another version than the record has.
void check_version(const Input& input, std::int64_t version);

}  // namespace sales_leads::services
