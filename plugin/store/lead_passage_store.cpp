// SPDX-License-Identifier: Apache-2.0
#include "store/lead_passage_store.h"

namespace sales_leads::store {
namespace {

std::vector<ConversionRow> read(Session& session, Id company, const std::string& rest, Params params) {
  using Text = std::string;
  using Int = std::int64_t;
  params.emplace_back("company", company);
  std::vector<ConversionRow> rows;
  for (auto& [id, lead, request, state, customer, opportunity, wishes, attempts, error, created, changed] :
       session.query<Id, Id, Text, Text, Id, Id, Text, Int, Text, Int, Int>(
           "select c.id, c.lead_id, c.request_id, c.state, c.customer_id, c.opportunity_id, c.wishes, c.attempts, "
           "c.last_error, c.created_at, c.changed_at from sl_conversion c where c.company_id = :company" +
               rest,
           params)) {
    rows.push_back({id, lead, request, state, customer, opportunity, wishes, attempts, error, created, changed});
  }
  return rows;
}

template <class Value>
BulkColumn column(const char* name, const std::vector<LeadMembership>& rows, Value LeadMembership::*member) {
  std::vector<Value> values;
  for (const auto& row : rows) values.push_back(row.*member);
  return {name, std::move(values)};
}

}  // namespace

Id LeadPassageStore::insert(const ConversionRow& row, Stamp stamp) {
  return std::get<0>(session_
                         .query<Id>("insert into sl_conversion (company_id, lead_id, request_id, state, customer_id, "
                                    "wishes, attempts, created_at, created_by, changed_at, changed_by) values "
                                    "(:company, :lead, :request, :state, :customer, :wishes, :attempts, :at, :by, :at, "
                                    ":by) returning id",
                                    {{"company", company_},
                                     {"lead", row.lead},
                                     {"request", row.request_id},
                                     {"state", row.state},
                                     {"customer", row.customer},
                                     {"wishes", row.wishes},
                                     {"attempts", row.attempts},
                                     {"at", stamp.at},
                                     {"by", stamp.by}})
                         .at(0));
}

bool LeadPassageStore::advance(const ConversionRow& row, const std::string& from, Stamp stamp) {
  return session_.execute(
             "update sl_conversion set state = :state, customer_id = :customer, opportunity_id = :opportunity, wishes "
             "= :wishes, attempts = :attempts, last_error = :error, changed_at = :at, changed_by = :by "
             "where company_id = :company and id = :id and state = :was",
             {{"state", row.state},
              {"customer", row.customer},
              {"opportunity", row.opportunity},
              {"wishes", row.wishes},
              {"attempts", row.attempts},
              {"error", row.last_error},
              {"at", stamp.at},
              {"by", stamp.by},
              {"company", company_},
              {"id", row.id},
              {"was", from}}) == 1;
}

std::vector<ConversionRow> LeadPassageStore::running(const std::vector<Id>& leads) {
  if (leads.empty()) return {};
  return read(session_, company_,
              " and c.state in ('intended', 'customer_made') and " + session_.in_ids("c.lead_id", "leads") +
                  " order by c.lead_id",
              {{"leads", session_.ids_text(leads)}});
}

std::optional<ConversionRow> LeadPassageStore::conversion(Id id) {
  auto rows = read(session_, company_, " and c.id = :id", {{"id", id}});
  return rows.empty() ? std::nullopt : std::optional(std::move(rows.front()));
}

Id LeadPassageStore::insert(const MergeRow& row, Stamp stamp) {
  return std::get<0>(session_
                         .query<Id>("insert into sl_merge (company_id, survivor_id, merged_id, survivor_before, "
                                    "merged_before, moved, survivor_version, reason, created_at, created_by) values "
                                    "(:company, :survivor, :merged, :before, :merged_before, :moved, :version, "
                                    ":reason, :at, :by) returning id",
                                    {{"company", company_},
                                     {"survivor", row.survivor},
                                     {"merged", row.merged},
                                     {"before", row.survivor_before},
                                     {"merged_before", row.merged_before},
                                     {"moved", row.moved},
                                     {"version", row.survivor_version},
                                     {"reason", row.reason},
                                     {"at", stamp.at},
                                     {"by", stamp.by}})
                         .at(0));
}

std::optional<MergeRow> LeadPassageStore::merge_of(Id merged) {
  const auto found = session_.first<Id, Id, Id, std::string, std::string, std::string, std::int64_t, std::string>(
      "select id, survivor_id, merged_id, survivor_before, merged_before, moved, survivor_version, reason from "
      "sl_merge "
      "where company_id = :company and merged_id = :merged and undone_at is null order by id desc limit 1",
      {{"company", company_}, {"merged", merged}});
  if (!found) return std::nullopt;
  const auto& [id, survivor, lead, before, merged_before, moved, version, reason] = *found;
  return MergeRow{id, survivor, lead, before, merged_before, moved, version, reason};
}

bool LeadPassageStore::undo(Id merge, Stamp stamp) {
  return session_.execute(
             "update sl_merge set undone_at = :at, undone_by = :by where company_id = :company and id = :id and "
             "undone_at is null",
             {{"at", stamp.at}, {"by", stamp.by}, {"company", company_}, {"id", merge}}) == 1;
}

std::vector<LeadMembership> LeadPassageStore::memberships(const std::string& kind, Id member) {
  using Int = std::int64_t;
  std::vector<LeadMembership> rows;
  for (auto& [id, version, campaign, response, date, created_at, created_by, changed_at, changed_by] :
       session_.query<Id, Int, Id, std::string, std::optional<Int>, Int, Id, Int, Id>(
           "select id, version, campaign_id, response, response_date, created_at, created_by, changed_at, changed_by "
           "from sl_campaign_member where company_id = :company and kind = :kind and member_id = :member order by id",
           {{"company", company_}, {"kind", kind}, {"member", member}})) {
    rows.push_back(
        {id, version, campaign, kind, member, response, date, created_at, created_by, changed_at, changed_by});
  }
  return rows;
}

void LeadPassageStore::move_members(const std::vector<Id>& ids, const std::string& kind, Id member, Stamp stamp) {
  if (ids.empty()) return;
  session_.execute(
      "update sl_campaign_member set version = version + 1, kind = :kind, member_id = :member, changed_at = :at, "
      "changed_by = :by where company_id = :company and " +
          session_.in_ids("id", "ids"),
      {{"kind", kind},
       {"member", member},
       {"at", stamp.at},
       {"by", stamp.by},
       {"company", company_},
       {"ids", session_.ids_text(ids)}});
}

void LeadPassageStore::set_response(const LeadMembership& row, Stamp stamp) {
  session_.execute(
      "update sl_campaign_member set version = version + 1, response = :response, response_date = cast(:day as "
      "bigint), changed_at = :at, changed_by = :by where company_id = :company and id = :id",
      {{"response", row.response},
       {"day", row.response_date},
       {"at", stamp.at},
       {"by", stamp.by},
       {"company", company_},
       {"id", row.id}});
}

void LeadPassageStore::remove_members(const std::vector<Id>& ids) {
  if (ids.empty()) return;
  session_.execute("delete from sl_campaign_member where company_id = :company and " + session_.in_ids("id", "ids"),
                   {{"company", company_}, {"ids", session_.ids_text(ids)}});
}

void LeadPassageStore::restore(const std::vector<LeadMembership>& rows) {
  if (rows.empty()) return;
  session_.bulk("sl_campaign_member", {{"company_id", std::vector<std::int64_t>(rows.size(), company_)},
                                       column("id", rows, &LeadMembership::id),
                                       column("version", rows, &LeadMembership::version),
                                       column("campaign_id", rows, &LeadMembership::campaign),
                                       column("kind", rows, &LeadMembership::kind),
                                       column("member_id", rows, &LeadMembership::member),
                                       column("response", rows, &LeadMembership::response),
                                       column("response_date", rows, &LeadMembership::response_date),
                                       column("created_at", rows, &LeadMembership::created_at),
                                       column("created_by", rows, &LeadMembership::created_by),
                                       column("changed_at", rows, &LeadMembership::changed_at),
                                       column("changed_by", rows, &LeadMembership::changed_by)});
}

void LeadPassageStore::seed_customer(Id customer, Id source, Id category, Stamp stamp) {
  if (source != 0) {
    session_.execute(
        "insert into sl_customer_extra (company_id, customer_id, source_id, created_at, created_by, changed_at, "
        "changed_by) values (:company, :customer, :source, :at, :by, :at, :by) on conflict do nothing",
        {{"company", company_}, {"customer", customer}, {"source", source}, {"at", stamp.at}, {"by", stamp.by}});
  }
  if (category != 0) {
    session_.execute(
        "insert into sl_customer_category (company_id, customer_id, category_id) values (:company, :customer, "
        ":category) on conflict do nothing",
        {{"company", company_}, {"customer", customer}, {"category", category}});
  }
}

}  // namespace sales_leads::store
