// SPDX-License-Identifier: Apache-2.0
#include "services/import.h"

#include <algorithm>
#include <cstdlib>

#include "services/company_amounts.h"
#include "services/documents.h"
#include "services/number_index.h"
#include "services/settings.h"

namespace erp::host {

namespace {

using Numbers = std::unordered_set<std::string>;

class Importer {
 public:
  explicit Importer(Unit& unit)
      : unit_(unit),
        writer_(unit),
        customers_(unit, "customer", "host_customer"),
        employees_(unit, "employee", "host_employee"),
        products_(unit, "product", "host_product"),
        projects_(unit, "project", "host_project"),
        orders_(unit, "order", "host_order"),
        invoices_(unit, "invoice", "host_invoice") {}

  ImportCounts run(const ImportBatch& batch) {
    if (!batch.currency_if_company_has_none.empty()) {
      settings::set_first_currency(unit_, batch.currency_if_company_has_none);
    }
    look_up(batch);
    write_customers(batch.customers);
    write_employees(batch.employees);
    write_products(batch.products);
    write_projects(batch.projects);
    write_orders(batch.orders);
    write_invoices(batch.invoices);
    writer_.flush();
    return {written_};
  }

 private:
  void look_up(const ImportBatch& batch) {
    Numbers customers, employees, products, projects, orders, invoices;
    for (const CustomerRow& row : batch.customers) customers.insert(row.number);
    for (const EmployeeRow& row : batch.employees) employees.insert(row.number);
    for (const ProductRow& row : batch.products) products.insert(row.number);
    for (const ProjectRow& row : batch.projects) {
      projects.insert(row.number);
      customers.insert(row.customer_number);
    }
    for (const OrderRow& row : batch.orders) {
      orders.insert(row.number);
      customers.insert(row.customer_number);
      projects.insert(row.project_number);
    }
    for (const InvoiceRow& row : batch.invoices) {
      invoices.insert(row.number);
      customers.insert(row.customer_number);
      projects.insert(row.project_number);
      for (const LineRow& line : row.lines) {
        for (const LineSourceRow& source : line.sources) {
          (source.source_kind == "order_line" ? orders : invoices).insert(source.document);
        }
      }
    }
    customers_.load(customers);
    employees_.load(employees);
    products_.load(products);
    projects_.load(projects);
    orders_.load(orders);
    invoices_.load(invoices);
    if (batch.employees.empty() && batch.orders.empty() && batch.invoices.empty()) return;
    for (auto& [id, number, name] : unit_.db().rows<std::int64_t, std::string, std::string>(
             "select id, number, name from host_employee where company_id = ? and state <> 'deleted' order by id desc",
             {unit_.company_id()})) {
      people_[name] = id;
      people_by_number_[number] = id;
    }
  }

  void write_customers(const std::vector<CustomerRow>& rows) {
    Bulk bulk(unit_.db(), "host_customer",
              {"id", "company_id", "number", "name", "organisation_number", "country", "is_stand_in", "state",
               "row_version"});
    const auto ids = unit_.new_ids("customer", rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const CustomerRow& row = rows[i];
      if (row.only_if_missing && customers_.find(row.number) != nullptr) continue;
      customers_.require_free(row.number);
      bulk.add({ids[i], unit_.company_id(), row.number, row.name.empty() ? row.number : row.name,
                text_or_null(row.organisation_number), text_or_null(row.country), row.is_stand_in, "active", 1});
      customers_.add(row.number, ids[i]);
      raise(Topic::customer, "customer.changed", ids[i], "active");
    }
    bulk.flush();
  }

  void write_employees(const std::vector<EmployeeRow>& rows) {
    Bulk bulk(unit_.db(), "host_employee", {"id", "company_id", "number", "name", "state", "row_version"});
    const auto ids = unit_.new_ids("employee", rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const EmployeeRow& row = rows[i];
      employees_.require_free(row.number);
      bulk.add({ids[i], unit_.company_id(), row.number, row.name.empty() ? row.number : row.name, "active", 1});
      employees_.add(row.number, ids[i]);
      people_[row.name] = ids[i];
      people_by_number_[row.number] = ids[i];
      raise(Topic::employee, "employee.changed", ids[i], "active");
    }
    bulk.flush();
    // Managers last: a file may name one who stands further down.
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (rows[i].manager.empty()) continue;
      unit_.db().exec("update host_employee set manager_id = ? where id = ?",
                      {person(rows[i].manager, "employee \"" + rows[i].number + "\", manager"), ids[i]});
    }
  }

  void write_products(const std::vector<ProductRow>& rows) {
    Bulk bulk(unit_.db(), "host_product",
              {"id", "company_id", "number", "name", "series", "currency", "price_minor", "row_version"});
    const auto ids = unit_.new_ids("product", rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const ProductRow& row = rows[i];
      products_.require_free(row.number);
      if (!row.currency.empty()) check_currency(row.currency, "currency");
      bulk.add({ids[i], unit_.company_id(), row.number, row.name, row.series, row.currency, row.price_minor, 1});
      products_.add(row.number, ids[i]);
      ++written_;
    }
    bulk.flush();
  }

  void write_projects(const std::vector<ProjectRow>& rows) {
    Bulk bulk(unit_.db(), "host_project",
              {"id", "company_id", "number", "name", "customer_id", "state", "row_version"});
    const auto ids = unit_.new_ids("project", rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const ProjectRow& row = rows[i];
      projects_.require_free(row.number);
      OptionalId customer;
      if (!row.customer_number.empty())
        customer = customers_.require(row.customer_number, "project \"" + row.number + "\"");
      bulk.add({ids[i], unit_.company_id(), row.number, row.name, customer, "open", 1});
      projects_.add(row.number, ids[i]);
      raise(Topic::project, "project.changed", ids[i], "open");
    }
    bulk.flush();
  }

  template <class Row>
  void fill_head(const Row& row, const std::string& name, Document& document) {
    document.number = row.number;
    document.customer = customers_.require(row.customer_number, name);
    if (!row.project_number.empty()) document.project = projects_.require(row.project_number, name);
    if (!row.salesperson.empty()) document.salesperson = person(row.salesperson, name + ", salesperson");
    document.currency = row.currency.empty() ? unit_.company().currency : check_currency(row.currency, "currency");
    if (document.currency.empty()) {
      refuse(ERP_INVALID_ARGUMENT, "company.currency.missing",
             name + ": it names no currency and the company has none. Set it with company.update.");
    }
    document.state = row.state;
    for (const ReferenceRow& reference : row.references) {
      document.references.push_back({0, reference.kind, reference.id, std::nullopt, unit_.now_us(), false, 1});
    }
    std::int64_t last = 0;
    for (const LineRow& given : row.lines) {
      DocumentLine line;
      line.line_no = given.line_no > 0 ? given.line_no : last + 1;
      last = line.line_no;
      line.description = given.description;
      line.quantity = {given.quantity_units, given.quantity_exponent};
      line.net_minor = given.net_minor;
      line.counts_as_sale = given.counts_as_sale;
      document.lines.push_back(std::move(line));
    }
  }

  template <class Row>
  void add_line_references(const Row& row, Document& document) {
    for (std::size_t i = 0; i < row.lines.size(); ++i) {
      for (const ReferenceRow& reference : row.lines[i].references) {
        document.references.push_back(
            {document.lines[i].id, reference.kind, reference.id, std::nullopt, unit_.now_us(), false, 1});
      }
    }
  }

  void write_orders(const std::vector<OrderRow>& rows) {
    std::size_t line_count = 0;
    for (const OrderRow& row : rows) line_count += row.lines.size();
    const auto ids = unit_.new_ids("order", rows.size());
    const auto line_ids = unit_.new_ids("order_line", line_count);
    std::size_t next_line = 0;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const OrderRow& row = rows[i];
      const std::string name = "order \"" + row.number + "\"";
      orders_.require_free(row.number);
      check_state(row.state, {"offer", "draft", "confirmed", "cancelled"}, name);
      Order order;
      fill_head(row, name, order);
      order.id = ids[i];
      order.offered_at = row.offered_at;
      order.confirmed_at = row.confirmed_at;
      if (order.state == "offer" && !order.offered_at) order.offered_at = unit_.now_us();
      if (order.state == "confirmed" && !order.confirmed_at) order.confirmed_at = unit_.now_us();
      for (DocumentLine& line : order.lines) line.id = line_ids[next_line++];
      add_line_references(row, order);
      set_company_amounts(unit_, order);
      writer_.write(order);
      orders_.add(row.number, order.id);
      raise(Topic::order, order_event(order.state), order.id, order.state);
      for (const DocumentLine& line : order.lines) order_lines_[{order.id, line.line_no}] = line.id;
    }
    writer_.flush();
  }

  void write_invoices(const std::vector<InvoiceRow>& rows) {
    std::size_t line_count = 0;
    for (const InvoiceRow& row : rows) line_count += row.lines.size();
    const auto ids = unit_.new_ids("invoice", rows.size());
    const auto line_ids = unit_.new_ids("invoice_line", line_count);
    std::size_t next_line = 0;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const InvoiceRow& row = rows[i];
      const std::string name = "invoice \"" + row.number + "\"";
      invoices_.require_free(row.number);
      check_state(row.state, {"draft", "posted", "paid", "cancelled", "voided"}, name);
      check_state(row.kind, {"invoice", "credit_note"}, name);
      Invoice invoice;
      fill_head(row, name, invoice);
      invoice.id = ids[i];
      invoice.kind = row.kind;
      invoice.is_repeating = row.is_repeating;
      invoice.posted_at = row.posted_at;
      if (invoice.state == "draft") invoice.posted_at.reset();
      if (invoice.state != "draft" && !invoice.posted_at) invoice.posted_at = unit_.now_us();
      invoice.counts = invoice.state != "draft" && invoice.state != "voided";
      for (DocumentLine& line : invoice.lines) line.id = line_ids[next_line++];
      add_line_references(row, invoice);
      for (std::size_t k = 0; k < row.lines.size(); ++k) {
        for (const LineSourceRow& source : row.lines[k].sources) {
          invoice.lines[k].sources.push_back(source_of(source, invoice, name));
        }
      }
      set_company_amounts(unit_, invoice);
      writer_.write(invoice);
      invoices_.add(row.number, invoice.id);
      raise(Topic::invoice, invoice.state == "draft" ? "invoice.created" : "invoice." + invoice.state, invoice.id,
            invoice.state);
      for (const DocumentLine& line : invoice.lines) invoice_lines_[{invoice.id, line.line_no}] = line.id;
    }
    writer_.flush();
  }

  LineSource source_of(const LineSourceRow& row, const Invoice& invoice, const std::string& name) {
    const bool of_order = row.source_kind == "order_line";
    if (!of_order && row.source_kind != "invoice_line") {
      refuse(ERP_INVALID_ARGUMENT, "invoice.sources.invalid",
             name + ": source kind \"" + row.source_kind + "\" is not order_line or invoice_line.");
    }
    const std::int64_t document = (of_order ? orders_ : invoices_).require(row.document, name + ", source");
    auto& known = of_order ? order_lines_ : invoice_lines_;
    auto found = known.find({document, row.line_no});
    if (found == known.end()) {
      const std::string table = of_order ? "order" : "invoice";
      const auto line = unit_.db().row<std::int64_t>(
          "select id from host_" + table + "_line where " + table + "_id = ? and line_no = ?", {document, row.line_no});
      if (!line) {
        refuse(ERP_NOT_FOUND, "invoice.sources.not_found",
               name + ": " + table + " \"" + row.document + "\" has no line " + std::to_string(row.line_no) + ".");
      }
      found = known.emplace(std::pair{document, static_cast<std::int64_t>(row.line_no)}, std::get<0>(*line)).first;
    }
    LineSource source{row.source_kind, found->second, row.net_minor, std::nullopt};
    if (!of_order && invoice.kind == "credit_note") {
      writer_.flush();  // the credited line may still wait to be written
      const auto net =
          unit_.db().value<std::int64_t>("select net_minor from host_invoice_line where id = ?", {source.line});
      const std::int64_t amount = std::llabs(row.net_minor);
      source.net_minor = net < 0 ? amount : -amount;
    }
    return source;
  }

  std::int64_t person(const std::string& text, const std::string& needed_by) const {
    if (const auto found = people_by_number_.find(text); found != people_by_number_.end()) return found->second;
    if (const auto found = people_.find(text); found != people_.end()) return found->second;
    refuse(ERP_NOT_FOUND, "employee.not_found",
           needed_by + ": there is no employee \"" + text +
               "\", by number or name. Import employees first, or correct it.");
  }

  static void check_state(const std::string& state, std::initializer_list<std::string_view> known,
                          const std::string& name) {
    if (std::find(known.begin(), known.end(), state) != known.end()) return;
    std::string all;
    for (const std::string_view one : known) all += (all.empty() ? "" : ", ") + std::string(one);
    refuse(ERP_INVALID_ARGUMENT, "document.state.invalid", name + ": \"" + state + "\" is none of " + all + ".");
  }

  static std::string_view order_event(const std::string& state) {
    if (state == "offer") return "offer.created";
    if (state == "confirmed") return "order.confirmed";
    if (state == "cancelled") return "order.cancelled";
    return "order.created";
  }

  static std::optional<std::string> text_or_null(const std::string& text) {
    return text.empty() ? std::nullopt : std::optional(text);
  }

  void raise(Topic topic, std::string_view kind, std::int64_t id, std::string_view state) {
    unit_.raise(topic, kind, id, "", state);
    ++written_;
  }

  Unit& unit_;
  DocumentWriter writer_;
  NumberIndex customers_, employees_, products_, projects_, orders_, invoices_;
  std::map<std::string, std::int64_t> people_, people_by_number_;
  std::map<std::pair<std::int64_t, std::int64_t>, std::int64_t> order_lines_, invoice_lines_;
  std::int64_t written_ = 0;
};

}  // namespace

ImportCounts import_batch(Unit& unit, const ImportBatch& batch) { return Importer(unit).run(batch); }

}  // namespace erp::host
