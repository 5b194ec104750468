// SPDX-License-Identifier: Apache-2.0
#include "actions/registry.h"

#include "services/campaigns.h"
#include "services/customer_extra.h"
#include "services/groups.h"
#include "services/ledgers.h"
#include "services/links.h"
#include "services/lists.h"
#include "services/opportunities.h"

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

boost::json::value import_opportunities(UseCase& call, const Input& input, const Declaration& declaration) {
  return services::import_opportunities(call, input, declaration.row->checker());
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
      {"opportunity.get", plain(services::get_opportunity)},
      {"opportunity.list", plain(services::list_opportunities)},
      {"opportunity.import", import_opportunities},
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
  };
  for (const char* list : {"type", "source", "rejection", "customer_status", "category"}) {
    const std::string name = list;
    table[name + ".list"] = of_list(services::list_entries, list);
    table[name + ".create"] = of_list(services::create_entry, list);
    table[name + ".update"] = of_list(services::update_entry, list);
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
