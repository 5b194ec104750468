// SPDX-License-Identifier: Apache-2.0
//
// Batches of an import and what each row of the file became, so that an import can be resumed and undone.
//
// Threads: the session's, inside its write transaction. Errors: Failure of the session. lock() holds the batch until
// the transaction ends: two calls for one batch come one after the other.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "store/session.h"
#include "store/settings_store.h"

namespace sales_leads::store {

struct ImportBatch {
  Id id = 0;
  std::int64_t version = 1;
  std::string entity, title;
  std::string state = "open";  // open, done, undone
  std::int64_t created = 0, updated = 0, same = 0, rejected = 0;
  std::int64_t created_at = 0;
  Id created_by = 0;
};

struct ImportRow {
  std::int64_t row_no = 0;
  std::string act;           // created, updated, same, rejected
  Id record = 0;             // 0 = none
  std::int64_t version = 0;  // of the record after the import; 0 = none, or undone
  std::string before;        // JSON of the fields that an update changed, as they were
};

class ImportStore {
 public:
  ImportStore(Session& session, Id company) : session_(session), company_(company) {}

  Id insert(const ImportBatch& batch, Stamp stamp);
  [[nodiscard]] std::optional<ImportBatch> find(Id id);
  /// The same, and nobody else gets it before the transaction ends.
  [[nodiscard]] std::optional<ImportBatch> lock(Id id, Stamp stamp);
  /// Writes state and counts.
  void update(const ImportBatch& batch, Stamp stamp);
  [[nodiscard]] std::vector<ImportBatch> list(Id before, std::int64_t limit, const std::string& entity);

  /// Which of the row numbers, given from the lowest to the highest, the batch has already.
  [[nodiscard]] std::vector<std::int64_t> known_rows(Id batch, std::int64_t from, std::int64_t to);
  /// The highest row number of the batch; 0 = none.
  [[nodiscard]] std::int64_t last_row(Id batch);
  /// What its rows stand for so far.
  [[nodiscard]] std::vector<Id> records(Id batch);
  void add_rows(Id batch, const std::vector<ImportRow>& rows);
  /// Rows that created or updated something, in order.
  [[nodiscard]] std::vector<ImportRow> rows_to_undo(Id batch, std::int64_t after, std::int64_t limit);
  void mark_undone(Id batch, const std::vector<std::int64_t>& rows);

 private:
  Session& session_;
  Id company_;
};

}  // namespace sales_leads::store
