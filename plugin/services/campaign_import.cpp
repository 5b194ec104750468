// SPDX-License-Identifier: Apache-2.0
#include "services/campaign_import.h"

#include <algorithm>
#include <set>

#include "host/refusal.h"
#include "services/record_reference.h"
#include "services/references.h"
#include "store/campaign_store.h"
#include "store/member_store.h"

namespace sales_leads::services {
namespace {

using store::CampaignCost;
using store::CampaignStore;
using store::MemberRow;
using store::MemberStore;

References references_for(UseCase& use_case, const Input& input) {
  return References(use_case, input.array("rows")->size() > 20 ? References::Mode::bulk : References::Mode::single);
}

json::value day_or_null(const std::optional<std::int64_t>& day) {
  return day ? json::value(*day) : json::value(nullptr);
}
std::optional<std::int64_t> day_from(const json::value& value) {
  return value.is_null() ? std::nullopt : std::optional(value.as_int64());
}

/// The campaigns' own logs tell that something of theirs was changed.
void tell_campaigns(UseCase& use_case, const std::set<Id>& campaigns) {
  for (const Id campaign : campaigns) use_case.changed_elsewhere.emplace_back("campaign", campaign);
}

void read_response(UseCase& use_case, const Input& row, MemberRow& member) {
  const auto day = row.date("response_date");
  if (day && *day > use_case.today()) {
    throw Refusal(Code::invalid_argument, "campaign.date.future", "response_date", domain::date_text(*day));
  }
  const std::string before = member.response;
  member.response = row.text("response").value_or(before);
  if (member.response == "none") {
    if (day) {
      throw Refusal(Code::invalid_argument, "campaign_member.response.date", "response_date", domain::date_text(*day));
    }
    member.response_date.reset();
  } else if (day) {
    member.response_date = *day;
  } else if (member.response != before) {
    member.response_date = use_case.today();
  }
}

bool same(const MemberRow& a, const MemberRow& b) {
  return a.response == b.response && a.response_date == b.response_date;
}

json::object kept(const MemberRow& member) {
  return {{"response", member.response}, {"response_date", day_or_null(member.response_date)}};
}

ImportPlan plan_member(UseCase& use_case, References& references, std::set<Id>& campaigns, const Input& row,
                       ImportRun& run) {
  const Id campaign = references.any_campaign(*row.find("campaign"));
  const auto who = read_record(use_case, references, row, {"customer", "lead"}, "name");
  run.once(std::to_string(campaign) + who.entity + std::to_string(who.id), who.entity, shown(*row.find(who.entity)));
  const auto before = MemberStore(use_case.session, use_case.company()).find(campaign, who.entity, who.id);
  MemberRow member = before.value_or(MemberRow{});
  member.campaign = campaign;
  member.kind = who.entity;
  member.member = who.id;
  read_response(use_case, row, member);
  if (before && same(*before, member)) return {"same", before->id, before->version, {}};
  return {before ? "updated" : "created", 0, 0, [&use_case, &campaigns, member, before] {
            MemberStore store(use_case.session, use_case.company());
            campaigns.insert(member.campaign);
            if (!before) return store::ImportRow{0, "", store.insert(member, use_case.stamp()), 1, ""};
            (void)store.set_response(member, use_case.stamp());
            return store::ImportRow{0, "", before->id, before->version + 1, json::serialize(kept(*before))};
          }};
}

void read_cost(UseCase& use_case, const Input& row, CampaignCost& cost) {
  const auto amount = row.amount("amount");
  cost.minor = amount->minor;
  cost.currency = amount->currency.empty() ? use_case.rates.company_currency() : amount->currency;
  cost.company_minor =
      use_case.rates.to_company("amount", cost.minor, cost.currency, static_cast<domain::Day>(cost.date)).company_minor;
}

json::object kept(const CampaignCost& cost) {
  return {{"date", cost.date},
          {"minor", cost.minor},
          {"currency", cost.currency},
          {"company_minor", cost.company_minor},
          {"text", cost.text}};
}

void put_back(const json::object& before, CampaignCost& cost) {
  cost.date = before.at("date").as_int64();
  cost.minor = before.at("minor").as_int64();
  cost.currency = std::string(before.at("currency").as_string());
  cost.company_minor = before.at("company_minor").as_int64();
  cost.text = std::string(before.at("text").as_string());
}

/// A cost has no version of its own: what the import made of it tells whether somebody changed it since.
std::string cost_then(const std::optional<CampaignCost>& before, const CampaignCost& now) {
  return json::serialize(
      json::object{{"before", before ? json::value(kept(*before)) : json::value(nullptr)}, {"now", kept(now)}});
}

using Costs = std::map<Id, std::vector<CampaignCost>>;

ImportPlan plan_cost(UseCase& use_case, References& references, Costs& costs, std::set<Id>& campaigns, const Input& row,
                     ImportRun& run) {
  CampaignCost cost;
  cost.campaign = references.any_campaign(*row.find("campaign"));
  cost.date = *row.date("date");
  cost.text = row.text("text").value_or("");
  read_cost(use_case, row, cost);
  auto known = costs.find(cost.campaign);
  if (known == costs.end()) {
    known =
        costs.emplace(cost.campaign, CampaignStore(use_case.session, use_case.company()).costs(cost.campaign)).first;
  }
  // Of those that are alike the one with the same amount first: a file that lists them in another order changes
  // nothing.
  std::optional<CampaignCost> before;
  for (const bool exact : {true, false}) {
    for (const CampaignCost& one : known->second) {
      const bool fits = one.date == cost.date && one.text == cost.text &&
                        (!exact || (one.minor == cost.minor && one.currency == cost.currency));
      if (!before && fits && run.take(one.id)) before = one;
    }
  }
  if (before && before->minor == cost.minor && before->currency == cost.currency) return {"same", before->id, 1, {}};
  if (before) cost.id = before->id;
  return {before ? "updated" : "created", 0, 0, [&use_case, &campaigns, cost, before] {
            CampaignStore store(use_case.session, use_case.company());
            campaigns.insert(cost.campaign);
            if (before) store.update_cost(cost);
            const Id id = before ? cost.id : store.add_cost(cost, use_case.stamp());
            return store::ImportRow{0, "", id, 1, cost_then(before, cost)};
          }};
}

/// A new version of each campaign, which so also stands for its costs.
void new_versions(UseCase& use_case, const std::set<Id>& campaigns) {
  CampaignStore store(use_case.session, use_case.company());
  for (const Id id : campaigns) {
    if (const auto campaign = store.find(id)) (void)store.update(*campaign, use_case.stamp());
  }
  tell_campaigns(use_case, campaigns);
}

}  // namespace

json::value import_campaign_members(UseCase& use_case, const Input& input, const RowCheck& check) {
  auto references = references_for(use_case, input);
  std::set<Id> campaigns;
  auto answer = import_each(use_case, input, "campaign_member", check, [&](const Input& row, ImportRun& run) {
    return plan_member(use_case, references, campaigns, row, run);
  });
  tell_campaigns(use_case, campaigns);
  return answer;
}

json::value import_campaign_costs(UseCase& use_case, const Input& input, const RowCheck& check) {
  auto references = references_for(use_case, input);
  std::set<Id> campaigns;
  Costs costs;
  auto answer = import_each(use_case, input, "campaign_cost", check, [&](const Input& row, ImportRun& run) {
    return plan_cost(use_case, references, costs, campaigns, row, run);
  });
  new_versions(use_case, campaigns);
  return answer;
}

std::map<std::int64_t, std::string> undo_campaign_members(UseCase& use_case,
                                                          const std::vector<store::ImportRow>& rows) {
  MemberStore store(use_case.session, use_case.company());
  const Scope& scope = use_case.caller.sees_leads;
  const auto owners = scope.all() ? std::nullopt : std::optional(scope.employees);
  std::map<std::int64_t, std::string> left;
  std::set<Id> campaigns;
  for (const auto& row : rows) {
    auto member = store.find(row.record);
    if (!member) continue;  // gone already
    if (member->kind == "lead" && store.leads({member->member}, owners).empty()) {
      left[row.row_no] = "import.undo.right";
    } else if (member->version != row.version) {
      left[row.row_no] = "import.undo.changed";
    } else {
      campaigns.insert(member->campaign);
      if (row.act == "created") {
        (void)store.remove(member->campaign, member->kind, member->member);
        continue;
      }
      const auto before = json::parse(row.before).as_object();
      member->response = std::string(before.at("response").as_string());
      member->response_date = day_from(before.at("response_date"));
      (void)store.set_response(*member, use_case.stamp());
    }
  }
  tell_campaigns(use_case, campaigns);
  return left;
}

std::map<std::int64_t, std::string> undo_campaign_costs(UseCase& use_case, const std::vector<store::ImportRow>& rows) {
  CampaignStore store(use_case.session, use_case.company());
  std::map<std::int64_t, std::string> left;
  std::set<Id> campaigns;
  for (const auto& row : rows) {
    auto cost = store.cost(row.record);
    if (!cost) continue;
    const auto then = json::parse(row.before).as_object();
    if (kept(*cost) != then.at("now").as_object()) {
      left[row.row_no] = "import.undo.changed";
      continue;
    }
    campaigns.insert(cost->campaign);
    if (row.act == "created") {
      store.remove_cost(cost->campaign, cost->id);
    } else {
      put_back(then.at("before").as_object(), *cost);
      store.update_cost(*cost);
    }
  }
  new_versions(use_case, campaigns);
  return left;
}

}  // namespace sales_leads::services
