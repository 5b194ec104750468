// SPDX-License-Identifier: Apache-2.0
//
// Customers, employees (with the groups that they sit in) and products: one row, one record.
#include <algorithm>
#include <map>

#include "import/loading.h"

namespace erp::host::import {
namespace {

template <class Row>
struct Taken {
  Row row;
  std::int64_t line = 0;
};

class MasterData : public Loading {
 public:
  explicit MasterData(Context& context) : in_(context) {}

  void add(const Record& record) override {
    if (!record.complete()) return;  // noted already
    const std::string& number = record.text("number");
    const auto [first, is_new] = lines_.emplace(number, record.line());
    if (!is_new) {
      record.fault("number", "the number stands in the file twice, first in line " + std::to_string(first->second),
                   in_.problems);
      return;
    }
    switch (in_.profile.kind) {
      case Kind::kCustomers:
        add_customer(record);
        break;
      case Kind::kEmployees:
        add_employee(record);
        break;
      default:
        add_product(record);
        break;
    }
  }

  void finish() override {}

  void check_against_company() override {
    // Products have no list to look them up in; the batch itself refuses a number that exists.
    const Kind kind = in_.profile.kind;
    if (kind == Kind::kProducts) return;
    const auto& known = in_.known.by(kind == Kind::kCustomers ? "customer.list" : "employee.list", "number");
    for (const auto& [number, line] : lines_) {
      if (known.contains(number)) {
        in_.problems.add(line, "number", number, "the company has this number already");
      }
    }
    check_managers();
  }

  std::int64_t write() override {
    ImportBatch batch;
    batch.currency_if_company_has_none = in_.profile.currency;
    for (const auto& [row, line] : customers_) {
      if (!in_.problems.has(line)) batch.customers.push_back(row);
    }
    boost::json::array groups;
    for (const auto& [row, line] : employees_) {
      if (in_.problems.has(line)) continue;
      batch.employees.push_back(row);
      const auto path = paths_.find(line);
      if (path != paths_.end()) groups.push_back({{"path", path->second}, {"employee", row.number}});
    }
    for (const auto& [row, line] : products_) {
      if (!in_.problems.has(line)) batch.products.push_back(row);
    }
    const std::size_t rows = batch.customers.size() + batch.employees.size() + batch.products.size();
    if (rows == 0) return 0;
    in_.app.import_batch(in_.caller, batch);
    if (!groups.empty()) write_groups(groups);
    return static_cast<std::int64_t>(rows);
  }

 private:
  void add_customer(const Record& record) {
    CustomerRow row;
    row.number = record.text("number");
    row.name = record.text("name");
    row.organisation_number = record.text("organisation_number");
    row.country = record.text("country");
    row.is_stand_in = record.boolean("is_stand_in", in_.problems).value_or(false);
    customers_.push_back({std::move(row), record.line()});
  }

  void add_employee(const Record& record) {
    boost::json::array path;
    for (const std::string& field : in_.profile.group_path) {
      if (record.text(field).empty()) break;
      path.push_back(boost::json::value(record.text(field)));
    }
    if (!path.empty()) paths_.emplace(record.line(), std::move(path));
    employees_.push_back({{record.text("number"), record.text("name"), record.text("manager")}, record.line()});
  }

  void check_managers() {
    for (const auto& [row, line] : employees_) {
      const std::string& manager = row.manager;
      const auto is_it = [&](const Taken<EmployeeRow>& other) {
        return other.row.number == manager || other.row.name == manager;
      };
      if (manager.empty() || std::any_of(employees_.begin(), employees_.end(), is_it) ||
          in_.known.by("employee.list", "number").contains(manager) ||
          in_.known.by("employee.list", "name").contains(manager)) {
        continue;
      }
      in_.problems.add(line, "manager", manager, "neither the company nor the file has this employee");
    }
  }

  void add_product(const Record& record) {
    ProductRow row;
    row.number = record.text("number");
    row.name = record.text("name");
    row.series = record.text("series");
    if (!record.text("price").empty()) {
      row.currency = record.currency(in_.setting, in_.problems);
      row.price_minor = record.amount("price", row.currency, in_.problems);
      if (row.price_minor && *row.price_minor < 0) record.fault("price", "a price is not negative", in_.problems);
    }
    products_.push_back({std::move(row), record.line()});
  }

  void write_groups(const boost::json::array& rows) {
    boost::json::object input{{"rows", rows}, {"kind", in_.profile.group_kind}};
    if (!in_.profile.group_from.empty()) {
      for (auto& row : input["rows"].get_array()) row.get_object()["from"] = in_.profile.group_from;
    }
    try {
      in_.app.call_action(in_.caller, "group.import", input);
    } catch (const HostError& error) {
      throw HostError(error.status(), error.key(),
                      "The employees are in, their groups are not: " + std::string(error.what()));
    }
  }

  Context& in_;
  std::map<std::string, std::int64_t> lines_;  // number -> line
  std::vector<Taken<CustomerRow>> customers_;
  std::vector<Taken<EmployeeRow>> employees_;
  std::vector<Taken<ProductRow>> products_;
  std::map<std::int64_t, boost::json::array> paths_;  // line -> groups
};

}  // namespace

std::unique_ptr<Loading> load_master_data(Context& context) { return std::make_unique<MasterData>(context); }

}  // namespace erp::host::import
