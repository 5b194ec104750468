// SPDX-License-Identifier: Apache-2.0
//
// Sales opportunities: the host has no table for them, so they go through the module's own action opportunity.import,
// and what the profile asks for beside them (customers, steps) through the actions and the batch of their owners.
#include <algorithm>
#include <map>
#include <set>

#include "import/loading.h"
#include "import/refusal.h"

namespace erp::host::import {
namespace {

constexpr std::size_t kRowsPerCallMax = 20'000;  // of opportunity.import

struct Deal {
  std::int64_t line = 0;
  std::string customer, step;
  boost::json::object input;
};

class Opportunities : public Loading {
 public:
  explicit Opportunities(Context& context) : in_(context) {}

  void add(const Record& record) override {
    if (!record.complete()) return;  // noted already
    Deal deal;
    deal.line = record.line();
    boost::json::object& input = deal.input;
    const std::string& external_id = record.text("external_id");
    if (!external_id.empty()) {
      const auto [first, is_new] = ids_.emplace(external_id, record.line());
      if (!is_new) {
        record.fault("external_id", "the id stands in the file twice, first in line " + std::to_string(first->second),
                     in_.problems);
      }
      input["external_id"] = external_id;
    }
    input["title"] = title_of(record);
    deal.customer = record.text("customer_no").empty() ? in_.profile.stand_in : record.text("customer_no");
    input["customer_number"] = deal.customer;
    deal.step = record.text("step");
    for (const char* field : {"owner", "step", "type", "source", "campaign", "rejection"}) {
      if (!record.text(field).empty()) input[field] = record.text(field);
    }
    add_status(record, input);
    add_amount(record, input);
    for (const char* field : {"start", "planned_close", "closed_on"}) {
      const auto day = record.date(field, in_.problems);
      if (day) input[field] = date_text(*day);
    }
    if (record.text("start").empty() && !in_.profile.as_of.empty()) input["start"] = in_.profile.as_of;
    if (input.contains("start") && input.contains("closed_on") &&
        input["closed_on"].get_string() < input["start"].get_string()) {
      record.fault("closed_on", "it is closed before it starts", in_.problems);
    }
    deals_.push_back(std::move(deal));
  }

  void finish() override {
    if (deals_.size() > kRowsPerCallMax && !in_.keep_good) {
      refuse("import.opportunities.too_many",
             "The file has " + std::to_string(deals_.size()) + " opportunities; all or nothing goes up to " +
                 std::to_string(kRowsPerCallMax) + ": split the file, or take --keep-good.");
    }
  }

  // The module checks its rows against the company itself and names each; see write().
  void check_against_company() override {}

  std::int64_t write() override {
    std::vector<const Deal*> good;
    for (const Deal& deal : deals_) {
      if (!in_.problems.has(deal.line)) good.push_back(&deal);
    }
    if (good.empty()) return 0;
    make_steps(good);
    make_customers(good);
    std::int64_t accepted = 0;
    try {
      for (std::size_t from = 0; from < good.size(); from += kRowsPerCallMax) {
        accepted += send(good, from, std::min(good.size(), from + kRowsPerCallMax));
      }
    } catch (...) {
      if (accepted == 0) undo();
      throw;
    }
    if (accepted == 0) undo();
    return accepted;
  }

 private:
  // "{product} – {customer_no}": an empty part takes the signs around it along.
  std::string title_of(const Record& record) const {
    if (!record.text("title").empty() || in_.profile.title.empty()) return record.text("title");
    std::string out, between;
    const std::string& form = in_.profile.title;
    for (std::size_t at = 0; at < form.size();) {
      if (form[at] != '{') {
        between += form[at++];
        continue;
      }
      const std::size_t end = form.find('}', at);
      const std::string& part = record.text(form.substr(at + 1, end - at - 1));
      at = end + 1;
      if (part.empty()) continue;
      out += (out.empty() ? "" : between) + part;
      between.clear();
    }
    return out.empty() ? record.text("external_id") : out;
  }

  void add_status(const Record& record, boost::json::object& input) {
    const std::string& status = record.text("status");
    if (status.empty()) return;
    if (status != "open" && status != "won" && status != "lost" && status != "expired") {
      record.fault("status", "the status is unknown: it is open, won, lost or expired", in_.problems);
    }
    input["status"] = status;
  }

  void add_amount(const Record& record, boost::json::object& input) {
    const std::string& product = record.text("product");
    const bool has_amount = !record.text("amount").empty();
    std::optional<std::int64_t> minor;
    if (has_amount) {
      const std::string currency = record.currency(in_.setting, in_.problems);
      minor = record.amount("amount", currency, in_.problems);
      if (minor && *minor < 0) record.fault("amount", "an expected amount is not negative", in_.problems);
      if (minor && *minor >= 0) input["amount"] = {{"minor", *minor}, {"currency", currency}};
    }
    // A line without an amount would make the amount 0, where the file says that there is none yet.
    if (!product.empty() && minor && *minor >= 0) {
      input["lines"] = boost::json::array{boost::json::object{{"product", product}, {"net", *minor}}};
    }
  }

  void make_steps(const std::vector<const Deal*>& good) {
    if (in_.profile.steps.empty()) return;
    const auto known = in_.known.by("step.list", "code");
    std::int64_t position = 0;
    for (const StepToMake& step : in_.profile.steps) {
      ++position;
      const auto uses = [&](const Deal* deal) { return deal->step == step.code; };
      if (known.contains(step.code) || std::none_of(good.begin(), good.end(), uses)) continue;
      boost::json::object titles;
      for (const auto& [language, title] : step.titles) titles[language] = title;
      const auto made = in_.app.call_action(in_.caller, "step.create",
                                            boost::json::object{{"code", step.code},
                                                                {"title", titles},
                                                                {"probability", step.probability},
                                                                {"position", position},
                                                                {"status", "open"}});
      made_steps_.push_back(made.at("id"));
    }
  }

  void make_customers(const std::vector<const Deal*>& good) {
    std::set<std::string> wanted;
    for (const Deal* deal : good) {
      if (in_.profile.make_customers || (!in_.profile.stand_in.empty() && deal->customer == in_.profile.stand_in)) {
        wanted.insert(deal->customer);
      }
    }
    ImportBatch batch;
    batch.currency_if_company_has_none = in_.profile.currency;
    for (const std::string& number : wanted) {
      if (in_.known.by("customer.list", "number").contains(number)) continue;
      CustomerRow row;
      row.number = row.name = number;
      row.is_stand_in = number == in_.profile.stand_in;
      row.only_if_missing = true;
      batch.customers.push_back(std::move(row));
      made_customers_.push_back(number);
    }
    // An empty batch still gives a company without currency the file's.
    in_.app.import_batch(in_.caller, batch);
    in_.known.forget();
  }

  std::int64_t send(const std::vector<const Deal*>& good, std::size_t from, std::size_t to) {
    boost::json::array rows;
    for (std::size_t i = from; i < to; ++i) rows.push_back(good[i]->input);
    const auto answer = in_.app.call_action(
        in_.caller, "opportunity.import", boost::json::object{{"rows", std::move(rows)}, {"keep_good", in_.keep_good}});
    for (const auto& entry : answer.at("rejected").as_array()) {
      const auto row = static_cast<std::size_t>(entry.at("row").as_int64());  // the first is 1
      const auto text = [&](const char* key) {
        const auto* value = entry.as_object().if_contains(key);
        if (!value || value->is_null()) return std::string();
        return value->is_string() ? std::string(value->get_string()) : boost::json::serialize(*value);
      };
      const std::int64_t line = row >= 1 && from + row <= to ? good[from + row - 1]->line : 0;
      in_.problems.add(line, text("field"), text("value"), text("message"));
    }
    return answer.at("accepted").as_int64();
  }

  // Nothing was taken: what was made for the rows goes again. What cannot go stays, and does no harm.
  void undo() {
    try {
      for (const std::string& number : made_customers_) {
        const auto& known = in_.known.by("customer.list", "number");
        const auto found = known.find(number);
        if (found != known.end()) {
          in_.app.call_action(in_.caller, "customer.delete", boost::json::object{{"id", found->second}});
        }
      }
      for (const auto& id : made_steps_) {
        in_.app.call_action(in_.caller, "step.archive", boost::json::object{{"id", id}});
      }
    } catch (const HostError&) {
      return;
    }
  }

  Context& in_;
  std::vector<Deal> deals_;
  std::map<std::string, std::int64_t> ids_;  // external id -> line
  std::vector<std::string> made_customers_;
  std::vector<boost::json::value> made_steps_;
};

}  // namespace

std::unique_ptr<Loading> load_opportunities(Context& context) { return std::make_unique<Opportunities>(context); }

}  // namespace erp::host::import
