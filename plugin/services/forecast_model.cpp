// SPDX-License-Identifier: Apache-2.0
#include "services/forecast_model.h"

#include <boost/json.hpp>

#include "domain/forecast/kept_model.h"

namespace sales_leads::services {
namespace json = boost::json;
namespace {

constexpr domain::Day kOldest = 35;  // days

/// Every list by its name, for both ways.
template <class Levels, class Visit>
void each_list(Levels& levels, Visit visit) {
  visit("products", levels.products);
  visit("sellers", levels.sellers);
  visit("sources", levels.sources);
  visit("types", levels.types);
  visit("campaigns", levels.campaigns);
  visit("steps", levels.steps);
  visit("untried", levels.untried);
}

}  // namespace

void keep_model(store::Session& session, store::Id company, domain::Day as_of, const store::ForecastLevels& levels,
                const domain::forecast::Model& model, std::int64_t now_us) {
  json::object lists;
  each_list(levels, [&lists](const char* name, const auto& list) { lists[name] = json::value_from(list); });
  store::ForecastModelStore(session, company)
      .put({as_of, json::serialize(lists), domain::forecast::text_of(model)}, now_us);
}

std::optional<KeptForecast> kept_model(store::Session& session, store::Id company, domain::Day today) {
  const auto kept = store::ForecastModelStore(session, company).find();
  if (!kept || kept->as_of > today || today - kept->as_of > kOldest) return std::nullopt;
  auto model = domain::forecast::model_of(kept->model);
  boost::system::error_code error;
  const json::value lists = json::parse(kept->levels, error);
  if (!model || error || !lists.is_object()) return std::nullopt;
  KeptForecast found{std::move(*model), {}};
  found.model.seen->as_of = today;
  bool whole = true;
  each_list(found.levels, [&](const char* name, auto& list) {
    using List = std::remove_reference_t<decltype(list)>;
    const json::value* value = lists.get_object().if_contains(name);
    auto read = value != nullptr ? json::try_value_to<List>(*value)
                                 : boost::system::error_code(EINVAL, boost::system::generic_category());
    whole = whole && read.has_value();
    if (read) list = std::move(*read);
  });
  return whole ? std::optional(std::move(found)) : std::nullopt;
}

}  // namespace sales_leads::services
