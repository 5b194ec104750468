// SPDX-License-Identifier: Apache-2.0
#include "store/opportunity_life_store.h"

#include <array>

#include "store/pipeline_rollup.h"

namespace sales_leads::store {
namespace {

/// Open opportunities that no planned activity keeps alive, in pipelines that let them expire.
constexpr const char* kDying =
    " from sl_opportunity o join sl_pipeline p on p.id = o.pipeline_id and p.company_id = o.company_id "
    "where o.company_id = :company and o.status = 'open' and o.archived = 0 and o.id > :after and "
    "p.expire_after_days is not null and o.planned_close is not null and (o.next_activity is null or "
    "o.next_activity < :today)";

}  // namespace

Trace OpportunityLifeStore::trace_of(Id opportunity) {
  struct Question {
    Trace trace;
    const char* sql;
  };
  static constexpr std::array<Question, 8> kQuestions{{
      {Trace::ledger, "select id from sl_ledger where company_id = :company and opportunity_id = :id limit 1"},
      {Trace::link,
       "select l.id from sl_user_link_share s join sl_user_link l on l.id = s.user_link_id where l.company_id = "
       ":company and s.opportunity_id = :id limit 1"},
      {Trace::link, "select id from sl_user_link where company_id = :company and undone_opportunity_id = :id limit 1"},
      {Trace::decision,
       "select document_id from sl_decision where company_id = :company and opportunity_id = :id limit 1"},
      {Trace::decision,
       "select order_id from sl_order_rule where company_id = :company and opportunity_id = :id limit 1"},
      {Trace::reference,
       "select document_id from erp_document_ref where company_id = :company and ref_kind = 'sales_leads.opportunity' "
       "and ref_id = :id limit 1"},
      {Trace::lead, "select id from sl_lead where company_id = :company and opportunity_id = :id limit 1"},
      {Trace::lead, "select id from sl_conversion where company_id = :company and opportunity_id = :id limit 1"},
  }};
  for (const Question& question : kQuestions) {
    if (session_.first<Id>(question.sql, {{"company", company_}, {"id", opportunity}})) return question.trace;
  }
  return Trace::none;
}

void OpportunityLifeStore::remove(Id opportunity, Stamp stamp) {
  PipelineChange change(session_, company_, {opportunity});
  const Params params{{"company", company_}, {"id", opportunity}};
  for (const char* table :
       {"sl_opportunity_line", "sl_opportunity_seller", "sl_touch", "sl_step_visit", "sl_field_history"}) {
    session_.execute(std::string("delete from ") + table + " where company_id = :company and opportunity_id = :id",
                     params);
  }
  session_.execute("delete from sl_activity where company_id = :company and entity = 'opportunity' and entity_id = :id",
                   params);
  session_.execute("delete from sl_opportunity where company_id = :company and id = :id", params);
  change.done();
  session_.execute(
      "insert into sl_tombstone (entity, entity_id, company_id, at, by_user) values ('sl_opportunity', :id, :company, "
      ":at, :by)",
      {{"id", opportunity}, {"company", company_}, {"at", stamp.at}, {"by", stamp.by}});
}

std::vector<Id> OpportunityLifeStore::to_expire(std::int64_t today, Id after, std::int64_t limit) {
  std::vector<Id> ids;
  for (const auto& [id] : session_.query<Id>(std::string("select o.id") + kDying +
                                                 " and o.planned_close + p.expire_after_days < :today2 and "
                                                 "o.expiry_notice_on <= :told order by o.id limit "
                                                 ":count",
                                             {{"company", company_},
                                              {"after", after},
                                              {"today", today},
                                              {"today2", today},
                                              {"told", today - kNoticeDays},
                                              {"count", limit}})) {
    ids.push_back(id);
  }
  return ids;
}

std::vector<OpportunityLifeStore::Notice> OpportunityLifeStore::to_tell(std::int64_t today, Id after,
                                                                        std::int64_t limit) {
  std::vector<Notice> notices;
  for (auto& [id, title, user, closes] : session_.query<Id, std::string, Id, std::int64_t>(
           std::string("select o.id, o.title, coalesce((select e.user_id from erp_employee e where e.company_id = "
                       "o.company_id and e.id = o.owner_id and e.state = 'active'), 0), o.planned_close + "
                       "p.expire_after_days") +
               kDying +
               " and o.expiry_notice_on is null and o.planned_close + p.expire_after_days < :soon order by o.id limit "
               ":count",
           {{"company", company_},
            {"after", after},
            {"today", today},
            {"soon", today + kNoticeDays},
            {"count", limit}})) {
    // The day after the last one on which it may stay open, and never before the week of notice is over.
    notices.push_back({id, title, user, std::max(closes + 1, today + kNoticeDays)});
  }
  return notices;
}

void OpportunityLifeStore::told(Id opportunity, std::int64_t today) {
  session_.execute("update sl_opportunity set expiry_notice_on = :today where company_id = :company and id = :id",
                   {{"today", today}, {"company", company_}, {"id", opportunity}});
}

std::vector<LinkedDocument> OpportunityLifeStore::documents(Id opportunity, std::int64_t limit) {
  std::vector<LinkedDocument> documents;
  for (auto& [kind, id, number, customer, minor] : session_.query<std::string, Id, std::string, Id, std::int64_t>(
           "select l.document_kind, l.document_id, coalesce(max(d.number), ''), "
           "coalesce(max(coalesce(c.merged_into, c.id)), 0), cast(sum(l.company_minor) as bigint) from sl_ledger l "
           "left join sl_document d on d.company_id = l.company_id and d.document_kind = l.document_kind and "
           "d.document_id = l.document_id left join erp_customer c on c.company_id = l.company_id and c.id = "
           "d.customer_id where l.company_id = :company and l.opportunity_id = :id group by l.document_kind, "
           "l.document_id having sum(l.document_minor) <> 0 or sum(l.company_minor) <> 0 "
           "order by max(l.effective_date) desc, l.document_kind, l.document_id desc limit :count",
           {{"company", company_}, {"id", opportunity}, {"count", limit}})) {
    documents.push_back({kind, id, number, customer, minor});
  }
  return documents;
}

}  // namespace sales_leads::store
