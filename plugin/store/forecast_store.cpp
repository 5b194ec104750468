// SPDX-License-Identifier: Apache-2.0
#include "store/forecast_store.h"

#include <algorithm>
#include <charconv>
#include <optional>

namespace sales_leads::store {
namespace {

using domain::Day;
using domain::forecast::Family;
using domain::forecast::kNever;
using domain::forecast::kNoValue;
using domain::forecast::Outcome;
using Int = std::int64_t;
using MaybeInt = std::optional<std::int64_t>;

constexpr Int kWitnessed_us = 2LL * 86'400 * 1'000'000;  // written down so soon after it was so
constexpr std::size_t kEnoughClosings = 80;              // before a step that nothing left is told from a new one

MaybeInt number(const std::string& text) {
  Int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

ForecastLoader::ForecastLoader(Session& session, Id company, const CompanyCalendar& calendar, Day as_of)
    : session_(&session), company_(company), calendar_(calendar), as_of_(as_of), end_us_(calendar.start_of(as_of + 1)) {
  for (const auto& [id, pipeline, position, probability, status] : session_->query<Id, Id, Int, Int, std::string>(
           "select id, pipeline_id, position, probability, status from sl_step where company_id = :company order by id",
           {{"company", company_}})) {
    steps_[id] = {pipeline, position, probability, status, static_cast<std::int32_t>(facts_.steps.size())};
    facts_.steps.push_back(id);
  }
}

bool ForecastLoader::read_page(Int rows) {
  if (done_) return false;
  std::vector<Known> page;
  for (auto& [id, external, owner, type, source, campaign, pipeline, value, archived, planned, probability] :
       session_->query<Id, std::optional<std::string>, Id, Id, Id, Id, Id, MaybeInt, Int, MaybeInt, Int>(
           "select id, external_id, owner_id, type_id, source_id, campaign_id, pipeline_id, company_minor, archived, "
           "planned_close, probability "
           "from sl_opportunity where company_id = :company and id > :after order by id limit :rows",
           {{"company", company_}, {"after", after_}, {"rows", rows}})) {
    Known known;
    known.id = id;
    known.owner = owner;
    known.type = type;
    known.source = source;
    known.campaign = campaign;
    known.pipeline = pipeline;
    known.archived = archived != 0;
    known.value = value.value_or(kNoValue);
    known.planned_close = planned;
    known.probability = probability;
    known.present_type = type;
    known.present_source = source;
    known.present_campaign = campaign;
    if (external) facts_.external_ids.emplace(id, std::move(*external));
    page.push_back(std::move(known));
  }
  if (page.empty()) {
    finish();
    done_ = true;
    return false;
  }
  const Id first = page.front().id, last = page.back().id;
  after_ = last;
  read_fields(page, first, last);
  read_visits(page, first, last);
  read_lines(page, first, last);
  read_shares(page, first, last);
  for (const Known& known : page) {
    if (known.born && !known.archived) keep(known);
  }
  return true;
}

void ForecastLoader::read_fields(std::vector<Known>& page, Id first, Id last) {
  // Before its first entry a field is what that entry says; a field without entries never changed.
  std::size_t at = 0;
  std::string before_field;
  Id before_id = 0;
  for (const auto& [id, field, value, effective_at, recorded_at] :
       session_->query<Id, std::string, std::string, Int, Int>(
           "select opportunity_id, field, value, effective_at, recorded_at from sl_field_history "
           "where company_id = :company and opportunity_id >= :first and opportunity_id <= :last and field in "
           "('status', 'owner', 'type', 'source', 'campaign', 'amount', 'company_amount', 'archived', 'probability', "
           "'planned_close') "
           "order by opportunity_id, field, effective_at, id",
           {{"company", company_}, {"first", first}, {"last", last}})) {
    while (at < page.size() && page[at].id < id) ++at;
    if (at == page.size()) break;
    Known& known = page[at];
    if (known.id != id) continue;
    const bool is_first = id != before_id || field != before_field;
    before_id = id;
    before_field = field;
    const bool holds = effective_at < end_us_;
    if (field == "status") {
      if (!holds) continue;
      if (is_first) {
        known.born = true;
        known.entry = calendar_.day_of(effective_at);
        known.witnessed = recorded_at - effective_at <= kWitnessed_us;
      }
      if (value != known.status) known.close = value == "open" ? kNever : calendar_.day_of(effective_at);
      known.status = value;
    } else if (field == "owner") {
      if (is_first || holds) known.owner = number(value).value_or(0);
    } else if (field == "type") {  // what it was called at its birth
      if (is_first) known.type = number(value).value_or(0);
    } else if (field == "source") {
      if (is_first) known.source = number(value).value_or(0);
    } else if (field == "campaign") {
      if (is_first) known.campaign = number(value).value_or(0);
    } else if (field == "archived") {
      known.archived = holds ? value == "1" : is_first ? false : known.archived;
    } else if (field == "company_amount") {
      if (is_first || holds) known.value_at_close = known.value = number(value).value_or(kNoValue);
    } else if (field == "amount") {
      // Tells when an amount was first known; what it is in company currency stands in the row or its own history.
      if (is_first) known.first_value_text = recorded_at;
    } else if (field == "probability") {
      if (holds && (!is_first || recorded_at < end_us_)) known.hand_set = number(value).value_or(-1);
      if (is_first || holds) known.probability = number(value).value_or(0);
    } else if (field == "planned_close") {
      if (is_first || holds) known.planned_close = number(value);
    }
    // What it is called now, for reports: its latest name by then.
    if ((field == "type" || field == "source" || field == "campaign") && (is_first || holds)) {
      (field == "type"     ? known.present_type
       : field == "source" ? known.present_source
                           : known.present_campaign) = number(value).value_or(0);
    }
  }
  for (Known& known : page) {
    known.value_at_close = known.value == kNoValue ? 0 : known.value;
    // An amount that was written down later than the day may be what became of the deal.
    if (known.first_value_text >= end_us_) known.value = kNoValue;
    if (known.value != kNoValue) known.amount = known.value;
    known.outcome = known.status == "won" ? Outcome::won : known.status == "open" ? Outcome::open : Outcome::lost;
    if (known.outcome == Outcome::open) known.close = kNever;
    if (!known.witnessed) known.campaign = -1;
  }
}

void ForecastLoader::read_visits(std::vector<Known>& page, Id first, Id last) {
  std::size_t at = 0;
  for (const auto& [id, step, entered_at, left_at, recorded_at] : session_->query<Id, Id, Int, MaybeInt, Int>(
           "select opportunity_id, step_id, entered_at, left_at, recorded_at from sl_step_visit where company_id = "
           ":company and "
           "opportunity_id >= :first and opportunity_id <= :last and entered_at < :end order by opportunity_id, "
           "entered_at, id",
           {{"company", company_}, {"first", first}, {"last", last}, {"end", end_us_}})) {
    while (at < page.size() && page[at].id < id) ++at;
    if (at == page.size()) break;
    Known& known = page[at];
    if (known.id != id || !known.born) continue;
    const auto found = steps_.find(step);
    if (found == steps_.end()) continue;
    if (found->second.status == "open") {
      if (left_at && *left_at < end_us_) found->second.left = true;
      if (known.outcome != Outcome::open) found->second.closed = true;
      known.step = step;
      if (recorded_at - entered_at <= kWitnessed_us) {
        known.stays.push_back({0, found->second.index, calendar_.day_of(entered_at),
                               left_at && *left_at < end_us_ ? calendar_.day_of(*left_at) : kNever});
      }
    }
  }
}

void ForecastLoader::read_lines(std::vector<Known>& page, Id first, Id last) {
  std::size_t at = 0;
  for (auto& [id, product] : session_->query<Id, std::string>(
           "select opportunity_id, product from sl_opportunity_line where company_id = :company and opportunity_id >= "
           ":first and opportunity_id <= :last order by opportunity_id, line_no, id",
           {{"company", company_}, {"first", first}, {"last", last}})) {
    while (at < page.size() && page[at].id < id) ++at;
    if (at == page.size()) break;
    if (page[at].id == id && page[at].product.empty()) page[at].product = std::move(product);
  }
}

void ForecastLoader::read_shares(const std::vector<Known>& page, Id first, Id last) {
  std::size_t at = 0;
  std::pair<Int, Int> before{};
  for (const auto& [id, effective_at, set_no, employee, share] : session_->query<Id, Int, Int, Id, Int>(
           "select opportunity_id, effective_at, set_no, employee_id, share from sl_opportunity_seller "
           "where company_id = :company and opportunity_id >= :first and opportunity_id <= :last and effective_at < "
           ":end "
           "order by opportunity_id, effective_at, set_no, employee_id",
           {{"company", company_}, {"first", first}, {"last", last}, {"end", end_us_}})) {
    while (at < page.size() && page[at].id < id) ++at;
    if (at == page.size()) break;
    if (page[at].id != id) continue;
    auto& set = facts_.shares[id];
    if (before != std::pair{effective_at, set_no}) set.clear();
    before = {effective_at, set_no};
    set.emplace_back(employee, share);
  }
}

std::int32_t ForecastLoader::level(std::size_t family, Id id, std::vector<Id>& names) {
  if (id < 0) return -1;
  const auto [place, is_new] = levels_.emplace(std::pair{family, id}, static_cast<std::int32_t>(names.size()));
  if (is_new) names.push_back(id);
  return place->second;
}

void ForecastLoader::keep(const Known& known) {
  auto& history = facts_.history;
  history.id.push_back(known.id);
  history.entry.push_back(known.entry);
  history.close.push_back(known.close);
  history.outcome.push_back(known.outcome);
  std::int32_t product = -1;
  if (!known.product.empty()) {
    const auto [place, is_new] =
        product_levels_.emplace(known.product, static_cast<std::int32_t>(facts_.products.size()));
    if (is_new) facts_.products.push_back(known.product);
    product = place->second;
  }
  history.level[static_cast<std::size_t>(Family::product)].push_back(product);
  history.level[static_cast<std::size_t>(Family::seller)].push_back(level(1, known.owner, facts_.sellers));
  history.level[static_cast<std::size_t>(Family::source)].push_back(level(2, known.source, facts_.sources));
  history.level[static_cast<std::size_t>(Family::type)].push_back(level(3, known.type, facts_.types));
  history.level[static_cast<std::size_t>(Family::campaign)].push_back(level(4, known.campaign, facts_.campaigns));
  history.value.push_back(known.value);
  history.won_value.push_back(known.outcome == Outcome::won ? known.value_at_close : 0);
  const bool open = known.outcome == Outcome::open;
  const auto step = steps_.find(known.step);
  const bool stands = open && step != steps_.end();
  if (stands) ++step->second.open;
  history.step_p.push_back(static_cast<std::int32_t>(open && known.hand_set >= 0 ? known.hand_set
                                                     : stands                    ? step->second.probability
                                                                                 : -1));
  history.step.push_back(stands ? step->second.index : -1);
  history.untried.push_back(0);
  step_of_.push_back(stands ? known.step : 0);
  if (open) {
    facts_.open.emplace(
        known.id, OpenFacts{known.owner, known.present_type, known.present_source, known.present_campaign, known.step,
                            known.amount, known.planned_close, known.probability});
  }
  for (auto stay : known.stays) {
    stay.deal = static_cast<std::int32_t>(history.size()) - 1;
    history.stays.push_back(stay);
  }
}

/// Open steps that nothing ever left, though the company closes deals and has others in later steps: their deals have
/// not begun, whatever day they are dated.
void ForecastLoader::finish() {
  auto& history = facts_.history;
  history.levels = {static_cast<std::int32_t>(facts_.products.size()), static_cast<std::int32_t>(facts_.sellers.size()),
                    static_cast<std::int32_t>(facts_.sources.size()), static_cast<std::int32_t>(facts_.types.size()),
                    static_cast<std::int32_t>(facts_.campaigns.size())};
  history.steps = static_cast<std::int32_t>(facts_.steps.size());
  std::size_t closings = 0;
  for (const Outcome outcome : history.outcome) closings += outcome != Outcome::open;
  if (closings >= kEnoughClosings) {
    for (std::size_t i = 0; i < step_of_.size(); ++i) {
      if (step_of_[i] == 0) continue;
      const StepFacts& step = steps_.at(step_of_[i]);
      if (step.left || step.closed) continue;
      history.untried[i] = std::any_of(steps_.begin(), steps_.end(), [&](const auto& other) {
        return other.second.pipeline == step.pipeline && other.second.status == "open" && other.second.open > 0 &&
               other.second.position > step.position;
      });
    }
  }
}

ForecastFacts ForecastLoader::take() {
  facts_.history.put_in_order();
  return std::move(facts_);
}

}  // namespace sales_leads::store
