// SPDX-License-Identifier: Apache-2.0
#include "services/settings.h"

#include "database/outbox.h"
#include "services/company_amounts.h"

namespace erp::host::settings {

json::value get_company(Unit& unit, const json::object&) {
  const Company& company = unit.company();
  return json::object{{"id", company.id},
                      {"version", company.row_version},
                      {"name", company.name},
                      {"currency", company.currency},
                      {"time_zone", company.time_zone},
                      {"fiscal_year_start_month", company.fiscal_year_start_month}};
}

void set_first_currency(Unit& unit, const std::string& currency) {
  check_currency(currency, "currency");
  if (!unit.company().currency.empty()) return;
  unit.db().exec("update host_company set currency = ?, row_version = row_version + 1 where id = ?",
                 {currency, unit.company_id()});
  unit.forget_company();
  unit.raise(Topic::company, "company.changed", unit.company_id());
}

json::value update_company(Unit& unit, const json::object& input) {
  Company company = unit.company();
  check_version(input, "company", company.id, company.row_version);
  const std::string old_currency = company.currency;
  if (auto name = text_of(input, "name")) company.name = *name;
  if (auto currency = text_of(input, "currency")) company.currency = check_currency(*currency, "currency");
  if (auto zone = text_of(input, "time_zone")) {
    const TimeZone known(*zone);
    company.time_zone = *zone;
  }
  if (auto month = integer_of(input, "fiscal_year_start_month")) company.fiscal_year_start_month = *month;
  if (!old_currency.empty() && company.currency != old_currency &&
      unit.db().row<std::int64_t>(
          "select 1 from host_order_line where company_id = ? and company_net_minor is not null union "
          "all select 1 from host_invoice_line where company_id = ? and company_net_minor is not null "
          "limit 1",
          {company.id, company.id})) {
    refuse(ERP_WRONG_STATE, "company.currency.in_use",
           "currency " + company.currency + ": documents are booked in " + old_currency +
               " already. Keep it, or start another company.");
  }
  unit.db().exec(
      "update host_company set name = ?, currency = ?, time_zone = ?, fiscal_year_start_month = ?, row_version = "
      "row_version "
      "+ 1 where id = ?",
      {company.name, company.currency, company.time_zone, company.fiscal_year_start_month, company.id});
  unit.forget_company();
  unit.forget_rates();
  unit.raise(Topic::company, "company.changed", company.id);
  if (company.currency != old_currency) fill_missing_amounts(unit, std::nullopt);
  return get_company(unit, input);
}

json::value set_rate(Unit& unit, const json::object& input) {
  const std::string currency = required_text(input, "currency");
  check_currency(currency, "currency");
  if (currency == unit.company().currency) {
    refuse(ERP_INVALID_ARGUMENT, "rate.currency.invalid",
           "currency " + currency + " is the company's own, which needs no rate. Give another currency.");
  }
  const std::int64_t day = parse_day(required_text(input, "date"), "date");
  const Rate rate = parse_rate(required_text(input, "rate"));
  const auto version = unit.db().value<std::int64_t>(
      "insert into host_currency_rate (company_id, currency, rate_date, units, exponent, row_version) values (?, ?, ?, "
      "?, ?, "
      "1) on conflict (company_id, currency, rate_date) do update set units = excluded.units, exponent = "
      "excluded.exponent, "
      "row_version = host_currency_rate.row_version + 1 returning row_version",
      {unit.company_id(), currency, day, rate.units, static_cast<std::int64_t>(rate.exponent)});
  unit.forget_rates();
  unit.raise(Topic::rate, "rate.changed", 0);
  const std::int64_t filled = fill_missing_amounts(unit, currency);
  return json::object{{"currency", currency},
                      {"date", day_text(day)},
                      {"rate", rate_text(rate)},
                      {"version", version},
                      {"documents_filled", filled}};
}

json::value configure_module(Unit& unit, const json::object& input) {
  const std::string module = required_text(input, "module");
  const std::string name = required_text(input, "name");
  const auto generation = unit.db().row<std::int64_t>(
      "update host_module set config_generation = config_generation + 1 where id = ? returning config_generation",
      {module});
  if (!generation) {
    refuse(ERP_NOT_FOUND, "module.not_found", "module \"" + module + "\" is not installed here. Check the name.");
  }
  if (const auto value = text_of(input, "value")) {
    unit.db().exec(
        "insert into host_module_config (module_id, name, value) values (?, ?, ?) on conflict (module_id, name) do "
        "update "
        "set value = excluded.value",
        {module, name, *value});
  } else {
    unit.db().exec("delete from host_module_config where module_id = ? and name = ?", {module, name});
  }
  return json::object{{"module", module}, {"name", name}, {"generation", std::get<0>(*generation)}};
}

json::value list_events(Unit& unit, const json::object& input) {
  const Page page = page_of(input);
  json::array rows;
  json::value next(nullptr);
  for (const StampedEvent& event : fetch_events(unit.db(), unit.company_id(), page.after, page.limit)) {
    rows.push_back({{"sequence", event.sequence},
                    {"kind", event.kind},
                    {"document", event.document},
                    {"from_state", event.from_state},
                    {"to_state", event.to_state},
                    {"occurred_at", time_text(event.occurred_at)}});
    if (static_cast<std::int64_t>(rows.size()) == page.limit) next = event.sequence;
  }
  const EventHorizon horizon = event_horizon(unit.db(), unit.company_id());
  return json::object{
      {"events", std::move(rows)}, {"next", std::move(next)}, {"oldest", horizon.oldest}, {"head", horizon.head}};
}

}  // namespace erp::host::settings
