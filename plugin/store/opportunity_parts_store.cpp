// SPDX-License-Identifier: Apache-2.0
#include "store/opportunity_parts_store.h"

#include "store/bulk_columns.h"
#include "store/pipeline_rollup.h"

namespace sales_leads::store {
void OpportunityPartsStore::add_history(const std::vector<FieldEntry>& entries) {
  session_.bulk(
      "sl_field_history",
      {constant("company_id", entries, company_), column<Integers>("opportunity_id", entries, &FieldEntry::opportunity),
       column<Texts>("field", entries, &FieldEntry::field), column<Texts>("value", entries, &FieldEntry::value),
       column<Integers>("effective_at", entries, &FieldEntry::effective_at),
       constant("recorded_at", entries, stamp_.at), constant("actor_id", entries, stamp_.by),
       column<Texts>("origin", entries, &FieldEntry::origin)});
}

std::vector<FieldEntry> OpportunityPartsStore::history(Id opportunity, const std::string& field) {
  std::vector<FieldEntry> entries;
  std::string sql =
      "select opportunity_id, field, value, effective_at, origin, recorded_at, actor_id from sl_field_history where "
      "company_id = :company and opportunity_id = :opportunity";
  Params params{{"company", company_}, {"opportunity", opportunity}};
  if (!field.empty()) {
    sql += " and field = :field";
    params.emplace_back("field", field);
  }
  for (auto& [id, name, value, at, origin, recorded, actor] :
       session_.query<Id, std::string, std::string, std::int64_t, std::string, std::int64_t, Id>(
           sql + " order by effective_at, id", params)) {
    entries.push_back({id, name, value, at, origin, recorded, actor});
  }
  return entries;
}

void OpportunityPartsStore::add_visits(const std::vector<StepVisit>& visits) {
  session_.bulk(
      "sl_step_visit",
      {constant("company_id", visits, company_), column<Integers>("opportunity_id", visits, &StepVisit::opportunity),
       column<Integers>("step_id", visits, &StepVisit::step),
       column<Integers>("entered_at", visits, &StepVisit::entered_at),
       column<Maybes>("left_at", visits, &StepVisit::left_at), constant("actor_id", visits, stamp_.by),
       column<Maybes>("amount_minor", visits, &StepVisit::amount),
       column<Maybes>("planned_close", visits, &StepVisit::planned_close), constant("recorded_at", visits, stamp_.at)});
}

void OpportunityPartsStore::leave_step(Id opportunity, std::int64_t left_at) {
  session_.execute(
      "update sl_step_visit set left_at = :left_at where company_id = :company and opportunity_id = :opportunity and "
      "left_at is null",
      {{"company", company_}, {"opportunity", opportunity}, {"left_at", left_at}});
}

void OpportunityPartsStore::cut_visit(Id opportunity, std::int64_t at) {
  session_.execute(
      "update sl_step_visit set left_at = :at where company_id = :company and opportunity_id = :opportunity and "
      "entered_at <= :at2 and left_at > :at3",
      {{"company", company_}, {"opportunity", opportunity}, {"at", at}, {"at2", at}, {"at3", at}});
}

std::vector<StepVisit> OpportunityPartsStore::visits(Id opportunity) {
  using Maybe = std::optional<std::int64_t>;
  std::vector<StepVisit> visits;
  for (auto& [id, step, entered, left, amount, planned] : session_.query<Id, Id, std::int64_t, Maybe, Maybe, Maybe>(
           "select opportunity_id, step_id, entered_at, left_at, amount_minor, planned_close from sl_step_visit "
           "where company_id = :company and opportunity_id = :opportunity order by entered_at, id",
           {{"company", company_}, {"opportunity", opportunity}})) {
    visits.push_back({id, step, entered, left, amount, planned});
  }
  return visits;
}

void OpportunityPartsStore::add_first_shares(const std::vector<SellerShare>& shares, const Integers& effective_at) {
  std::vector<Id> shared;
  for (const SellerShare& share : shares) {
    if (shared.empty() || shared.back() != share.opportunity) shared.push_back(share.opportunity);
  }
  PipelineChange change(session_, company_, std::move(shared));
  session_.bulk("sl_opportunity_seller", {constant("company_id", shares, company_),
                                          column<Integers>("opportunity_id", shares, &SellerShare::opportunity),
                                          {"effective_at", effective_at},
                                          constant("set_no", shares, 1),
                                          column<Integers>("employee_id", shares, &SellerShare::employee),
                                          column<Integers>("share", shares, &SellerShare::share),
                                          constant("recorded_at", shares, stamp_.at),
                                          constant("recorded_by", shares, stamp_.by)});
  change.done();
}

void OpportunityPartsStore::add_shares(Id opportunity, const SellerSet& set) {
  PipelineChange change(session_, company_, {opportunity});
  const auto [last] = session_
                          .query<std::int64_t>(
                              "select coalesce(max(set_no), 0) from sl_opportunity_seller where company_id = :company "
                              "and opportunity_id = :opportunity",
                              {{"company", company_}, {"opportunity", opportunity}})
                          .at(0);
  session_.bulk("sl_opportunity_seller",
                {constant("company_id", set.shares, company_), constant("opportunity_id", set.shares, opportunity),
                 constant("effective_at", set.shares, set.effective_at), constant("set_no", set.shares, last + 1),
                 column<Integers>("employee_id", set.shares, &SellerShare::employee),
                 column<Integers>("share", set.shares, &SellerShare::share),
                 constant("recorded_at", set.shares, stamp_.at), constant("recorded_by", set.shares, stamp_.by)});
  change.done();
}

std::vector<std::int64_t> OpportunityPartsStore::shares_given_after(Id opportunity, std::int64_t at) {
  std::vector<std::int64_t> moments;
  for (const auto& [moment] : session_.query<std::int64_t>(
           "select distinct effective_at from sl_opportunity_seller where company_id = :company and opportunity_id = "
           ":opportunity and effective_at > :at order by effective_at",
           {{"company", company_}, {"opportunity", opportunity}, {"at", at}})) {
    moments.push_back(moment);
  }
  return moments;
}

std::vector<SellerShare> OpportunityPartsStore::shares(Id opportunity, std::int64_t at) {
  struct Entry {
    std::int64_t effective_at, set_no;
  };
  std::vector<SellerShare> chosen;
  std::optional<Entry> best;
  for (const auto& [effective, number, employee, share] : session_.query<std::int64_t, std::int64_t, Id, std::int64_t>(
           "select effective_at, set_no, employee_id, share from sl_opportunity_seller where company_id = :company and "
           "opportunity_id = :opportunity order by effective_at, set_no, employee_id",
           {{"company", company_}, {"opportunity", opportunity}})) {
    const bool same = best && best->effective_at == effective && best->set_no == number;
    if (!same && best && effective > at) break;  // the first set holds before its time too
    if (!same) {
      best = {effective, number};
      chosen.clear();
    }
    chosen.push_back({opportunity, employee, share});
  }
  return chosen;
}

void OpportunityPartsStore::add_touches(const std::vector<TouchRow>& touches) {
  session_.bulk("sl_touch", {constant("company_id", touches, company_),
                             column<Integers>("opportunity_id", touches, &TouchRow::opportunity),
                             column<Integers>("campaign_id", touches, &TouchRow::campaign),
                             column<Integers>("touch_date", touches, &TouchRow::date),
                             column<Integers>("effective_at", touches, &TouchRow::effective_at),
                             constant("recorded_at", touches, stamp_.at), constant("recorded_by", touches, stamp_.by)});
}

std::vector<TouchRow> OpportunityPartsStore::touches(Id opportunity) {
  std::vector<TouchRow> touches;
  for (const auto& [campaign, day, at] : session_.query<Id, std::int64_t, std::int64_t>(
           "select campaign_id, touch_date, effective_at from sl_touch where company_id = :company and "
           "opportunity_id = :opportunity order by touch_date, id",
           {{"company", company_}, {"opportunity", opportunity}})) {
    touches.push_back({opportunity, campaign, day, at});
  }
  return touches;
}

void OpportunityPartsStore::remove_shares(Id opportunity) {
  PipelineChange change(session_, company_, {opportunity});
  session_.execute("delete from sl_opportunity_seller where company_id = :company and opportunity_id = :opportunity",
                   {{"company", company_}, {"opportunity", opportunity}});
  change.done();
}

void OpportunityPartsStore::remove_touch(Id opportunity, Id campaign, std::int64_t date) {
  session_.execute(
      "delete from sl_touch where company_id = :company and opportunity_id = :opportunity and campaign_id = :campaign "
      "and touch_date = :date",
      {{"company", company_}, {"opportunity", opportunity}, {"campaign", campaign}, {"date", date}});
}

void OpportunityPartsStore::add_lines(const std::vector<ProductLine>& lines) {
  session_.bulk("sl_opportunity_line", {constant("company_id", lines, company_),
                                        column<Integers>("opportunity_id", lines, &ProductLine::opportunity),
                                        column<Integers>("line_no", lines, &ProductLine::line_no),
                                        column<Texts>("product", lines, &ProductLine::product),
                                        column<Integers>("quantity_units", lines, &ProductLine::quantity_units),
                                        column<Integers>("quantity_exponent", lines, &ProductLine::quantity_exponent),
                                        column<Maybes>("net_minor", lines, &ProductLine::net)});
}

void OpportunityPartsStore::remove_lines(Id opportunity) {
  session_.execute("delete from sl_opportunity_line where company_id = :company and opportunity_id = :opportunity",
                   {{"company", company_}, {"opportunity", opportunity}});
}

std::vector<ProductLine> OpportunityPartsStore::lines(Id opportunity) {
  std::vector<ProductLine> lines;
  for (auto& [number, product, units, exponent, net] :
       session_.query<std::int64_t, std::string, std::int64_t, std::int64_t, std::optional<std::int64_t>>(
           "select line_no, product, quantity_units, quantity_exponent, net_minor from sl_opportunity_line "
           "where company_id = :company and opportunity_id = :opportunity order by line_no, id",
           {{"company", company_}, {"opportunity", opportunity}})) {
    lines.push_back({opportunity, number, product, units, exponent, net});
  }
  return lines;
}

}  // namespace sales_leads::store
