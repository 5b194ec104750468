// SPDX-License-Identifier: Apache-2.0
#include "signals/wanted.h"

#include <algorithm>
#include <numeric>
#include <set>
#include <tuple>
#include <unordered_map>

namespace sales_leads::signals {

using domain::Balance;
using domain::DocumentKind;
using domain::Measure;
using domain::SourceKind;

namespace {

bool is_invoiced(Measure measure) { return measure == Measure::invoices || measure == Measure::credits; }

/// Stands for the part of a credit that no rule may place: neither opportunity nor campaign, and apart from the
/// unlinked rest of a line that somebody linked by hand, which keeps the document's campaign. Becomes 0 in the rows.
constexpr Id kNotPlaced = -1;

/// The document without its rule link, as the rest of the world would see it.
domain::Document unlinked(domain::Document document) {
  document.link.shares.clear();
  document.link.conditional = false;
  return document;
}

/// The document with its rule link refused.
domain::Document not_placed(domain::Document document) {
  domain::Context context;
  context.opportunity = kNotPlaced;
  context.campaigns = {{0, 1}};
  context.sellers = {{document.salesperson, 1}};
  document.contexts.push_back(std::move(context));
  document.link.shares = {{kNotPlaced, domain::kWhole}};
  document.link.conditional = false;
  return document;
}

}  // namespace

/// Components by line sources, each in the order of its documents' keys.
void Wanted::group() {
  std::vector<Item*> all;
  std::unordered_map<Id, std::size_t> order_lines, invoice_lines;
  for (auto& [key, item] : items_) {
    for (const auto& line : item.host.lines) {
      (key.kind == DocumentKind::order ? order_lines : invoice_lines).emplace(line.id, all.size());
    }
    all.push_back(&item);
  }
  std::vector<std::size_t> parent(all.size());
  std::iota(parent.begin(), parent.end(), std::size_t{0});
  const auto root = [&](std::size_t i) {
    while (parent[i] != i) i = parent[i] = parent[parent[i]];
    return i;
  };
  for (std::size_t i = 0; i < all.size(); ++i) {
    for (const auto& line : all[i]->host.lines) {
      for (const auto& source : line.sources) {
        const auto& known = source.kind == SourceKind::order_line ? order_lines : invoice_lines;
        if (const auto found = known.find(source.line); found != known.end()) parent[root(i)] = root(found->second);
      }
    }
  }
  components_.clear();
  std::unordered_map<std::size_t, std::size_t> place;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto [at, fresh] = place.emplace(root(i), components_.size());
    if (fresh) components_.emplace_back();
    all[i]->component = at->second;
    components_[at->second].push_back(all[i]);
  }
}

Wanted::Rows Wanted::attribute_all() const {
  Rows rows;
  for (const auto& component : components_) {
    std::vector<domain::Document> documents;
    documents.reserve(component.size());
    for (const Item* item : component) {
      documents.push_back(item->conditional && !item->decision.placed ? not_placed(item->engine) : item->engine);
    }
    for (Balance& row : domain::attribute(documents)) {
      if (row.opportunity == kNotPlaced) row.opportunity = 0;
      rows.push_back(row);
    }
  }
  return rows;
}

Wanted::Rows Wanted::without_conditional() const {
  Rows rows;
  for (const auto& component : components_) {
    std::vector<domain::Document> documents;
    documents.reserve(component.size());
    for (const Item* item : component) documents.push_back(item->conditional ? unlinked(item->engine) : item->engine);
    for (Balance& row : domain::attribute(documents)) rows.push_back(row);
  }
  return rows;
}

void Wanted::load_present() {
  std::vector<DocumentKey> keys;
  for (const auto& [key, item] : items_) {
    if (item.is_known && item.parked_key.empty()) keys.push_back(key);
  }
  present_ = ledger_.balances(keys);
}

/// Opportunities whose coverage has to be worked out: their invoiced series differs from the stored one, or one of the
/// credits looked at hangs on it. Where a series stays, so does what it covers; looking at those credits all the same
/// would make the reading of many documents of one opportunity grow with the square of their number.
std::set<Id> Wanted::uncovered(const Rows& rows) const {
  std::map<std::tuple<Id, DocumentKey, Id, domain::Day>, std::int64_t> changes;
  for (const Balance& row : rows) {
    const DocumentKey document{row.kind, row.document};
    if (row.opportunity != 0 && is_invoiced(row.measure) && items_.at(document).parked_key.empty())
      changes[{row.opportunity, document, row.campaign, row.effective_date}] += row.amount.company;
  }
  for (const auto& [key, amount] : present_) {
    if (key.opportunity != 0 && is_invoiced(key.measure))
      changes[{key.opportunity, key.document, key.campaign, key.belongs_to()}] -= amount.company;
  }
  std::set<Id> opportunities;
  for (const auto& [part, change] : changes) {
    if (change != 0) opportunities.insert(std::get<0>(part));
  }
  for (const auto& [key, item] : items_) {
    if (item.conditional && item.engine.measure != Measure::none) opportunities.insert(item.decision.opportunity);
  }
  return opportunities;
}

/// The other credits without reference that are linked by rule to those opportunities.
bool Wanted::load_conditional(const Rows& rows) {
  const std::set<Id> opportunities = uncovered(rows);
  std::vector<DocumentKey> fresh;
  for (const DocumentKey& key :
       store::LinkStore(session_, company_).conditional_of({opportunities.begin(), opportunities.end()})) {
    if (!items_.contains(key)) fresh.push_back(key);
  }
  if (fresh.empty()) return false;
  const std::size_t before = items_.size();
  resolver_.add(store::DocumentStore(session_, company_).load_connected(fresh), items_);
  return items_.size() != before;
}

void Wanted::place_credits(Rows& rows) {
  std::map<Id, std::vector<Item*>> waiting;  // by opportunity
  for (auto& [key, item] : items_) {
    if (item.conditional && item.engine.measure != Measure::none) waiting[item.decision.opportunity].push_back(&item);
  }
  if (waiting.empty()) return;

  // What every document gives its opportunities without the conditional links, and what these add.
  struct Part {
    std::map<Id, std::int64_t> firm, conditional;  // company amounts by campaign
    domain::Day date = 0;
  };
  std::map<Id, std::map<Id, Part>> parts;  // opportunity -> invoice -> amounts
  const auto is_waiting = [&](const Balance& row) {
    const auto found = waiting.find(row.opportunity);
    return found != waiting.end() && is_invoiced(row.measure);
  };
  for (const Balance& row : without_conditional()) {
    if (!is_waiting(row)) continue;
    Part& part = parts[row.opportunity][row.document];
    part.firm[row.campaign] += row.amount.company;
    part.date = row.effective_date;
  }
  for (auto& [opportunity, items] : waiting) {
    for (Item* item : items) item->decision.placed = true;
  }
  for (const Balance& row : attribute_all()) {
    if (!is_waiting(row)) continue;
    const Item& item = items_.at({row.kind, row.document});
    if (!item.conditional || item.decision.opportunity != row.opportunity) continue;
    Part& part = parts[row.opportunity][row.document];
    part.conditional[row.campaign] += row.amount.company;
    part.date = row.effective_date;
  }
  std::vector<Id> opportunities;
  for (const auto& [opportunity, items] : waiting) opportunities.push_back(opportunity);
  // Documents that are not loaded here stand with their balances; parked ones too.
  for (const auto& part : ledger_.series(opportunities)) {
    const auto loaded = items_.find(part.document);
    if (loaded != items_.end() && loaded->second.parked_key.empty()) continue;
    Part& own = parts[part.opportunity][part.document.id];
    own.firm[part.campaign] += part.company_minor;
    own.date = part.effective_date;
  }
  for (auto& [opportunity, items] : waiting) {
    std::vector<domain::SeriesEntry> series;
    std::vector<Id> document_of;
    const auto entry = [&](Id document, const Part& part, bool conditional, const std::map<Id, std::int64_t>& amounts) {
      if (amounts.empty()) return;
      domain::SeriesEntry one{part.date, document, conditional, {}};
      for (const auto& [campaign, amount] : amounts) one.campaigns.push_back({campaign, amount});
      series.push_back(std::move(one));
      document_of.push_back(document);
    };
    for (const auto& [document, part] : parts[opportunity]) {
      entry(document, part, false, part.firm);
      auto added = part.conditional;
      for (const auto& [campaign, amount] : part.firm) {
        if (part.conditional.empty()) break;
        added[campaign] -= amount;
      }
      entry(document, part, true, added);
    }
    const std::vector<bool> stays = domain::cover_credits(series);
    std::set<Id> refused;
    for (std::size_t i = 0; i < series.size(); ++i) {
      if (series[i].conditional && !stays[i]) refused.insert(document_of[i]);
    }
    for (Item* item : items) item->decision.placed = !refused.contains(item->host.key.id);
  }
  rows = attribute_all();
}

void Wanted::compute() {
  // Remembers what is stored, so that a changed placement is saved.
  std::map<DocumentKey, bool> placed_before;
  const auto remember = [&] {
    for (const auto& [key, item] : items_) placed_before.try_emplace(key, item.decision.placed);
  };
  remember();
  group();
  Rows rows = attribute_all();
  load_present();
  while (load_conditional(rows)) {
    remember();
    group();
    rows = attribute_all();
    load_present();
  }
  place_credits(rows);
  for (auto& [key, item] : items_) {
    if (!item.conditional) continue;
    item.decision_changed = item.decision_changed || item.decision.placed != placed_before[key];
    if (!item.decision.placed) item.reason = "credit.not_placed";
  }
  for (const Balance& row : rows) {
    const Item& item = items_.at({row.kind, row.document});
    if (!item.parked_key.empty()) continue;
    auto& amount = wanted_[store::LedgerKey{{row.kind, row.document},
                                            row.line,
                                            row.opportunity,
                                            row.campaign,
                                            row.seller,
                                            row.measure,
                                            row.effective_date,
                                            item.host.customer,
                                            item.host.project,
                                            item.host.currency,
                                            row.renewal}];
    amount.document += row.amount.document;
    amount.company += row.amount.company;
  }
}

}  // namespace sales_leads::signals
