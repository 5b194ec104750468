// SPDX-License-Identifier: Apache-2.0
#include "module/bench_host.h"

#include <sqlite3.h>

#include <chrono>
#include <stdexcept>

#include "erp/table.hpp"
#include "erp/text.hpp"

namespace conformance {
namespace {

void run_sql(const std::filesystem::path& file, const std::string& sql) {
  sqlite3* db = nullptr;
  sqlite3_open(file.c_str(), &db);
  sqlite3_busy_timeout(db, 10'000);
  sqlite3_exec(db, "pragma synchronous = off", nullptr, nullptr, nullptr);  // nothing here outlives the check
  char* message = nullptr;
  const int code = sqlite3_exec(db, sql.c_str(), nullptr, nullptr, &message);
  const std::string reason = message == nullptr ? "" : message;
  sqlite3_free(message);
  sqlite3_close(db);
  if (code != SQLITE_OK) throw std::runtime_error("the checker's own database: " + reason);
}

// The read views of host_api/sql/README.md as plain tables. tests/e2e/test_conformance.py holds them to the real ones.
constexpr const char* kViews = R"(
pragma journal_mode = wal;
create table erp_company (id bigint, name text, currency text, time_zone text, fiscal_year_start_month bigint, row_version bigint);
create table erp_customer (id bigint, company_id bigint, number text, name text, organisation_number text, country text, merged_into bigint, is_stand_in bigint, state text, row_version bigint);
create table erp_contact (id bigint, company_id bigint, customer_id bigint, name text, email text, phone text, row_version bigint);
create table erp_project (id bigint, company_id bigint, number text, name text, customer_id bigint, state text, row_version bigint);
create table erp_employee (id bigint, company_id bigint, number text, name text, user_id bigint, manager_id bigint, state text, row_version bigint);
create table erp_currency_rate (company_id bigint, currency text, rate_date bigint, units bigint, exponent bigint, row_version bigint);
create table erp_order (id bigint, company_id bigint, number text, customer_id bigint, project_id bigint, state text, salesperson_id bigint, currency text, offered_at bigint, confirmed_at bigint, row_version bigint);
create table erp_order_line (id bigint, order_id bigint, company_id bigint, line_no bigint, description text, quantity_units bigint, quantity_exponent bigint, net_minor bigint, company_net_minor bigint, counts_as_sale bigint, row_version bigint);
create table erp_invoice (id bigint, company_id bigint, number text, kind text, state text, counts bigint, customer_id bigint, project_id bigint, salesperson_id bigint, currency text, posted_at bigint, is_repeating bigint, row_version bigint);
create table erp_invoice_line (id bigint, invoice_id bigint, company_id bigint, line_no bigint, description text, quantity_units bigint, quantity_exponent bigint, net_minor bigint, company_net_minor bigint, counts_as_sale bigint, row_version bigint);
create table erp_invoice_line_source (company_id bigint, invoice_line_id bigint, source_kind text, source_line_id bigint, net_minor bigint);
create table erp_document_ref (company_id bigint, document_kind text, document_id bigint, line_id bigint, ref_kind text, ref_id bigint, set_by bigint, set_at bigint, copied bigint, row_version bigint);
create table erp_event (sequence bigint, company_id bigint, kind text, document_id bigint, from_state text, to_state text, occurred_at bigint);
insert into erp_company values (1, 'Nordljus AB', 'SEK', 'Europe/Stockholm', 1, 1);
insert into erp_customer values (1, 1, '1001', 'Lind & Co', null, 'SE', null, 0, 'active', 1);
insert into erp_employee values (1, 1, '1', 'Eva Berg', 1, null, 'active', 1);
)";

}  // namespace

BenchHost::BenchHost(const std::filesystem::path& folder) : file_(folder / "erp.db") {
  std::filesystem::create_directories(folder);
  run_sql(file_, kViews);
  extension("");  // makes the tables
}

void BenchHost::confirm_order() {
  const auto n = static_cast<std::int64_t>([this] {
    const std::lock_guard lock(mutex_);
    return events_.size() + 1;
  }());
  const std::string id = std::to_string(n);
  run_sql(file_, "insert into erp_order values (" + id + ",1,'O" + id +
                     "',1,null,'confirmed',1,'SEK',null,1790000000000000,1);"
                     "insert into erp_order_line values (" +
                     id + "," + id +
                     ",1,1,'Work',1,0,100000,100000,1,1);"
                     "insert into erp_event values (" +
                     id + ",1,'order.confirmed'," + id + ",'draft','confirmed',1790000000000000);");
  erp_event event = erp::sdk::sized<erp_event>();
  event.sequence = n;
  event.company = 1;
  event.document = n;
  event.occurred_at_us = 1'790'000'000'000'000;
  erp::sdk::copy_text(event.kind, "order.confirmed");
  erp::sdk::copy_text(event.from_state, "draft");
  erp::sdk::copy_text(event.to_state, "confirmed");
  const std::lock_guard lock(mutex_);
  events_.push_back(event);
}

erp_call BenchHost::call(std::uint64_t user) const {
  erp_call call = erp::sdk::sized<erp_call>();
  call.token = 1000 + user;
  call.company = 1;
  call.actor = static_cast<std::int64_t>(user);
  call.locale = erp::sdk::str("en");
  call.correlation_id = erp::sdk::str("check");
  return call;
}

std::vector<std::string> BenchHost::calls() const {
  const std::lock_guard lock(mutex_);
  return calls_;
}

std::vector<std::string> BenchHost::breaches() const {
  const std::lock_guard lock(mutex_);
  return breaches_;
}

void BenchHost::forget() {
  const std::lock_guard lock(mutex_);
  calls_.clear();
  breaches_.clear();
  count_ = 0;
}

void BenchHost::breach(const std::string& what) {
  const std::lock_guard lock(mutex_);
  if (breaches_.size() < 1000) breaches_.push_back(what);
}

/// Notes the call and judges its lane. False when it is this call's turn to fail.
bool BenchHost::admit(const char* slot, unsigned lanes, bool any) {
  const int number = ++count_;
  std::string where = "outside";
  {
    const std::lock_guard lock(mutex_);
    const auto inside = lanes_.find(std::this_thread::get_id());
    unsigned lane = 0;
    if (inside != lanes_.end() && !inside->second.empty()) {
      lane = inside->second.back().first;
      where = inside->second.back().second;
    }
    if (calls_.size() < 10'000) calls_.push_back(where + ": " + slot);
    if (lane == 0 && !any && breaches_.size() < 1000) {
      breaches_.push_back(std::string(slot) + " was called on a thread that is in no call of the host");
    } else if (lane != 0 && !any && (lane & lanes) == 0 && breaches_.size() < 1000) {
      breaches_.push_back(std::string(slot) + " was called inside " + where + ", whose lane its tag does not name");
    }
  }
  if (on_call) on_call(slot);
  return number != fail_at;
}

Lane::Lane(BenchHost& host, LaneKind kind, const std::string& name) : host_(host) {
  const std::lock_guard lock(host_.mutex_);
  host_.lanes_[std::this_thread::get_id()].emplace_back(kind, name);
}

Lane::~Lane() {
  const std::lock_guard lock(host_.mutex_);
  host_.lanes_[std::this_thread::get_id()].pop_back();
}

}  // namespace conformance
