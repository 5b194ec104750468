// SPDX-License-Identifier: Apache-2.0
//
// Random components from a seed: orders, part invoices, credits, free lines, lines with several sources, several
// opportunities, campaigns and sellers, foreign currencies. Small amounts on purpose: odd units are where splits go
// wrong. The same seed gives the same component.
#pragma once

#include <algorithm>
#include <random>
#include <vector>

#include "builders.h"

namespace sales_leads::domain::test {

struct Wild {
  bool repeating = true;
  bool odd_sources = true;  // unknown ones, circles, credits of credits, lines of their own document
  bool drafts = true;
  bool orders_only = false;
};

class RandomComponent {
 public:
  explicit RandomComponent(std::uint64_t seed) : random_(seed) {}

  std::vector<Document> make(const Wild& wild) {
    std::vector<Document> documents;
    std::vector<Id> order_lines;
    std::vector<Id> invoice_lines;
    for (std::size_t i = 0, count = one_of(1, 3); i < count; ++i) {
      documents.push_back(make_order(wild));
      for (const Line& made : documents.back().lines) order_lines.push_back(made.id);
    }
    if (wild.orders_only) return documents;
    for (std::size_t i = 0, count = one_of(1, 4); i < count; ++i) {
      documents.push_back(make_invoice(wild, order_lines));
      for (const Line& made : documents.back().lines) invoice_lines.push_back(made.id);
    }
    if (!wild.odd_sources) return documents;
    for (std::size_t i = 0, count = one_of(0, 4); i < count; ++i) {
      documents.push_back(make_credit(wild, invoice_lines, order_lines));
      for (const Line& made : documents.back().lines) invoice_lines.push_back(made.id);
    }
    if (chance(4)) {  // somewhere a source that closes a circle
      Document& any = documents[one_of(0, documents.size() - 1)];
      if (any.kind == DocumentKind::invoice && !any.lines.empty()) {
        any.lines[one_of(0, any.lines.size() - 1)].sources.push_back(invoice_line(pick(invoice_lines), money(50)));
      }
    }
    return documents;
  }

  /// Credits in random pieces of all lines that count, over several documents, line by line to nothing.
  std::vector<Document> full_credits(const std::vector<Document>& documents) {
    return pieces_of(documents, DocumentKind::invoice);
  }
  /// Part invoices that together make up every line of the orders.
  std::vector<Document> full_invoices(const std::vector<Document>& documents) {
    return pieces_of(documents, DocumentKind::order);
  }

  /// The same component told in another order.
  std::vector<Document> shuffled(std::vector<Document> documents) {
    const auto shuffle = [&](auto& values) { std::shuffle(values.begin(), values.end(), random_); };
    shuffle(documents);
    for (Document& each : documents) {
      shuffle(each.lines);
      shuffle(each.contexts);
      shuffle(each.link.shares);
      for (Context& one : each.contexts) shuffle(one.sellers);
      for (Line& one : each.lines) {
        shuffle(one.sources);
        shuffle(one.link.shares);
      }
    }
    return documents;
  }

 private:
  std::size_t one_of(std::size_t low, std::size_t high) { return low + random_() % (high - low + 1); }
  bool chance(std::size_t in) { return random_() % in == 0; }
  Minor money(Minor limit) { return static_cast<Minor>(random_() % static_cast<std::uint64_t>(limit)); }
  Id pick(const std::vector<Id>& ids) { return ids[one_of(0, ids.size() - 1)]; }
  Day day(Day low, Day high) { return low + static_cast<Day>(random_() % static_cast<std::uint64_t>(high - low + 1)); }

  Amounts amounts() {
    Amounts net{};
    net.document = chance(20) ? money(2'000'000'000'000) : money(chance(2) ? 40 : 5'000);
    if (chance(10)) net.document = -net.document;
    // A rate that leaves odd units in the company's currency, and is another one for each line.
    net.company = chance(3) ? net.document : net.document * static_cast<Minor>(one_of(3, 40)) / 7;
    return net;
  }

  LinkSet link(bool is_explicit) {
    LinkSet made{.present = true, .is_explicit = is_explicit};
    BasisPoints left = kWhole;
    Id opportunity = 100;
    for (std::size_t i = 0, count = one_of(is_explicit ? 0 : 1, 3); i < count && left > 0; ++i) {
      opportunity += static_cast<Id>(one_of(1, 2));
      const auto share = chance(2) ? left : static_cast<BasisPoints>(one_of(1, static_cast<std::size_t>(left)));
      made.shares.push_back({opportunity, share});
      left -= share;
    }
    return made;
  }

  std::vector<WeightedId> weighted(Id from, std::size_t most) {
    std::vector<WeightedId> made;
    for (std::size_t i = 0, count = one_of(0, most); i < count; ++i) {
      made.push_back(
          {from += static_cast<Id>(one_of(1, 2)), static_cast<std::int64_t>(one_of(1, chance(2) ? 2 : 5'000))});
    }
    return made;
  }

  /// Links of the document and some lines, and a context for each opportunity there may be.
  void add_links(Document& made, bool own_lines) {
    if (!chance(6)) made.link = link(chance(8));
    for (Line& each : made.lines) {
      if (own_lines && chance(6)) each.link = link(true);
    }
    for (Id opportunity : {0, 101, 102, 103, 104, 105, 106}) {
      if (chance(8)) continue;
      made.contexts.push_back(context(opportunity, weighted(700, 3), weighted(10, 3)));
      made.contexts.back().recurring_months = static_cast<std::int32_t>(one_of(0, 3));
    }
    made.salesperson = static_cast<Id>(one_of(0, 3));
  }

  Line new_line(Amounts net) {
    Line made = line(++last_line_, 0);
    made.line_no = static_cast<std::int32_t>(one_of(1, 6));
    made.net = net;
    made.counts_as_sale = !chance(12);
    return made;
  }

  Document make_order(const Wild& wild) {
    Document made = order(++last_document_, day(1, 60), {}, {}, {});
    for (std::size_t i = 0, count = one_of(1, 5); i < count; ++i) made.lines.push_back(new_line(amounts()));
    add_links(made, true);
    if (wild.drafts && chance(6)) made.measure = Measure::none;
    if (chance(8)) made.measure = Measure::offered;
    return made;
  }

  Document make_invoice(const Wild& wild, const std::vector<Id>& order_lines) {
    Document made = invoice(++last_document_, day(1, 200), {});
    for (std::size_t i = 0, count = one_of(1, 5); i < count; ++i) {
      made.lines.push_back(new_line(amounts()));
      if (chance(4)) continue;  // a free line
      for (std::size_t source = 0, sources = chance(3) ? one_of(2, 4) : 1; source < sources; ++source) {
        made.lines.back().sources.push_back(order_line(pick(order_lines), chance(5) ? 0 : money(500) - 100));
      }
      if (wild.odd_sources && chance(10)) made.lines.back().sources.push_back(order_line(999'999, money(99)));
    }
    add_links(made, chance(2));
    made.is_repeating = wild.repeating && chance(4);
    if (wild.drafts && chance(8)) made.measure = Measure::none;
    return made;
  }

  Document make_credit(const Wild& wild, const std::vector<Id>& invoice_lines, const std::vector<Id>& order_lines) {
    Document made = credit(++last_document_, day(50, 300), {});
    for (std::size_t i = 0, count = one_of(1, 4); i < count; ++i) {
      Amounts net = amounts();
      made.lines.push_back(new_line({-net.document, -net.company}));
      if (chance(6)) continue;
      for (std::size_t source = 0, sources = chance(4) ? 2 : 1; source < sources; ++source) {
        made.lines.back().sources.push_back(chance(8) ? order_line(pick(order_lines), money(300))
                                                      : invoice_line(pick(invoice_lines), money(300)));
      }
    }
    add_links(made, chance(4));
    made.is_repeating = wild.repeating && chance(8);
    if (wild.drafts && chance(8)) made.measure = Measure::none;
    return made;
  }

  /// Each line's amounts in one to four random pieces, negative for invoices, each in one of three documents.
  std::vector<Document> pieces_of(const std::vector<Document>& documents, DocumentKind kind) {
    const Minor sign = kind == DocumentKind::invoice ? -1 : 1;
    std::vector<Document> made;
    for (int i = 0; i < 3; ++i) {
      made.push_back(sign < 0 ? credit(++last_document_, day(1, 400), {}) : invoice(++last_document_, day(1, 400), {}));
    }
    for (const Document& each : documents) {
      if (each.kind != kind || each.measure == Measure::none) continue;
      for (const Line& one : each.lines) {
        if (!one.counts_as_sale) continue;
        Amounts left{sign * one.net.document, sign * one.net.company};
        for (std::size_t piece = one_of(1, 4); piece > 0; --piece) {
          Amounts part = left;
          if (piece > 1)
            part = {left.document / static_cast<Minor>(one_of(1, 4)), left.company / static_cast<Minor>(one_of(1, 4))};
          Line taken = new_line(part);
          taken.counts_as_sale = true;
          taken.sources = {sign < 0 ? invoice_line(one.id) : order_line(one.id)};
          made[one_of(0, 2)].lines.push_back(taken);
          left.document -= part.document;
          left.company -= part.company;
        }
      }
    }
    return made;
  }

  std::mt19937_64 random_;
  Id last_line_ = 0;
  Id last_document_ = 0;
};

}  // namespace sales_leads::domain::test
