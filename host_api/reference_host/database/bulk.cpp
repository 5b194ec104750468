// SPDX-License-Identifier: Apache-2.0
#include "database/bulk.h"

#include <iterator>

namespace erp::host {

namespace {
constexpr std::size_t kRowsPerStatement = 200;
constexpr std::size_t kFewRows = 20;
}  // namespace

Bulk::Bulk(Db& db, const std::string& table, const std::vector<std::string>& columns) : db_(db) {
  head_ = "insert into " + table + " (";
  row_ = "(";
  for (std::size_t i = 0; i < columns.size(); ++i) {
    head_ += (i == 0 ? "" : ", ") + columns[i];
    row_ += i == 0 ? "?" : ", ?";
  }
  head_ += ") values ";
  row_ += ")";
  single_ = statement(1);
  few_ = statement(kFewRows);
  full_ = statement(kRowsPerStatement);
}

std::string Bulk::statement(std::size_t rows) const {
  std::string out = head_;
  for (std::size_t i = 0; i < rows; ++i) out += (i == 0 ? "" : ", ") + row_;
  return out;
}

void Bulk::add(Args values) {
  if (!db_.postgresql()) {
    db_.exec(single_, values);
    return;
  }
  waiting_.push_back(std::move(values));
  if (waiting_.size() == kRowsPerStatement) send(full_, kRowsPerStatement);
}

void Bulk::send(const std::string& sql, std::size_t rows) {
  Args all;
  all.reserve(rows * waiting_.front().size());
  for (std::size_t i = 0; i < rows; ++i) std::move(waiting_[i].begin(), waiting_[i].end(), std::back_inserter(all));
  waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(rows));
  db_.exec(sql, all);
}

void Bulk::flush() {
  // Three statement shapes in all, so that every one of them is prepared once.
  while (waiting_.size() >= kFewRows) send(few_, kFewRows);
  while (!waiting_.empty()) send(single_, 1);
}

}  // namespace erp::host
