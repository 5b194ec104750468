// SPDX-License-Identifier: Apache-2.0
#include "store/ledger_store.h"

#include <array>
#include <tuple>

namespace sales_leads::store {

namespace {

using Int = std::int64_t;
using domain::Day;
using domain::DocumentKind;
using domain::Measure;
using Integers = std::vector<std::int64_t>;
using Texts = std::vector<std::string>;

/// A rollup: its table and the ledger's columns that it groups by. Upserts go in the order of the key, so that two
/// writers never wait for each other in a circle.
struct Rollup {
  const char* table;
  const char* columns;
};
constexpr std::array<Rollup, 3> kRollups{{
    {"sl_rollup_day", "measure, effective_date, seller_id, campaign_id"},
    {"sl_rollup_customer", "measure, effective_date, customer_id"},
    {"sl_rollup_opportunity", "measure, effective_date, opportunity_id, seller_id, campaign_id"},
}};

std::string conflict_on(const Rollup& rollup) {
  return std::string("on conflict (company_id, ") + rollup.columns +
         ") do update set company_minor = t.company_minor + excluded.company_minor";
}

template <class Sums>
void drop_zeros(Sums& sums) {
  std::erase_if(sums, [](const auto& entry) { return entry.second == 0; });
}

constexpr const char* kOfKind = "company_id = :company and document_kind = :kind";

std::vector<Id> ids_of(const std::vector<DocumentKey>& keys, DocumentKind kind) {
  std::vector<Id> ids;
  for (const DocumentKey& key : keys) {
    if (key.kind == kind) ids.push_back(key.id);
  }
  return ids;
}

}  // namespace

std::string measure_text(Measure measure) {
  switch (measure) {
    case Measure::none:
      return "none";
    case Measure::offered:
      return "offered";
    case Measure::ordered:
      return "ordered";
    case Measure::invoices:
      return "invoices";
    case Measure::credits:
      return "credits";
  }
  return "none";
}

Measure measure_of(const std::string& text) {
  for (const Measure measure : {Measure::offered, Measure::ordered, Measure::invoices, Measure::credits}) {
    if (measure_text(measure) == text) return measure;
  }
  return Measure::none;
}

Balances LedgerStore::balances(const std::vector<DocumentKey>& keys) {
  Balances balances;
  for (const DocumentKind kind : {DocumentKind::order, DocumentKind::invoice}) {
    const auto ids = ids_of(keys, kind);
    if (ids.empty()) continue;
    for (auto& [document, line, opportunity, campaign, seller, measure, day, customer, project, currency, renewal,
                corrects, own, company] :
         session_.query<Id, Id, Id, Id, Id, std::string, Int, Id, Id, std::string, Int, std::optional<Int>, Int, Int>(
             "select document_id, line_id, opportunity_id, campaign_id, seller_id, measure, effective_date, "
             "customer_id, "
             "project_id, currency, renewal, corrects_date, document_minor, company_minor from " +
                 session_.rows_of("sl_ledger", kOfKind, "document_id", "ids"),
             {{"company", company_}, {"kind", kind_text(kind)}, {"ids", session_.ids_text(ids)}})) {
      std::optional<Day> corrected;
      if (corrects) corrected = static_cast<Day>(*corrects);
      auto& balance = balances[LedgerKey{{kind, document},
                                         line,
                                         opportunity,
                                         campaign,
                                         seller,
                                         measure_of(measure),
                                         static_cast<Day>(day),
                                         customer,
                                         project,
                                         std::move(currency),
                                         renewal != 0,
                                         corrected}];
      balance.document += own;
      balance.company += company;
    }
  }
  std::erase_if(balances, [](const auto& entry) { return entry.second == domain::Amounts{}; });
  return balances;
}

void LedgerStore::append(const Balances& deltas, std::int64_t now_us) {
  if (deltas.empty()) return;
  Texts kinds, measures, currencies;
  Integers documents, lines, opportunities, campaigns, sellers, customers, projects, own, company, days, renewals;
  std::vector<std::optional<std::int64_t>> corrects;
  std::map<std::tuple<std::string, Day, Id, Id>, Int> by_day;
  std::map<std::tuple<std::string, Day, Id>, Int> by_customer;
  std::map<std::tuple<std::string, Day, Id, Id, Id>, Int> by_opportunity;
  for (const auto& [key, amount] : deltas) {
    const std::string measure = measure_text(key.measure);
    kinds.push_back(kind_text(key.document.kind));
    documents.push_back(key.document.id);
    lines.push_back(key.line);
    opportunities.push_back(key.opportunity);
    campaigns.push_back(key.campaign);
    sellers.push_back(key.seller);
    customers.push_back(key.customer);
    projects.push_back(key.project);
    measures.push_back(measure);
    currencies.push_back(key.currency);
    own.push_back(amount.document);
    company.push_back(amount.company);
    days.push_back(key.effective_date);
    renewals.push_back(key.renewal ? 1 : 0);
    corrects.push_back(key.corrects ? std::optional<std::int64_t>(*key.corrects) : std::nullopt);
    by_day[{measure, key.effective_date, key.seller, key.campaign}] += amount.company;
    by_customer[{measure, key.effective_date, key.customer}] += amount.company;
    by_opportunity[{measure, key.effective_date, key.opportunity, key.seller, key.campaign}] += amount.company;
  }
  const std::size_t n = deltas.size();
  session_.bulk("sl_ledger", {{"company_id", Integers(n, company_)},
                              {"document_kind", std::move(kinds)},
                              {"document_id", std::move(documents)},
                              {"line_id", std::move(lines)},
                              {"opportunity_id", std::move(opportunities)},
                              {"campaign_id", std::move(campaigns)},
                              {"seller_id", std::move(sellers)},
                              {"customer_id", std::move(customers)},
                              {"project_id", std::move(projects)},
                              {"measure", std::move(measures)},
                              {"currency", std::move(currencies)},
                              {"document_minor", std::move(own)},
                              {"company_minor", std::move(company)},
                              {"effective_date", std::move(days)},
                              {"recorded_at", Integers(n, now_us)},
                              {"corrects_date", std::move(corrects)},
                              {"renewal", std::move(renewals)}});
  drop_zeros(by_day);
  drop_zeros(by_customer);
  drop_zeros(by_opportunity);
  {
    Texts measure;
    Integers day, seller, campaign, minor;
    for (const auto& [key, sum] : by_day) {
      measure.push_back(std::get<0>(key));
      day.push_back(std::get<1>(key));
      seller.push_back(std::get<2>(key));
      campaign.push_back(std::get<3>(key));
      minor.push_back(sum);
    }
    session_.bulk(kRollups[0].table,
                  {{"company_id", Integers(by_day.size(), company_)},
                   {"measure", std::move(measure)},
                   {"effective_date", std::move(day)},
                   {"seller_id", std::move(seller)},
                   {"campaign_id", std::move(campaign)},
                   {"company_minor", std::move(minor)}},
                  conflict_on(kRollups[0]));
  }
  {
    Texts measure;
    Integers day, customer, minor;
    for (const auto& [key, sum] : by_customer) {
      measure.push_back(std::get<0>(key));
      day.push_back(std::get<1>(key));
      customer.push_back(std::get<2>(key));
      minor.push_back(sum);
    }
    session_.bulk(kRollups[1].table,
                  {{"company_id", Integers(by_customer.size(), company_)},
                   {"measure", std::move(measure)},
                   {"effective_date", std::move(day)},
                   {"customer_id", std::move(customer)},
                   {"company_minor", std::move(minor)}},
                  conflict_on(kRollups[1]));
  }
  Texts measure;
  Integers day, opportunity, seller, campaign, minor;
  for (const auto& [key, sum] : by_opportunity) {
    measure.push_back(std::get<0>(key));
    day.push_back(std::get<1>(key));
    opportunity.push_back(std::get<2>(key));
    seller.push_back(std::get<3>(key));
    campaign.push_back(std::get<4>(key));
    minor.push_back(sum);
  }
  session_.bulk(kRollups[2].table,
                {{"company_id", Integers(by_opportunity.size(), company_)},
                 {"measure", std::move(measure)},
                 {"effective_date", std::move(day)},
                 {"opportunity_id", std::move(opportunity)},
                 {"seller_id", std::move(seller)},
                 {"campaign_id", std::move(campaign)},
                 {"company_minor", std::move(minor)}},
                conflict_on(kRollups[2]));
}

std::vector<DocumentKey> LedgerStore::corrected_after(const DocumentKey& after, std::int64_t limit) {
  std::vector<DocumentKey> keys;
  const std::string kind = after.id == 0 ? "" : kind_text(after.kind);
  for (const auto& [found, document] : session_.query<std::string, Id>(
           "select distinct document_kind, document_id from sl_ledger where company_id = :company and "
           "corrects_date is not null and (document_kind > :kind or (document_kind = :kind2 and document_id > :after)) "
           "order by document_kind, document_id limit :count",
           {{"company", company_}, {"kind", kind}, {"kind2", kind}, {"after", after.id}, {"count", limit}})) {
    keys.push_back({kind_of(found), document});
  }
  return keys;
}

std::vector<SeriesPart> LedgerStore::series(const std::vector<Id>& opportunities) {
  std::vector<SeriesPart> parts;
  if (opportunities.empty()) return parts;
  for (const auto& [opportunity, kind, document, day, campaign, company] :
       session_.query<Id, std::string, Id, Int, Id, Int>(
           "select opportunity_id, document_kind, document_id, coalesce(corrects_date, effective_date), campaign_id, "
           "cast(sum(company_minor) as bigint) from sl_ledger where company_id = :company and " +
               session_.in_ids("opportunity_id", "ids") +
               " and measure in ('invoices', 'credits') group by opportunity_id, document_kind, document_id, "
               "coalesce(corrects_date, effective_date), campaign_id order by opportunity_id, "
               "coalesce(corrects_date, effective_date), document_id, campaign_id",
           {{"company", company_}, {"ids", session_.ids_text(opportunities)}})) {
    if (company != 0)
      parts.push_back({opportunity, {kind_of(kind), document}, static_cast<Day>(day), campaign, company});
  }
  return parts;
}

std::vector<Id> LedgerStore::with_sales(const std::vector<Id>& opportunities) {
  std::vector<Id> ids;
  if (opportunities.empty()) return ids;
  for (const auto& [id] : session_.query<Id>(
           "select distinct b.opportunity_id from (select opportunity_id, document_kind, document_id from sl_ledger "
           "where "
           "company_id = :company and " +
               session_.in_ids("opportunity_id", "ids") +
               " and measure in ('ordered', 'invoices') group by opportunity_id, document_kind, document_id, line_id, "
               "campaign_id, seller_id having sum(company_minor) <> 0 or sum(document_minor) <> 0) b",
           {{"company", company_}, {"ids", session_.ids_text(opportunities)}})) {
    ids.push_back(id);
  }
  return ids;
}

namespace {

std::vector<BulkColumn> summary_columns(Id company, const std::vector<DocumentSummary>& documents, Int now_us) {
  Texts kinds, measures, numbers, currencies, reasons;
  Integers ids, customers, projects, salespersons, nets, companies, linked, days, versions;
  for (const auto& document : documents) {
    kinds.push_back(kind_text(document.key.kind));
    ids.push_back(document.key.id);
    measures.push_back(measure_text(document.measure));
    numbers.push_back(document.number);
    customers.push_back(document.customer);
    projects.push_back(document.project);
    salespersons.push_back(document.salesperson);
    currencies.push_back(document.currency);
    nets.push_back(document.net_minor);
    companies.push_back(document.company_minor);
    linked.push_back(document.linked_minor);
    days.push_back(document.effective_date);
    versions.push_back(document.row_version);
    reasons.push_back(document.reason);
  }
  const std::size_t n = documents.size();
  return {{"company_id", Integers(n, company)},    {"document_kind", std::move(kinds)},
          {"document_id", std::move(ids)},         {"measure", std::move(measures)},
          {"number", std::move(numbers)},          {"customer_id", std::move(customers)},
          {"project_id", std::move(projects)},     {"salesperson_id", std::move(salespersons)},
          {"currency", std::move(currencies)},     {"net_minor", std::move(nets)},
          {"company_minor", std::move(companies)}, {"linked_minor", std::move(linked)},
          {"effective_date", std::move(days)},     {"row_version", std::move(versions)},
          {"reason", std::move(reasons)},          {"reconciled_at", Integers(n, now_us)}};
}

}  // namespace

void LedgerStore::save(const std::vector<DocumentSummary>& documents, std::int64_t now_us) {
  if (documents.empty()) return;
  session_.bulk(
      "sl_document", summary_columns(company_, documents, now_us),
      "on conflict (company_id, document_kind, document_id) do update set measure = excluded.measure, "
      "number = excluded.number, customer_id = excluded.customer_id, project_id = excluded.project_id, "
      "salesperson_id = excluded.salesperson_id, currency = excluded.currency, net_minor = excluded.net_minor, "
      "company_minor = excluded.company_minor, linked_minor = excluded.linked_minor, "
      "effective_date = excluded.effective_date, row_version = excluded.row_version, reason = excluded.reason, "
      "reconciled_at = excluded.reconciled_at");
}

void LedgerStore::add(const std::vector<DocumentSummary>& documents, std::int64_t now_us) {
  if (!documents.empty()) session_.bulk("sl_document", summary_columns(company_, documents, now_us));
}

std::vector<DocumentKey> LedgerStore::gone_after(const DocumentKey& after, std::int64_t limit) {
  std::vector<DocumentKey> keys;
  const std::string kind = after.id == 0 ? "" : kind_text(after.kind);
  const auto gone = [](const std::string& of, const std::string& view) {
    return "d.document_kind = '" + of + "' and not exists (select 1 from " + view +
           " h where h.company_id = d.company_id and h.id = d.document_id)";
  };
  for (const auto& [found, document] : session_.query<std::string, Id>(
           "select d.document_kind, d.document_id from sl_document d where d.company_id = :company and "
           "(d.document_kind > :kind or (d.document_kind = :kind2 and d.document_id > :after)) and (" +
               gone(kind_text(DocumentKind::order), "erp_order") + " or " +
               gone(kind_text(DocumentKind::invoice), "erp_invoice") +
               ") order by d.document_kind, d.document_id limit :count",
           {{"company", company_}, {"kind", kind}, {"kind2", kind}, {"after", after.id}, {"count", limit}})) {
    keys.push_back({kind_of(found), document});
  }
  return keys;
}

std::int64_t LedgerStore::rolled(const std::string& measure, Day from, Day to, Id seller, Id campaign) {
  return std::get<0>(
      *session_.first<Int>("select cast(coalesce(sum(company_minor), 0) as bigint) from sl_rollup_day where "
                           "company_id = :company and measure = :measure and effective_date >= :first and "
                           "effective_date <= :last and seller_id = :seller and campaign_id = :campaign",
                           {{"company", company_},
                            {"measure", measure},
                            {"first", from},
                            {"last", to},
                            {"seller", seller},
                            {"campaign", campaign}}));
}

std::vector<Difference> LedgerStore::compare_rollups(std::int64_t limit) {
  std::vector<Difference> differences;
  for (const Rollup& rollup : kRollups) {
    // Every column as text in one key: the answer is for people to read.
    std::string key, columns = rollup.columns;
    for (std::size_t at = 0; at < columns.size();) {
      const std::size_t end = std::min(columns.find(", ", at), columns.size());
      if (!key.empty()) key += " || '/' || ";
      key += "cast(" + columns.substr(at, end - at) + " as text)";
      at = end + 2;
    }
    for (auto& [what, is, should_be] : session_.query<std::string, Int, Int>(
             "select " + key + " as what, cast(sum(rolled) as bigint), cast(sum(summed) as bigint) from (select " +
                 columns + ", company_minor as rolled, 0 as summed from " + rollup.table +
                 " where company_id = :company union all select " + columns +
                 ", 0 as rolled, company_minor as summed from sl_ledger where company_id = :company2) both_sides group "
                 "by " +
                 columns + " having sum(rolled) <> sum(summed) order by " + columns + " limit :count",
             {{"company", company_}, {"company2", company_}, {"count", limit}})) {
      differences.push_back({std::string(rollup.table).substr(3), std::move(what), is, should_be});
    }
  }
  return differences;
}

void LedgerStore::rebuild_rollups() {
  for (const Rollup& rollup : kRollups) {
    session_.execute(std::string("delete from ") + rollup.table + " where company_id = :company",
                     {{"company", company_}});
    session_.execute(std::string("insert into ") + rollup.table + " (company_id, " + rollup.columns +
                         ", company_minor) select company_id, " + rollup.columns +
                         ", cast(sum(company_minor) as bigint) from sl_ledger where company_id = :company group by "
                         "company_id, " +
                         rollup.columns + " having sum(company_minor) <> 0",
                     {{"company", company_}});
  }
}

}  // namespace sales_leads::store
