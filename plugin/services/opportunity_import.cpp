// SPDX-License-Identifier: Apache-2.0
#include <unordered_map>
#include <unordered_set>

#include "host/refusal.h"
#include "services/customer_status.h"
#include "services/import_batch.h"
#include "services/opportunities.h"
#include "services/opportunity_contact.h"
#include "services/opportunity_fields.h"
#include "services/opportunity_place.h"
#include "services/opportunity_rules.h"
#include "services/opportunity_upsert.h"
#include "services/opportunity_writer.h"

namespace sales_leads::services {
namespace {

const store::Step& step_of(References& references, const Input& input, const store::OpportunityRow& row) {
  const auto status = input.text("status");
  const std::string meant = status && *status != "expired" ? *status : "open";
  const store::Step& step = place_of(references, input, row, meant);
  if (status && step.status != meant) {
    throw Refusal(Code::invalid_argument, "opportunity.status.step", "status", *status, {{"step", step.code}});
  }
  return step;
}

/// Open from its start, closed at its closing date, both at noon: an import knows days alone.
void put_times(UseCase& use_case, const Input& input, NewOpportunity& opportunity) {
  auto& row = opportunity.row;
  const auto closed_on = input.date("closed_on");
  if (row.status == "open") {
    if (closed_on)
      throw Refusal(Code::invalid_argument, "opportunity.closed_on.open", "closed_on", domain::date_text(*closed_on));
  } else {
    if (!closed_on)
      throw Refusal(Code::invalid_argument, "opportunity.closed_on.missing", "closed_on", "", {{"status", row.status}});
    if (*closed_on > use_case.today() || (row.start && *closed_on < *row.start)) {
      const auto first = row.start ? domain::date_text(static_cast<domain::Day>(*row.start)) : std::string();
      input.refuse("closed_on", *input.find("closed_on"), first + " … " + domain::date_text(use_case.today()));
    }
    row.actual_close = *closed_on;
    opportunity.closed_at = use_case.noon(*closed_on);
  }
  const auto given = input.has("effective_at") ? std::optional(effective_time(use_case, input)) : std::nullopt;
  // What is to start later is known from now on.
  const auto start =
      row.start ? std::min(use_case.noon(static_cast<domain::Day>(*row.start)), use_case.now_us) : use_case.now_us;
  opportunity.effective_at = given.value_or(opportunity.closed_at ? std::min(start, *opportunity.closed_at) : start);
}

NewOpportunity read_row(UseCase& use_case, References& references, const Input& input) {
  NewOpportunity opportunity;
  auto& row = opportunity.row;
  if (!input.has("title")) throw Refusal(Code::invalid_argument, "opportunity.title.missing", "title");
  const auto closed_on = input.date("closed_on");
  row.start = std::min(closed_on.value_or(use_case.today()), use_case.today());
  if (const auto close = input.date("planned_close")) row.start = std::min<std::int64_t>(*row.start, *close);
  row.owner = use_case.caller.actor.employee;
  const auto start = input.date("start");
  read_fields(use_case, references, input, row, start ? start : static_cast<domain::Day>(*row.start));
  read_contact_name(use_case, input, row);
  const store::Step& step = step_of(references, input, row);
  enter_step(row, step, use_case.today());
  if (input.text("status") == "expired") row.status = "expired";
  read_probability(references, input, row);
  opportunity.parts = read_parts(use_case, references, input);
  check_planned_close({}, row);
  // What is closed is history, and may be of those who made it.
  if (row.status == "open") refuse_leavers(use_case, references, row, 0, opportunity.parts.sellers);
  put_times(use_case, input, opportunity);
  return opportunity;
}

const json::string* text_of(const json::value& row, const char* field) {
  const auto* object = row.if_object();
  const auto* value = object == nullptr ? nullptr : object->if_contains(field);
  return value == nullptr ? nullptr : value->if_string();
}

/// One call's rows. Everything that they name is read at once, before the first is looked at.
class Rows {
 public:
  Rows(UseCase& use_case, const Input& input)
      : use_case_(use_case),
        rows_(*input.array("rows")),
        upsert_(input.flag("upsert", false)),
        run_(use_case, input, "opportunity"),
        references_(use_case, rows_.size() > 20 || run_.dry_run() ? References::Mode::bulk : References::Mode::single),
        statuses_(use_case, references_, rows_.size() > 20 ? References::Mode::bulk : References::Mode::single) {
    if (rows_.size() > 20) {
      read_ahead(store::DirectoryKind::customer, {"customer", "customer_number", "customer_name"});
      read_ahead(store::DirectoryKind::project, {"project", "project_number"});
    }
    if (const auto* assumed = run_.dry_run() ? input.array("new_customers") : nullptr) {
      for (const auto& number : *assumed)
        references_.assume(store::DirectoryKind::customer, std::string(number.as_string()));
    }
    read_present();
  }

  json::value import(const RowCheck& check) {
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      if (run_.skips(i)) continue;
      try {
        check(rows_[i]);
        read(i, Input("opportunity", rows_[i].get_object()));
      } catch (const RatesNeeded& needed) {
        wishes_.insert(wishes_.end(), needed.wishes().begin(), needed.wishes().end());
      } catch (const Refusal& refusal) {
        run_.reject(i, refusal);
      }
    }
    if (!wishes_.empty()) throw RatesNeeded(std::move(wishes_));
    if (run_.writes()) {
      write();
    } else if (run_.dry_run()) {
      for (const std::size_t i : new_at_) run_.note(i, "created");
    }
    json::value answer = run_.answer();
    if (!warnings_.empty()) answer.as_object()["warnings"] = std::move(warnings_);
    return answer;
  }

 private:
  void read_ahead(store::DirectoryKind kind, std::initializer_list<const char*> fields) {
    std::unordered_set<std::string> texts;
    std::vector<Id> ids;
    for (const auto& row : rows_) {
      for (const char* field : fields) {
        if (const auto* text = text_of(row, field)) texts.emplace(text->data(), text->size());
        const auto* object = row.if_object();
        const auto* value = object == nullptr ? nullptr : object->if_contains(field);
        if (value != nullptr && value->is_int64()) ids.push_back(value->get_int64());
      }
    }
    references_.read_ahead(kind, {texts.begin(), texts.end()}, ids);
  }

  void read_present() {
    std::vector<std::string> wanted;
    for (const auto& row : rows_) {
      if (const auto* external = text_of(row, "external_id")) wanted.emplace_back(external->data(), external->size());
    }
    store::OpportunityStore store(use_case_.session, use_case_.company());
    if (!upsert_) {
      for (auto& external : store.taken(wanted)) taken_.insert(std::move(external));
      return;
    }
    for (auto& row : store.by_external(wanted)) {
      std::string external = row.external_id.value_or("");
      present_.emplace(std::move(external), std::move(row));
    }
  }

  void read(std::size_t i, const Input& row) {
    const auto external = row.text("external_id");
    if (external && !taken_.insert(*external).second)
      throw Refusal(Code::conflict, "opportunity.external_id.taken", "external_id", *external);
    const auto found = external ? present_.find(*external) : present_.end();
    if (found == present_.end()) {
      auto opportunity = read_row(use_case_, references_, row);
      if (auto warning = statuses_.check(opportunity.row.customer, opportunity.row.project)) {
        warn(i, std::move(*warning));
      }
      good_.push_back(std::move(opportunity));
      new_at_.push_back(i);
      return;
    }
    // Checked now, written when all rows are known to be good.
    auto result = upsert_opportunity(use_case_, references_, statuses_, row, found->second, false);
    if (result.warning) warn(i, std::move(*result.warning));
    if (!result.changed || run_.dry_run()) {
      run_.note(i, result.changed ? "updated" : "same", found->second.id, found->second.version);
    } else {
      updates_.emplace_back(i, &found->second);
    }
  }

  void warn(std::size_t i, json::object warning) {
    warning.emplace("row", i + 1);
    warnings_.push_back(std::move(warning));
  }

  void write() {
    if (!good_.empty()) write_new(use_case_, good_, "import");
    for (std::size_t n = 0; n < good_.size(); ++n) {
      const std::int64_t version = archive(good_[n].row, rows_[new_at_[n]].get_object());
      run_.note(new_at_[n], "created", good_[n].row.id, version);
    }
    for (const auto& [i, before] : updates_) {
      const Input row("opportunity", rows_[i].get_object());
      const auto result = upsert_opportunity(use_case_, references_, statuses_, row, *before, true);
      run_.note(i, "updated", before->id, result.version, result.before);
    }
  }

  /// It was born as any other, and is put away as by hand.
  std::int64_t archive(const store::OpportunityRow& made, const json::object& fields) {
    if (!Input("opportunity", fields).flag("archived", false)) return 1;
    store::OpportunityRow after = made;
    after.archived = true;
    return write_change(use_case_, made, after, use_case_.now_us, "import");
  }

  UseCase& use_case_;
  const json::array& rows_;
  bool upsert_;
  ImportRun run_;
  References references_;
  CustomerStatuses statuses_;
  json::array warnings_;
  std::unordered_set<std::string> taken_;
  std::unordered_map<std::string, store::OpportunityRow> present_;
  std::vector<NewOpportunity> good_;
  std::vector<std::size_t> new_at_;
  std::vector<std::pair<std::size_t, const store::OpportunityRow*>> updates_;
  std::vector<RateWish> wishes_;
};

}  // namespace

json::value import_opportunities(UseCase& use_case, const Input& input, const RowCheck& check) {
  return Rows(use_case, input).import(check);
}

}  // namespace sales_leads::services
