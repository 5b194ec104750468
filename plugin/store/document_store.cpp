// SPDX-License-Identifier: Apache-2.0
#include "store/document_store.h"

#include <algorithm>
#include <set>
#include <unordered_map>

namespace sales_leads::store {

namespace {

using Int = std::int64_t;
using MaybeInt = std::optional<std::int64_t>;
using domain::DocumentKind;
using domain::SourceKind;

// "+" keeps SQLite from walking all documents of the company by an index on company_id: the ids are few.
constexpr const char* kCompany = "+company_id = :company and ";

}  // namespace

void DocumentStore::load_orders(const std::vector<Id>& ids, Documents& into) {
  if (ids.empty()) return;
  const std::string list = session_.ids_text(ids);
  for (auto& [id, number, customer, project, state, salesperson, currency, offered, confirmed, version] :
       session_.query<Id, std::string, Id, MaybeInt, std::string, MaybeInt, std::string, MaybeInt, MaybeInt, Int>(
           std::string("select id, number, customer_id, project_id, state, salesperson_id, currency, offered_at, "
                       "confirmed_at, row_version from erp_order where ") +
               kCompany + session_.in_ids("id", "ids"),
           {{"company", company_}, {"ids", list}})) {
    HostDocument document;
    document.key = {DocumentKind::order, id};
    document.number = std::move(number);
    document.state = std::move(state);
    document.currency = std::move(currency);
    document.customer = customer;
    document.project = project.value_or(0);
    document.salesperson = salesperson.value_or(0);
    document.offered_at = offered;
    document.confirmed_at = confirmed;
    document.row_version = version;
    into.emplace(document.key, std::move(document));
  }
  for (const auto& [id, order, line_no, net, company_net, counts] : session_.query<Id, Id, Int, Int, MaybeInt, Int>(
           "select id, order_id, line_no, net_minor, company_net_minor, counts_as_sale from erp_order_line where " +
               session_.in_ids("order_id", "ids") + " order by order_id, line_no, id",
           {{"ids", list}})) {
    const auto found = into.find({DocumentKind::order, order});
    if (found == into.end()) continue;
    found->second.lines.push_back({id, static_cast<std::int32_t>(line_no), net, company_net, counts != 0, {}});
  }
  load_references("order", ids, into);
}

void DocumentStore::load_invoices(const std::vector<Id>& ids, Documents& into) {
  if (ids.empty()) return;
  const std::string list = session_.ids_text(ids);
  for (auto& [id, number, kind, state, counts, customer, project, salesperson, currency, posted, repeating, version] :
       session_.query<Id, std::string, std::string, std::string, Int, Id, MaybeInt, MaybeInt, std::string, MaybeInt,
                      Int, Int>(
           std::string("select id, number, kind, state, counts, customer_id, project_id, salesperson_id, "
                       "currency, posted_at, is_repeating, row_version from erp_invoice where ") +
               kCompany + session_.in_ids("id", "ids"),
           {{"company", company_}, {"ids", list}})) {
    HostDocument document;
    document.key = {DocumentKind::invoice, id};
    document.number = std::move(number);
    document.state = std::move(state);
    document.currency = std::move(currency);
    document.is_credit = kind == "credit_note";
    document.counts = counts != 0;
    document.customer = customer;
    document.project = project.value_or(0);
    document.salesperson = salesperson.value_or(0);
    document.posted_at = posted;
    document.is_repeating = repeating != 0;
    document.row_version = version;
    into.emplace(document.key, std::move(document));
  }
  std::unordered_map<Id, Id> invoice_of;
  for (const auto& [id, invoice, line_no, net, company_net, counts] : session_.query<Id, Id, Int, Int, MaybeInt, Int>(
           "select id, invoice_id, line_no, net_minor, company_net_minor, counts_as_sale from erp_invoice_line where " +
               session_.in_ids("invoice_id", "ids") + " order by invoice_id, line_no, id",
           {{"ids", list}})) {
    const auto found = into.find({DocumentKind::invoice, invoice});
    if (found == into.end()) continue;
    found->second.lines.push_back({id, static_cast<std::int32_t>(line_no), net, company_net, counts != 0, {}});
    invoice_of.emplace(id, invoice);
  }
  std::vector<Id> lines;
  lines.reserve(invoice_of.size());
  for (const auto& [line, invoice] : invoice_of) lines.push_back(line);
  std::sort(lines.begin(), lines.end());
  for (const auto& [line, kind, source, net] : session_.query<Id, std::string, Id, Int>(
           "select invoice_line_id, source_kind, source_line_id, net_minor from erp_invoice_line_source where " +
               session_.in_ids("invoice_line_id", "ids") + " order by invoice_line_id, source_kind, source_line_id",
           {{"ids", session_.ids_text(lines)}})) {
    HostDocument& document = into.at({DocumentKind::invoice, invoice_of.at(line)});
    const Id wanted = line;
    const auto at =
        std::find_if(document.lines.begin(), document.lines.end(), [&](const auto& l) { return l.id == wanted; });
    at->sources.push_back({kind == "order_line" ? SourceKind::order_line : SourceKind::invoice_line, source, net});
  }
  load_references("invoice", ids, into);
}

void DocumentStore::load_references(const std::string& kind, const std::vector<Id>& ids, Documents& into) {
  for (const auto& [document, line, ref_kind, id, set_at, copied] : session_.query<Id, Id, std::string, Id, Int, Int>(
           "select document_id, line_id, ref_kind, ref_id, set_at, copied from erp_document_ref where document_kind = "
           ":kind "
           "and " +
               session_.in_ids("document_id", "ids") +
               " and ref_kind in ('sales_leads.opportunity', 'sales_leads.campaign') and ref_id > 0"
               " order by document_id, line_id, ref_kind, ref_id",
           {{"kind", kind}, {"ids", session_.ids_text(ids)}})) {
    const auto found = into.find({kind_of(kind), document});
    if (found == into.end()) continue;
    found->second.references.push_back({line, ref_kind == "sales_leads.campaign", id, set_at, copied != 0});
  }
}

/// The invoices whose lines name one of these lines as a source.
std::vector<Id> DocumentStore::followers(const std::string& source_kind, const std::vector<Id>& lines) {
  std::vector<Id> invoices;
  if (lines.empty()) return invoices;
  for (const auto& [invoice] : session_.query<Id>("select distinct l.invoice_id from erp_invoice_line_source s join "
                                                  "erp_invoice_line l on l.id = s.invoice_line_id "
                                                  "where s.source_kind = :kind and " +
                                                      session_.in_ids("s.source_line_id", "ids"),
                                                  {{"kind", source_kind}, {"ids", session_.ids_text(lines)}})) {
    invoices.push_back(invoice);
  }
  return invoices;
}

// So many numbers for each that is asked for may lie between the first and the last.
constexpr std::uint64_t kCloseTogether = 4;

std::vector<Id> DocumentStore::known(DocumentKind kind, const std::vector<Id>& ids) {
  std::vector<Id> known;
  if (ids.empty()) return known;
  const std::string where = "company_id = :company and document_kind = :kind";
  // Those of a stream lie close together: one walk over the index tells as much as a thousand looks into it.
  const std::set<Id> asked(ids.begin(), ids.end());
  const Id first = *asked.begin(), last = *asked.rbegin();
  // Unsigned: what an event says of a document may be any number, and the difference of two more than any.
  if (static_cast<std::uint64_t>(last) - static_cast<std::uint64_t>(first) < kCloseTogether * asked.size()) {
    const std::string between = where + " and document_id between :first and :last";
    for (const auto& [id] :
         session_.query<Id>("select document_id from sl_document where " + between +
                                " union all select document_id from sl_parked where " + between,
                            {{"company", company_}, {"kind", kind_text(kind)}, {"first", first}, {"last", last}})) {
      if (asked.contains(id)) known.push_back(id);
    }
    return known;
  }
  for (const auto& [id] :
       session_.query<Id>("select document_id from " + session_.rows_of("sl_document", where, "document_id", "ids") +
                              " union all select document_id from sl_parked where " + where + " and " +
                              session_.in_ids("document_id", "ids"),
                          {{"company", company_}, {"kind", kind_text(kind)}, {"ids", session_.ids_text(ids)}})) {
    known.push_back(id);
  }
  return known;
}

std::map<DocumentKey, HostDocument> DocumentStore::load_connected(const std::vector<DocumentKey>& keys,
                                                                  Followers wanted) {
  Documents documents;
  std::set<DocumentKey> asked(keys.begin(), keys.end());
  std::vector<DocumentKey> frontier(asked.begin(), asked.end());
  std::unordered_map<Id, DocumentKey> order_lines, invoice_lines;  // of all documents seen
  std::set<Id> missing_order_lines, missing_invoice_lines;
  while (!frontier.empty()) {
    std::vector<Id> orders, invoices;
    for (const DocumentKey& key : frontier) (key.kind == DocumentKind::order ? orders : invoices).push_back(key.id);
    load_orders(orders, documents);
    load_invoices(invoices, documents);

    std::vector<Id> new_order_lines, new_invoice_lines;
    std::set<Id> order_sources, invoice_sources;
    for (const DocumentKey& key : frontier) {
      const auto found = documents.find(key);
      if (found == documents.end()) continue;
      const bool is_order = key.kind == DocumentKind::order;
      for (const HostLine& line : found->second.lines) {
        (is_order ? order_lines : invoice_lines).emplace(line.id, key);
        (is_order ? new_order_lines : new_invoice_lines).push_back(line.id);
        for (const auto& source : line.sources) {
          (source.kind == SourceKind::order_line ? order_sources : invoice_sources).insert(source.line);
        }
      }
    }

    std::vector<Id> following;
    const auto follow = [&](const std::string& kind, const std::vector<Id>& lines) {
      for (const Id invoice : followers(kind, lines)) {
        if (!asked.contains({DocumentKind::invoice, invoice})) following.push_back(invoice);
      }
    };
    follow("order_line", new_order_lines);
    follow("invoice_line", new_invoice_lines);
    if (wanted == Followers::known) following = known(DocumentKind::invoice, following);
    std::set<DocumentKey> next;
    for (const Id invoice : following) next.insert({DocumentKind::invoice, invoice});
    const auto resolve = [&](std::set<Id>& sources, const auto& known, std::set<Id>& missing, const char* sql,
                             DocumentKind kind) {
      std::erase_if(sources, [&](Id line) { return known.contains(line) || missing.contains(line); });
      if (sources.empty()) return;
      missing.insert(sources.begin(), sources.end());
      for (const auto& [line, document] : session_.query<Id, Id>(
               sql + session_.in_ids("id", "ids"),
               {{"company", company_}, {"ids", session_.ids_text({sources.begin(), sources.end()})}})) {
        missing.erase(line);
        next.insert({kind, document});
      }
    };
    resolve(order_sources, order_lines, missing_order_lines,
            "select id, order_id from erp_order_line where +company_id = :company and ", DocumentKind::order);
    resolve(invoice_sources, invoice_lines, missing_invoice_lines,
            "select id, invoice_id from erp_invoice_line where +company_id = :company and ", DocumentKind::invoice);

    frontier.clear();
    for (const DocumentKey& key : next) {
      if (asked.insert(key).second) frontier.push_back(key);
    }
  }
  for (auto& [key, document] : documents) {
    for (const HostLine& line : document.lines) {
      for (const auto& source : line.sources) {
        const auto& known = source.kind == SourceKind::order_line ? order_lines : invoice_lines;
        document.source_missing = document.source_missing || !known.contains(source.line);
      }
    }
  }
  return documents;
}

std::vector<Id> DocumentStore::next_ids(DocumentKind kind, Id after, std::int64_t limit) {
  std::vector<Id> ids;
  for (const auto& [id] :
       session_.query<Id>(std::string("select id from ") + (kind == DocumentKind::order ? "erp_order" : "erp_invoice") +
                              " where +company_id = :company and id > :after order by id limit :count",
                          {{"company", company_}, {"after", after}, {"count", limit}})) {
    ids.push_back(id);
  }
  return ids;
}

std::map<Id, CustomerFacts> DocumentStore::customers(const std::vector<Id>& ids) {
  std::map<Id, CustomerFacts> facts;
  if (ids.empty()) return facts;
  std::vector<Id> others;
  for (const auto& [id, into, stand_in] :
       session_.query<Id, MaybeInt, Int>(std::string("select id, merged_into, is_stand_in from erp_customer where ") +
                                             kCompany + session_.in_ids("id", "ids"),
                                         {{"company", company_}, {"ids", session_.ids_text(ids)}})) {
    facts[id] = {into.value_or(id) == 0 ? id : into.value_or(id), stand_in != 0};
    if (facts[id].stands_for != id) others.push_back(facts[id].stands_for);
  }
  // Whoever was merged into a stand-in counts as one.
  std::erase_if(others, [&](Id id) { return facts.contains(id); });
  if (!others.empty()) {
    for (const auto& [id, stand_in] : session_.query<Id, Int>(
             std::string("select id, is_stand_in from erp_customer where ") + kCompany + session_.in_ids("id", "ids"),
             {{"company", company_}, {"ids", session_.ids_text(others)}})) {
      facts.try_emplace(id, CustomerFacts{id, stand_in != 0});
    }
  }
  for (auto& [id, own] : facts) {
    const auto into = facts.find(own.stands_for);
    own.is_stand_in = own.is_stand_in || (into != facts.end() && into->second.is_stand_in);
  }
  return facts;
}

std::map<Id, Id> DocumentStore::merged_into(const std::vector<Id>& stand_for) {
  std::map<Id, Id> map;
  for (const Id id : stand_for) map[id] = id;
  if (stand_for.empty()) return map;
  for (const auto& [id, into] :
       session_.query<Id, Id>(std::string("select id, merged_into from erp_customer where ") + kCompany +
                                  session_.in_ids("merged_into", "ids"),
                              {{"company", company_}, {"ids", session_.ids_text(stand_for)}})) {
    map[id] = into;
  }
  return map;
}

std::string DocumentStore::time_zone() {
  const auto row =
      session_.first<std::string>("select time_zone from erp_company where id = :company", {{"company", company_}});
  if (!row) {
    throw Failure(Code::not_found, "company.not_found",
                  "Company " + std::to_string(company_) + " is not in the host's view erp_company.");
  }
  return std::get<0>(*row);
}

}  // namespace sales_leads::store
