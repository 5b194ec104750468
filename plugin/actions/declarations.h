// SPDX-License-Identifier: Apache-2.0
//
// What the module declares in schemas/actions and schemas/reports, and the check of an input against it.
//
//   const Declarations actions = Declarations::load(folder / "schemas/actions");
//   actions.at("campaign.create").check(value);   // Refusal naming field, value and what is expected
//
// Threads: immutable after load, any thread. Errors: load() throws Failure(data_loss) naming the file.
#pragma once

#include <boost/json.hpp>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace sales_leads::actions {

/// A JSON Schema of draft 7, compiled.
class Schema {
 public:
  /// `no_blanks`: a text that must have a length must also say something; spaces alone do not.
  Schema(std::string entity, boost::json::value schema, bool no_blanks = false);
  ~Schema();
  Schema(Schema&&) noexcept;
  Schema& operator=(Schema&&) noexcept;
  /// "<entity>.<field>.missing|unknown|invalid"; "input.invalid" when the whole is of the wrong kind.
  void check(const boost::json::value& value) const;
  /// The same check for many values: keeps its compiled patterns. One thread; not longer than the schema.
  [[nodiscard]] std::function<void(const boost::json::value&)> checker() const;

 private:
  struct Compiled;
  std::unique_ptr<Compiled> compiled_;
};

struct Declaration {
  std::string name, permission;
  bool changes = false;
  boost::json::object data;  // as in the file
  std::shared_ptr<const Schema> input;
  std::shared_ptr<const Schema> row;  // of the array that is checked row by row, apart
};

/// What people call a field of an entity: language → text; empty where it has no name of its own.
using Labels = std::function<boost::json::object(const std::string& entity, const std::string& field)>;

class Declarations {
 public:
  /// `schema_member`: "input" of actions, "params" of reports.
  static Declarations load(const std::filesystem::path& folder, const std::string& schema_member);
  [[nodiscard]] const Declaration* find(std::string_view name) const;
  [[nodiscard]] const std::map<std::string, Declaration, std::less<>>& all() const { return declarations_; }
  /// {"schema":"1.0","<member>":[…]}; each field of an input with its "x-label".
  [[nodiscard]] std::string listing(const std::string& member, const Labels& labels) const;

 private:
  std::string schema_member_;
  std::map<std::string, Declaration, std::less<>> declarations_;
};

}  // namespace sales_leads::actions
