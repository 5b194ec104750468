// SPDX-License-Identifier: Apache-2.0
//
// Many rows into one table: kept single-row statements on SQLite, where they are the fastest; rows by the hundred on
// PostgreSQL, where every statement is a round trip.
//
//   Bulk lines(db, "host_order_line", {"id", "order_id", …});
//   lines.add({id, order, …});
//   lines.flush();  // rows may stand in the buffer until then
//
// Threads: one. Errors: HostError.
#pragma once

#include <string>
#include <vector>

#include "database/sql.h"

namespace erp::host {

class Bulk {
 public:
  Bulk(Db& db, const std::string& table, const std::vector<std::string>& columns);
  void add(Args values);
  void flush();

 private:
  [[nodiscard]] std::string statement(std::size_t rows) const;
  void send(const std::string& sql, std::size_t rows);

  Db& db_;
  std::string head_, row_;
  std::string single_, few_, full_;
  std::vector<Args> waiting_;
};

}  // namespace erp::host
