// SPDX-License-Identifier: Apache-2.0
//
// What every import of rows has in common, whatever the rows are: a dry run, keeping the good rows, and the batch in
// which each row's result is kept, so that a broken-off import goes on where it stopped and a finished one can be
// undone.
//
//   ImportRun run(use_case, input, "lead");
//   for (i …) { if (run.skips(i)) continue; try { check(rows[i]); … } catch (const Refusal& r) { run.reject(i, r); } }
//   if (run.writes()) { …; run.note(i, "created", id, 1); }
//   return run.answer();
//
// Where rows do not look at each other, import_each does all that: it asks what each row is to become, and writes once
// every row was read.
//
// Input: "rows", "keep_good", "dry_run", "batch", "row_numbers". Threads: one, inside the caller's transaction.
// Errors: Refusal "import.batch.not_found|state|entity", "import.row_numbers.invalid", "import.row.twice".
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "host/refusal.h"
#include "services/input.h"
#include "services/use_case.h"
#include "store/import_store.h"

namespace sales_leads::services {

class ImportRun {
 public:
  /// Holds the batch, where one is named, until the transaction ends.
  ImportRun(UseCase& use_case, const Input& input, const std::string& entity);

  /// Whether the batch has this row already (the index counts from 0).
  [[nodiscard]] bool skips(std::size_t index) const { return known_.contains(number_of(index)); }
  void reject(std::size_t index, const Refusal& refusal);
  /// Whether the rows without fault may be written.
  [[nodiscard]] bool writes() const { return !dry_run_ && (rejected_.empty() || keep_good_); }
  [[nodiscard]] bool dry_run() const { return dry_run_; }
  /// act: created, updated or same. In a dry run: what it would become.
  void note(std::size_t index, const std::string& act, Id record = 0, std::int64_t version = 0,
            const std::string& before = "");
  /// Refuses the second row of one call that means the same record: one row tells all of it.
  void once(const std::string& key, const std::string& field, const std::string& value);
  /// For records without a name of their own (two costs of one day and text): false where another row of this import
  /// stands for the record already, in an earlier call of the batch too.
  [[nodiscard]] bool take(Id record);
  /// Writes the results into the batch; {"accepted", "created", "updated", "same", "skipped", "rejected", …}.
  [[nodiscard]] json::value answer();

 private:
  [[nodiscard]] std::int64_t number_of(std::size_t index) const {
    return index < numbers_.size() ? numbers_[index] : static_cast<std::int64_t>(index) + 1;
  }
  void read_numbers(const Input& input, std::size_t rows);

  UseCase& use_case_;
  bool keep_good_, dry_run_;
  std::optional<store::ImportBatch> batch_;
  std::vector<std::int64_t> numbers_;
  std::unordered_set<std::int64_t> known_;
  std::unordered_set<std::string> keys_;
  std::optional<std::unordered_set<Id>> taken_;
  std::int64_t created_ = 0, updated_ = 0, same_ = 0;
  std::vector<store::ImportRow> rows_;
  json::array rejected_;
};

/// What a row is to become. `write`, not called where it is the "same", answers record, version and what it was before.
struct ImportPlan {
  std::string act;  // created, updated or same
  Id record = 0;
  std::int64_t version = 0;
  std::function<store::ImportRow()> write;
};
using ImportRead = std::function<ImportPlan(const Input& row, ImportRun& run)>;
json::value import_each(UseCase& use_case, const Input& input, const std::string& entity, const RowCheck& check,
                        const ImportRead& read);

/// How the rows of one kind are taken back. Each answers, for the rows that cannot be, a stable key of the reason.
using Undo = std::function<std::map<std::int64_t, std::string>(UseCase&, const std::vector<store::ImportRow>&)>;
using Undoings = std::map<std::string, Undo, std::less<>>;

json::value begin_import(UseCase& use_case, const Input& input);
json::value finish_import(UseCase& use_case, const Input& input);
json::value import_status(UseCase& use_case, const Input& input);
json::value list_imports(UseCase& use_case, const Input& input);
/// A slice of the batch's rows at a time; `undoings`: by entity.
json::value undo_import(UseCase& use_case, const Input& input, const Undoings& undoings);

}  // namespace sales_leads::services
