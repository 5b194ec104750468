// SPDX-License-Identifier: Apache-2.0
#include "services/opportunity_upsert.h"

#include <algorithm>
#include <optional>

#include "host/refusal.h"
#include "services/opportunity_contact.h"
#include "services/opportunity_fields.h"
#include "services/opportunity_place.h"
#include "services/opportunity_rules.h"
#include "services/opportunity_writer.h"
#include "store/opportunity_parts_store.h"
#include "store/opportunity_scope.h"

namespace sales_leads::services {
namespace {

using store::OpportunityRow;

/// Every stored field that an import can change.
template <class Row, class Visit>
void visit_fields(Row& row, Visit&& visit) {
  visit("external_id", row.external_id), visit("title", row.title), visit("description", row.description);
  visit("customer", row.customer), visit("project", row.project), visit("contact", row.contact);
  visit("owner", row.owner), visit("amount", row.amount), visit("currency", row.currency);
  visit("company_minor", row.company_minor), visit("rate_units", row.rate_units);
  visit("rate_exponent", row.rate_exponent), visit("rate_date", row.rate_date);
  visit("amount_origin", row.amount_origin), visit("recurring", row.recurring);
  visit("recurring_months", row.recurring_months), visit("pipeline", row.pipeline), visit("step", row.step);
  visit("status", row.status), visit("probability", row.probability);
  visit("probability_origin", row.probability_origin), visit("type", row.type), visit("source", row.source);
  visit("campaign", row.campaign), visit("rejection", row.rejection), visit("rejection_note", row.rejection_note);
  visit("start", row.start), visit("planned_close", row.planned_close), visit("times_slipped", row.times_slipped);
  visit("actual_close", row.actual_close), visit("delivery_date", row.delivery_date);
  visit("margin", row.margin), visit("amount2", row.amount2);
  visit("archived", row.archived);
}

template <class T>
json::value to_json(const std::optional<T>& value) {
  return value ? json::value(*value) : json::value(nullptr);
}
json::value to_json(const std::string& value) { return json::value(value); }
json::value to_json(std::int64_t value) { return value; }
json::value to_json(bool value) { return value; }

void from_json(const json::value& value, std::string& target) { target = std::string(value.as_string()); }
void from_json(const json::value& value, std::int64_t& target) { target = value.as_int64(); }
void from_json(const json::value& value, bool& target) { target = value.as_bool(); }
template <class T>
void from_json(const json::value& value, std::optional<T>& target) {
  target.reset();
  if (!value.is_null()) from_json(value, target.emplace());
}

json::object fields_of(const OpportunityRow& row) {
  json::object fields;
  visit_fields(row, [&](const char* name, const auto& value) { fields[name] = to_json(value); });
  return fields;
}

/// The fields of `row` that differ in `other`.
json::object difference(const OpportunityRow& row, const OpportunityRow& other) {
  json::object mine = fields_of(row), differing;
  const json::object theirs = fields_of(other);
  for (const auto& field : mine) {
    if (field.value() != theirs.at(field.key())) differing[field.key()] = field.value();
  }
  return differing;
}

/// Where the row says step, pipeline or status, and what that brings with it.
void move(UseCase& use_case, References& references, const Input& input, const OpportunityRow& before,
          OpportunityRow& after, domain::Day day) {
  const auto status = input.text("status");
  const bool expired = status == "expired";
  const Id pipeline = input.has("pipeline") ? references.pipeline(*input.find("pipeline")).id : before.pipeline;
  const store::Step* step = nullptr;
  if (const auto* value = input.has("step") ? input.find("step") : nullptr) {
    step = &references.step(*value, value->is_string() ? pipeline : 0, before.step);
    if (status && (expired ? "open" : *status) != step->status) {
      throw Refusal(Code::invalid_argument, "opportunity.status.step", "status", *status, {{"step", step->code}});
    }
  } else if (pipeline != before.pipeline || (status && *status != before.status && !expired)) {
    const std::string wanted = status.value_or(before.status);
    step = pipeline == before.pipeline && wanted == "open"
               ? &step_to_reopen(use_case, references, before)
               : &references.first_step(pipeline, wanted == "expired" ? "open" : wanted);
  } else if (before.status == "lost" && before.rejection != 0 && after.rejection == 0) {
    step = &references.step(before.step);  // a rejection that is demanded cannot be taken away
  }
  const bool stays = step != nullptr && step->id == before.step && after.rejection == before.rejection &&
                     (before.status == step->status || (before.status == "expired" && (expired || !status)));
  if (step != nullptr && !stays) enter_step(after, *step, day);
  if (expired) {
    if (after.status != "open" && after.status != "expired") {
      throw Refusal(Code::invalid_argument, "opportunity.status.step", "status", *status, {{"step", ""}});
    }
    after.status = "expired";
    if (before.status != "expired") after.actual_close = day;
  }
  // Another pipeline opens nothing again.
  if (before.status == "expired" && !status && !input.has("step") && after.status == "open") {
    after.status = "expired";
    after.actual_close = before.actual_close;
  }
}

void read_closing(UseCase& use_case, const Input& input, OpportunityRow& after) {
  const auto closed_on = input.date("closed_on");
  if (!closed_on) return;
  if (after.status == "open")
    throw Refusal(Code::invalid_argument, "opportunity.closed_on.open", "closed_on", domain::date_text(*closed_on));
  if (*closed_on > use_case.today() || (after.start && *closed_on < *after.start)) {
    const auto first = after.start ? domain::date_text(static_cast<domain::Day>(*after.start)) : std::string();
    input.refuse("closed_on", *input.find("closed_on"), first + " … " + domain::date_text(use_case.today()));
  }
  after.actual_close = *closed_on;
}

bool same_shares(std::vector<store::SellerShare> a, std::vector<store::SellerShare> b) {
  const auto order = [](const store::SellerShare& x, const store::SellerShare& y) { return x.employee < y.employee; };
  std::sort(a.begin(), a.end(), order);
  std::sort(b.begin(), b.end(), order);
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const auto& x, const auto& y) { return x.employee == y.employee && x.share == y.share; });
}

bool same_lines(const std::vector<store::ProductLine>& a, const std::vector<store::ProductLine>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& x, const auto& y) {
    return x.product == y.product && x.quantity_units == y.quantity_units &&
           x.quantity_exponent == y.quantity_exponent && x.net == y.net;
  });
}

/// Sellers, touches and lines of the row that differ from what is there are put into `before` and written.
class Parts {
 public:
  Parts(UseCase& use_case, const OpportunityRow& row)
      : store_(use_case.session, use_case.company(), use_case.stamp()), row_(row), now_(use_case.now_us) {}

  void take(const OpportunityParts& parts, std::int64_t effective_at, bool write, json::object& before) {
    if (!parts.sellers.empty()) take_sellers(parts.sellers, effective_at, write, before);
    if (!parts.touches.empty()) take_touches(parts.touches, write, before);
    if (parts.lines) take_lines(*parts.lines, write, before);
  }

  void put_back(const json::object& before) {
    if (const auto* sellers = before.if_contains("sellers")) {
      std::vector<store::SellerShare> shares;
      for (const auto& pair : sellers->as_array())
        shares.push_back({row_.id, pair.at(0).as_int64(), pair.at(1).as_int64()});
      // From the same moment as those of the import: the later set of one moment counts.
      if (shares.empty()) {
        store_.remove_shares(row_.id);  // there was none before, and nobody changed it since
      } else {
        store_.add_shares(row_.id, {before.at("sellers_at").as_int64(), shares});
      }
    }
    if (const auto* touches = before.if_contains("touches")) {
      for (const auto& pair : touches->as_array())
        store_.remove_touch(row_.id, pair.at(0).as_int64(), pair.at(1).as_int64());
    }
    if (const auto* lines = before.if_contains("lines")) write_lines(lines_of(*lines));
  }

 private:
  void take_sellers(const std::vector<store::SellerShare>& sellers, std::int64_t effective_at, bool write,
                    json::object& before) {
    const auto present = store_.shares(row_.id, now_);
    std::vector<store::SellerShare> in_force = present;
    if (present.empty() && row_.owner != 0) in_force.push_back({row_.id, row_.owner, 10'000});
    if (same_shares(sellers, in_force)) return;
    json::array pairs;
    for (const auto& share : present) pairs.push_back(json::array{share.employee, share.share});
    before["sellers"] = std::move(pairs);
    before["sellers_at"] = effective_at;
    if (write) store_.add_shares(row_.id, {effective_at, sellers});
  }

  void take_touches(const std::vector<store::TouchRow>& touches, bool write, json::object& before) {
    const auto present = store_.touches(row_.id);
    std::vector<store::TouchRow> added;
    json::array pairs;
    for (auto touch : touches) {
      const auto is_it = [&](const store::TouchRow& t) { return t.campaign == touch.campaign && t.date == touch.date; };
      if (std::any_of(present.begin(), present.end(), is_it)) continue;
      touch.opportunity = row_.id;
      pairs.push_back(json::array{touch.campaign, touch.date});
      added.push_back(touch);
    }
    if (added.empty()) return;
    before["touches"] = std::move(pairs);
    if (write) store_.add_touches(added);
  }

  void take_lines(const std::vector<store::ProductLine>& lines, bool write, json::object& before) {
    const auto present = store_.lines(row_.id);
    if (same_lines(present, lines)) return;
    json::array kept;
    for (const auto& line : present) {
      kept.push_back(json::object{{"product", line.product},
                                  {"units", line.quantity_units},
                                  {"exponent", line.quantity_exponent},
                                  {"net", to_json(line.net)}});
    }
    before["lines"] = std::move(kept);
    if (write) write_lines(lines);
  }

  std::vector<store::ProductLine> lines_of(const json::value& kept) const {
    std::vector<store::ProductLine> lines;
    for (const auto& value : kept.as_array()) {
      store::ProductLine line;
      line.line_no = static_cast<std::int64_t>(lines.size()) + 1;
      from_json(value.at("product"), line.product);
      from_json(value.at("units"), line.quantity_units);
      from_json(value.at("exponent"), line.quantity_exponent);
      from_json(value.at("net"), line.net);
      lines.push_back(std::move(line));
    }
    return lines;
  }

  void write_lines(std::vector<store::ProductLine> lines) {
    for (auto& line : lines) line.opportunity = row_.id;
    store_.remove_lines(row_.id);
    if (!lines.empty()) store_.add_lines(lines);
  }

  store::OpportunityPartsStore store_;
  const OpportunityRow& row_;
  std::int64_t now_;
};

}  // namespace

UpsertResult upsert_opportunity(UseCase& use_case, References& references, CustomerStatuses& statuses,
                                const Input& input, const OpportunityRow& before, bool write) {
  store::OpportunityStore store(use_case.session, use_case.company());
  const auto reaches = [&](const Scope& scope) { return scope.all() || store.is_of(before.id, scope.employees); };
  if (!reaches(use_case.caller.sees)) {
    throw Refusal(Code::conflict, "opportunity.external_id.taken", "external_id", before.external_id.value_or(""));
  }
  if (!reaches(use_case.caller.changes)) {
    throw Refusal(Code::permission, "opportunity.change.right", "external_id", before.external_id.value_or(""));
  }
  const auto given = input.time("effective_at", use_case.calendar);
  const auto closed_on = input.date("closed_on");
  auto effective_at = given.value_or(use_case.now_us);
  if (!given && closed_on && before.status == "open" && *closed_on <= use_case.today())
    effective_at = std::min(use_case.now_us, use_case.noon(*closed_on));
  const domain::Day day = use_case.calendar.day_of(effective_at);
  if (day > use_case.today())
    input.refuse("effective_at", *input.find("effective_at"), "<= " + domain::date_text(use_case.today()));
  OpportunityRow after = before;
  read_fields(use_case, references, input, after, day);
  read_contact_name(use_case, input, after);
  after.archived = input.flag("archived", before.archived);
  UpsertResult result{false, before.version, "", std::nullopt};
  if (after.customer != before.customer || (after.customer == 0 && after.project != before.project)) {
    result.warning = statuses.check(after.customer, after.project);
  }
  move(use_case, references, input, before, after, day);
  read_closing(use_case, input, after);
  read_probability(references, input, after);
  const OpportunityParts parts = read_parts(use_case, references, input);
  check_planned_close(before, after);
  if (after.status == "open") refuse_leavers(use_case, references, after, before.owner, parts.sellers);

  json::object differing = difference(before, after);
  const bool fields_differ = !differing.empty();
  // Shares hold from now on: dating them back is an act of its own, with a right and a reason.
  Parts(use_case, before).take(parts, use_case.now_us, write, differing);
  result.changed = !differing.empty();
  if (!result.changed || !write) return result;
  if (fields_differ && before.planned_close && after.planned_close && *after.planned_close > *before.planned_close)
    differing["times_slipped"] = before.times_slipped;  // counted when it is written
  result.version = write_change(use_case, before, after, effective_at, "import");
  result.before = json::serialize(differing);
  return result;
}

bool changes_anything(UseCase& use_case, const OpportunityRow& before, const OpportunityRow& after,
                      const OpportunityParts& parts) {
  json::object differing = difference(before, after);
  if (differing.empty()) Parts(use_case, before).take(parts, use_case.now_us, false, differing);
  return !differing.empty();
}

std::map<std::int64_t, std::string> undo_opportunities(UseCase& use_case, const std::vector<store::ImportRow>& rows) {
  store::OpportunityStore store(use_case.session, use_case.company());
  std::vector<Id> ids, created, removed;
  for (const auto& row : rows) {
    ids.push_back(row.record);
    if (row.act == "created") created.push_back(row.record);
  }
  std::map<Id, OpportunityRow> present;
  for (auto& row : store.by_ids(ids)) present.emplace(row.id, std::move(row));
  const auto used = store.referred_to(created);
  const Scope& changes = use_case.caller.changes;
  const auto own = changes.all()
                       ? std::vector<Id>{}
                       : store::opportunities_of(use_case.session, use_case.company(), ids, changes.employees);
  std::map<std::int64_t, std::string> left;
  const std::size_t changed = use_case.changed.size();
  for (const auto& row : rows) {
    const auto found = present.find(row.record);
    if (found == present.end()) continue;  // gone already
    if (!changes.all() && !std::binary_search(own.begin(), own.end(), row.record)) {
      left[row.row_no] = "import.undo.right";
    } else if (found->second.version != row.version) {
      left[row.row_no] = "import.undo.changed";
    } else if (row.act == "updated") {
      const json::object before = json::parse(row.before).as_object();
      OpportunityRow after = found->second;
      visit_fields(after, [&](const char* name, auto& value) {
        if (const auto* kept = before.if_contains(name)) from_json(*kept, value);
      });
      write_change(use_case, found->second, after, use_case.now_us, "import");
      Parts(use_case, found->second).put_back(before);
    } else if (std::find(used.begin(), used.end(), row.record) != used.end()) {
      left[row.row_no] = "import.undo.used";
    } else {
      removed.push_back(row.record);
    }
  }
  use_case.changed.resize(changed);  // the log gets them under their own kind
  store.remove(removed);
  return left;
}

}  // namespace sales_leads::services
