// SPDX-License-Identifier: Apache-2.0
#include "reports/suggestions.h"

#include <algorithm>
#include <cstdlib>
#include <tuple>

#include "reports/pivot.h"
#include "store/opportunity_store.h"

namespace sales_leads::reports {
namespace json = boost::json;
namespace {

constexpr std::size_t kOpportunities = 10;
constexpr std::size_t kInvoices = 5;
constexpr std::size_t kInvoicesLookedAt = 50;
constexpr std::int64_t kNoon_us = 12LL * 3'600 * 1'000'000;

json::array texts(const std::vector<std::string>& reasons) {
  json::array array;
  for (const std::string& reason : reasons) array.emplace_back(reason);
  return array;
}

/// The campaign that each document names itself.
std::map<store::DocumentKey, Id> campaigns_of(const Context& context, const std::vector<Waiting>& page) {
  std::map<store::DocumentKey, Id> campaigns;
  for (const auto kind : {domain::DocumentKind::order, domain::DocumentKind::invoice}) {
    std::vector<Id> ids;
    for (const Waiting& document : page) {
      if (document.key.kind == kind) ids.push_back(document.key.id);
    }
    if (ids.empty()) continue;
    for (const auto& [document, campaign] : context.session.query<Id, Id>(
             "select document_id, ref_id from erp_document_ref where company_id = :company and document_kind = :kind "
             "and line_id = 0 and ref_kind = 'sales_leads.campaign' and " +
                 context.session.in_ids("document_id", "ids"),
             {{"company", context.company},
              {"kind", store::kind_text(kind)},
              {"ids", context.session.ids_text(ids)}})) {
      campaigns[{kind, document}] = campaign;
    }
  }
  return campaigns;
}

struct Invoice {
  Id id = 0;
  std::string number, currency;
  domain::Day date = 0;
  std::int64_t net = 0, company = 0, left = 0;
  Id project = 0;
};

/// The latest invoices of the customers up to a day. Customer by customer: of a list SQLite would walk all invoices of
/// the company.
std::vector<Invoice> latest_invoices(const Context& context, const std::vector<Id>& customers, domain::Day day) {
  std::vector<Invoice> found;
  for (const Id customer : customers) {
    for (auto& [id, number, currency, date, net, company, project] :
         context.session.query<Id, std::string, std::string, Id, std::int64_t, std::int64_t, Id>(
             "select document_id, number, currency, effective_date, net_minor, company_minor, project_id from "
             "sl_document where company_id = :company and document_kind = 'invoice' and measure = 'invoices' and "
             "customer_id = :customer and effective_date <= :day order by effective_date desc, document_id desc limit "
             ":count",
             {{"company", context.company}, {"customer", customer}, {"day", day}, {"count", kInvoicesLookedAt}})) {
      found.push_back({id, number, currency, static_cast<domain::Day>(date), net, company, net, project});
    }
  }
  std::sort(found.begin(), found.end(),
            [](const Invoice& a, const Invoice& b) { return std::tuple(-a.date, -a.id) < std::tuple(-b.date, -b.id); });
  if (found.size() > kInvoicesLookedAt) found.resize(kInvoicesLookedAt);
  return found;
}

/// What of each invoice no credit has taken back yet, in its own currency.
void subtract_credited(const Context& context, std::vector<Invoice>& invoices) {
  std::vector<Id> ids;
  for (const Invoice& invoice : invoices) ids.push_back(invoice.id);
  std::map<Id, std::int64_t> credited;
  for (const auto& [invoice, net] : context.session.query<Id, std::int64_t>(
           "select l.invoice_id, cast(sum(abs(s.net_minor)) as bigint) from erp_invoice_line l "
           "join erp_invoice_line_source s on s.source_kind = 'invoice_line' and s.source_line_id = l.id "
           "join erp_invoice_line c on c.id = s.invoice_line_id join erp_invoice i on i.id = c.invoice_id "
           "where l.company_id = :company and i.counts = 1 and " +
               context.session.in_ids("l.invoice_id", "ids") + " group by l.invoice_id",
           {{"company", context.company}, {"ids", context.session.ids_text(ids)}})) {
    credited[invoice] = net;
  }
  for (Invoice& invoice : invoices) invoice.left = invoice.net - credited[invoice.id];
  std::erase_if(invoices, [](const Invoice& invoice) { return invoice.left <= 0; });
}

}  // namespace

Suggestions::Suggestions(const Context& context, const std::vector<Waiting>& page)
    : context_(context),
      states_(context.session, context.company),
      candidates_(context.session, context.company, states_),
      calendar_(store::DocumentStore(context.session, context.company).time_zone()) {
  std::vector<Id> customers, projects;
  std::vector<store::DocumentKey> keys;
  for (const Waiting& document : page) {
    customers.push_back(document.customer);
    projects.push_back(document.project);
    keys.push_back(document.key);
  }
  candidates_.load(std::move(customers), std::move(projects));
  const auto campaigns = campaigns_of(context, page);
  const auto acts = store::LinkStore(context.session, context.company).user_links(keys);
  std::vector<Id> named;
  for (const Waiting& document : page) {
    domain::DocumentFacts facts;
    facts.date = document.date;
    facts.customer = candidates_.stands_for(document.customer);
    facts.customer_is_stand_in = candidates_.is_stand_in(document.customer);
    facts.project = document.project;
    if (const auto campaign = campaigns.find(document.key); campaign != campaigns.end()) {
      facts.campaign = campaign->second;
    }
    if (const auto own = acts.find(document.key); own != acts.end()) facts.undone = own->second.undone;
    const std::int64_t moment = document.moment_us.value_or(calendar_.at(document.date, kNoon_us));
    auto& found = found_[document.key];
    found = domain::suggest(facts, candidates_.of(document.customer, document.project, moment, calendar_));
    for (const auto& one : found) named.push_back(one.opportunity);
  }
  load_titles(named);
}

void Suggestions::load_titles(const std::vector<Id>& opportunities) {
  if (opportunities.empty()) return;
  store::Params binds{{"company", context_.company}, {"ids", context_.session.ids_text(opportunities)}};
  std::string sql = "select o.id, o.title from sl_opportunity o where o.company_id = :company and o.archived = 0 and " +
                    context_.session.in_ids("o.id", "ids");
  if (!context_.sees_all()) {
    sql += " and " + store::own_condition(context_.session, "o");
    binds.emplace_back("them", context_.session.ids_text(context_.employees));
  }
  for (auto& [id, title] : context_.session.query<Id, std::string>(sql, binds)) titles_[id] = std::move(title);
}

json::array Suggestions::opportunities(const Waiting& document) const {
  json::array shaped;
  const auto found = found_.find(document.key);
  if (found == found_.end()) return shaped;
  for (const auto& one : found->second) {
    const auto title = titles_.find(one.opportunity);
    if (title == titles_.end() || shaped.size() == kOpportunities) continue;
    shaped.push_back(
        json::object{{"opportunity", one.opportunity}, {"title", title->second}, {"reasons", texts(one.reasons)}});
  }
  return shaped;
}

/// How the invoice is linked, as shares that a link of the credit can take over.
json::array Suggestions::shares(Id invoice) {
  std::vector<Id> opportunities;
  std::vector<std::int64_t> weights;
  for (const auto& [opportunity, minor] : context_.session.query<Id, std::int64_t>(
           // "+": SQLite would walk the whole company's ledger, for it is in the order of opportunities.
           "select +opportunity_id, cast(sum(company_minor) as bigint) from sl_ledger where company_id = :company and "
           "document_kind = 'invoice' and document_id = :invoice group by +opportunity_id "
           "having sum(company_minor) <> 0 order by +opportunity_id",
           {{"company", context_.company}, {"invoice", invoice}})) {
    opportunities.push_back(opportunity);
    weights.push_back(std::abs(minor));
  }
  json::array shaped;
  if (opportunities.empty()) return shaped;
  load_titles(opportunities);
  const auto parts = domain::largest_remainder(domain::kWhole, weights);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const auto title = titles_.find(opportunities[i]);
    if (title == titles_.end() || parts[i] == 0) continue;
    const std::int64_t rest = parts[i] % 100;
    shaped.push_back(
        json::object{{"opportunity", opportunities[i]},
                     {"title", title->second},
                     {"share", std::to_string(parts[i] / 100) + (rest < 10 ? ".0" : ".") + std::to_string(rest)}});
  }
  return shaped;
}

json::array Suggestions::invoices(const Waiting& credit) {
  json::array shaped;
  if (credit.measure != "credits" || credit.reason == "follows" || candidates_.is_stand_in(credit.customer)) {
    return shaped;
  }
  std::vector<Id> customers;
  for (const auto& [member, master] : store::DocumentStore(context_.session, context_.company)
                                          .merged_into({candidates_.stands_for(credit.customer)})) {
    customers.push_back(member);
  }
  if (customers.empty()) customers.push_back(credit.customer);
  std::vector<Invoice> found = latest_invoices(context_, customers, credit.date);
  if (found.empty()) return shaped;
  subtract_credited(context_, found);

  const std::int64_t wanted = -credit.net_minor;
  const auto fits = [&](const Invoice& invoice) { return invoice.currency == credit.currency; };
  const auto is_same = [&](const Invoice& invoice) { return fits(invoice) && invoice.left == wanted; };
  const auto covers = [&](const Invoice& invoice) { return fits(invoice) && invoice.left >= wanted; };
  const auto of_project = [&](const Invoice& invoice) {
    return credit.project != 0 && invoice.project == credit.project;
  };
  const auto rank = [&](const Invoice& invoice) {
    return std::tuple(!is_same(invoice), !covers(invoice), !of_project(invoice), credit.date - invoice.date,
                      -invoice.id);
  };
  std::sort(found.begin(), found.end(), [&](const Invoice& a, const Invoice& b) { return rank(a) < rank(b); });
  domain::Day latest = 0;
  for (const Invoice& invoice : found) latest = std::max(latest, invoice.date);
  if (found.size() > kInvoices) found.resize(kInvoices);
  for (const Invoice& invoice : found) {
    std::vector<std::string> reasons;
    if (is_same(invoice)) reasons.emplace_back("invoice.amount");
    if (covers(invoice) && !is_same(invoice)) reasons.emplace_back("invoice.covers");
    if (!covers(invoice)) reasons.emplace_back("invoice.less");
    if (of_project(invoice)) reasons.emplace_back("project");
    if (invoice.date == latest) reasons.emplace_back("invoice.latest");
    shaped.push_back(json::object{{"invoice", invoice.id},
                                  {"number", invoice.number},
                                  {"date", domain::date_text(invoice.date)},
                                  {"amount", amount_json(invoice.net, invoice.currency)},
                                  {"left", amount_json(invoice.left, invoice.currency)},
                                  {"shares", shares(invoice.id)},
                                  {"reasons", texts(reasons)}});
  }
  return shaped;
}

}  // namespace sales_leads::reports
