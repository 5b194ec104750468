// SPDX-License-Identifier: Apache-2.0
#include "store/link_store.h"

#include <algorithm>
#include <boost/json.hpp>

namespace sales_leads::store {

namespace {

using Int = std::int64_t;
using domain::DocumentKind;
using domain::Rule;

std::vector<Id> ids_of(const std::vector<DocumentKey>& keys, DocumentKind kind) {
  std::vector<Id> ids;
  for (const DocumentKey& key : keys) {
    if (key.kind == kind) ids.push_back(key.id);
  }
  return ids;
}

std::string ids_json(const std::vector<Id>& ids) {
  std::string text = "[";
  for (const Id id : ids) text += (text.size() > 1 ? "," : "") + std::to_string(id);
  return text + "]";
}

boost::json::value parsed(const std::string& text) {
  boost::json::error_code error;
  boost::json::value value = boost::json::parse(text, error);
  if (error)
    throw Failure(Code::data_loss, "decision.damaged", "A stored decision cannot be read: " + text.substr(0, 80));
  return value;
}

std::string weights_json(const std::vector<domain::WeightedId>& weights) {
  std::string text = "[";
  for (const auto& [id, weight] : weights) {
    if (text.size() > 1) text += ',';
    text += "[" + std::to_string(id) + "," + std::to_string(weight) + "]";
  }
  return text + "]";
}

std::vector<domain::WeightedId> weights_of(const boost::json::value& value) {
  std::vector<domain::WeightedId> weights;
  for (const auto& pair : value.as_array()) weights.push_back({pair.at(0).as_int64(), pair.at(1).as_int64()});
  return weights;
}

}  // namespace

std::string rule_text(Rule rule) {
  switch (rule) {
    case Rule::none:
      return "none";
    case Rule::reference:
      return "reference";
    case Rule::campaign:
      return "campaign";
    case Rule::project:
      return "project";
    case Rule::customer:
      return "customer";
  }
  return "none";
}

Rule rule_of(const std::string& text) {
  for (const Rule rule : {Rule::reference, Rule::campaign, Rule::project, Rule::customer}) {
    if (rule_text(rule) == text) return rule;
  }
  return Rule::none;
}

std::string contexts_json(const std::vector<domain::Context>& contexts) {
  if (contexts.empty()) return "";
  std::string text = "[";
  for (const auto& context : contexts) {
    if (text.size() > 1) text += ',';
    text += "{\"opportunity\":" + std::to_string(context.opportunity) +
            ",\"months\":" + std::to_string(context.recurring_months) +
            ",\"campaigns\":" + weights_json(context.campaigns) + ",\"sellers\":" + weights_json(context.sellers) + "}";
  }
  return text + "]";
}

std::vector<domain::Context> contexts_of(const std::string& json) {
  std::vector<domain::Context> contexts;
  if (json.empty()) return contexts;
  try {
    const boost::json::value whole = parsed(json);
    for (const auto& value : whole.as_array()) {
      domain::Context context;
      context.opportunity = value.at("opportunity").as_int64();
      context.recurring_months = static_cast<std::int32_t>(value.at("months").as_int64());
      context.campaigns = weights_of(value.at("campaigns"));
      context.sellers = weights_of(value.at("sellers"));
      contexts.push_back(std::move(context));
    }
  } catch (const std::logic_error&) {  // Boost.JSON's answers to a wrong shape
    throw Failure(Code::data_loss, "decision.damaged", "A stored decision cannot be read: " + json.substr(0, 80));
  }
  return contexts;
}

std::map<DocumentKey, UserLinks> LinkStore::user_links(const std::vector<DocumentKey>& keys) {
  std::map<DocumentKey, UserLinks> links;
  std::map<Id, std::pair<DocumentKey, std::size_t>> place;  // act id -> where its shares belong
  for (const DocumentKind kind : {DocumentKind::order, DocumentKind::invoice}) {
    const auto ids = ids_of(keys, kind);
    if (ids.empty()) continue;
    for (const auto& [id, document, line, act, set_at, undone, rule] :
         session_.query<Id, Id, Id, std::string, Int, Id, std::string>(
             "select id, document_id, line_id, act, set_at, undone_opportunity_id, undone_rule from sl_user_link where "
             "company_id = :company and document_kind = :kind and " +
                 session_.in_ids("document_id", "ids") + " order by document_id, line_id, set_at, id",
             {{"company", company_}, {"kind", kind_text(kind)}, {"ids", session_.ids_text(ids)}})) {
      UserLinks& own = links[{kind, document}];
      if (undone != 0) {
        const Rule one = rule_of(rule);
        for (const Rule each : {Rule::reference, Rule::campaign, Rule::project, Rule::customer}) {
          if (one == Rule::none || one == each) own.undone.push_back({undone, each});
        }
      }
      if (own.acts.empty() || own.acts.back().line != line) own.acts.push_back({});
      own.acts.back() = {line, act != "forget", set_at, {}};
      place[id] = {{kind, document}, own.acts.size() - 1};
      // Only the latest act of a line keeps its place.
      std::erase_if(place, [&, latest = id](const auto& entry) {
        return entry.first != latest && entry.second == place[latest];
      });
    }
  }
  if (place.empty()) return links;
  std::vector<Id> acts;
  for (const auto& [id, at] : place) acts.push_back(id);
  for (const auto& [act, opportunity, share] : session_.query<Id, Id, Int>(
           "select user_link_id, opportunity_id, share from sl_user_link_share where " +
               session_.in_ids("user_link_id", "ids") + " order by user_link_id, opportunity_id",
           {{"ids", session_.ids_text(acts)}})) {
    const auto& [key, index] = place.at(act);
    links[key].acts[index].shares.push_back({opportunity, static_cast<domain::BasisPoints>(share)});
  }
  return links;
}

std::map<DocumentKey, StoredDecision> LinkStore::decisions(const std::vector<DocumentKey>& keys) {
  std::map<DocumentKey, StoredDecision> found;
  for (const DocumentKind kind : {DocumentKind::order, DocumentKind::invoice}) {
    const auto ids = ids_of(keys, kind);
    if (ids.empty()) continue;
    for (auto& [document, fingerprint, as_of, rule, opportunity, conditional, placed, reason, suggestions, contexts] :
         session_.query<Id, std::string, Int, std::string, Id, Int, Int, std::string, std::string, std::string>(
             "select document_id, fingerprint, as_of, rule, opportunity_id, conditional, placed, reason, suggestions, "
             "contexts from " +
                 session_.rows_of("sl_decision", "company_id = :company and document_kind = :kind", "document_id",
                                  "ids"),
             {{"company", company_}, {"kind", kind_text(kind)}, {"ids", session_.ids_text(ids)}})) {
      StoredDecision decision;
      decision.fingerprint = std::move(fingerprint);
      decision.as_of = as_of;
      decision.decided = rule != "";
      decision.rule = rule_of(rule);
      decision.opportunity = opportunity;
      decision.conditional = conditional != 0;
      decision.placed = placed != 0;
      decision.reason = std::move(reason);
      if (!suggestions.empty()) {
        const boost::json::value whole = parsed(suggestions);
        for (const auto& id : whole.as_array()) decision.suggestions.push_back(id.as_int64());
      }
      decision.contexts = contexts_of(contexts);
      found.emplace(DocumentKey{kind, document}, std::move(decision));
    }
  }
  return found;
}

namespace {

std::vector<BulkColumn> decision_columns(Id company, const std::map<DocumentKey, StoredDecision>& decisions,
                                         std::int64_t now_us) {
  const std::size_t n = decisions.size();
  std::vector<Id> documents, as_of, opportunities, conditional, placed;
  std::vector<std::string> kinds, fingerprints, rules, reasons, suggestions, contexts;
  for (const auto& [key, decision] : decisions) {
    kinds.push_back(kind_text(key.kind));
    documents.push_back(key.id);
    fingerprints.push_back(decision.fingerprint);
    as_of.push_back(decision.as_of);
    rules.push_back(decision.decided ? rule_text(decision.rule) : "");
    opportunities.push_back(decision.opportunity);
    conditional.push_back(decision.conditional ? 1 : 0);
    placed.push_back(decision.placed ? 1 : 0);
    reasons.push_back(decision.reason);
    suggestions.push_back(decision.suggestions.empty() ? "" : ids_json(decision.suggestions));
    contexts.push_back(contexts_json(decision.contexts));
  }
  return {{"company_id", std::vector<Id>(n, company)},
          {"document_kind", std::move(kinds)},
          {"document_id", std::move(documents)},
          {"fingerprint", std::move(fingerprints)},
          {"as_of", std::move(as_of)},
          {"rule", std::move(rules)},
          {"opportunity_id", std::move(opportunities)},
          {"conditional", std::move(conditional)},
          {"placed", std::move(placed)},
          {"reason", std::move(reasons)},
          {"suggestions", std::move(suggestions)},
          {"contexts", std::move(contexts)},
          {"decided_at", std::vector<Id>(n, now_us)}};
}

}  // namespace

void LinkStore::save(const std::map<DocumentKey, StoredDecision>& decisions, std::int64_t now_us) {
  if (decisions.empty()) return;
  session_.bulk(
      "sl_decision", decision_columns(company_, decisions, now_us),
      "on conflict (company_id, document_kind, document_id) do update set fingerprint = excluded.fingerprint, "
      "as_of = excluded.as_of, rule = excluded.rule, opportunity_id = excluded.opportunity_id, "
      "conditional = excluded.conditional, placed = excluded.placed, reason = excluded.reason, "
      "suggestions = excluded.suggestions, contexts = excluded.contexts, decided_at = excluded.decided_at");
}

void LinkStore::add(const std::map<DocumentKey, StoredDecision>& decisions, std::int64_t now_us) {
  if (!decisions.empty()) session_.bulk("sl_decision", decision_columns(company_, decisions, now_us));
}

void LinkStore::forget(const std::vector<DocumentKey>& keys) {
  for (const DocumentKind kind : {DocumentKind::order, DocumentKind::invoice}) {
    const auto ids = ids_of(keys, kind);
    if (ids.empty()) continue;
    session_.execute("delete from sl_decision where company_id = :company and document_kind = :kind and " +
                         session_.in_ids("document_id", "ids"),
                     {{"company", company_}, {"kind", kind_text(kind)}, {"ids", session_.ids_text(ids)}});
  }
}

std::vector<DocumentKey> LinkStore::conditional_of(const std::vector<Id>& opportunities) {
  std::vector<DocumentKey> keys;
  if (opportunities.empty()) return keys;
  for (const auto& [kind, document] : session_.query<std::string, Id>(
           "select document_kind, document_id from sl_decision where company_id = :company and " +
               session_.in_ids("opportunity_id", "ids") + " and conditional = 1",
           {{"company", company_}, {"ids", session_.ids_text(opportunities)}})) {
    keys.push_back({kind_of(kind), document});
  }
  std::sort(keys.begin(), keys.end());  // in SQL it would lead the planner through the whole company by its key
  return keys;
}

std::vector<DocumentKey> LinkStore::decided_since(std::int64_t from, const DocumentKey& after, std::int64_t limit) {
  std::vector<DocumentKey> keys;
  // 'invoice' < 'order': the order of the table's key.
  const std::string kind = after.id == 0 ? "" : kind_text(after.kind);
  for (const auto& [found, document] : session_.query<std::string, Id>(
           "select document_kind, document_id from sl_decision where company_id = :company and as_of >= :since and "
           "(document_kind > :kind or (document_kind = :kind2 and document_id > :after)) "
           "order by document_kind, document_id limit :count",
           {{"company", company_},
            {"since", from},
            {"kind", kind},
            {"kind2", kind},
            {"after", after.id},
            {"count", limit}})) {
    keys.push_back({kind_of(found), document});
  }
  return keys;
}

std::vector<Id> LinkStore::existing_opportunities(const std::vector<Id>& ids) {
  std::vector<Id> existing;
  if (ids.empty()) return existing;
  for (const auto& [id] : session_.query<Id>("select id from sl_opportunity where +company_id = :company and " +
                                                 session_.in_ids("id", "ids") + " order by id",
                                             {{"company", company_}, {"ids", session_.ids_text(ids)}})) {
    existing.push_back(id);
  }
  return existing;
}

std::int64_t LinkStore::version(const DocumentKey& key) {
  return 1 +
         std::get<0>(*session_.first<std::int64_t>(
             "select count(*) from sl_user_link where company_id = :company and document_kind = :kind and document_id "
             "= :document",
             {{"company", company_}, {"kind", kind_text(key.kind)}, {"document", key.id}}));
}

void LinkStore::record(const DocumentKey& key, Id line, const Act& act) {
  const auto row = session_.first<Id>(
      "insert into sl_user_link (company_id, document_kind, document_id, line_id, act, set_at, set_by, reason, "
      "undone_opportunity_id, undone_rule) values (:company, :kind, :document, :line, :act, :at, :by, :reason, "
      ":undone, "
      ":rule) returning id",
      {{"company", company_},
       {"kind", kind_text(key.kind)},
       {"document", key.id},
       {"line", line},
       {"act", act.act},
       {"at", act.at},
       {"by", act.by},
       {"reason", act.reason},
       {"undone", act.undone_opportunity},
       {"rule", act.undone_rule == Rule::none ? std::string() : rule_text(act.undone_rule)}});
  for (const auto& share : act.shares) {
    session_.execute(
        "insert into sl_user_link_share (user_link_id, opportunity_id, share) values (:act, :opportunity, :share)",
        {{"act", std::get<0>(*row)}, {"opportunity", share.opportunity}, {"share", share.share}});
  }
}

}  // namespace sales_leads::store
