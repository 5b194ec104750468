// SPDX-License-Identifier: Apache-2.0
//
// A small company on a database of its own: a host that answers from fields, the host's views as hand-made tables, and
// the whole application on top, called as the border calls it: names and JSON.
//
//   struct Selling : CompanyFixture {};
//   TEST_F(Selling, …) { auto id = ok("opportunity.create", R"({…})").at("id").as_int64(); }
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <boost/json.hpp>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "actions/application.h"
#include "domain/calendar.h"
#include "host/host.h"
#include "store/session.h"

namespace sales_leads::test {

namespace json = boost::json;

struct FakeHost : Host {
  DatabaseInfo info;
  Actor actor{ActorKind::local_operator, 0, 0, "", ""};
  std::set<std::string> denied;
  std::map<std::string, HostRate> rates;  // by currency, of every day
  std::int64_t clock_us = 0;
  CompanyTime time{"Europe/Stockholm", 1};

  void log(LogLevel, std::string_view,
           const std::vector<std::pair<std::string, std::string>>&) const noexcept override {}
  std::int64_t now_us() const override { return clock_us; }
  std::int64_t monotonic_us() const override { return clock_us; }
  CompanyTime company_time(std::int64_t) const override { return time; }
  DatabaseInfo database() const override { return info; }
  std::optional<std::string> setting(std::string_view) const override { return std::nullopt; }
  std::vector<HostEvent> fetch_events(const CallContext&, std::int64_t, std::uint32_t) const override { return {}; }
  Horizon horizon(const CallContext&) const override { return {}; }
  void publish(const CallContext&, std::string_view, std::int64_t) const override {}
  Actor whoami(const CallContext&) const override { return actor; }
  bool may(const CallContext&, std::string_view permission) const override {
    return !denied.contains(std::string(permission));
  }
  std::optional<std::int32_t> currency_exponent(std::string_view currency) const override {
    if (currency == "JPY") return 0;
    if (currency == "SEK" || currency == "EUR" || currency == "NOK" || currency == "USD") return 2;
    return std::nullopt;
  }
  std::string company_currency(const CallContext&) const override { return "SEK"; }
  std::optional<HostRate> rate(const CallContext&, std::string_view currency, std::int32_t day) const override {
    const auto found = rates.find(std::string(currency));
    if (found == rates.end()) return std::nullopt;
    HostRate rate = found->second;
    rate.date = day;
    return rate;
  }
  void set_reference(const CallContext&, std::string_view, std::int64_t, std::int64_t, std::string_view,
                     std::int64_t) const override {}
  /// As the host promises: the same request again gives the same customer.
  std::int64_t create_customer(const CallContext&, std::string_view request, std::string_view text) const override {
    asked_customers.emplace_back(request, text);
    if (before_customer) before_customer();
    const auto made = customers.try_emplace(std::string(request), 100 + static_cast<std::int64_t>(customers.size()));
    if (after_customer) after_customer();
    return made.first->second;
  }
  mutable std::map<std::string, std::int64_t> customers;
  mutable std::vector<std::pair<std::string, std::string>> asked_customers;
  std::function<void()> before_customer, after_customer;  // may throw: a host that refuses, or an answer that is lost
  void notify(const CallContext&, std::int64_t, std::string_view, std::string_view) const override {}
  void sync_menus(std::string_view) const override {}
};

class CompanyFixture : public testing::Test {
 protected:
  static constexpr std::int64_t kSecond = 1'000'000;

  void SetUp() override {
    static std::atomic<int> counter{0};
    folder_ = std::filesystem::temp_directory_path() /
              ("sales_leads_unit_" + std::to_string(getpid()) + "_" + std::to_string(++counter));
    std::filesystem::create_directories(folder_);
    host.info.connection = (folder_ / "company.db").string();
    host.clock_us = at("2026-11-23");
    database_ = store::Database::open(host.info);
    make_views();
    call.company = 1;
    application = std::make_unique<Application>(host, PROJECT_DIR);
    application->migrate();
    application->start();
  }

  void TearDown() override {
    if (application) application->stop();
    application.reset();
    database_.reset();
    std::filesystem::remove_all(folder_);
  }

  /// Ten in the morning, UTC.
  static std::int64_t at(const std::string& day) {
    return (static_cast<std::int64_t>(*domain::parse_date(day)) * 86'400 + 10 * 3'600) * kSecond;
  }

  json::object ok(const std::string& action, const std::string& input = "{}") {
    return json::parse(application->call_action(call, action, input)).as_object();
  }

  /// The failure; a test failure when nothing was refused.
  Failure refused(const std::string& action, const std::string& input) {
    try {
      application->call_action(call, action, input);
    } catch (const Failure& failure) {
      return failure;
    }
    ADD_FAILURE() << action << " " << input << " was not refused";
    return {Code::ok, "", ""};
  }

  json::object report(const std::string& name, const std::string& params = "{}") {
    return json::parse(application->run_report(call, name, params)).as_object();
  }

  std::int64_t opportunity(const std::string& rest, const std::string& title = "Deal") {
    return ok("opportunity.create",
              R"({"title":")" + title + R"(","customer":1)" + (rest.empty() ? "" : "," + rest) + "}")
        .at("id")
        .as_int64();
  }

  std::int64_t number(const std::string& sql) {
    auto session = database_->lease();
    return std::get<0>(session->query<std::int64_t>(sql).at(0));
  }
  void run(const std::string& sql) {
    auto session = database_->lease();
    session->run(sql);
  }

  /// One counting line; ids are the document's.
  void order(std::int64_t id, std::int64_t minor, const std::string& day, std::int64_t seller = 1,
             std::int64_t customer = 1) {
    const std::string when = std::to_string(at(day)), name = std::to_string(id), net = std::to_string(minor);
    run("insert into erp_order values (" + name + ",1,'O" + name + "'," + std::to_string(customer) +
        ",null,'confirmed'," + std::to_string(seller) + ",'SEK',null," + when + ",1)");
    run("insert into erp_order_line values (" + name + "," + name + ",1,1,'line',1,0," + net + "," + net + ",1,1)");
  }
  void invoice(std::int64_t id, std::int64_t minor, const std::string& day, std::int64_t seller = 1,
               std::int64_t customer = 1) {
    const std::string when = std::to_string(at(day)), name = std::to_string(id), net = std::to_string(minor);
    run("insert into erp_invoice values (" + name + ",1,'I" + name + "','" + (minor < 0 ? "credit_note" : "invoice") +
        "','posted',1," + std::to_string(customer) + ",null," + std::to_string(seller) + ",'SEK'," + when + ",0,1)");
    run("insert into erp_invoice_line values (" + name + "," + name + ",1,1,'line',1,0," + net + "," + net + ",1,1)");
  }
  void reference(const std::string& kind, std::int64_t document, const std::string& to, std::int64_t id) {
    run("insert into erp_document_ref values (1,'" + kind + "'," + std::to_string(document) + ",0,'sales_leads." + to +
        "'," + std::to_string(id) + ",null,1,0,1)");
  }
  /// Gives the module time until it has nothing to do.
  void drain() {
    for (int round = 0; round < 100; ++round) {
      if (!application->work(call, {1'000'000, ""}).more) return;
    }
    ADD_FAILURE() << "the module never comes to an end";
  }

  FakeHost host;
  CallContext call;
  std::unique_ptr<Application> application;

 private:
  void make_views() {
    auto session = database_->lease();
    for (const char* sql :
         {"create table erp_company (id bigint, name text, currency text, time_zone text, fiscal_year_start_month "
          "bigint, "
          "row_version bigint)",
          "create table erp_customer (id bigint, company_id bigint, number text, name text, organisation_number text, "
          "country text, merged_into bigint, is_stand_in bigint, state text, row_version bigint)",
          "create table erp_contact (id bigint, company_id bigint, customer_id bigint, name text, email text, phone "
          "text, "
          "row_version bigint)",
          "create table erp_project (id bigint, company_id bigint, number text, name text, customer_id bigint, state "
          "text, "
          "row_version bigint)",
          "create table erp_employee (id bigint, company_id bigint, number text, name text, user_id bigint, "
          "manager_id bigint, state text, row_version bigint)",
          "create table erp_currency_rate (company_id bigint, currency text, rate_date bigint, units bigint, "
          "exponent bigint, row_version bigint)",
          "create table erp_order (id bigint, company_id bigint, number text, customer_id bigint, project_id bigint, "
          "state text, salesperson_id bigint, currency text, offered_at bigint, confirmed_at bigint, row_version "
          "bigint)",
          "create table erp_order_line (id bigint, order_id bigint, company_id bigint, line_no bigint, description "
          "text, "
          "quantity_units bigint, quantity_exponent bigint, net_minor bigint, company_net_minor bigint, "
          "counts_as_sale bigint, row_version bigint)",
          "create table erp_invoice (id bigint, company_id bigint, number text, kind text, state text, counts bigint, "
          "customer_id bigint, project_id bigint, salesperson_id bigint, currency text, posted_at bigint, "
          "is_repeating bigint, row_version bigint)",
          "create table erp_invoice_line (id bigint, invoice_id bigint, company_id bigint, line_no bigint, "
          "description text, quantity_units bigint, quantity_exponent bigint, net_minor bigint, "
          "company_net_minor bigint, counts_as_sale bigint, row_version bigint)",
          "create table erp_invoice_line_source (company_id bigint, invoice_line_id bigint, source_kind text, "
          "source_line_id bigint, net_minor bigint)",
          "create table erp_document_ref (company_id bigint, document_kind text, document_id bigint, line_id bigint, "
          "ref_kind text, ref_id bigint, set_by bigint, set_at bigint, copied bigint, row_version bigint)",
          "insert into erp_company values (1, 'Nordljus', 'SEK', 'Europe/Stockholm', 1, 1)",
          "insert into erp_customer values (1, 1, 'C1', 'Alfa', null, 'SE', null, 0, 'active', 1)",
          "insert into erp_customer values (2, 1, 'C2', 'Beta', null, 'SE', null, 0, 'active', 1)",
          "insert into erp_customer values (3, 1, 'C3', 'Alfa gamla', null, 'SE', 1, 0, 'active', 1)",
          "insert into erp_customer values (4, 1, 'C4', 'Borta', null, 'SE', null, 0, 'deleted', 1)",
          "insert into erp_customer values (9, 2, 'C9', 'Other company', null, 'SE', null, 0, 'active', 1)",
          "insert into erp_project values (1, 1, 'P1', 'Bridge', 1, 'open', 1)",
          "insert into erp_employee values (1, 1, 'E1', 'Erik Lindqvist', 11, null, 'active', 1)",
          "insert into erp_employee values (2, 1, 'E2', 'Sara Holm', 12, null, 'active', 1)",
          "insert into erp_employee values (3, 1, 'E3', 'Amir Nasser', 13, null, 'active', 1)"}) {
      session->run(sql);
    }
  }

  std::filesystem::path folder_;
  std::unique_ptr<store::Database> database_;
};

/// {"minor":…} of a measure of a row or of totals.
inline std::int64_t minor(const json::value& part, const char* measure) {
  return part.as_object().at("measures").as_object().at(measure).as_object().at("minor").as_int64();
}
inline std::int64_t minor(const json::object& part, const char* measure) { return minor(json::value(part), measure); }

/// The row with this key; a test failure where there is none.
inline json::object row_of(const json::object& report, const std::string& key) {
  for (const auto& row : report.at("rows").as_array()) {
    if (row.at("key").as_string() == key) return row.as_object();
  }
  ADD_FAILURE() << "no row " << key << " in " << json::serialize(report);
  return {};
}

}  // namespace sales_leads::test
