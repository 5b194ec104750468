// SPDX-License-Identifier: Apache-2.0
#include "signals/resolver.h"

#include <algorithm>
#include <set>

#include "store/candidate_store.h"
#include "store/stream_store.h"

namespace sales_leads::signals {

using domain::DocumentKind;
using domain::LinkSet;
using domain::Measure;
using store::HostDocument;
using store::HostLine;
using store::HostReference;

/// An item and what was found for it before it is built.
struct Resolver::Work {
  Item* item = nullptr;
  std::optional<std::int64_t> moment;
  Id campaign = 0, copied_opportunity = 0;
  const store::UserLinks* user = nullptr;
  LinkSet document_link;             // explicit only
  std::map<Id, LinkSet> line_links;  // explicit only
  std::map<Id, std::string> line_reasons;
  std::string explicit_reason;  // of the last explicit link found, or why there is none
  bool needs_rule = false;
  std::set<Id> opportunities;  // whose contexts it needs
};

namespace {

const store::UserLinks kNoUserLinks;

// As in every form of ours: ten thousand such lines still add up within an integer.
constexpr std::int64_t kLargestAmount = 900'000'000'000'000;

bool is_order(const HostDocument& document) { return document.key.kind == DocumentKind::order; }

Measure measure_of(const HostDocument& document) {
  if (is_order(document)) {
    if (document.state == "offer") return Measure::offered;
    return document.state == "confirmed" ? Measure::ordered : Measure::none;
  }
  if (!document.counts) return Measure::none;
  return document.is_credit ? Measure::credits : Measure::invoices;
}

/// The explicit link-set at one level (line 0 = the document): the later of a person's act and the document's own
/// reference; at the same time the person's.
LinkSet explicit_at(const HostDocument& document, const store::UserLinks& user, const std::set<Id>& existing, Id line,
                    std::string& reason) {
  LinkSet link;
  std::int64_t set_at = INT64_MIN;
  for (const HostReference& reference : document.references) {
    if (reference.line != line || reference.is_campaign || reference.copied) continue;
    if (!existing.contains(reference.id)) {
      reason = "reference.unknown";
      continue;
    }
    if (reference.set_at < set_at) continue;
    set_at = reference.set_at;
    link.present = link.is_explicit = true;
    link.shares = {{reference.id, domain::kWhole}};
    reason = "reference.own";
  }
  for (const store::UserAct& act : user.acts) {
    if (act.line != line || !act.is_explicit || act.set_at < set_at) continue;
    link.present = link.is_explicit = true;
    link.shares = act.shares;
    reason = "user";
  }
  return link;
}

bool has_context(const Item& item, Id opportunity) {
  return std::any_of(item.decision.contexts.begin(), item.decision.contexts.end(),
                     [&](const auto& context) { return context.opportunity == opportunity; });
}

/// What a decision was made from; when it changes, the decision is made again.
std::string fingerprint(const HostDocument& document, std::optional<std::int64_t> moment,
                        const store::UserLinks& user) {
  std::string text = is_order(document) ? (document.state == "offer" ? "offer" : "order") : "invoice";
  text += '|' + (moment ? std::to_string(*moment) : "") + '|' + std::to_string(document.customer) + '|' +
          std::to_string(document.project) + '|';
  for (const HostReference& reference : document.references) {
    if (reference.line != 0) continue;
    text += (reference.is_campaign ? 'c' : reference.copied ? 'i' : 'o') + std::to_string(reference.id) + ' ';
  }
  for (const auto& pair : user.undone)
    text += "u" + std::to_string(pair.opportunity) + store::rule_text(pair.rule) + ' ';
  return text;
}

}  // namespace

bool is_too_large(const HostLine& line) {
  const auto beyond = [](std::int64_t amount) { return amount > kLargestAmount || amount < -kLargestAmount; };
  return beyond(line.net) || beyond(line.company_net.value_or(0));
}

std::optional<std::int64_t> moment_of(const HostDocument& document) {
  if (!is_order(document)) return document.posted_at;
  if (document.state == "offer") return document.offered_at;
  return document.confirmed_at ? document.confirmed_at : document.offered_at;
}

Resolver::Resolver(store::Session& session, Id company, std::int64_t now_us, Decisions decisions,
                   const std::vector<DocumentKey>& asked, std::optional<std::int64_t> renew_since)
    : session_(session),
      company_(company),
      now_us_(now_us),
      decisions_(decisions),
      asked_(asked.begin(), asked.end()),
      renew_since_(renew_since),
      documents_(session, company),
      links_(session, company),
      states_(session, company),
      calendar_(documents_.time_zone()) {
  start_date_ = store::StreamStore(session, company).start_date();
}

void Resolver::classify(Item& item) const {
  const HostDocument& host = item.host;
  domain::Document& engine = item.engine;
  engine.kind = host.key.kind;
  engine.id = host.key.id;
  engine.is_credit = host.is_credit;
  engine.is_repeating = host.is_repeating;
  engine.salesperson = host.salesperson;
  engine.measure = measure_of(host);
  const auto moment = moment_of(host);
  if (moment) engine.effective_date = engine.decided_on = calendar_.day_of(*moment);
  const auto park = [&](const char* key, const char* message) {
    item.parked_key = key;
    item.parked_message = message;
  };
  if (engine.measure == Measure::none) return;
  if (!moment) {
    park("document.no_date", "The document counts, but the host shows no date for it; correct it in the host.");
  } else if (host.source_missing) {
    park("source.missing", "A line follows a source line that the host does not show.");
  } else if (std::any_of(host.lines.begin(), host.lines.end(), is_too_large)) {
    park("amount.out_of_range",
         "A line's amount is larger than 900000000000000 minor units, which no document's can be; correct it in the "
         "host.");
  } else if (std::any_of(host.lines.begin(), host.lines.end(),
                         [](const HostLine& line) { return line.counts && !line.company_net; })) {
    park("rate.missing", "There is no exchange rate for the document's currency and date; enter it in the host.");
  }
  // Parked: its rows stay; for those that follow it it stands with what is known of it.
  if (!item.parked_key.empty()) engine.measure = Measure::none;
}

void Resolver::find_links(Work& work) {
  Item& item = *work.item;
  const HostDocument& host = item.host;
  if (work.document_link.present) {
    for (const auto& share : work.document_link.shares) work.opportunities.insert(share.opportunity);
  }
  bool follows_nothing = false;
  for (const HostLine& line : host.lines) {
    const auto own = work.line_links.find(line.id);
    if (own != work.line_links.end()) {
      for (const auto& share : own->second.shares) work.opportunities.insert(share.opportunity);
    } else if (line.counts && line.sources.empty()) {
      follows_nothing = true;
    }
  }
  work.needs_rule = follows_nothing && !work.document_link.present && work.moment.has_value();
  if (!work.needs_rule && work.opportunities.empty()) return;

  const bool since = renew_since_ && item.has_decision && item.decision.as_of >= *renew_since_;
  const Decisions what = since ? Decisions::renew : asked_.contains(host.key) ? decisions_ : Decisions::keep;
  const std::string now = fingerprint(host, work.moment, *work.user);
  if (item.has_decision && item.decision.fingerprint == now && what != Decisions::renew) {
    if (what == Decisions::contexts) {
      item.decision.contexts.clear();
      item.decision_changed = true;
    }
    return;
  }
  item.decision = {};
  item.decision.fingerprint = now;
  item.decision.as_of = work.moment.value_or(now_us_);
  item.has_decision = item.decision_changed = true;
}

void Resolver::decide(const std::vector<Work*>& undecided, const std::vector<Id>& needed) {
  if (undecided.empty()) return;
  std::vector<Id> customers, projects;
  for (const Work* work : undecided) {
    customers.push_back(work->item->host.customer);
    projects.push_back(work->item->host.project);
  }
  store::CandidateStore belonging(session_, company_, states_);
  belonging.load(std::move(customers), std::move(projects), needed);
  for (Work* work : undecided) {
    const HostDocument& host = work->item->host;
    domain::DocumentFacts document;
    document.date = calendar_.day_of(*work->moment);
    document.customer = belonging.stands_for(host.customer);
    document.customer_is_stand_in = belonging.is_stand_in(host.customer);
    document.project = host.project;
    document.campaign = work->campaign;
    document.referenced_opportunity = work->copied_opportunity;
    document.before_start = start_date_ && document.date < *start_date_;
    document.undone = work->user->undone;

    const auto candidates = belonging.of(host.customer, host.project, *work->moment, calendar_);
    domain::Decision made = domain::decide(document, candidates);
    store::StoredDecision& decision = work->item->decision;
    decision.decided = true;
    decision.rule = made.rule;
    decision.opportunity = made.opportunity;
    decision.reason = std::move(made.reason);
    decision.suggestions = std::move(made.suggestions);
    decision.conditional = host.is_credit && made.opportunity != 0;
    decision.placed = true;
    work->item->decision_changed = true;
  }
}

/// Opportunities that a document needs to know as they were at its moment, and does not yet.
std::vector<Id> Resolver::without_context(const std::vector<Work>& all) {
  std::set<Id> missing;
  for (const Work& work : all) {
    for (const Id opportunity : work.opportunities) {
      if (!has_context(*work.item, opportunity)) missing.insert(opportunity);
    }
  }
  return {missing.begin(), missing.end()};
}

void Resolver::freeze_contexts(std::vector<Work>& all) {
  const std::vector<Id> missing = without_context(all);
  if (missing.empty()) return;
  states_.load(missing);
  for (Work& work : all) {
    Item& item = *work.item;
    for (const Id opportunity : work.opportunities) {
      if (has_context(item, opportunity) || !states_.knows(opportunity)) continue;
      item.decision.contexts.push_back(
          states_.context(opportunity, work.moment.value_or(item.decision.as_of), work.campaign, calendar_));
      item.decision_changed = true;
    }
  }
}

/// Why each line stands where it stands: its own link, the document's, what it follows, or the rule.
void Resolver::explain_lines(Work& work) {
  Item& item = *work.item;
  const bool some_follow = std::any_of(item.host.lines.begin(), item.host.lines.end(), [&](const HostLine& line) {
    return line.counts && !line.sources.empty() && !work.line_links.contains(line.id);
  });
  const std::string by_rule =
      item.decision.conditional && !item.decision.placed ? "credit.not_placed" : item.decision.reason;
  for (const HostLine& line : item.host.lines) {
    std::string& reason = item.line_reasons[line.id];
    if (const auto own = work.line_reasons.find(line.id); own != work.line_reasons.end()) {
      reason = own->second;
    } else if (work.document_link.present) {
      reason = work.line_reasons[0];
    } else if (!line.sources.empty()) {
      reason = "follows";
    } else if (some_follow) {
      reason = "follows.others";
    } else if (work.needs_rule) {
      reason = by_rule;
    }
  }
}

void Resolver::build(Work& work) const {
  Item& item = *work.item;
  domain::Document& engine = item.engine;
  domain::Context unlinked;
  unlinked.campaigns = {{work.campaign, 1}};
  unlinked.sellers = {{item.host.salesperson, 1}};
  engine.contexts.push_back(std::move(unlinked));
  for (const auto& context : item.decision.contexts) {
    if (work.opportunities.contains(context.opportunity)) engine.contexts.push_back(context);
  }
  engine.link = work.document_link;
  if (work.needs_rule) {
    item.by_rule = true;
    engine.link.present = true;
    if (item.decision.opportunity != 0) engine.link.shares = {{item.decision.opportunity, domain::kWhole}};
    engine.link.conditional = item.conditional = item.decision.conditional;
  }
  if (work.document_link.present || !work.line_links.empty()) {
    item.reason = work.explicit_reason;
  } else if (work.needs_rule) {
    item.reason =
        work.explicit_reason.empty() || item.decision.opportunity != 0 ? item.decision.reason : work.explicit_reason;
  } else {
    item.reason = item.host.lines.empty() || !work.moment ? "" : "follows";
  }
  explain_lines(work);
  engine.lines.reserve(item.host.lines.size());
  for (const HostLine& line : item.host.lines) {
    domain::Line own;
    own.id = line.id;
    own.line_no = line.line_no;
    own.net = {line.net, line.company_net.value_or(0)};
    own.counts_as_sale = line.counts;
    own.sources = line.sources;
    if (const auto link = work.line_links.find(line.id); link != work.line_links.end()) own.link = link->second;
    engine.lines.push_back(std::move(own));
  }
}

void Resolver::add(std::map<DocumentKey, HostDocument> documents, Items& items) {
  std::vector<DocumentKey> keys;
  std::vector<Id> referenced;
  for (auto& [key, host] : documents) {
    if (items.contains(key)) continue;
    keys.push_back(key);
    for (const HostReference& reference : host.references) {
      if (!reference.is_campaign) referenced.push_back(reference.id);
    }
    Item& item = items[key];
    item.host = std::move(host);
    classify(item);
  }
  if (keys.empty()) return;
  std::sort(referenced.begin(), referenced.end());
  referenced.erase(std::unique(referenced.begin(), referenced.end()), referenced.end());
  const auto existing_ids = links_.existing_opportunities(referenced);
  const std::set<Id> existing(existing_ids.begin(), existing_ids.end());
  const auto user_links = links_.user_links(keys);
  std::vector<DocumentKey> known;
  for (const DocumentKind kind : {DocumentKind::order, DocumentKind::invoice}) {
    std::vector<Id> ids;
    for (const DocumentKey& key : keys) {
      if (key.kind == kind) ids.push_back(key.id);
    }
    for (const Id id : documents_.known(kind, ids)) {
      Item& item = items.at({kind, id});
      if (!item.is_known) known.push_back({kind, id});
      item.is_known = true;
    }
  }
  auto stored = links_.decisions(known);

  std::vector<Work> all;
  all.reserve(keys.size());
  for (const DocumentKey& key : keys) {
    Work& work = all.emplace_back();
    work.item = &items.at(key);
    const HostDocument& host = work.item->host;
    const auto user = user_links.find(key);
    work.user = user == user_links.end() ? &kNoUserLinks : &user->second;
    work.moment = moment_of(host);
    for (const HostReference& reference : host.references) {
      if (reference.line != 0) continue;
      if (reference.is_campaign) {
        work.campaign = reference.id;
      } else if (reference.copied && existing.contains(reference.id)) {
        work.copied_opportunity = reference.id;
      }
    }
    if (const auto found = stored.find(key); found != stored.end()) {
      work.item->decision = std::move(found->second);
      work.item->has_decision = work.item->decision_is_stored = true;
    }
    if (work.user != &kNoUserLinks || !host.references.empty()) {
      work.document_link = explicit_at(host, *work.user, existing, 0, work.explicit_reason);
      if (work.document_link.present) work.line_reasons[0] = work.explicit_reason;
      for (const HostLine& line : host.lines) {
        LinkSet own = explicit_at(host, *work.user, existing, line.id, work.explicit_reason);
        if (!own.present) continue;
        work.line_links.emplace(line.id, std::move(own));
        work.line_reasons[line.id] = work.explicit_reason;
      }
    }
    // A draft invoice has no moment and nobody follows it.
    if (is_order(host) || work.moment) find_links(work);
  }
  std::vector<Work*> undecided;
  for (Work& work : all) {
    if (work.needs_rule && !work.item->decision.decided) undecided.push_back(&work);
  }
  decide(undecided, without_context(all));
  for (Work& work : all) {
    if (work.needs_rule && work.item->decision.opportunity != 0)
      work.opportunities.insert(work.item->decision.opportunity);
  }
  freeze_contexts(all);
  for (Work& work : all) build(work);
}

}  // namespace sales_leads::signals
