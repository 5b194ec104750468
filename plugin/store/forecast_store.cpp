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
using domain::forecast::StepStay;
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

std::array<std::int32_t, domain::forecast::kFamilies> levels_of(const ForecastLevels& levels) {
  const auto count = [](const auto& names) { return static_cast<std::int32_t>(names.size()); };
  return {count(levels.products), count(levels.sellers), count(levels.sources), count(levels.types),
          count(levels.campaigns)};
}

}  // namespace

std::optional<KeptModel> ForecastModelStore::find() {
  auto found = session_.first<Int, std::string, std::string>(
      "select as_of, levels, model from sl_forecast_model where company_id = :company", {{"company", company_}});
  if (!found) return std::nullopt;
  auto& [as_of, levels, model] = *found;
  return KeptModel{static_cast<Day>(as_of), std::move(levels), std::move(model)};
}

void ForecastModelStore::put(const KeptModel& model, Int now_us) {
  session_.execute(
      "insert into sl_forecast_model (company_id, as_of, levels, model, made_at) values (:company, :day, :levels, "
      ":model, :at) on conflict (company_id) do update set as_of = excluded.as_of, levels = excluded.levels, model = "
      "excluded.model, made_at = excluded.made_at where sl_forecast_model.as_of <= excluded.as_of",
      {{"company", company_}, {"day", model.as_of}, {"levels", model.levels}, {"model", model.model}, {"at", now_us}});
}

ForecastLoader::ForecastLoader(Session& session, Id company, const CompanyCalendar& calendar, Day as_of,
                               ForecastLevels known)
    : session_(&session), company_(company), calendar_(calendar), as_of_(as_of), end_us_(calendar.start_of(as_of + 1)) {
  static_cast<ForecastLevels&>(facts_) = std::move(known);
  const auto remember = [this](std::size_t family, const std::vector<Id>& names) {
    for (std::size_t l = 0; l < names.size(); ++l)
      levels_.emplace(std::pair{family, names[l]}, static_cast<std::int32_t>(l));
  };
  remember(1, facts_.sellers);
  remember(2, facts_.sources);
  remember(3, facts_.types);
  remember(4, facts_.campaigns);
  for (std::size_t l = 0; l < facts_.products.size(); ++l)
    product_levels_.emplace(facts_.products[l], static_cast<std::int32_t>(l));
  for (const auto& [id, pipeline, position, probability, status] : session_->query<Id, Id, Int, Int, std::string>(
           "select id, pipeline_id, position, probability, status from sl_step where company_id = :company order by id",
           {{"company", company_}})) {
    auto place = std::find(facts_.steps.begin(), facts_.steps.end(), id);
    if (place == facts_.steps.end()) place = facts_.steps.insert(place, id);
    steps_[id] = {pipeline, position, probability, status, static_cast<std::int32_t>(place - facts_.steps.begin())};
  }
}

std::vector<ForecastLoader::Known> ForecastLoader::read_rows(const std::string& condition, const Params& binds,
                                                             const std::string& limit) {
  std::vector<Known> page;
  for (auto& [id, version, owner, type, source, campaign, value, archived, planned, probability, customer, project,
              currency] :
       session_->query<Id, Int, Id, Id, Id, Id, MaybeInt, Int, MaybeInt, Int, Id, Id, std::string>(
           "select id, version, owner_id, type_id, source_id, campaign_id, company_minor, archived, planned_close, "
           "probability, customer_id, project_id, currency from sl_opportunity where company_id = :company and " +
               condition + " order by id" + limit,
           binds)) {
    Known known;
    known.id = id;
    known.version = version;
    known.owner = owner;
    known.type = type;
    known.source = source;
    known.campaign = campaign;
    known.archived = archived != 0;
    known.value = value.value_or(kNoValue);
    known.planned_close = planned;
    known.probability = probability;
    known.present_type = type;
    known.present_source = source;
    known.present_campaign = campaign;
    known.customer = customer;
    known.project = project;
    known.currency = std::move(currency);
    page.push_back(std::move(known));
  }
  return page;
}

void ForecastLoader::read_rest(std::vector<Known>& page, const std::string& condition, const Params& binds) {
  read_fields(page, condition, binds);
  read_visits(page, condition, binds);
  read_lines(page, condition, binds);
}

bool ForecastLoader::read_page(Int rows) {
  if (uses_kept_) return read_kept_page(rows);
  std::vector<Known> page =
      read_rows("id > :after", {{"company", company_}, {"after", after_}, {"rows", rows}}, " limit :rows");
  if (page.empty()) {
    find_untried();
    return false;
  }
  after_ = page.back().id;
  read_rest(page, "opportunity_id >= :first and opportunity_id <= :last",
            {{"company", company_}, {"first", page.front().id}, {"last", after_}});
  for (Known& known : page) keep(known);
  return true;
}

std::string ForecastLoader::form(const CompanyCalendar& calendar) { return "1 " + calendar.zone(); }

bool ForecastLoader::read_kept_page(Int rows) {
  fresh_.clear();
  std::vector<Known> page;
  std::vector<Id> changed;
  for (auto& [id, version, read_at, next_at, text] :
       session_->query<Id, Int, MaybeInt, MaybeInt, std::optional<std::string>>(
           "select o.id, o.version, f.version, f.next_at, f.facts from sl_opportunity o left join sl_forecast_facts f "
           "on f.company_id = o.company_id and f.opportunity_id = o.id where o.company_id = :company and o.id > :after "
           "order by o.id limit :rows",
           {{"company", company_}, {"after", after_}, {"rows", rows}})) {
    Known known;
    known.id = id;
    const bool holds = text && read_at == version && (!next_at || *next_at >= end_us_);
    if (auto facts = holds ? facts_of(*text) : std::nullopt) {
      static_cast<DealFacts&>(known) = std::move(*facts);
      known.kept = true;
    } else {
      changed.push_back(id);
    }
    page.push_back(std::move(known));
  }
  if (page.empty()) {
    find_untried();
    return false;
  }
  after_ = page.back().id;
  std::vector<Known> anew;
  if (!changed.empty()) {
    const Params binds{{"company", company_}, {"ids", session_->ids_text(changed)}};
    anew = read_rows(session_->in_ids("id", "ids"), binds, "");
    read_rest(anew, session_->in_ids("opportunity_id", "ids"), binds);
    for (const Known& known : anew) fresh_.push_back({known.id, known.version, known.next_at, text_of(known)});
  }
  std::size_t at = 0;
  for (Known& known : page) {
    if (known.kept) {
      keep(known);
      continue;
    }
    while (at < anew.size() && anew[at].id < known.id) ++at;
    if (at < anew.size() && anew[at].id == known.id) keep(anew[at]);  // else deleted in between
  }
  return true;
}

void ForecastLoader::read(const std::vector<Id>& ids) {
  some_alone_ = true;
  const Params binds{{"company", company_}, {"ids", session_->ids_text(ids)}};
  std::vector<Known> page = read_rows(session_->in_ids("id", "ids"), binds, "");
  read_rest(page, session_->in_ids("opportunity_id", "ids"), binds);
  for (Known& known : page) keep(known);
  facts_.history.levels = levels_of(facts_);
  facts_.history.steps = static_cast<std::int32_t>(facts_.steps.size());
}

void ForecastLoader::read_fields(std::vector<Known>& page, const std::string& condition, const Params& binds) {
  // Before its first entry a field is what that entry says; a field without entries never changed.
  std::size_t at = 0;
  std::string before_field;
  Id before_id = 0;
  for (const auto& [id, field, value, effective_at, recorded_at] :
       session_->query<Id, std::string, std::string, Int, Int>(
           "select opportunity_id, field, value, effective_at, recorded_at from sl_field_history "
           "where company_id = :company and " +
               condition +
               " and field in ('status', 'owner', 'type', 'source', 'campaign', 'amount', 'company_amount', "
               "'archived', 'probability', 'planned_close'" +
               (some_alone_ ? ", 'customer', 'project', 'currency'" : "") +
               ") order by opportunity_id, field, effective_at, id",
           binds)) {
    while (at < page.size() && page[at].id < id) ++at;
    if (at == page.size()) break;
    Known& known = page[at];
    if (known.id != id) continue;
    const bool is_first = id != before_id || field != before_field;
    before_id = id;
    before_field = field;
    const bool holds = effective_at < end_us_;
    comes(known, effective_at);
    comes(known, recorded_at);
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
    } else if (field == "customer") {
      if (is_first || holds) known.customer = number(value).value_or(0);
    } else if (field == "project") {
      if (is_first || holds) known.project = number(value).value_or(0);
    } else if (field == "currency") {
      if (is_first || holds) known.currency = value;
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

void ForecastLoader::read_visits(std::vector<Known>& page, const std::string& condition, const Params& binds) {
  std::size_t at = 0;
  for (const auto& [id, step, entered_at, left_at, recorded_at] : session_->query<Id, Id, Int, MaybeInt, Int>(
           "select opportunity_id, step_id, entered_at, left_at, recorded_at from sl_step_visit where company_id = "
           ":company and " +
               condition + " order by opportunity_id, entered_at, id",
           binds)) {
    while (at < page.size() && page[at].id < id) ++at;
    if (at == page.size()) break;
    Known& known = page[at];
    if (known.id != id) continue;
    comes(known, entered_at);
    if (left_at) comes(known, *left_at);
    if (!known.born || entered_at >= end_us_) continue;
    known.visits.push_back({step, calendar_.day_of(entered_at),
                            left_at && *left_at < end_us_ ? calendar_.day_of(*left_at) : kNever,
                            recorded_at - entered_at <= kWitnessed_us});
  }
}

void ForecastLoader::read_lines(std::vector<Known>& page, const std::string& condition, const Params& binds) {
  std::size_t at = 0;
  for (auto& [id, product] : session_->query<Id, std::string>(
           "select opportunity_id, product from sl_opportunity_line where company_id = :company and " + condition +
               " order by opportunity_id, line_no, id",
           binds)) {
    while (at < page.size() && page[at].id < id) ++at;
    if (at == page.size()) break;
    if (page[at].id == id && page[at].product.empty()) page[at].product = std::move(product);
  }
}

std::int32_t ForecastLoader::level(std::size_t family, Id id, std::vector<Id>& names) {
  if (id < 0) return -1;
  const auto [place, is_new] = levels_.emplace(std::pair{family, id}, static_cast<std::int32_t>(names.size()));
  if (is_new) names.push_back(id);
  return place->second;
}

void ForecastLoader::keep(Known& known) {
  if (!known.born) return;
  auto& history = facts_.history;
  std::vector<StepStay> stays;
  for (const VisitedStep& visit : known.visits) {
    const auto found = steps_.find(visit.step);
    if (found == steps_.end() || found->second.status != "open") continue;
    if (visit.to != kNever) found->second.left = true;
    if (known.outcome != Outcome::open) found->second.closed = true;
    known.step = visit.step;
    if (visit.witnessed) stays.push_back({0, found->second.index, visit.from, visit.to});
  }
  if (known.archived) return;
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
  const bool untried = some_alone_ && stands &&
                       std::find(facts_.untried.begin(), facts_.untried.end(), known.step) != facts_.untried.end();
  history.untried.push_back(untried ? 1 : 0);
  if (some_alone_ && open) {
    open_.emplace(known.id, OpenFacts{.owner = known.owner,
                                      .type = known.present_type,
                                      .source = known.present_source,
                                      .campaign = known.present_campaign,
                                      .step = known.step,
                                      .customer = known.customer,
                                      .project = known.project,
                                      .currency = known.currency,
                                      .amount = known.amount,
                                      .planned_close = known.planned_close,
                                      .probability = known.probability});
  }
  for (auto stay : stays) {
    stay.deal = static_cast<std::int32_t>(history.size()) - 1;
    history.stays.push_back(stay);
  }
}

/// Open steps that nothing ever left, though the company closes deals and has others in later steps: their deals have
/// not begun, whatever day they are dated.
void ForecastLoader::find_untried() {
  auto& history = facts_.history;
  facts_.untried.clear();
  std::size_t closings = 0;
  for (const Outcome outcome : history.outcome) closings += outcome != Outcome::open;
  if (closings < kEnoughClosings) return;
  for (const auto& [id, step] : steps_) {
    if (step.left || step.closed || step.status != "open") continue;
    const bool later_ones = std::any_of(steps_.begin(), steps_.end(), [&step](const auto& other) {
      return other.second.pipeline == step.pipeline && other.second.status == "open" && other.second.open > 0 &&
             other.second.position > step.position;
    });
    if (later_ones) facts_.untried.push_back(id);
  }
  std::sort(facts_.untried.begin(), facts_.untried.end());
  for (std::size_t i = 0; i < history.size(); ++i) {
    if (history.step[i] < 0) continue;
    const Id step = facts_.steps[static_cast<std::size_t>(history.step[i])];
    history.untried[i] = std::binary_search(facts_.untried.begin(), facts_.untried.end(), step) ? 1 : 0;
  }
}

bool ForecastLoader::finish() {
  auto& history = facts_.history;
  if (!ordering_) {
    history.levels = levels_of(facts_);
    history.steps = static_cast<std::int32_t>(facts_.steps.size());
    ordering_ = std::make_unique<domain::forecast::Ordering>(history);
  }
  return ordering_->step();
}

ForecastFacts ForecastLoader::take() { return std::move(facts_); }

}  // namespace sales_leads::store
