// SPDX-License-Identifier: Apache-2.0
#include "store/opportunity_states.h"

#include <algorithm>
#include <charconv>
#include <set>

namespace sales_leads::store {

namespace {

using Int = std::int64_t;

/// As the history writes them, in the order of Field.
constexpr std::array<std::string_view, 10> kFieldNames = {"status",           "owner",         "customer", "project",
                                                          "campaign",         "planned_close", "start",    "pipeline",
                                                          "recurring_months", "archived"};
using MaybeInt = std::optional<std::int64_t>;
using domain::Day;

std::optional<std::int64_t> parsed(const std::string& text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::string text_of(MaybeInt value) { return value ? std::to_string(*value) : ""; }

domain::Status status_of(const std::string& text) {
  if (text == "won") return domain::Status::won;
  if (text == "lost") return domain::Status::lost;
  if (text == "expired") return domain::Status::expired;
  return domain::Status::open;
}

domain::Model model_of(const std::string& text) {
  if (text == "first") return domain::Model::first;
  if (text == "last") return domain::Model::last;
  if (text == "linear") return domain::Model::linear;
  if (text == "position") return domain::Model::position;
  if (text == "weights") return domain::Model::weights;
  return domain::Model::explicit_;
}

/// "40, 20, 40": whole numbers, whatever stands between them.
std::vector<std::int64_t> numbers_in(const std::string& text) {
  std::vector<std::int64_t> numbers;
  for (const char* at = text.data(); at != text.data() + text.size();) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(at, text.data() + text.size(), value);
    if (error == std::errc()) {
      numbers.push_back(value < 0 ? 0 : value);
      at = end;
    } else {
      ++at;
    }
  }
  return numbers;
}

}  // namespace

bool OpportunityStates::any() {
  return session_
      .first<Int>("select 1 from sl_opportunity where company_id = :company limit 1", {{"company", company_}})
      .has_value();
}

std::vector<Id> OpportunityStates::belonging_to(const std::vector<Id>& customers, const std::vector<Id>& projects) {
  std::set<Id> ids;
  const auto add = [&](const char* column, const char* field, const std::vector<Id>& values) {
    if (values.empty()) return;
    const std::string list = session_.ids_text(values);
    for (const auto& [id] :
         session_.query<Id>(std::string("select id from sl_opportunity where company_id = :company and ") +
                                session_.in_ids(column, "ids"),
                            {{"company", company_}, {"ids", list}})) {
      ids.insert(id);
    }
    // The history's values are text.
    const std::string in_values = session_.backend() == Backend::sqlite
                                      ? "value in (select cast(value as text) from json_each(:ids))"
                                      : "value = any(cast(:ids as text[]))";
    for (const auto& [id] :
         session_.query<Id>("select distinct opportunity_id from sl_field_history where company_id = "
                            // The partial index serves when its own condition stands there word for word.
                            ":company and field in ('customer', 'project') and field = '" +
                                std::string(field) + "' and " + in_values,
                            {{"company", company_}, {"ids", list}})) {
      ids.insert(id);
    }
  };
  add("customer_id", "customer", customers);
  add("project_id", "project", projects);
  return {ids.begin(), ids.end()};
}

void OpportunityStates::load(const std::vector<Id>& ids) {
  std::vector<Id> fresh;
  for (const Id id : ids) {
    if (id != 0 && !states_.contains(id)) fresh.push_back(id);
  }
  if (fresh.empty()) return;
  load_pipelines();
  const Params params{{"company", company_}, {"ids", session_.ids_text(fresh)}};
  for (const auto& [id, customer, project, owner, pipeline, status, campaign, start, planned, closed, months] :
       session_.query<Id, Id, Id, Id, Id, std::string, Id, MaybeInt, MaybeInt, MaybeInt, MaybeInt>(
           "select id, customer_id, project_id, owner_id, pipeline_id, status, campaign_id, start_date, planned_close, "
           "actual_close, recurring_months from sl_opportunity where +company_id = :company and " +
               session_.in_ids("id", "ids"),
           params)) {
    State& state = states_[id];
    const auto present = [&state](Field field, std::string value) {
      state.present[static_cast<std::size_t>(field)] = std::move(value);
    };
    present(Field::customer, std::to_string(customer));
    present(Field::project, std::to_string(project));
    present(Field::owner, std::to_string(owner));
    present(Field::pipeline, std::to_string(pipeline));
    present(Field::status, status);
    present(Field::campaign, std::to_string(campaign));
    present(Field::start, text_of(start));
    present(Field::planned_close, text_of(planned));
    present(Field::recurring_months, text_of(months));
    if (closed) state.actual_close = static_cast<Day>(*closed);
  }
  // In no order: a server that sorts texts by language does it much slower than we sort numbers. SQLite would look each
  // row's field up in a table of the names: cheaper to leave out here what is not wanted, which is little.
  const std::string wanted = session_.backend() == Backend::sqlite
                                 ? ""
                                 : " and field in ('status', 'owner', 'customer', 'project', 'campaign', "
                                   "'planned_close', 'start', 'pipeline', 'recurring_months', 'archived')";
  for (auto& [entry, id, name, value, effective_at] : session_.query<Id, Id, std::string, std::string, Int>(
           "select id, opportunity_id, field, value, effective_at from sl_field_history where company_id = :company "
           "and " +
               session_.in_ids("opportunity_id", "ids") + wanted + " and not (field = 'status' and origin = 'rule')",
           params)) {
    const auto found = states_.find(id);
    if (found == states_.end()) continue;
    const auto place = std::find(kFieldNames.begin(), kFieldNames.end(), name);
    if (place == kFieldNames.end()) continue;
    auto& entries = found->second.history[static_cast<std::size_t>(place - kFieldNames.begin())];
    entries.push_back({effective_at, entry, std::move(value)});
  }
  for (const Id id : fresh) {
    const auto found = states_.find(id);
    if (found == states_.end()) continue;
    for (auto& entries : found->second.history) {
      std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
        return std::tie(a.effective_at, a.id) < std::tie(b.effective_at, b.id);
      });
    }
  }
  for (const auto& [id, effective_at, set_no, employee, share] : session_.query<Id, Int, Int, Id, Int>(
           "select opportunity_id, effective_at, set_no, employee_id, share from sl_opportunity_seller where "
           "company_id = "
           ":company and " +
               session_.in_ids("opportunity_id", "ids") + " order by opportunity_id, effective_at, set_no, employee_id",
           params)) {
    const auto found = states_.find(id);
    if (found == states_.end()) continue;
    auto& sets = found->second.shares;
    if (sets.empty() || sets.back().effective_at != effective_at || sets.back().set_no != set_no) {
      sets.push_back({effective_at, set_no, {}});
    }
    sets.back().sellers.push_back({employee, share});
  }
  for (const auto& [id, campaign, date, start, end] : session_.query<Id, Id, Int, MaybeInt, MaybeInt>(
           "select t.opportunity_id, t.campaign_id, t.touch_date, c.start_date, c.end_date from "
           "sl_touch t "
           "join sl_campaign c on c.id = t.campaign_id where t.company_id = :company and " +
               session_.in_ids("t.opportunity_id", "ids") +
               " order by t.opportunity_id, t.touch_date, t.campaign_id, t.id",
           params)) {
    const auto found = states_.find(id);
    if (found == states_.end()) continue;
    domain::Touch touch{campaign, static_cast<Day>(date), {}, {}};
    if (start) touch.campaign_start = static_cast<Day>(*start);
    if (end) touch.campaign_end = static_cast<Day>(*end);
    found->second.touches.push_back(touch);
  }
}

void OpportunityStates::load_pipelines() {
  if (pipelines_loaded_) return;
  pipelines_loaded_ = true;
  for (const auto& [id, window] : session_.query<Id, Int>(
           "select id, link_window_days from sl_pipeline where company_id = :company", {{"company", company_}})) {
    pipelines_[id].window_days = static_cast<std::int32_t>(window);
  }
  for (const auto& [pipeline, valid_from, model, weights] : session_.query<Id, Int, std::string, std::string>(
           "select pipeline_id, valid_from, model, weights from sl_pipeline_model where company_id = :company "
           "order by pipeline_id, valid_from, id",
           {{"company", company_}})) {
    pipelines_[pipeline].models.push_back({static_cast<Day>(valid_from), model_of(model), numbers_in(weights)});
  }
}

std::vector<Id> OpportunityStates::known() const {
  std::vector<Id> ids;
  for (const auto& [id, state] : states_) ids.push_back(id);
  std::sort(ids.begin(), ids.end());
  return ids;
}

std::vector<Id> OpportunityStates::ever(Id opportunity, Field field) const {
  const State& state = states_.at(opportunity);
  std::set<Id> ids{parsed(state.now(field)).value_or(0)};
  for (const Entry& one : state.of(field)) ids.insert(parsed(one.value).value_or(0));
  ids.erase(0);
  return {ids.begin(), ids.end()};
}

const OpportunityStates::Entry* OpportunityStates::entry(const State& state, Field field, std::int64_t at_us) const {
  const auto& entries = state.of(field);
  if (entries.empty()) return nullptr;
  const auto after = std::upper_bound(entries.begin(), entries.end(), at_us,
                                      [](std::int64_t at, const Entry& one) { return at < one.effective_at; });
  return after == entries.begin() ? &entries.front() : &*std::prev(after);
}

std::string OpportunityStates::value(const State& state, Field field, std::int64_t at_us) const {
  if (const Entry* held = entry(state, field, at_us)) return held->value;
  return state.now(field);
}

Id OpportunityStates::number(const State& state, Field field, std::int64_t at_us) const {
  return parsed(value(state, field, at_us)).value_or(0);
}

std::optional<Day> OpportunityStates::day(const State& state, Field field, std::int64_t at_us) const {
  const auto days = parsed(value(state, field, at_us));
  if (!days) return std::nullopt;
  return static_cast<Day>(*days);
}

const OpportunityStates::Pipeline& OpportunityStates::pipeline(const State& state, std::int64_t at_us) const {
  static const Pipeline kDefault;
  const auto found = pipelines_.find(number(state, Field::pipeline, at_us));
  return found == pipelines_.end() ? kDefault : found->second;
}

std::vector<domain::Touch> OpportunityStates::touches(const State& state, Day day) {
  std::vector<domain::Touch> held;
  for (const domain::Touch& touch : state.touches) {
    if (touch.date <= day) held.push_back(touch);
  }
  return held;
}

domain::Candidate OpportunityStates::candidate(Id opportunity, std::int64_t at_us,
                                               const CompanyCalendar& calendar) const {
  const State& state = states_.at(opportunity);
  domain::Candidate candidate;
  candidate.opportunity = opportunity;
  candidate.customer = number(state, Field::customer, at_us);
  candidate.project = number(state, Field::project, at_us);
  candidate.status = status_of(value(state, Field::status, at_us));
  // What was put away catches no more documents.
  if (value(state, Field::archived, at_us) == "1") candidate.status = domain::Status::lost;
  candidate.start = day(state, Field::start, at_us);
  candidate.planned_close = day(state, Field::planned_close, at_us);
  candidate.window_days = pipeline(state, at_us).window_days;
  if (candidate.status == domain::Status::won) {
    const Entry* won = entry(state, Field::status, at_us);
    if (won == nullptr) {
      candidate.won_on = state.actual_close;
    } else if (won->effective_at <= at_us) {  // a win that came later makes no candidate
      candidate.won_on = calendar.day_of(won->effective_at);
    }
  }
  if (const Id campaign = number(state, Field::campaign, at_us); campaign != 0) candidate.campaigns.push_back(campaign);
  for (const auto& touch : touches(state, calendar.day_of(at_us))) candidate.campaigns.push_back(touch.campaign);
  return candidate;
}

domain::Context OpportunityStates::context(Id opportunity, std::int64_t at_us, Id document_campaign,
                                           const CompanyCalendar& calendar) const {
  domain::Context context;
  context.opportunity = opportunity;
  const State& state = states_.at(opportunity);
  // Shares given at the start hold before it too, as every field's first value does; shares entered later do not reach
  // back: until then the owner had all, whenever the document's event arrives.
  const auto& statuses = state.of(Field::status);
  const Shares* held = nullptr;
  for (const Shares& set : state.shares) {
    const bool from_start = held == nullptr && (statuses.empty() || set.effective_at <= statuses.front().effective_at);
    if (from_start || set.effective_at <= at_us) held = &set;
  }
  if (held != nullptr) {
    context.sellers = held->sellers;
  } else {
    context.sellers = {{number(state, Field::owner, at_us), 1}};
  }
  const Id months = number(state, Field::recurring_months, at_us);
  if (months > 0) context.recurring_months = static_cast<std::int32_t>(std::min<Id>(months, 12'000));

  domain::CampaignFacts facts;
  facts.document_campaign = document_campaign;
  facts.opportunity_campaign = number(state, Field::campaign, at_us);
  facts.date = calendar.day_of(at_us);
  const Pipeline& own = pipeline(state, at_us);
  facts.window_days = own.window_days;
  facts.touches = touches(state, facts.date);
  for (const Model& model : own.models) {
    if (model.valid_from > facts.date) break;
    facts.model = model.model;
    facts.own_weights = model.weights;
  }
  context.campaigns = domain::campaign_weights(facts);
  return context;
}

}  // namespace sales_leads::store
