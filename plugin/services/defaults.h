// SPDX-License-Identifier: Apache-2.0
//
// What a company finds on first use: a pipeline with its steps, and the lists. Read from schemas/defaults/company.json.
//
// Threads: ensure() inside the caller's transaction; two processes at once lay them out once. Errors:
// Failure(data_loss).
#pragma once

#include <boost/json.hpp>
#include <filesystem>

#include "store/session.h"
#include "store/settings_store.h"

namespace sales_leads::services {

class Defaults {
 public:
  static Defaults load(const std::filesystem::path& file);
  void ensure(store::Session& session, store::Id company, store::Stamp stamp) const;

 private:
  boost::json::object data_;
};

}  // namespace sales_leads::services
