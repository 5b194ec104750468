// SPDX-License-Identifier: Apache-2.0
#include "actions/registry.h"

#include "services/activities.h"
#include "services/budgets.h"
#include "services/campaign_import.h"
#include "services/campaign_members.h"
#include "services/campaigns.h"
#include "services/customer_extra.h"
#include "services/exports.h"
#include "services/forecast_export.h"
#include "services/forecasts.h"
#include "services/groups.h"
#include "services/import_batch.h"
#include "services/lead_upsert.h"
#include "services/leads.h"
#include "services/ledgers.h"
#include "services/links.h"
#include "services/list_import.h"
#include "services/list_query.h"
#include "services/lists.h"
#include "services/opportunities.h"
#include "services/opportunity_upsert.h"
#include "services/people.h"
#include "services/periods.h"
#include "services/record_feed.h"

namespace sales_leads::actions {
namespace {

using services::Input;
using services::UseCase;
using Plain = boost::json::value (*)(UseCase&, const Input&);
using OfList = boost::json::value (*)(UseCase&, const Input&, const std::string&);
using Table = std::map<std::string, Handler, std::less<>>;

Handler plain(Plain use_case) {
  return [use_case](UseCase& call, const Input& input, const Declaration&) { return use_case(call, input); };
}
Handler of_list(OfList use_case, const char* list) {
  return
      [use_case, list](UseCase& call, const Input& input, const Declaration&) { return use_case(call, input, list); };
}

using Rows = boost::json::value (*)(UseCase&, const Input&, const services::RowCheck&);
Handler rows(Rows use_case) {
  return [use_case](UseCase& call, const Input& input, const Declaration& declaration) {
    return use_case(call, input, declaration.row->checker());
  };
}

void add_leads(Table& table) {
  table["lead.create"] = plain(services::create_lead);
  table["lead.update"] = plain(services::update_lead);
  table["lead.get"] = plain(services::get_lead);
  table["lead.list"] = plain(services::list_leads);
  table["lead.assign"] = plain(services::assign_lead);
  table["lead.set_status"] = plain(services::set_lead_status);
  table["lead.retire"] = plain(services::retire_lead);
  table["lead.reopen"] = plain(services::reopen_lead);
  table["lead.import"] = rows(services::import_leads);
  table["lead.duplicates"] = plain(services::lead_duplicates);
  table["lead.merge"] = plain(services::merge_leads);
  table["lead.unmerge"] = plain(services::unmerge_lead);
  table["lead.convert"] = plain(services::convert_lead);
  table["lead.resume_conversion"] = plain(services::resume_conversion);
  table["lead.cancel_conversion"] = plain(services::cancel_conversion);
  table["lead_rule.create"] = plain(services::create_lead_rule);
  table["lead_rule.update"] = plain(services::update_lead_rule);
  table["lead_rule.archive"] = plain(services::archive_lead_rule);
  table["lead_rule.list"] = plain(services::list_lead_rules);
  table["activity.create"] = plain(services::create_activity);
  table["activity.update"] = plain(services::update_activity);
  table["activity.done"] = plain(services::finish_activity);
  table["activity.archive"] = plain(services::archive_activity);
  table["activity.list"] = plain(services::list_activities);
}

using RowImport = boost::json::value (*)(UseCase&, const Input&, const services::RowCheck&, const std::string&);
Handler rows_of_list(RowImport use_case, const char* list) {
  return [use_case, list](UseCase& call, const Input& input, const Declaration& declaration) {
    return use_case(call, input, declaration.row->checker(), list);
  };
}

void add_budgets(Table& table) {
  table["budget.list"] = plain(services::list_budgets);
  table["budget.create"] = plain(services::create_budget);
  table["budget.update"] = plain(services::update_budget);
  table["budget.activate"] = plain(services::activate_budget);
  table["budget.lock"] = plain(services::lock_budget);
  table["budget.archive"] = plain(services::archive_budget);
  table["budget.load"] = plain(services::load_budget);
  table["budget.history"] = plain(services::budget_history);
  table["budget.set"] = plain(services::set_budget);
  table["budget.set_total"] = plain(services::set_budget_total);
  table["budget.season"] = plain(services::spread_budget);
  table["budget.copy"] = plain(services::copy_budget);
  table["budget.paste"] = plain(services::paste_budget);
  table["budget.import"] = rows(services::import_budget);
}

/// How imports are taken back: one line per kind of rows.
const services::Undoings& undoings() {
  static const services::Undoings kUndoings{{"opportunity", services::undo_opportunities},
                                            {"lead", services::undo_leads},
                                            {"budget", services::undo_budget},
                                            {"campaign", services::undo_campaigns},
                                            {"campaign_member", services::undo_campaign_members},
                                            {"campaign_cost", services::undo_campaign_costs},
                                            {"pipeline", services::undo_pipelines},
                                            {"step", services::undo_steps},
                                            {"activity", services::undo_activities},
                                            {"group_member", services::undo_group_members},
                                            {"customer_extra", services::undo_customer_extra},
                                            {"type", services::undo_entries},
                                            {"source", services::undo_entries},
                                            {"rejection", services::undo_entries},
                                            {"customer_status", services::undo_entries},
                                            {"category", services::undo_entries}};
  return kUndoings;
}
boost::json::value undo_import(UseCase& call, const Input& input, const Declaration&) {
  return services::undo_import(call, input, undoings());
}

Table make_table() {
  Table table{
      {"opportunity.create", plain(services::create_opportunity)},
      {"opportunity.update", plain(services::update_opportunity)},
      {"opportunity.set_step", plain(services::set_opportunity_step)},
      {"opportunity.win", plain(services::win_opportunity)},
      {"opportunity.lose", plain(services::lose_opportunity)},
      {"opportunity.reopen", plain(services::reopen_opportunity)},
      {"opportunity.expire", plain(services::expire_opportunity)},
      {"opportunity.set_sellers", plain(services::set_opportunity_sellers)},
      {"opportunity.add_touch", plain(services::add_opportunity_touch)},
      {"opportunity.remove_touch", plain(services::remove_opportunity_touch)},
      {"opportunity.get", plain(services::get_opportunity)},
      {"opportunity.list", plain(services::list_opportunities)},
      {"opportunity.import", rows(services::import_opportunities)},
      {"opportunity.archive", plain(services::archive_opportunity)},
      {"opportunity.restore", plain(services::restore_opportunity)},
      {"opportunity.delete", plain(services::delete_opportunity)},
      {"opportunity.refresh_rates", plain(services::refresh_opportunity_rates)},
      {"opportunity.bulk_update", plain(services::bulk_update_opportunities)},
      {"opportunity.expire_due", plain(services::expire_due_opportunities)},
      {"customer_extra.get", plain(services::get_customer_extra)},
      {"customer_extra.set", plain(services::set_customer_extra)},
      {"customer_extra.list", plain(services::list_customer_extra)},
      {"pipeline.create", plain(services::create_pipeline)},
      {"pipeline.archive", plain(services::archive_pipeline)},
      {"step.reorder", plain(services::reorder_steps)},
      {"group.update", plain(services::update_group)},
      {"group.archive", plain(services::archive_group)},
      {"group.end_member", plain(services::end_group_member)},
      {"group.remove_member", plain(services::remove_group_member)},
      {"campaign.create", plain(services::create_campaign)},
      {"campaign.update", plain(services::update_campaign)},
      {"campaign.add_cost", plain(services::add_campaign_cost)},
      {"campaign.get", plain(services::get_campaign)},
      {"campaign.list", plain(services::list_campaigns)},
      {"pipeline.list", plain(services::list_pipelines)},
      {"pipeline.update", plain(services::update_pipeline)},
      {"pipeline.set_model", plain(services::set_pipeline_model)},
      {"step.list", plain(services::list_steps)},
      {"step.create", plain(services::create_step)},
      {"step.update", plain(services::update_step)},
      {"step.archive", plain(services::archive_step)},
      {"group.list", plain(services::list_groups)},
      {"group.create", plain(services::create_group)},
      {"group.add_member", plain(services::add_group_member)},
      {"group.import", plain(services::import_groups)},
      {"link.set", plain(services::set_link)},
      {"link.undo", plain(services::undo_link)},
      {"link.show", plain(services::show_link)},
      {"link.rerun", plain(services::rerun_links)},
      {"ledger.verify", plain(services::verify_ledger)},
      {"ledger.rebuild", plain(services::rebuild_ledger)},
      {"ledger.balances", plain(services::ledger_balances)},
      {"parked.list", plain(services::list_parked)},
      {"parked.retry", plain(services::retry_parked)},
      {"company.start", plain(services::start_company)},
      {"campaign.archive", plain(services::archive_campaign)},
      {"campaign.update_cost", plain(services::update_campaign_cost)},
      {"campaign.remove_cost", plain(services::remove_campaign_cost)},
      {"campaign.add_members", plain(services::add_campaign_members)},
      {"campaign.remove_member", plain(services::remove_campaign_member)},
      {"campaign.set_response", plain(services::set_campaign_response)},
      {"campaign.list_members", plain(services::list_campaign_members)},
      {"period.close", plain(services::close_period)},
      {"period.reopen", plain(services::reopen_period)},
      {"period.list", plain(services::list_periods)},
      {"person.find", plain(services::find_person)},
      {"person.export", plain(services::export_person)},
      {"person.erase", plain(services::erase_person)},
      {"campaign.import", rows(services::import_campaigns)},
      {"campaign_member.import", rows(services::import_campaign_members)},
      {"campaign_cost.import", rows(services::import_campaign_costs)},
      {"pipeline.import", rows(services::import_pipelines)},
      {"step.import", rows(services::import_steps)},
      {"activity.import", rows(services::import_activities)},
      {"group_member.import", rows(services::import_group_members)},
      {"customer_extra.import", rows(services::import_customer_extra)},
      {"import.begin", plain(services::begin_import)},
      {"import.status", plain(services::import_status)},
      {"import.list", plain(services::list_imports)},
      {"import.finish", plain(services::finish_import)},
      {"import.undo", undo_import},
      {"export.page", plain(services::export_page)},
      {"forecast.export", plain(services::export_forecast)},
      {"list.query", plain(services::query_list)},
      {"list.summary", plain(services::summarize_list)},
      {"list.lookup", plain(services::look_up_in_list)},
      {"list.record", plain(services::read_list_record)},
      {"list.feed", plain(services::read_feed)},
      {"forecast.snapshot", plain(services::take_forecast_snapshot)},
      {"forecast.backtest", plain(services::backtest_forecast)},
      {"forecast.snapshots", plain(services::list_forecast_snapshots)},
      {"forecast.set_category", plain(services::set_forecast_category)},
      {"forecast.opportunity", plain(services::explain_forecast)},
  };
  add_leads(table);
  add_budgets(table);
  for (const char* list : {"type", "source", "rejection", "customer_status", "category"}) {
    const std::string name = list;
    table[name + ".list"] = of_list(services::list_entries, list);
    table[name + ".create"] = of_list(services::create_entry, list);
    table[name + ".update"] = of_list(services::update_entry, list);
    table[name + ".import"] = rows_of_list(services::import_entries, list);
    table[name + ".archive"] = of_list(services::archive_entry, list);
    table[name + ".reorder"] = of_list(services::reorder_entries, list);
    table[name + ".delete"] = of_list(services::delete_entry, list);
  }
  return table;
}

}  // namespace

const Handler* handler_of(std::string_view name) {
  static const Table kTable = make_table();
  const auto found = kTable.find(name);
  return found == kTable.end() ? nullptr : &found->second;
}

}  // namespace sales_leads::actions
