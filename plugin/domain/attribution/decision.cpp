// SPDX-License-Identifier: Apache-2.0
#include "domain/attribution/decision.h"

#include <algorithm>
#include <cstdlib>
#include <tuple>

namespace sales_leads::domain {
namespace {

using Candidates = std::vector<const Candidate*>;

bool is_open(const Candidate& candidate, Day date) {
  return candidate.status == Status::open && (!candidate.start || *candidate.start <= date) &&
         (!candidate.planned_close || date <= std::int64_t{*candidate.planned_close} + candidate.window_days);
}

bool is_recently_won(const Candidate& candidate, Day date) {
  return candidate.status == Status::won && candidate.won_on && *candidate.won_on <= date &&
         std::int64_t{date} - *candidate.won_on <= candidate.window_days;
}

template <typename Predicate>
Candidates chosen(const Candidates& from, Predicate predicate) {
  Candidates out;
  std::copy_if(from.begin(), from.end(), std::back_inserter(out), predicate);
  return out;
}

/// Open ones at that date; only if there are none, those won not long before.
Candidates at_date(const Candidates& all, Day date) {
  Candidates open = chosen(all, [&](const Candidate* c) { return is_open(*c, date); });
  if (!open.empty()) return open;
  return chosen(all, [&](const Candidate* c) { return is_recently_won(*c, date); });
}

bool names_campaign(const Candidate& candidate, Id campaign) {
  return campaign != 0 &&
         std::find(candidate.campaigns.begin(), candidate.campaigns.end(), campaign) != candidate.campaigns.end();
}

/// Project and customer are two halves of one rule ("its project, else its customer"): undone is undone for both.
Rule proposed_by(Rule rule) { return rule == Rule::project ? Rule::customer : rule; }

bool is_undone(const DocumentFacts& document, Id opportunity, Rule rule) {
  return std::any_of(document.undone.begin(), document.undone.end(), [&](const UndonePair& pair) {
    return pair.opportunity == opportunity && proposed_by(pair.rule) == proposed_by(rule);
  });
}

Candidates not_undone(const Candidates& from, const DocumentFacts& document, Rule rule) {
  return chosen(from, [&](const Candidate* c) { return !is_undone(document, c->opportunity, rule); });
}

/// Days between the document and the expected or actual close.
std::int64_t distance(const Candidate& candidate, Day date) {
  const std::optional<Day>& close = candidate.status == Status::won ? candidate.won_on : candidate.planned_close;
  return close ? std::abs(std::int64_t{date} - *close) : INT64_MAX;
}

bool is_of_project(const Candidate& candidate, const DocumentFacts& document) {
  return document.project != 0 && candidate.project == document.project;
}

/// Best first: in the document's campaign, of its project, open, closest in time to its expected or actual close.
Candidates in_rank(Candidates candidates, const DocumentFacts& document) {
  const auto key = [&](const Candidate* c) {
    return std::tuple(!names_campaign(*c, document.campaign), !is_of_project(*c, document), c->status != Status::open,
                      distance(*c, document.date), c->opportunity);
  };
  std::sort(candidates.begin(), candidates.end(), [&](auto* a, auto* b) { return key(a) < key(b); });
  return candidates;
}

std::vector<Id> ranked(Candidates candidates, const DocumentFacts& document) {
  std::vector<Id> ids;
  for (const Candidate* candidate : in_rank(std::move(candidates), document)) ids.push_back(candidate->opportunity);
  return ids;
}

Decision linked(Rule rule, Id opportunity, std::string reason) {
  return {.rule = rule, .opportunity = opportunity, .suggestions = {}, .reason = std::move(reason)};
}

Decision not_linked(std::string reason, std::vector<Id> suggestions = {}) {
  return {.rule = Rule::none, .opportunity = 0, .suggestions = std::move(suggestions), .reason = std::move(reason)};
}

bool was_undone(const DocumentFacts& document, Id opportunity) {
  return std::any_of(document.undone.begin(), document.undone.end(),
                     [&](const UndonePair& pair) { return pair.opportunity == opportunity; });
}

/// Each opportunity once, by id.
Candidates distinct(const std::vector<Candidate>& candidates) {
  Candidates all;
  for (const Candidate& candidate : candidates) all.push_back(&candidate);
  std::stable_sort(all.begin(), all.end(), [](auto* a, auto* b) { return a->opportunity < b->opportunity; });
  all.erase(std::unique(all.begin(), all.end(), [](auto* a, auto* b) { return a->opportunity == b->opportunity; }),
            all.end());
  return all;
}

}  // namespace

Decision decide(const DocumentFacts& document, const std::vector<Candidate>& candidates) {
  if (document.before_start) return not_linked("before_start");
  if (document.customer_is_stand_in) return not_linked("customer.stand_in");
  if (const Id named = document.referenced_opportunity; named != 0 && !is_undone(document, named, Rule::reference)) {
    return linked(Rule::reference, named, "reference");
  }

  const Candidates all = distinct(candidates);
  const Candidates of_customer = at_date(
      chosen(all, [&](const Candidate* c) { return document.customer != 0 && c->customer == document.customer; }),
      document.date);
  const Candidates in_campaign =
      not_undone(chosen(of_customer, [&](const Candidate* c) { return names_campaign(*c, document.campaign); }),
                 document, Rule::campaign);
  if (in_campaign.size() == 1) return linked(Rule::campaign, in_campaign.front()->opportunity, "campaign.one");

  const Candidates of_project = not_undone(
      at_date(chosen(all, [&](const Candidate* c) { return document.project != 0 && c->project == document.project; }),
              document.date),
      document, Rule::project);
  if (of_project.size() == 1) return linked(Rule::project, of_project.front()->opportunity, "project.one");
  if (of_project.size() > 1) return not_linked("project.several", ranked(of_project, document));

  const Candidates one_of = not_undone(of_customer, document, Rule::customer);
  if (one_of.size() == 1) return linked(Rule::customer, one_of.front()->opportunity, "customer.one");
  if (one_of.size() > 1) return not_linked("customer.several", ranked(one_of, document));
  return not_linked("customer.none");
}

std::vector<Suggestion> suggest(const DocumentFacts& document, const std::vector<Candidate>& candidates) {
  const bool by_customer = document.customer != 0 && !document.customer_is_stand_in;
  const auto of_customer = [&](const Candidate* c) { return by_customer && c->customer == document.customer; };
  const Candidates related =
      chosen(distinct(candidates), [&](const Candidate* c) { return of_customer(c) || is_of_project(*c, document); });
  const Candidates fitting = at_date(related, document.date);
  Candidates shown = in_rank(fitting.empty() ? related : fitting, document);
  std::stable_partition(shown.begin(), shown.end(),
                        [&](const Candidate* c) { return !was_undone(document, c->opportunity); });
  std::int64_t nearest = INT64_MAX;
  for (const Candidate* c : shown) nearest = std::min(nearest, distance(*c, document.date));

  std::vector<Suggestion> suggestions;
  for (const Candidate* c : shown) {
    Suggestion& one = suggestions.emplace_back();
    one.opportunity = c->opportunity;
    const auto say = [&](bool holds, const char* reason) {
      if (holds) one.reasons.emplace_back(reason);
    };
    const bool is_closed = c->status == Status::lost || c->status == Status::expired;
    say(was_undone(document, c->opportunity), "undone");
    say(names_campaign(*c, document.campaign), "campaign");
    say(is_of_project(*c, document), "project");
    say(of_customer(c), "customer");
    say(fitting.size() == 1, "only");
    say(shown.size() > 1 && nearest != INT64_MAX && distance(*c, document.date) == nearest, "nearest");
    say(!fitting.empty() && c->status == Status::won, "won");
    say(fitting.empty() && !is_closed, "outside");
    say(fitting.empty() && is_closed, "closed");
  }
  return suggestions;
}

}  // namespace sales_leads::domain
