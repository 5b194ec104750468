// SPDX-License-Identifier: Apache-2.0
//
// The attribution models: from the touches of an opportunity to campaign weights.
#include <algorithm>
#include <map>
#include <tuple>

#include "domain/attribution/decision.h"

namespace sales_leads::domain {
namespace {

bool is_eligible(const Touch& touch, const CampaignFacts& facts) {
  if (touch.campaign == 0 || touch.date > facts.date) return false;
  if (touch.date < std::int64_t{facts.date} - facts.window_days) return false;
  return (!touch.campaign_start || touch.date >= *touch.campaign_start) &&
         (!touch.campaign_end || touch.date <= *touch.campaign_end);
}

/// By (date, campaign).
std::vector<Touch> eligible_touches(const CampaignFacts& facts) {
  std::vector<Touch> touches;
  std::copy_if(facts.touches.begin(), facts.touches.end(), std::back_inserter(touches),
               [&](const Touch& touch) { return is_eligible(touch, facts); });
  std::sort(touches.begin(), touches.end(), [](const Touch& a, const Touch& b) {
    return std::tuple(a.date, a.campaign) < std::tuple(b.date, b.campaign);
  });
  return touches;
}

/// 40 / 20 / 40 with the middle shared equally, in whole numbers: of n touches the ends weigh 2(n - 2) and each in the
/// middle 1. Five touches: 6, 1, 1, 1, 6 = 40 %, 3 x 6.67 %, 40 %.
std::vector<std::int64_t> position_weights(std::size_t count) {
  if (count <= 2) return std::vector<std::int64_t>(count, 1);
  std::vector<std::int64_t> weights{2 * (static_cast<std::int64_t>(count) - 2)};
  weights.resize(count - 1, 1);
  weights.push_back(2 * (static_cast<std::int64_t>(count) - 2));
  return weights;
}

/// By position, the last one repeats. None, or nothing but zeros: equal.
std::vector<std::int64_t> own_weights(const std::vector<std::int64_t>& own, std::size_t count) {
  std::vector<std::int64_t> weights(count, 1);
  if (own.empty()) return weights;
  for (std::size_t i = 0; i < count; ++i) weights[i] = std::max<std::int64_t>(own[std::min(i, own.size() - 1)], 0);
  const bool nothing = std::all_of(weights.begin(), weights.end(), [](std::int64_t weight) { return weight == 0; });
  return nothing ? std::vector<std::int64_t>(count, 1) : weights;
}

std::vector<std::int64_t> touch_weights(const CampaignFacts& facts, const std::vector<Touch>& touches) {
  const std::size_t count = touches.size();
  std::vector<std::int64_t> weights(count, 0);
  switch (facts.model) {
    case Model::first:
      weights.assign({1});  // of the earliest day the lowest campaign stands first
      weights.resize(count, 0);
      return weights;
    case Model::last: {
      const auto last = std::find_if(touches.begin(), touches.end(),
                                     [&](const Touch& touch) { return touch.date == touches.back().date; });
      weights[static_cast<std::size_t>(last - touches.begin())] = 1;
      return weights;
    }
    case Model::position:
      return position_weights(count);
    case Model::weights:
      return own_weights(facts.own_weights, count);
    case Model::explicit_:
    case Model::linear:
      break;
  }
  return std::vector<std::int64_t>(count, 1);
}

/// A campaign touched twice has both weights, in the place of its first touch.
std::vector<WeightedId> by_campaign(const std::vector<Touch>& touches, const std::vector<std::int64_t>& weights) {
  std::vector<WeightedId> campaigns;
  std::map<Id, std::size_t> places;
  for (std::size_t i = 0; i < touches.size(); ++i) {
    const auto [place, is_new] = places.try_emplace(touches[i].campaign, campaigns.size());
    if (is_new) campaigns.push_back({touches[i].campaign, 0});
    campaigns[place->second].weight += weights[i];
  }
  std::erase_if(campaigns, [](const WeightedId& campaign) { return campaign.weight == 0; });
  return campaigns;
}

}  // namespace

std::vector<WeightedId> campaign_weights(const CampaignFacts& facts) {
  const Id named = facts.document_campaign != 0 ? facts.document_campaign : facts.opportunity_campaign;
  if (facts.model == Model::explicit_ && named != 0) return {{named, 1}};
  const std::vector<Touch> touches = eligible_touches(facts);
  if (touches.empty()) return {{named, 1}};
  return by_campaign(touches, touch_weights(facts, touches));
}

}  // namespace sales_leads::domain
