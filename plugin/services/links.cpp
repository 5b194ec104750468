// SPDX-License-Identifier: Apache-2.0
#include "services/links.h"

#include <algorithm>
#include <map>
#include <set>

#include "host/refusal.h"
#include "services/moves.h"
#include "signals/reconcile.h"
#include "store/directory_store.h"
#include "store/ledger_page.h"
#include "store/link_store.h"
#include "store/opportunity_store.h"

namespace sales_leads::services {
namespace {

using store::DocumentKey;
using store::LinkStore;

struct Target {
  DocumentKey key;
  Id line = 0;
};

Target load(UseCase& use_case, const Input& input) {
  const std::string kind = input.text("document_kind").value_or("");
  const Target target{{store::kind_of(kind), input.id("document")}, input.integer("line").value_or(0)};
  store::DirectoryStore directory(use_case.session, use_case.company());
  if (directory.customer_of_document(kind, target.key.id) == 0) {
    throw Refusal(Code::not_found, "document.not_found", "document", std::to_string(target.key.id), {{"kind", kind}});
  }
  if (target.line != 0 && !directory.has_line(kind, target.key.id, target.line)) {
    throw Refusal(Code::not_found, "document.line.not_found", "line", std::to_string(target.line), {{"kind", kind}});
  }
  return target;
}

/// Refused when somebody linked or unlinked the document since the caller saw it.
void check_version(UseCase& use_case, const Input& input, const DocumentKey& key) {
  const auto expected = input.integer("expected_version");
  if (!expected) return;
  signals::lock_company(use_case.session, use_case.company());  // two at once would both find what they expect
  const std::int64_t version = LinkStore(use_case.session, use_case.company()).version(key);
  if (*expected == version) return;
  throw Refusal(Code::conflict, "link.version.conflict", "expected_version", std::to_string(*expected),
                {{"version", std::to_string(version)}});
}

store::UserLinks acts_of(UseCase& use_case, const DocumentKey& key) {
  const auto all = LinkStore(use_case.session, use_case.company()).user_links({key});
  const auto found = all.find(key);
  return found == all.end() ? store::UserLinks{} : found->second;
}

std::optional<store::StoredDecision> decision_of(UseCase& use_case, const DocumentKey& key) {
  const auto all = LinkStore(use_case.session, use_case.company()).decisions({key});
  const auto found = all.find(key);
  return found == all.end() ? std::nullopt : std::optional(found->second);
}

/// What the ledger has now, part by part: each opportunity's parts that stand there for the same reason.
json::array parts(UseCase& use_case, const DocumentKey& key, std::vector<Id>& opportunities) {
  struct Part {
    std::int64_t minor = 0;
    std::set<Id> lines;
  };
  const auto reasons = signals::line_reasons(use_case.session, use_case.company(), use_case.now_us, key);
  std::map<std::pair<Id, std::string>, Part> found;
  for (const auto& [balance, amount] : store::LedgerStore(use_case.session, use_case.company()).balances({key})) {
    const auto reason = reasons.find(balance.line);
    Part& part = found[{balance.opportunity, reason == reasons.end() ? "" : reason->second}];
    part.minor += amount.company;
    part.lines.insert(balance.line);
  }
  json::array shaped;
  for (const auto& [place, part] : found) {
    const auto& [opportunity, reason] = place;
    opportunities.push_back(opportunity);
    json::array lines;
    for (const Id line : part.lines) lines.emplace_back(line);
    shaped.push_back(
        json::object{{"opportunity", opportunity},
                     {"amount", json::object{{"minor", part.minor}, {"currency", use_case.rates.company_currency()}}},
                     {"lines", std::move(lines)},
                     {"reason", reason},
                     {"reason_text", use_case.messages.text(use_case.call.locale, "reason." + reason)}});
  }
  return shaped;
}

json::object shape(UseCase& use_case, const DocumentKey& key) {
  const auto acts = acts_of(use_case, key).acts;
  const auto decision = decision_of(use_case, key);
  std::vector<Id> opportunities;
  json::array links = parts(use_case, key, opportunities);
  for (const auto& act : acts) {
    for (const auto& share : act.shares) opportunities.push_back(share.opportunity);
  }
  if (decision) {
    opportunities.push_back(decision->opportunity);
    opportunities.insert(opportunities.end(), decision->suggestions.begin(), decision->suggestions.end());
  }
  std::map<Id, std::string> titles;
  for (auto& [id, title] : store::LedgerPage(use_case.session, use_case.company()).titles(opportunities))
    titles[id] = title;
  for (json::value& link : links) {
    link.as_object()["title"] = titles[link.as_object().at("opportunity").as_int64()];
  }
  json::array by_people;
  for (const auto& act : acts) {
    if (!act.is_explicit) continue;
    json::array shares;
    for (const auto& share : act.shares) {
      shares.push_back(json::object{{"opportunity", share.opportunity},
                                    {"title", titles[share.opportunity]},
                                    {"share", share_text(share.share)}});
    }
    by_people.push_back(
        json::object{{"line", act.line}, {"set_at", time_text(act.set_at)}, {"shares", std::move(shares)}});
  }
  json::object shaped{{"document_kind", store::kind_text(key.kind)},
                      {"document", key.id},
                      {"version", LinkStore(use_case.session, use_case.company()).version(key)}};
  shaped["links"] = std::move(links);
  shaped["set_by_users"] = std::move(by_people);
  shaped["decision"] = nullptr;
  if (decision && decision->decided) {
    json::array suggestions;
    for (const Id id : decision->suggestions) {
      suggestions.push_back(json::object{{"opportunity", id}, {"title", titles[id]}});
    }
    const std::string text = use_case.messages.text(use_case.call.locale, "reason." + decision->reason);
    shaped["decision"] = json::object{{"rule", store::rule_text(decision->rule)},
                                      {"opportunity", decision->opportunity},
                                      {"reason", decision->reason},
                                      {"reason_text", text},
                                      {"as_of", time_text(decision->as_of)},
                                      {"suggestions", std::move(suggestions)}};
  }
  return shaped;
}

/// Whether the place has a link that a new one takes away: one by hand, or amounts on an opportunity.
bool has_link(UseCase& use_case, const Target& target) {
  const auto acts = acts_of(use_case, target.key).acts;
  const bool by_hand = std::any_of(acts.begin(), acts.end(), [&](const store::UserAct& act) {
    return act.is_explicit && !act.shares.empty() && (target.line == 0 || act.line == 0 || act.line == target.line);
  });
  if (by_hand) return true;
  const auto balances = store::LedgerStore(use_case.session, use_case.company()).balances({target.key});
  return std::any_of(balances.begin(), balances.end(), [&](const auto& entry) {
    return entry.first.opportunity != 0 && (target.line == 0 || entry.first.line == target.line);
  });
}

/// Records the act and answers what it moved; as a preview the caller takes all of it back.
json::value record(UseCase& use_case, const Target& target, LinkStore::Act act, const Input& input) {
  act.at = use_case.now_us;
  act.by = use_case.caller.actor.user;
  act.reason = input.text("reason").value_or("");
  LinkStore(use_case.session, use_case.company()).record(target.key, target.line, act);
  const auto outcome = signals::Reconciler(use_case.host).reconcile(use_case.session, use_case.call, {target.key});
  use_case.changed.push_back(target.key.id);
  use_case.won.insert(use_case.won.end(), outcome.won.begin(), outcome.won.end());
  use_case.preview = input.flag("preview", false);
  json::object answer = shape(use_case, target.key);
  answer["preview"] = use_case.preview;
  answer["changes"] = moves(use_case, outcome.deltas, true);
  answer["carried"] = moved_documents(outcome.deltas, target.key);
  if (!outcome.parked.empty()) answer["parked"] = outcome.parked.front().reason;
  return answer;
}

bool may_see(UseCase& use_case, Id opportunity) {
  store::OpportunityStore store(use_case.session, use_case.company());
  const Scope& scope = use_case.caller.sees;
  return store.exists(opportunity) && (scope.all() || store.is_of(opportunity, scope.employees));
}

}  // namespace

json::value set_link(UseCase& use_case, const Input& input) {
  const Target target = load(use_case, input);
  check_version(use_case, input, target.key);
  LinkStore::Act act;
  act.act = "link";
  std::int64_t sum = 0;
  for (const auto& value : *input.array("shares")) {
    const Input share("link", value.as_object());
    const Id opportunity = share.id("opportunity");
    const std::int64_t part = share.share("share").value_or(0);
    if (part == 0) share.refuse("share", *share.find("share"));
    const bool twice = std::any_of(act.shares.begin(), act.shares.end(),
                                   [&](const domain::LinkShare& other) { return other.opportunity == opportunity; });
    if (twice) throw Refusal(Code::invalid_argument, "link.shares.twice", "shares", std::to_string(opportunity));
    if (!may_see(use_case, opportunity)) {
      throw Refusal(Code::not_found, "opportunity.not_found", "shares", std::to_string(opportunity));
    }
    sum += part;
    act.shares.push_back({opportunity, static_cast<domain::BasisPoints>(part)});
  }
  if (sum > domain::kWhole) throw Refusal(Code::invalid_argument, "link.shares.sum", "shares", share_text(sum));
  const bool relinks = has_link(use_case, target);
  if (relinks && !input.flag("preview", false) && input.text("reason").value_or("").empty()) {
    throw Refusal(Code::invalid_argument, "link.reason.relink", "reason");
  }
  json::value answer = record(use_case, target, std::move(act), input);
  answer.as_object()["reason_required"] = relinks;
  return answer;
}

json::value undo_link(UseCase& use_case, const Input& input) {
  const Target target = load(use_case, input);
  check_version(use_case, input, target.key);
  const auto acts = acts_of(use_case, target.key).acts;
  const auto own =
      std::find_if(acts.begin(), acts.end(), [&](const store::UserAct& act) { return act.line == target.line; });
  const auto decision = decision_of(use_case, target.key);
  const bool is_set = own != acts.end() && own->is_explicit;
  LinkStore::Act act;
  act.act = "undo";
  const auto one = input.integer("opportunity");
  if (!is_set && decision && decision->decided && decision->opportunity != 0 &&
      (!one || one == decision->opportunity)) {
    // An undone rule link: the pair is remembered, and asked for by name the other rules may still find one.
    act.undone_opportunity = decision->opportunity;
    act.undone_rule = decision->rule;
    if (one && target.line == 0) act.act = "forget";
  } else if (one && is_set) {
    act.shares = own->shares;
    if (std::erase_if(act.shares, [&](const domain::LinkShare& share) { return share.opportunity == *one; }) == 0) {
      throw Refusal(Code::not_found, "link.none", "opportunity", std::to_string(*one));
    }
    act.undone_opportunity = *one;
  } else if (one) {
    // Linked by the document's own reference, or through what it follows: unlinked by hand, if it is that one.
    bool linked = false;
    for (const auto& [key, amount] : store::LedgerStore(use_case.session, use_case.company()).balances({target.key})) {
      linked = linked || (key.opportunity == *one && (target.line == 0 || key.line == target.line));
    }
    if (!linked) throw Refusal(Code::not_found, "link.none", "opportunity", std::to_string(*one));
    act.undone_opportunity = *one;
  } else if (!is_set && decision && !has_link(use_case, target)) {  // of one not read yet nobody knows
    throw Refusal(Code::not_found, "link.none", "document", std::to_string(target.key.id));
  }
  return record(use_case, target, std::move(act), input);
}

json::value show_link(UseCase& use_case, const Input& input) { return shape(use_case, load(use_case, input).key); }

void restate_documents(UseCase& use_case, Id opportunity, domain::Day from) {
  const auto keys = store::LedgerPage(use_case.session, use_case.company()).documents_of(opportunity, from);
  if (keys.empty()) return;
  signals::ReconcileOptions options;
  options.decisions = signals::Decisions::contexts;
  const auto outcome = signals::Reconciler(use_case.host).reconcile(use_case.session, use_case.call, keys, options);
  use_case.won.insert(use_case.won.end(), outcome.won.begin(), outcome.won.end());
}

}  // namespace sales_leads::services
