// SPDX-License-Identifier: Apache-2.0
//
// Refresh rates: the company amounts of opportunities in other currencies, at the rate of today.
#include "host/refusal.h"
#include "services/opportunities.h"
#include "services/opportunity_filter.h"
#include "services/opportunity_writer.h"

namespace sales_leads::services {
namespace {

json::object refused(UseCase& use_case, Id id, const Refusal& refusal) {
  return json::object{{"id", id},
                      {"key", refusal.key()},
                      {"field", refusal.field()},
                      {"message", use_case.messages.of(use_case.call.locale, refusal)}};
}

}  // namespace

json::value refresh_opportunity_rates(UseCase& use_case, const Input& input) {
  References references(use_case);
  auto filter = read_filter(use_case, references, input);
  const std::int64_t limit = input.integer("limit").value_or(500);
  filter.limit = limit + 1;
  filter.foreign_currency = true;
  filter.currency = use_case.rates.company_currency();
  if (const auto* ids = input.array("ids")) {
    filter.ids.emplace();
    for (const auto& id : *ids) filter.ids->push_back(id.as_int64());
  } else if (filter.status.empty()) {
    filter.status = "open";  // what is closed keeps the rate that it was closed with, unless it is asked for by name
  }
  auto rows = store::OpportunityStore(use_case.session, use_case.company()).list(filter);
  const bool more = static_cast<std::int64_t>(rows.size()) > limit;
  if (more) rows.resize(static_cast<std::size_t>(limit));

  json::array refusals;
  std::vector<RateWish> wishes;
  std::vector<std::pair<store::OpportunityRow, store::OpportunityRow>> changes;
  std::int64_t same = 0;
  for (const auto& before : rows) {
    try {
      if (!may_change(use_case, before.id)) {
        throw Refusal(Code::permission, "opportunity.change.right", "id", std::to_string(before.id));
      }
      const auto converted =
          use_case.rates.to_company("amount", before.amount.value_or(0), before.currency, use_case.today());
      auto after = before;
      after.company_minor = converted.company_minor;
      after.rate_units = converted.rate.units;
      after.rate_exponent = converted.rate.exponent;
      after.rate_date = converted.rate.date;
      if (after.rate_date == before.rate_date && after.company_minor == before.company_minor) {
        ++same;
      } else {
        changes.emplace_back(before, std::move(after));
      }
    } catch (const RatesNeeded& needed) {
      wishes.insert(wishes.end(), needed.wishes().begin(), needed.wishes().end());
    } catch (const Refusal& refusal) {
      refusals.push_back(refused(use_case, before.id, refusal));
    }
  }
  if (!wishes.empty()) throw RatesNeeded(std::move(wishes));
  for (auto& [before, after] : changes) write_change(use_case, before, std::move(after), use_case.now_us);
  return json::object{{"refreshed", changes.size()},
                      {"same", same},
                      {"refused", std::move(refusals)},
                      {"next", more ? json::value(rows.back().id) : json::value(nullptr)}};
}

}  // namespace sales_leads::services
