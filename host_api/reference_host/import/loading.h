// SPDX-License-Identifier: Apache-2.0
//
// What every kind of file does with its records: collect them with the lines that they came from, check them against
// each other, then write them. One thread; one Loading per file.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "app.h"
#include "import/known.h"
#include "import/problems.h"
#include "import/profile.h"
#include "import/record.h"

namespace erp::host::import {

struct Context {
  App& app;
  Caller caller;
  const Profile& profile;
  Setting setting;
  Known& known;
  Problems& problems;
  bool keep_good = false;
};

class Loading {
 public:
  virtual ~Loading() = default;
  virtual void add(const Record& record) = 0;
  /// After the last record: what only shows across rows.
  virtual void finish() = 0;
  /// Notes the records that the company has already, or that name what it has not.
  virtual void check_against_company() = 0;
  /// Writes the records without fault; answers how many rows of the file were taken.
  virtual std::int64_t write() = 0;
};

std::unique_ptr<Loading> load_master_data(Context& context);  // customers, employees, products
std::unique_ptr<Loading> load_documents(Context& context);    // orders, invoices

/// True when one of the lines has a fault.
bool any_bad(const Problems& problems, const std::vector<std::int64_t>& lines);

}  // namespace erp::host::import
