// SPDX-License-Identifier: Apache-2.0
//
// A small host for the store's tests: tables in the place of the read views, events in memory, a clock that the test
// turns. And a world of opportunities made by plain inserts.
#pragma once

#include <atomic>
#include <map>
#include <set>
#include <string>
#include <tuple>

#include "signals/audit.h"
#include "signals/pump.h"
#include "store/fixture.h"
#include "store/migrations.h"

namespace sales_leads::test {

using domain::DocumentKind;
using store::DocumentKey;
using store::Id;
using store::Params;

inline constexpr std::int64_t kDayUs = 86'400'000'000;
inline constexpr std::int64_t kDay = 18'000;  // 2019-04-14

class FakeHost final : public Host {
 public:
  void log(LogLevel, std::string_view,
           const std::vector<std::pair<std::string, std::string>>&) const noexcept override {}
  std::int64_t now_us() const override {
    if (on_now) on_now();
    return now;
  }
  std::int64_t monotonic_us() const override { return now; }
  CompanyTime company_time(std::int64_t) const override { return {"UTC", 1}; }
  DatabaseInfo database() const override { return {}; }
  std::optional<std::string> setting(std::string_view) const override { return std::nullopt; }
  std::vector<HostEvent> fetch_events(const CallContext&, std::int64_t after, std::uint32_t limit) const override {
    if (on_fetch) on_fetch();
    if (after + 1 < oldest) throw Failure(Code::out_of_range, "events.horizon", "gone");
    std::vector<HostEvent> found;
    for (const HostEvent& event : events) {
      if (event.sequence > after && found.size() < limit) found.push_back(event);
    }
    return found;
  }
  Horizon horizon(const CallContext&) const override { return {oldest, events.empty() ? 0 : events.back().sequence}; }
  void publish(const CallContext&, std::string_view kind, std::int64_t record) const override {
    published.emplace_back(kind, record);
  }
  Actor whoami(const CallContext&) const override { return {}; }
  bool may(const CallContext&, std::string_view) const override { return true; }
  std::optional<std::int32_t> currency_exponent(std::string_view) const override { return 2; }
  std::string company_currency(const CallContext&) const override { return "SEK"; }
  std::optional<HostRate> rate(const CallContext&, std::string_view, std::int32_t) const override {
    return std::nullopt;
  }
  void set_reference(const CallContext&, std::string_view, std::int64_t, std::int64_t, std::string_view,
                     std::int64_t) const override {}
  std::int64_t create_customer(const CallContext&, std::string_view, std::string_view) const override { return 0; }
  void notify(const CallContext&, std::int64_t, std::string_view, std::string_view) const override {}
  void sync_menus(std::string_view) const override {}

  void event(const std::string& kind, Id document) {
    events.push_back({static_cast<std::int64_t>(events.size()) + 1, document, now, kind, "", ""});
  }

  std::int64_t now = (kDay + 400) * kDayUs;
  std::int64_t oldest = 1;
  std::function<void()> on_fetch, on_now;
  std::vector<HostEvent> events;
  mutable std::vector<std::pair<std::string, std::int64_t>> published;
};

struct LineSpec {
  using Source = std::tuple<std::string, Id, std::int64_t>;  // kind, line, net
  LineSpec(Id line, std::int64_t amount, std::vector<Source> from = {}, std::optional<std::int64_t> company = {})
      : id(line), net(amount), sources(std::move(from)), company_net(company) {}
  Id id;
  std::int64_t net;
  std::vector<Source> sources;
  std::optional<std::int64_t> company_net;  // empty = as net
  bool rate_missing = false;
};

class WorldTest : public DatabaseTest {
 protected:
  void SetUp() override {
    DatabaseTest::SetUp();
    if (IsSkipped()) return;
    store::Migrations(PROJECT_DIR).apply(database(), 1);
    open_session();
    for (const char* sql :
         {"create table erp_company (id bigint primary key, time_zone text)",
          "create table erp_customer (id bigint primary key, company_id bigint, merged_into bigint, is_stand_in "
          "bigint)",
          "create index erp_customer_m on erp_customer (merged_into)",
          "create table erp_order (id bigint primary key, company_id bigint, number text, customer_id bigint, "
          "project_id "
          "bigint, state text, salesperson_id bigint, currency text, offered_at bigint, confirmed_at bigint, "
          "row_version "
          "bigint, unique (company_id, number))",
          "create table erp_order_line (id bigint primary key, order_id bigint, company_id bigint, line_no bigint, "
          "net_minor bigint, company_net_minor bigint, counts_as_sale bigint, unique (order_id, line_no))",
          "create table erp_invoice (id bigint primary key, company_id bigint, number text, kind text, state text, "
          "counts "
          "bigint, customer_id bigint, project_id bigint, salesperson_id bigint, currency text, posted_at bigint, "
          "is_repeating bigint, row_version bigint, unique (company_id, number))",
          "create table erp_invoice_line (id bigint primary key, invoice_id bigint, company_id bigint, line_no bigint, "
          "net_minor bigint, company_net_minor bigint, counts_as_sale bigint, unique (invoice_id, line_no))",
          "create table erp_invoice_line_source (company_id bigint, invoice_line_id bigint, source_kind text, "
          "source_line_id bigint, net_minor bigint, primary key (invoice_line_id, source_kind, source_line_id))",
          "create index erp_source_of on erp_invoice_line_source (source_kind, source_line_id)",
          "create table erp_document_ref (company_id bigint, document_kind text, document_id bigint, line_id bigint, "
          "ref_kind text, ref_id bigint, set_by bigint, set_at bigint, copied bigint, primary key (document_kind, "
          "document_id, line_id, ref_kind))"}) {
      // On PostgreSQL the module's schema is first in the path: the host's tables go to the host's.
      std::string text = sql;
      if (!sqlite())
        text = replaced(replaced(text, "create table erp_", "create table " + host_schema() + ".erp_"), " on erp_",
                        " on " + host_schema() + ".erp_");
      session_->run(text);
    }
    session_->run("insert into erp_company (id, time_zone) values (1, 'Europe/Stockholm')");
    session_->run(
        "insert into sl_pipeline (id, company_id, title_en, title_sv, title_nb, created_at, created_by, changed_at, "
        "changed_by) values (1, 1, 'P', 'P', 'P', 0, 0, 0, 0)");
    for (const auto& [id, code, status] :
         std::vector<std::tuple<int, std::string, std::string>>{{1, "meeting", "open"}, {2, "won", "won"}}) {
      session_->execute(
          "insert into sl_step (id, company_id, pipeline_id, code, title_en, title_sv, title_nb, position, "
          "probability, "
          "status, created_at, created_by, changed_at, changed_by) values (:id, 1, 1, :code, '', '', '', :id2, 1000, "
          ":status, "
          "0, 0, 0, 0)",
          {{"id", id}, {"id2", id}, {"code", code}, {"status", status}});
    }
    call_.company = 1;
  }
  /// The test's own session; it need not wait for the disk.
  void open_session() {
    session_ = database().lease();
    session_->run(sqlite() ? "pragma synchronous = off" : "set synchronous_commit to off");
  }
  void TearDown() override {
    session_.reset();
    DatabaseTest::TearDown();
  }

  static std::string replaced(std::string text, const std::string& what, const std::string& by) {
    for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size()))
      text.replace(at, what.size(), by);
    return text;
  }

  void customer(Id id, std::optional<Id> merged_into = {}, bool stand_in = false) {
    session_->execute(
        "insert into erp_customer (id, company_id, merged_into, is_stand_in) values (:id, 1, :into, :stand_in)",
        {{"id", id}, {"into", merged_into}, {"stand_in", stand_in ? 1 : 0}});
  }

  void order(Id id, Id customer, std::int64_t day, const std::vector<LineSpec>& lines,
             const std::string& state = "confirmed", Id salesperson = 0) {
    session_->execute("delete from erp_order where id = :id", {{"id", id}});
    session_->execute("delete from erp_order_line where order_id = :id", {{"id", id}});
    const std::optional<std::int64_t> at = day * kDayUs + kDayUs / 2, none;
    session_->execute(
        "insert into erp_order (id, company_id, number, customer_id, state, salesperson_id, currency, offered_at, "
        "confirmed_at, row_version) values (:id, 1, :number, :customer, :state, :salesperson, 'SEK', :offered, "
        ":confirmed, 1)",
        {{"id", id},
         {"number", "O" + std::to_string(id)},
         {"customer", customer},
         {"state", state},
         {"salesperson", salesperson},
         {"offered", state == "offer" ? at : none},
         {"confirmed", state == "offer" ? none : at}});
    std::int64_t number = 0;
    for (const LineSpec& line : lines) {
      session_->execute(
          "insert into erp_order_line (id, order_id, company_id, line_no, net_minor, company_net_minor, "
          "counts_as_sale) values (:id, :order, 1, :no, :net, :company, 1)",
          {{"id", line.id}, {"order", id}, {"no", ++number}, {"net", line.net}, {"company", company_net(line)}});
    }
  }

  void invoice(Id id, Id customer, std::int64_t day, const std::vector<LineSpec>& lines,
               const std::string& kind = "invoice", Id salesperson = 0, bool counts = true) {
    session_->execute(
        "delete from erp_invoice_line_source where invoice_line_id in (select id from erp_invoice_line where "
        "invoice_id = :id)",
        {{"id", id}});
    session_->execute("delete from erp_invoice_line where invoice_id = :id", {{"id", id}});
    session_->execute("delete from erp_invoice where id = :id", {{"id", id}});
    session_->execute(
        "insert into erp_invoice (id, company_id, number, kind, state, counts, customer_id, salesperson_id, currency, "
        "posted_at, is_repeating, row_version) values (:id, 1, :number, :kind, 'posted', :counts, :customer, "
        ":salesperson, "
        "'SEK', :at, 0, 1)",
        {{"id", id},
         {"number", "I" + std::to_string(id)},
         {"kind", kind},
         {"counts", counts ? 1 : 0},
         {"customer", customer},
         {"salesperson", salesperson},
         {"at", day * kDayUs + kDayUs / 2}});
    std::int64_t number = 0;
    for (const LineSpec& line : lines) {
      session_->execute(
          "insert into erp_invoice_line (id, invoice_id, company_id, line_no, net_minor, company_net_minor, "
          "counts_as_sale) values (:id, :invoice, 1, :no, :net, :company, 1)",
          {{"id", line.id}, {"invoice", id}, {"no", ++number}, {"net", line.net}, {"company", company_net(line)}});
      for (const auto& [source_kind, source, net] : line.sources) {
        session_->execute(
            "insert into erp_invoice_line_source (company_id, invoice_line_id, source_kind, source_line_id, "
            "net_minor) values (1, :line, :kind, :source, :net)",
            {{"line", line.id}, {"kind", source_kind}, {"source", source}, {"net", net}});
      }
    }
  }

  void reference(const std::string& kind, Id document, const std::string& what, Id id, bool copied = false,
                 std::int64_t set_at = 1) {
    session_->execute(
        "insert into erp_document_ref (company_id, document_kind, document_id, line_id, ref_kind, ref_id, set_at, "
        "copied) values (1, :kind, :document, 0, :what, :id, :at, :copied)",
        {{"kind", kind},
         {"document", document},
         {"what", what},
         {"id", id},
         {"at", set_at},
         {"copied", copied ? 1 : 0}});
  }

  /// Open from day 0 on, with history as the module writes it.
  void opportunity(Id id, Id customer, Id owner, Id campaign = 0) {
    session_->execute(
        "insert into sl_opportunity (id, company_id, title, customer_id, owner_id, pipeline_id, step_id, status, "
        "probability, "
        "campaign_id, created_at, created_by, changed_at, changed_by) values (:id, 1, 'x', :customer, :owner, 1, 1, "
        "'open', "
        "1000, :campaign, 0, 0, 0, 0)",
        {{"id", id}, {"customer", customer}, {"owner", owner}, {"campaign", campaign}});
    for (const auto& [field, value] : std::map<std::string, std::string>{{"status", "open"},
                                                                         {"customer", std::to_string(customer)},
                                                                         {"owner", std::to_string(owner)},
                                                                         {"campaign", std::to_string(campaign)},
                                                                         {"project", "0"},
                                                                         {"pipeline", "1"},
                                                                         {"planned_close", ""},
                                                                         {"start", ""}}) {
      history(id, field, value, kDayUs);
    }
  }
  void history(Id opportunity, const std::string& field, const std::string& value, std::int64_t at) {
    session_->execute(
        "insert into sl_field_history (company_id, opportunity_id, field, value, effective_at, recorded_at, "
        "actor_id) values (1, :id, :field, :value, :at, 0, 0)",
        {{"id", opportunity}, {"field", field}, {"value", value}, {"at", at}});
  }

  void event(const std::string& kind, Id document) { host_.event(kind, document); }

  signals::WorkResult drain() {
    session_.reset();
    signals::WorkResult total;
    for (int i = 0; i < 1000; ++i) {
      const auto result = pump().work(call_, 1'000'000);
      total.handled += result.handled;
      total.parked += result.parked;
      total.more = result.more;
      total.retry_after_us = result.retry_after_us;
      if (!result.more) break;
    }
    open_session();
    return total;
  }
  signals::Pump& pump() {
    if (!pump_) pump_ = std::make_unique<signals::Pump>(host_, database());
    return *pump_;
  }

  /// "I17/1 opportunity 5 campaign 0 seller 2 invoices 18000" -> company amount.
  std::map<std::string, std::int64_t> balances() {
    std::map<std::string, std::int64_t> all;
    for (const auto& [kind, document, line, opportunity, campaign, seller, measure, day, minor] :
         session_->query<std::string, Id, Id, Id, Id, Id, std::string, std::int64_t, std::int64_t>(
             "select document_kind, document_id, line_id, opportunity_id, campaign_id, seller_id, measure, "
             "effective_date, "
             "cast(sum(company_minor) as bigint) from sl_ledger where company_id = 1 group by document_kind, "
             "document_id, "
             "line_id, opportunity_id, campaign_id, seller_id, measure, effective_date having sum(company_minor) <> "
             "0")) {
      all[(kind == "order" ? "O" : "I") + std::to_string(document) + "/" + std::to_string(line) + " o" +
          std::to_string(opportunity) + " c" + std::to_string(campaign) + " s" + std::to_string(seller) + " " +
          measure + " d" + std::to_string(day)] = minor;
    }
    return all;
  }
  std::int64_t sum(const std::string& measure, Id opportunity) {
    return std::get<0>(
        *session_->first<std::int64_t>("select cast(coalesce(sum(company_minor), 0) as bigint) from "
                                       "sl_rollup_opportunity where company_id = 1 and measure "
                                       "= :measure and opportunity_id = :id",
                                       {{"measure", measure}, {"id", opportunity}}));
  }
  std::int64_t count(const std::string& table) {
    return std::get<0>(*session_->first<std::int64_t>("select count(*) from " + table));
  }
  std::vector<store::Difference> verify() {
    session_.reset();
    auto differences = signals::Audit(host_, database()).verify(call_);
    open_session();
    return differences;
  }

  FakeHost host_;
  CallContext call_;
  store::Lease session_;
  std::unique_ptr<signals::Pump> pump_;

 private:
  static std::optional<std::int64_t> company_net(const LineSpec& line) {
    if (line.rate_missing) return std::nullopt;
    return line.company_net.value_or(line.net);
  }
};

}  // namespace sales_leads::test
