// SPDX-License-Identifier: Apache-2.0
//
// Files that a browser brings, and their way in: a token for the file, a look at its columns, a dry run, the import
// itself beside the requests. The actions import.preview, import.check, import.run and import.status of the pages.
//
// Threads: any; an import runs on a thread of its own, one at a time. Errors: HostError "upload.*", "import.*". A file
// belongs to the user who brought it and goes after a day.
#pragma once

#include <boost/json.hpp>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "app.h"

namespace erp::host::http {

struct Upload {
  std::filesystem::path file;
  std::string name;
  std::int64_t user = 0, company = 0, seconds = 0;
  std::int64_t rows = 0;  // as the preview counted them
};

class Imports {
 public:
  Imports(App& app, std::filesystem::path data_dir, std::filesystem::path modules_dir);
  ~Imports();
  Imports(const Imports&) = delete;
  Imports& operator=(const Imports&) = delete;

  /// {"token","name","bytes"}
  boost::json::object take(const Caller& caller, const std::string& name, const std::string& content);
  /// True for the names that are answered here and not by an action.
  static bool answers(std::string_view action, const boost::json::value& input);
  boost::json::value answer(const Caller& caller, std::string_view action, const boost::json::object& input);

 private:
  struct Job;
  Upload upload_of(const Caller& caller, const boost::json::object& input);
  boost::json::value preview(const Caller& caller, const boost::json::object& input);
  boost::json::value check(const Caller& caller, const boost::json::object& input);
  boost::json::value start(const Caller& caller, const boost::json::object& input);
  boost::json::value status(const Caller& caller, std::int64_t number);
  void forget_old();

  App& app_;
  const std::filesystem::path data_dir_, modules_dir_;
  std::mutex mutex_;  // guards what follows
  std::map<std::string, Upload> uploads_;
  std::map<std::int64_t, std::shared_ptr<Job>> jobs_;
  std::int64_t last_job_ = 0;
};

}  // namespace erp::host::http
