// SPDX-License-Identifier: Apache-2.0
#include "services/orders.h"

#include <algorithm>

#include "services/company_amounts.h"
#include "services/line_input.h"
#include "services/records.h"

namespace erp::host::orders {

namespace {

std::string_view changed_event(const Order& order) {
  return order.state == "offer" ? "offer.changed" : "order.changed";
}

[[noreturn]] void wrong_state(const Order& order, std::string_view wish, std::string_view remedy) {
  refuse(ERP_WRONG_STATE, "order.state",
         "order " + order.number + " is in state " + order.state + " and cannot be " + std::string(wish) + ". " +
             std::string(remedy));
}

Order locked(Unit& unit, const json::object& input) {
  Order order = load_order(unit, required_integer(input, "id"), true);
  check_version(input, "order", order.id, order.version);
  if (order.state == "deleted") wrong_state(order, "changed", "Create a new order.");
  return order;
}

json::value answer(Unit& unit, std::int64_t id) { return document_answer(load_order(unit, id)); }

void store_head(Unit& unit, const Order& order) {
  unit.db().exec(
      "update host_order set customer_id = ?, project_id = ?, state = ?, salesperson_id = ?, offered_at = ?, "
      "confirmed_at = "
      "?, row_version = row_version + 1 where id = ?",
      {order.customer, order.project, order.state, order.salesperson, order.offered_at, order.confirmed_at, order.id});
}

json::value move(Unit& unit, Order& order, std::string_view to, std::string_view event) {
  const std::string from = order.state;
  order.state = to;
  store_head(unit, order);
  unit.raise(Topic::order, event, order.id, from, to);
  return answer(unit, order.id);
}

bool is_invoiced(Unit& unit, std::int64_t line) {
  return unit.db()
      .row<std::int64_t>(
          "select i.id from host_invoice_line_source s join host_invoice_line l on l.id = s.invoice_line_id join "
          "host_invoice i on i.id = l.invoice_id where s.source_kind = 'order_line' and s.source_line_id = ? and "
          "i.state not "
          "in ('voided', 'deleted') limit 1",
          {line})
      .has_value();
}

/// Lines keep their ids where they can: by "id", or else by position. Those left over go.
void replace_lines(Unit& unit, Order& order, const json::array& input) {
  std::vector<DocumentLine> wanted;
  std::vector<Reference> references;
  read_lines(unit, input, wanted, references);
  std::vector<DocumentLine> left = order.lines;
  const bool by_id = std::any_of(wanted.begin(), wanted.end(), [](const DocumentLine& line) { return line.id != 0; });
  std::size_t position = 0;
  std::vector<std::pair<std::int64_t, std::int64_t>> written;  // position in the input, id
  std::vector<DocumentLine> fresh;
  for (DocumentLine& line : wanted) {
    ++position;
    const auto kept = std::find_if(left.begin(), left.end(), [&](const DocumentLine& present) {
      return by_id ? present.id == line.id : present.line_no == static_cast<std::int64_t>(position);
    });
    if (by_id && line.id != 0 && kept == left.end()) {
      refuse(ERP_NOT_FOUND, "order.line.not_found",
             "lines[" + std::to_string(position - 1) + "].id " + std::to_string(line.id) + " is no line of order " +
                 order.number + ". See order.get.");
    }
    const bool is_new = kept == left.end();
    line.id = is_new ? unit.new_id("order_line") : kept->id;
    line.version = is_new ? 1 : kept->version;
    written.emplace_back(static_cast<std::int64_t>(position), line.id);
    if (!is_new) left.erase(kept);
  }
  for (const DocumentLine& gone : left) {
    if (is_invoiced(unit, gone.id)) {
      refuse(ERP_WRONG_STATE, "order.line.invoiced",
             "line " + std::to_string(gone.line_no) + " of order " + order.number +
                 " is invoiced and cannot be removed. Keep it, or credit the invoice and set the line's net.");
    }
    unit.db().exec("delete from host_document_ref where document_kind = 'order' and document_id = ? and line_id = ?",
                   {order.id, gone.id});
    unit.db().exec("delete from host_order_line where id = ?", {gone.id});
  }
  // Line numbers move out of each other's way first: they are unique within the order.
  unit.db().exec("update host_order_line set line_no = -line_no where order_id = ?", {order.id});
  order.lines = std::move(wanted);
  set_company_amounts(unit, order);
  DocumentWriter writer(unit);
  for (DocumentLine& line : order.lines) {
    const auto updated = unit.db().exec(
        "update host_order_line set line_no = ?, description = ?, quantity_units = ?, quantity_exponent = ?, net_minor "
        "= ?, "
        "company_net_minor = ?, counts_as_sale = ?, row_version = row_version + 1 where id = ?",
        {line.line_no, line.description, line.quantity.units, static_cast<std::int64_t>(line.quantity.exponent),
         line.net_minor, line.company_net_minor, line.counts_as_sale, line.id});
    if (updated == 0) writer.write_line(order, line);
  }
  writer.flush();
  for (const auto& [at, id] : written) {
    const json::object& one = input[static_cast<std::size_t>(at - 1)].as_object();
    for (const std::string_view name : {"opportunity", "campaign"}) {
      if (const auto ref = integer_of(one, name)) {
        host::set_reference(unit, "order", order.id, id, "sales_leads." + std::string(name), *ref);
      }
    }
  }
}

}  // namespace

json::value create(Unit& unit, const json::object& input) {
  Order order;
  order.customer = usable_customer(unit, required_integer(input, "customer"), "customer");
  order.project = integer_of(input, "project");
  if (order.project) require_project(unit, *order.project, "project");
  order.salesperson = has(input, "salesperson") ? integer_of(input, "salesperson") : employee_of_caller(unit);
  if (order.salesperson) require_employee(unit, *order.salesperson, "salesperson");
  order.currency = document_currency(unit, text_of(input, "currency"));
  order.state = text_of(input, "state").value_or("draft");
  if (order.state == "offer") {
    const auto at = text_of(input, "offered_at");
    order.offered_at = at ? parse_time(*at, unit.zone(), "offered_at") : unit.now_us();
  }
  const json::array* lines = array_of(input, "lines");
  if (lines == nullptr || lines->empty()) {
    refuse(ERP_INVALID_ARGUMENT, "order.lines.missing", "lines is empty. Give at least one line with its net amount.");
  }
  order.number = number_for(unit, "order", text_of(input, "number"));
  order.id = unit.new_id("order");
  read_references(input, 0, unit, order.references);
  read_lines(unit, *lines, order.lines, order.references);
  give_line_ids(unit, "order_line", order);
  set_company_amounts(unit, order);
  DocumentWriter writer(unit);
  writer.write(order);
  writer.flush();
  unit.raise(Topic::order, order.state == "offer" ? "offer.created" : "order.created", order.id, "", order.state);
  return document_answer(order);
}

json::value update(Unit& unit, const json::object& input) {
  Order order = locked(unit, input);
  if (order.state == "cancelled") wrong_state(order, "changed", "Set it back with order.draft first.");
  if (auto customer = integer_of(input, "customer")) order.customer = usable_customer(unit, *customer, "customer");
  if (has(input, "project")) order.project = integer_of(input, "project");
  if (order.project) require_project(unit, *order.project, "project");
  if (has(input, "salesperson")) order.salesperson = integer_of(input, "salesperson");
  if (order.salesperson) require_employee(unit, *order.salesperson, "salesperson");
  if (const json::array* lines = array_of(input, "lines")) {
    if (lines->empty()) {
      refuse(ERP_INVALID_ARGUMENT, "order.lines.missing",
             "lines is empty. Give at least one line, or delete the order.");
    }
    replace_lines(unit, order, *lines);
  }
  store_head(unit, order);
  unit.raise(Topic::order, changed_event(order), order.id, order.state, order.state);
  return answer(unit, order.id);
}

json::value confirm(Unit& unit, const json::object& input) {
  Order order = locked(unit, input);
  if (order.state == "confirmed") wrong_state(order, "confirmed", "It is confirmed already.");
  if (order.state == "cancelled") wrong_state(order, "confirmed", "Set it back with order.draft first.");
  const auto at = text_of(input, "at");
  order.confirmed_at = at ? parse_time(*at, unit.zone(), "at") : unit.now_us();
  const std::string from = order.state;
  order.state = "confirmed";
  set_company_amounts(unit, order);
  store_company_amounts(unit, order);
  order.state = from;
  return move(unit, order, "confirmed", "order.confirmed");
}

json::value cancel(Unit& unit, const json::object& input) {
  Order order = locked(unit, input);
  if (order.state == "cancelled") wrong_state(order, "cancelled", "It is cancelled already.");
  return move(unit, order, "cancelled", "order.cancelled");
}

json::value draft(Unit& unit, const json::object& input) {
  Order order = locked(unit, input);
  if (order.state == "draft") wrong_state(order, "set back to draft", "It is a draft already.");
  return move(unit, order, "draft", "order.drafted");
}

json::value remove(Unit& unit, const json::object& input) {
  Order order = locked(unit, input);
  for (const DocumentLine& line : order.lines) {
    if (is_invoiced(unit, line.id)) wrong_state(order, "deleted", "It is invoiced: cancel it instead.");
  }
  return move(unit, order, "deleted", "order.deleted");
}

json::value get(Unit& unit, const json::object& input) {
  return order_json(load_order(unit, required_integer(input, "id")));
}

json::value list(Unit& unit, const json::object& input) {
  const Page page = page_of(input);
  const auto state = text_of(input, "state");
  const auto customer = integer_of(input, "customer");
  json::array rows;
  json::value next(nullptr);
  for (auto& [id, number, customer_id, order_state, currency, net, version] :
       unit.db().rows<std::int64_t, std::string, std::int64_t, std::string, std::string, std::int64_t, std::int64_t>(
           "select o.id, o.number, o.customer_id, o.state, o.currency, (select cast(coalesce(sum(l.net_minor), 0) as "
           "bigint) "
           "from host_order_line l where l.order_id = o.id), o.row_version from host_order o where o.company_id = ? "
           "and o.id "
           "> ? and (cast(? as bigint) = 0 or o.state = ?) and (cast(? as bigint) = 0 or o.customer_id = ?) order by "
           "o.id limit "
           "?",
           {unit.company_id(), page.after, state.has_value(), state.value_or(""), customer.has_value(),
            customer.value_or(0), page.limit})) {
    rows.push_back({{"id", id},
                    {"version", version},
                    {"number", number},
                    {"customer", customer_id},
                    {"state", order_state},
                    {"net", json::object{{"minor", net}, {"currency", currency}}}});
    if (static_cast<std::int64_t>(rows.size()) == page.limit) next = id;
  }
  return json::object{{"orders", std::move(rows)}, {"next", std::move(next)}};
}

json::value set_reference(Unit& unit, const json::object& input) {
  const std::string kind = required_text(input, "kind");
  const std::int64_t id = required_integer(input, "document");
  const std::int64_t line = integer_of(input, "line").value_or(0);
  const std::int64_t ref_id = required_integer(input, "id");
  const std::string reference = required_text(input, "reference");
  const bool is_order = kind == "order";
  const Document document = is_order ? static_cast<Document>(load_order(unit, id, true)) : load_invoice(unit, id, true);
  check_version(input, kind, id, document.version);
  if (ref_id < 0) {
    refuse(ERP_INVALID_ARGUMENT, "document.reference.id.invalid",
           "id " + std::to_string(ref_id) + " is no id. Give one above 0, or 0 to clear the reference.");
  }
  if (document.state == "deleted") {
    refuse(ERP_WRONG_STATE, kind + ".state", kind + " " + document.number + " is deleted and takes no reference.");
  }
  if (line != 0 && std::none_of(document.lines.begin(), document.lines.end(),
                                [&](const DocumentLine& one) { return one.id == line; })) {
    refuse(ERP_NOT_FOUND, kind + ".line.not_found",
           "line " + std::to_string(line) + " is no line of " + kind + " " + document.number +
               ". Give a line's id, or 0.");
  }
  if (!host::set_reference(unit, kind, id, line, reference, ref_id)) {
    return json::object{{"id", id}, {"version", document.version}};
  }
  touch(unit, kind, id);
  const std::string_view event = !is_order                   ? "invoice.changed"
                                 : document.state == "offer" ? "offer.changed"
                                                             : "order.changed";
  unit.raise(is_order ? Topic::order : Topic::invoice, event, id, document.state, document.state);
  return json::object{{"id", id}, {"version", document.version + 1}};
}

}  // namespace erp::host::orders
