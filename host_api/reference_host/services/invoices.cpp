// SPDX-License-Identifier: Apache-2.0
#include "services/invoices.h"

#include "services/company_amounts.h"

namespace erp::host::invoices {

namespace {

std::string name_of(const Invoice& invoice) {
  return (invoice.kind == "credit_note" ? "credit note " : "invoice ") + invoice.number;
}

[[noreturn]] void wrong_state(const Invoice& invoice, std::string_view wish, std::string_view remedy) {
  refuse(ERP_WRONG_STATE, "invoice.state",
         name_of(invoice) + " is in state " + invoice.state + " and cannot be " + std::string(wish) + ". " +
             std::string(remedy));
}

Invoice locked(Unit& unit, const json::object& input) {
  Invoice invoice = load_invoice(unit, required_integer(input, "id"), true);
  check_version(input, "invoice", invoice.id, invoice.version);
  return invoice;
}

json::value move(Unit& unit, Invoice& invoice, std::string_view to, bool counts, std::string_view event) {
  const std::string from = invoice.state;
  unit.db().exec(
      "update host_invoice set state = ?, counts = ?, posted_at = ?, row_version = row_version + 1 where id = ?",
      {to, counts, invoice.posted_at, invoice.id});
  unit.raise(Topic::invoice, event, invoice.id, from, to);
  return document_answer(load_invoice(unit, invoice.id));
}

void require_posted(const Invoice& invoice, std::string_view wish) {
  if (invoice.state == "posted" || invoice.state == "paid") return;
  wrong_state(invoice, wish,
              invoice.state == "draft" ? "Delete the draft, or post it first." : "Only a posted or paid one can.");
}

/// Two credits of one line must not both take its rest: the credited invoices are locked, in order of their ids.
void lock_credited(Unit& unit, const Invoice& credit) {
  if (!unit.db().postgresql() || credit.kind != "credit_note") return;
  unit.db().rows<std::int64_t>(
      "select i.id from host_invoice i where i.id in (select c.invoice_id from host_invoice_line_source s join "
      "host_invoice_line l on l.id = s.invoice_line_id join host_invoice_line c on c.id = s.source_line_id where "
      "l.invoice_id "
      "= ? and s.source_kind = 'invoice_line') order by i.id for update",
      {credit.id});
}

}  // namespace

json::value post(Unit& unit, const json::object& input) {
  Invoice invoice = locked(unit, input);
  if (invoice.state != "draft") wrong_state(invoice, "posted", "Only a draft can.");
  const auto at = text_of(input, "at");
  invoice.posted_at = at ? parse_time(*at, unit.zone(), "at") : unit.now_us();
  lock_credited(unit, invoice);
  set_company_amounts(unit, invoice);
  store_company_amounts(unit, invoice);
  return move(unit, invoice, "posted", true, "invoice.posted");
}

json::value pay(Unit& unit, const json::object& input) {
  Invoice invoice = locked(unit, input);
  if (invoice.state != "posted") wrong_state(invoice, "paid", "Only a posted one can.");
  return move(unit, invoice, "paid", true, "invoice.paid");
}

json::value cancel(Unit& unit, const json::object& input) {
  Invoice invoice = locked(unit, input);
  require_posted(invoice, "cancelled");
  return move(unit, invoice, "cancelled", true, "invoice.cancelled");
}

json::value make_void(Unit& unit, const json::object& input) {
  Invoice invoice = locked(unit, input);
  require_posted(invoice, "voided");
  return move(unit, invoice, "voided", false, "invoice.voided");
}

json::value remove(Unit& unit, const json::object& input) {
  Invoice invoice = locked(unit, input);
  if (invoice.state != "draft") {
    wrong_state(invoice, "deleted", "Only a draft can; void it, or credit it with credit_note.create.");
  }
  return move(unit, invoice, "deleted", false, "invoice.deleted");
}

json::value get(Unit& unit, const json::object& input) {
  return invoice_json(load_invoice(unit, required_integer(input, "id")));
}

json::value list(Unit& unit, const json::object& input) {
  const Page page = page_of(input);
  const auto state = text_of(input, "state");
  const auto customer = integer_of(input, "customer");
  json::array rows;
  json::value next(nullptr);
  for (auto& [id, number, kind, customer_id, invoice_state, currency, net, version] :
       unit.db()
           .rows<std::int64_t, std::string, std::string, std::int64_t, std::string, std::string, std::int64_t,
                 std::int64_t>(
               "select i.id, i.number, i.kind, i.customer_id, i.state, i.currency, (select "
               "cast(coalesce(sum(l.net_minor), "
               "0) as bigint) from host_invoice_line l where l.invoice_id = i.id), i.row_version from host_invoice i "
               "where "
               "i.company_id = ? and i.id > ? and (cast(? as bigint) = 0 or i.state = ?) and (cast(? as bigint) = 0 or "
               "i.customer_id = ?) order by i.id limit ?",
               {unit.company_id(), page.after, state.has_value(), state.value_or(""), customer.has_value(),
                customer.value_or(0), page.limit})) {
    rows.push_back({{"id", id},
                    {"version", version},
                    {"number", number},
                    {"kind", kind},
                    {"customer", customer_id},
                    {"state", invoice_state},
                    {"net", json::object{{"minor", net}, {"currency", currency}}}});
    if (static_cast<std::int64_t>(rows.size()) == page.limit) next = id;
  }
  return json::object{{"invoices", std::move(rows)}, {"next", std::move(next)}};
}

}  // namespace erp::host::invoices
