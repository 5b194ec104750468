// SPDX-License-Identifier: Apache-2.0
#include "services/campaign_members.h"

#include <algorithm>
#include <set>

#include "host/refusal.h"
#include "services/campaigns.h"
#include "store/directory_store.h"
#include "store/member_store.h"

namespace sales_leads::services {
namespace {

std::vector<Id> ids_of(const Input& input, const char* field) {
  std::set<Id> ids;
  if (const auto* values = input.array(field)) {
    for (const json::value& value : *values) ids.insert(value.as_int64());
  }
  return {ids.begin(), ids.end()};
}

std::optional<std::vector<Id>> owners(UseCase& use_case) {
  const Scope& scope = use_case.caller.sees_leads;
  return scope.all() ? std::nullopt : std::optional(scope.employees);
}

/// The customers that the ids stand for after merges; refuses one that is not there.
std::vector<Id> customers_of(UseCase& use_case, const Input& input) {
  const auto wanted = ids_of(input, "customers");
  std::set<Id> known, found;
  for (const auto& entry :
       store::DirectoryStore(use_case.session, use_case.company()).by_ids(store::DirectoryKind::customer, wanted)) {
    if (entry.state == "deleted" && entry.merged_into == 0) continue;
    known.insert(entry.id);
    found.insert(entry.merged_into != 0 ? entry.merged_into : entry.id);
  }
  for (const Id id : wanted) {
    if (!known.contains(id)) {
      throw Refusal(Code::not_found, "reference.not_found", "customers", std::to_string(id));
    }
  }
  return {found.begin(), found.end()};
}

std::vector<Id> leads_of(UseCase& use_case, const Input& input) {
  const auto wanted = ids_of(input, "leads");
  auto found = store::MemberStore(use_case.session, use_case.company()).leads(wanted, owners(use_case));
  for (const Id id : wanted) {
    if (!std::binary_search(found.begin(), found.end(), id)) {
      throw Refusal(Code::not_found, "lead.not_found", "leads", std::to_string(id));
    }
  }
  return found;
}

store::MemberRow load_member(UseCase& use_case, const Input& input, Id campaign) {
  const std::string kind = input.text("kind").value_or("");
  store::MemberStore members(use_case.session, use_case.company());
  auto member = members.find(campaign, kind, input.id("member"));
  const bool seen = member && (kind != "lead" || !members.leads({member->member}, owners(use_case)).empty());
  if (!seen) throw Refusal(Code::not_found, "campaign.member.not_found", "member", std::to_string(input.id("member")));
  return *member;
}

}  // namespace

json::value add_campaign_members(UseCase& use_case, const Input& input) {
  const auto campaign = load_campaign(use_case, input);
  const auto customers = customers_of(use_case, input);
  const auto leads = leads_of(use_case, input);
  if (customers.empty() && leads.empty()) {
    throw Refusal(Code::invalid_argument, "campaign.members.missing", "customers");
  }
  store::MemberStore members(use_case.session, use_case.company());
  const std::int64_t added = members.add(campaign.id, "customer", customers, use_case.stamp()) +
                             members.add(campaign.id, "lead", leads, use_case.stamp());
  use_case.changed.push_back(campaign.id);
  const auto asked = static_cast<std::int64_t>(customers.size() + leads.size());
  return json::object{{"id", campaign.id}, {"added", added}, {"already", asked - added}};
}

json::value remove_campaign_member(UseCase& use_case, const Input& input) {
  const auto campaign = load_campaign(use_case, input);
  const auto member = load_member(use_case, input, campaign.id);
  if (!store::MemberStore(use_case.session, use_case.company()).remove(campaign.id, member.kind, member.member)) {
    throw Refusal(Code::not_found, "campaign.member.not_found", "member", std::to_string(member.member));
  }
  use_case.changed.push_back(campaign.id);
  return json::object{{"id", campaign.id}};
}

json::value set_campaign_response(UseCase& use_case, const Input& input) {
  store::MemberRow member;
  const Id campaign = [&] {
    // expected_version is the member's here, not the campaign's.
    json::object named{{"id", *input.find("id")}};
    return load_campaign(use_case, Input("campaign", named)).id;
  }();
  member = load_member(use_case, input, campaign);
  if (const auto expected = input.integer("expected_version"); expected && *expected != member.version) {
    throw Refusal(Code::conflict, "campaign.member.version.conflict", "expected_version", std::to_string(*expected),
                  {{"version", std::to_string(member.version)}});
  }
  const auto day = input.date("date");
  if (day && *day > use_case.today()) {
    throw Refusal(Code::invalid_argument, "campaign.date.future", "date", domain::date_text(*day));
  }
  member.response = input.text("response").value_or("none");
  member.response_date.reset();
  if (member.response != "none") member.response_date = day.value_or(use_case.today());
  if (!store::MemberStore(use_case.session, use_case.company()).set_response(member, use_case.stamp())) {
    throw Refusal(Code::conflict, "campaign.member.version.conflict", "expected_version",
                  std::to_string(member.version), {{"version", "?"}});
  }
  use_case.changed.push_back(campaign);
  return json::object{{"id", campaign}, {"version", member.version + 1}};
}

json::value list_campaign_members(UseCase& use_case, const Input& input) {
  const std::int64_t limit = input.integer("limit").value_or(50);
  store::MemberFilter filter;
  filter.campaign = load_campaign(use_case, input).id;
  filter.after = input.integer("after").value_or(0);
  filter.limit = limit + 1;
  filter.kind = input.text("kind").value_or("");
  filter.response = input.text("response").value_or("");
  filter.leads_of = owners(use_case);
  auto rows = store::MemberStore(use_case.session, use_case.company()).list(filter);
  const bool more = static_cast<std::int64_t>(rows.size()) > limit;
  if (more) rows.resize(static_cast<std::size_t>(limit));
  json::array shaped;
  for (const auto& row : rows) {
    shaped.push_back(json::object{
        {"kind", row.kind},
        {"member", row.member},
        {"name", row.name},
        {"version", row.version},
        {"response", row.response},
        {"response_date", row.response_date
                              ? json::value(domain::date_text(static_cast<domain::Day>(*row.response_date)))
                              : json::value(nullptr)}});
  }
  return json::object{{"members", std::move(shaped)},
                      {"next", more ? json::value(rows.back().id) : json::value(nullptr)}};
}

}  // namespace sales_leads::services
