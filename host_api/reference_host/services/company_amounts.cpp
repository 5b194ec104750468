// SPDX-License-Identifier: Apache-2.0
#include "services/company_amounts.h"

#include <algorithm>

namespace erp::host {

namespace {

using Amount = std::optional<std::int64_t>;

struct CreditedLine {
  std::int64_t net = 0;
  Amount company;
  std::int64_t credited_net = 0;      // by other credit notes that count, negative
  std::int64_t credited_company = 0;  // what they took of the company amount, negative
  bool all_known = true;
};

CreditedLine credited_line(Unit& unit, std::int64_t line, std::int64_t own_document) {
  CreditedLine out;
  std::tie(out.net, out.company) =
      unit.db()
          .row<std::int64_t, Amount>("select net_minor, company_net_minor from host_invoice_line where id = ?", {line})
          .value();
  for (const auto& [net, company] : unit.db().rows<std::int64_t, Amount>(
           "select s.net_minor, s.company_net_minor from host_invoice_line_source s join host_invoice_line l on l.id = "
           "s.invoice_line_id join host_invoice i on i.id = l.invoice_id where s.source_kind = 'invoice_line' and "
           "s.source_line_id = ? and i.kind = 'credit_note' and i.counts = 1 and i.id <> ?",
           {line, own_document})) {
    out.credited_net = add(out.credited_net, net);
    out.credited_company = add(out.credited_company, company.value_or(0));
    out.all_known = out.all_known && company.has_value();
  }
  return out;
}

/// What credits of this document and line have taken so far, beside what credited_line() finds in the database.
struct Taken {
  std::int64_t line = 0;
  std::int64_t net = 0;
  std::int64_t company = 0;
};

Taken& taken_of(std::vector<Taken>& taken, std::int64_t line) {
  const auto found = std::find_if(taken.begin(), taken.end(), [&](const Taken& one) { return one.line == line; });
  return found != taken.end() ? *found : taken.emplace_back(Taken{line, 0, 0});
}

Amount credit_part(Unit& unit, const Invoice& credit, const LineSource& source, std::int64_t day,
                   std::vector<Taken>& taken) {
  const CreditedLine credited = credited_line(unit, source.line, credit.id);
  if (!credited.company || !credited.all_known) return std::nullopt;
  if (credited.net == 0) return unit.company_amount(credit.currency, source.net_minor, day);
  Taken& own = taken_of(taken, source.line);
  // The running credit decides, not this part alone: after the last one nothing is left over in either currency.
  // Worked example: net 3.00 is 0.10 in company currency; credits of 1.00 take 0.03, 0.04, 0.03.
  const std::int64_t net_after = add(add(credited.credited_net, own.net), source.net_minor);
  const std::int64_t company_after = mul_div(*credited.company, net_after, credited.net);
  const std::int64_t part = add(company_after, -add(credited.credited_company, own.company));
  own.net = add(own.net, source.net_minor);
  own.company = add(own.company, part);
  return part;
}

Amount credit_amount(Unit& unit, const Invoice& credit, DocumentLine& line, std::int64_t day,
                     std::vector<Taken>& taken) {
  std::int64_t total = 0;
  std::int64_t rest = line.net_minor;
  bool known = true;
  for (LineSource& source : line.sources) {
    if (source.kind != "invoice_line") continue;
    source.company_net_minor = credit_part(unit, credit, source, day, taken);
    known = known && source.company_net_minor.has_value();
    total = add(total, source.company_net_minor.value_or(0));
    rest = add(rest, -source.net_minor);
  }
  if (rest != 0) {
    const Amount own = unit.company_amount(credit.currency, rest, day);
    known = known && own.has_value();
    total = add(total, own.value_or(0));
  }
  return known ? Amount(total) : std::nullopt;
}

bool has_gaps(const Document& document) {
  return std::any_of(document.lines.begin(), document.lines.end(),
                     [](const DocumentLine& line) { return !line.company_net_minor; });
}

std::vector<std::int64_t> documents_with_gaps(Unit& unit, const std::string& sql,
                                              const std::optional<std::string>& currency) {
  std::vector<std::int64_t> out;
  for (const auto& [id] : unit.db().rows<std::int64_t>(sql, {unit.company_id(), currency.value_or(""), !currency}))
    out.push_back(id);
  return out;
}

}  // namespace

void set_company_amounts(Unit& unit, Order& order) {
  const auto time = order.amount_time();
  for (DocumentLine& line : order.lines) {
    line.company_net_minor =
        time ? unit.company_amount(order.currency, line.net_minor, unit.zone().day_of(*time)) : std::nullopt;
  }
}

void set_company_amounts(Unit& unit, Invoice& invoice, bool only_missing) {
  if (!invoice.posted_at) return;
  const std::int64_t day = unit.zone().day_of(*invoice.posted_at);
  std::vector<Taken> taken;
  for (DocumentLine& line : invoice.lines) {
    if (only_missing && line.company_net_minor) {
      for (const LineSource& source : line.sources) {
        if (source.kind != "invoice_line") continue;
        Taken& own = taken_of(taken, source.line);
        own.net = add(own.net, source.net_minor);
        own.company = add(own.company, source.company_net_minor.value_or(0));
      }
      continue;
    }
    line.company_net_minor = invoice.kind == "credit_note" && !line.sources.empty()
                                 ? credit_amount(unit, invoice, line, day, taken)
                                 : unit.company_amount(invoice.currency, line.net_minor, day);
  }
}

void store_company_amounts(Unit& unit, const Order& order) {
  for (const DocumentLine& line : order.lines) {
    unit.db().exec("update host_order_line set company_net_minor = ?, row_version = row_version + 1 where id = ?",
                   {line.company_net_minor, line.id});
  }
}

void store_company_amounts(Unit& unit, const Invoice& invoice) {
  for (const DocumentLine& line : invoice.lines) {
    unit.db().exec("update host_invoice_line set company_net_minor = ?, row_version = row_version + 1 where id = ?",
                   {line.company_net_minor, line.id});
    for (const LineSource& source : line.sources) {
      unit.db().exec(
          "update host_invoice_line_source set company_net_minor = ? where invoice_line_id = ? and source_kind = ? and "
          "source_line_id = ?",
          {source.company_net_minor, line.id, source.kind, source.line});
    }
  }
}

std::int64_t fill_missing_amounts(Unit& unit, const std::optional<std::string>& currency) {
  std::int64_t changed = 0;
  for (const std::int64_t id :
       documents_with_gaps(unit,
                           "select o.id from host_order o where o.company_id = ? and (o.currency = ? or 1 = cast(? as "
                           "bigint)) and o.state <> "
                           "'deleted' and (o.confirmed_at is not null or o.state = 'offer') and o.id in (select "
                           "l.order_id from host_order_line l where "
                           "l.company_id = o.company_id and l.company_net_minor is null) order by o.id",
                           currency)) {
    Order order = load_order(unit, id, true);
    const Order before = order;
    set_company_amounts(unit, order);
    // An amount that was fixed stays fixed.
    for (std::size_t i = 0; i < order.lines.size(); ++i) {
      if (before.lines[i].company_net_minor) order.lines[i].company_net_minor = before.lines[i].company_net_minor;
    }
    if (has_gaps(order)) continue;
    store_company_amounts(unit, order);
    touch(unit, "order", id);
    unit.raise(Topic::order, order.state == "offer" ? "offer.changed" : "order.changed", id, order.state, order.state);
    ++changed;
  }
  // Invoices first: credits take the amounts of what they credit.
  for (const std::int64_t id : documents_with_gaps(
           unit,
           "select i.id from host_invoice i where i.company_id = ? and (i.currency = ? or 1 = cast(? as bigint)) and "
           "i.posted_at is not null and i.id in (select l.invoice_id from host_invoice_line l where "
           "l.company_id = i.company_id and l.company_net_minor is null) order by case i.kind when 'invoice' then 0 "
           "else 1 end, i.posted_at, i.id",
           currency)) {
    Invoice invoice = load_invoice(unit, id, true);
    set_company_amounts(unit, invoice, true);
    if (has_gaps(invoice)) continue;
    store_company_amounts(unit, invoice);
    touch(unit, "invoice", id);
    unit.raise(Topic::invoice, "invoice.changed", id, invoice.state, invoice.state);
    ++changed;
  }
  return changed;
}

}  // namespace erp::host
