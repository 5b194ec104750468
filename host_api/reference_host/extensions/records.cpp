// SPDX-License-Identifier: Apache-2.0
//
// erp.documents/1 and erp.directory/1: single records, with the rights of the call's token. Work, which has no user,
// may read: it sees the same rows in the views.
#include "erp/stream.hpp"
#include "erp/text.hpp"
#include "extensions/context.h"
#include "services/directory.h"
#include "services/orders.h"
#include "services/requests.h"

namespace erp::host {

namespace {

constexpr std::size_t kJsonLimit = 1 << 20;

void require_reading(Context& context, const Caller& caller, std::string_view what) {
  if (caller.kind != ERP_ACTOR_SYSTEM) require_permission(context, caller, "host." + std::string(what) + ".view");
}

json::object json_object(const erp_source* source) {
  const std::string text = sdk::read_all(source, kJsonLimit);
  boost::system::error_code error;
  json::value value = json::parse(text, error);
  if (error || !value.is_object()) {
    refuse(ERP_INVALID_ARGUMENT, "json.invalid",
           "The input is not a JSON object" + (error ? ": " + error.message() : std::string()) + ". Correct it.");
  }
  return value.as_object();
}

// --- erp.documents/1

json::array view_lines(const Document& document, std::string_view owner, const Caller& caller) {
  json::array out;
  for (const DocumentLine& line : document.lines) {
    json::array sources;
    for (const LineSource& source : line.sources) {
      sources.push_back(
          {{"source_kind", source.kind}, {"source_line_id", source.line}, {"net_minor", source.net_minor}});
    }
    json::object one{{"id", line.id},
                     {std::string(owner) + "_id", document.id},
                     {"company_id", caller.company},
                     {"line_no", line.line_no},
                     {"description", line.description},
                     {"quantity_units", line.quantity.units},
                     {"quantity_exponent", line.quantity.exponent},
                     {"net_minor", line.net_minor},
                     {"company_net_minor", optional_json(line.company_net_minor)},
                     {"counts_as_sale", line.counts_as_sale ? 1 : 0},
                     {"row_version", line.version}};
    if (owner == "invoice") one["sources"] = std::move(sources);
    out.push_back(std::move(one));
  }
  return out;
}

json::object view_document(const Document& document, std::string_view kind, const Caller& caller) {
  json::array references;
  for (const Reference& reference : document.references) {
    references.push_back({{"line_id", reference.line},
                          {"ref_kind", reference.kind},
                          {"ref_id", reference.id},
                          {"set_by", optional_json(reference.set_by)},
                          {"set_at", reference.set_at},
                          {"copied", reference.copied ? 1 : 0},
                          {"row_version", reference.version}});
  }
  return {{"id", document.id},
          {"company_id", caller.company},
          {"number", document.number},
          {"customer_id", document.customer},
          {"project_id", optional_json(document.project)},
          {"state", document.state},
          {"salesperson_id", optional_json(document.salesperson)},
          {"currency", document.currency},
          {"row_version", document.version},
          {"lines", view_lines(document, kind, caller)},
          {"references", std::move(references)}};
}

erp_status read_document(void* ctx, const erp_call* call, erp_str kind, std::int64_t id, const erp_sink* out,
                         erp_error* error) {
  return host_slot(error, [&] {
    Context& context = context_of(ctx);
    const Caller caller = context.tokens().caller_of(call);
    const std::string name = stored_text(kind, "kind", 32);
    if (name != "order" && name != "invoice") {
      refuse(ERP_INVALID_ARGUMENT, "document.kind.invalid", "kind \"" + name + "\" is not order or invoice.");
    }
    require_reading(context, caller, name);
    Unit unit(context.base(), caller, Transaction::Mode::read);
    json::object found;
    if (name == "order") {
      const Order order = load_order(unit, id);
      found = view_document(order, "order", caller);
      found["offered_at"] = optional_json(order.offered_at);
      found["confirmed_at"] = optional_json(order.confirmed_at);
    } else {
      const Invoice invoice = load_invoice(unit, id);
      found = view_document(invoice, "invoice", caller);
      found["kind"] = invoice.kind;
      found["counts"] = invoice.counts ? 1 : 0;
      found["posted_at"] = optional_json(invoice.posted_at);
      found["is_repeating"] = invoice.is_repeating ? 1 : 0;
    }
    sdk::write_all(out, json::serialize(found));
  });
}

/// The documents' own references, in the form of order.create.
void take_references(Context& context, const json::object& input, json::object& order) {
  const json::array* references = array_of(input, "references");
  if (references == nullptr) return;
  for (const json::value& value : *references) {
    if (!value.is_object())
      refuse(ERP_INVALID_ARGUMENT, "references.invalid", "references holds something that is no object.");
    const std::string kind = required_text(value.get_object(), "kind");
    if (!context.is_own(kind)) {
      refuse(ERP_INVALID_ARGUMENT, "references.kind.invalid",
             "references: kind \"" + kind + "\" does not begin with \"" + context.manifest().id + ".\".");
    }
    order[kind.substr(context.manifest().id.size() + 1)] = required_integer(value.get_object(), "id");
  }
}

erp_status create_draft_order(void* ctx, const erp_call* call, erp_str request_id, const erp_source* source,
                              std::int64_t* id, erp_error* error) {
  return host_slot(error, [&] {
    Context& context = context_of(ctx);
    const Caller caller = context.tokens().caller_of(call);
    require_permission(context, caller, "host.order.change");
    if (id == nullptr) refuse(ERP_INVALID_ARGUMENT, "id.missing", "id is missing.");
    const std::string request = stored_text(request_id, "request_id", 100);
    const json::object input = json_object(source);
    json::object order;
    for (const std::string_view name : {"customer", "project", "currency", "lines", "salesperson"}) {
      if (const json::value* value = field(input, name)) order[name] = *value;
    }
    take_references(context, input, order);
    if (const json::array* lines = array_of(order, "lines")) {
      for (const json::value& line : *lines) {
        if (!line.is_object())
          refuse(ERP_INVALID_ARGUMENT, "order.lines.invalid", "lines holds something that is no object.");
        required_integer(line.get_object(), "net");
      }
    }
    Unit unit(context.base(), caller, Transaction::Mode::write);
    const std::string scope = context.manifest().id + "/create_draft_order";
    if (!request.empty()) {
      if (const auto known = earlier_answer(unit, scope, request, input)) {
        *id = known->at("id").as_int64();
        return;
      }
    }
    const json::value made = orders::create(unit, order);
    if (!request.empty()) keep_answer(unit, scope, request, input, made);
    unit.commit();
    *id = made.at("id").as_int64();
  });
}

erp_status set_document_reference(void* ctx, const erp_call* call, erp_str kind, std::int64_t document,
                                  std::int64_t line, erp_str ref_kind, std::int64_t ref_id, erp_error* error) {
  return host_slot(error, [&] {
    Context& context = context_of(ctx);
    const Caller caller = context.tokens().caller_of(call);
    require_permission(context, caller, "host.order.change");
    const std::string name = stored_text(kind, "kind", 32);
    const std::string reference = stored_text(ref_kind, "ref_kind", 100);
    if (name != "order" && name != "invoice") {
      refuse(ERP_INVALID_ARGUMENT, "document.kind.invalid", "kind \"" + name + "\" is not order or invoice.");
    }
    if (!context.is_own(reference)) {
      refuse(ERP_INVALID_ARGUMENT, "reference.kind.invalid",
             "ref_kind \"" + reference + "\" does not begin with \"" + context.manifest().id + ".\".");
    }
    Unit unit(context.base(), caller, Transaction::Mode::write);
    orders::set_reference(
        unit,
        json::object{{"kind", name}, {"document", document}, {"line", line}, {"reference", reference}, {"id", ref_id}});
    unit.commit();
  });
}

// --- erp.directory/1

erp_status read_record(void* ctx, const erp_call* call, erp_str kind, std::int64_t id, const erp_sink* out,
                       erp_error* error) {
  return host_slot(error, [&] {
    Context& context = context_of(ctx);
    const Caller caller = context.tokens().caller_of(call);
    const std::string name = stored_text(kind, "kind", 32);
    require_reading(context, caller, name == "contact" ? "customer" : name);
    Unit unit(context.base(), caller, Transaction::Mode::read);
    const auto found = directory::read(unit, name, id);
    if (!found) refuse(ERP_NOT_FOUND, name + ".not_found", "There is no " + naming(name, id) + " in this company.");
    sdk::write_all(out, json::serialize(*found));
  });
}

erp_status search_records(void* ctx, const erp_call* call, erp_str kind, erp_str text, std::uint32_t limit,
                          const erp_sink* out, erp_error* error) {
  return host_slot(error, [&] {
    Context& context = context_of(ctx);
    const Caller caller = context.tokens().caller_of(call);
    const std::string name = stored_text(kind, "kind", 32);
    const std::string wanted = stored_text(text, "text", 200);
    require_reading(context, caller, name == "contact" ? "customer" : name);
    Unit unit(context.base(), caller, Transaction::Mode::read);
    json::array rows;
    for (const std::int64_t id : directory::search(unit, name, wanted, std::min(limit, 100U))) {
      if (auto record = directory::read(unit, name, id)) rows.push_back(std::move(*record));
    }
    sdk::write_all(out, json::serialize(rows));
  });
}

erp_status create_customer(void* ctx, const erp_call* call, erp_str request_id, const erp_source* source,
                           std::int64_t* id, erp_error* error) {
  return host_slot(error, [&] {
    Context& context = context_of(ctx);
    const Caller caller = context.tokens().caller_of(call);
    require_permission(context, caller, "host.customer.change");
    if (id == nullptr) refuse(ERP_INVALID_ARGUMENT, "id.missing", "id is missing.");
    const std::string request = stored_text(request_id, "request_id", 100);
    const json::object input = json_object(source);
    if (const json::array* contacts = array_of(input, "contacts")) {
      for (const json::value& contact : *contacts) {
        if (!contact.is_object())
          refuse(ERP_INVALID_ARGUMENT, "contacts.invalid", "contacts holds something that is no object.");
      }
    }
    Unit unit(context.base(), caller, Transaction::Mode::write);
    const std::string scope = context.manifest().id + "/create_customer";
    if (!request.empty()) {
      if (const auto known = earlier_answer(unit, scope, request, input)) {
        *id = known->at("id").as_int64();
        return;
      }
    }
    const json::value made = directory::create_customer(unit, input);
    if (!request.empty()) keep_answer(unit, scope, request, input, made);
    unit.commit();
    *id = made.at("id").as_int64();
  });
}

}  // namespace

void fill_table(erp_documents& table) {
  table.read = read_document;
  table.create_draft_order = create_draft_order;
  table.set_reference = set_document_reference;
}

void fill_table(erp_directory& table) {
  table.read = read_record;
  table.search = search_records;
  table.create_customer = create_customer;
}

}  // namespace erp::host
