// SPDX-License-Identifier: Apache-2.0
#include "store/ledger_page.h"

#include <charconv>

namespace sales_leads::store {
namespace {

/// "invoice/17" = after that document; "invoice/17/3/1/0/2/invoices/15188/15174/SEK" = after that balance.
struct Cursor {
  std::vector<std::string> texts;
  [[nodiscard]] bool whole() const { return texts.size() == 10; }
  [[nodiscard]] Id number(std::size_t at) const {
    Id value = 0;
    const std::string& text = texts[at];
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) {
      throw Failure(Code::invalid_argument, "page.invalid", "after: give the \"next\" of the page before.");
    }
    return value;
  }
};

Cursor parse(const std::string& after) {
  Cursor cursor;
  std::size_t from = 0;
  for (std::size_t at = 0; at <= after.size(); ++at) {
    if (at != after.size() && after[at] != '/') continue;
    cursor.texts.push_back(after.substr(from, at - from));
    from = at + 1;
  }
  if (after.empty()) cursor.texts = {"", "0"};
  if (cursor.texts.size() != 2 && !cursor.whole()) {
    throw Failure(Code::invalid_argument, "page.invalid", "after: give the \"next\" of the page before.");
  }
  return cursor;
}

std::string full_key(const BalanceRow& row) {
  std::string key = row.kind;
  for (const Id id : {row.document, row.line, row.opportunity, row.campaign, row.seller})
    key += "/" + std::to_string(id);
  return key + "/" + row.measure + "/" + std::to_string(row.effective_date) + "/" + std::to_string(row.belongs_to) +
         "/" + row.currency;
}

}  // namespace

BalancePage LedgerPage::balances(const std::string& after, std::int64_t limit) {
  const Cursor cursor = parse(after);
  const std::string since = cursor.whole() ? ">=" : ">";
  const std::string place =
      "(document_kind, document_id) " + since + " (cast(:kind as text), cast(:document as bigint))";
  Params params{{"company", company_}, {"kind", cursor.texts[0]}, {"document", cursor.number(1)}, {"count", limit}};
  const auto documents = session_.query<std::string, Id>(
      "select distinct document_kind, document_id from sl_ledger where company_id = :company and " + place +
          " order by document_kind, document_id limit :count",
      params);
  BalancePage page;
  if (documents.empty()) return page;
  const auto& [last_kind, last_document] = documents.back();
  std::string sql =
      "select document_kind, document_id, line_id, opportunity_id, campaign_id, seller_id, measure, effective_date, "
      "coalesce(corrects_date, effective_date), currency, cast(sum(document_minor) as bigint), cast(sum(company_minor) "
      "as bigint) from sl_ledger where "
      "company_id = :company and " +
      place + " and (document_kind, document_id) <= (cast(:last_kind as text), cast(:last_document as bigint))";
  params = {{"company", company_},    {"kind", cursor.texts[0]},        {"document", cursor.number(1)},
            {"last_kind", last_kind}, {"last_document", last_document}, {"count", limit + 1}};
  if (cursor.whole()) {
    sql +=
        " and (document_kind, document_id, line_id, opportunity_id, campaign_id, seller_id, measure, effective_date, "
        "coalesce(corrects_date, effective_date), currency) > (cast(:kind as text), cast(:document as bigint), "
        "cast(:line as bigint), "
        "cast(:opportunity as bigint), cast(:campaign as bigint), cast(:seller as bigint), cast(:measure as text), "
        "cast(:day as bigint), cast(:belongs_to as bigint), cast(:currency as text))";
    params.insert(params.end(), {{"line", cursor.number(2)},
                                 {"opportunity", cursor.number(3)},
                                 {"campaign", cursor.number(4)},
                                 {"seller", cursor.number(5)},
                                 {"measure", cursor.texts[6]},
                                 {"day", cursor.number(7)},
                                 {"belongs_to", cursor.number(8)},
                                 {"currency", cursor.texts[9]}});
  }
  sql +=
      " group by document_kind, document_id, line_id, opportunity_id, campaign_id, seller_id, measure, effective_date, "
      "coalesce(corrects_date, effective_date), currency having sum(document_minor) <> 0 or sum(company_minor) <> 0 "
      "order by document_kind, document_id, "
      "line_id, "
      "opportunity_id, campaign_id, seller_id, measure, effective_date, coalesce(corrects_date, effective_date), "
      "currency limit :count";
  for (auto& [kind, document, line, opportunity, campaign, seller, measure, day, belongs_to, currency, own, company] :
       session_.query<std::string, Id, Id, Id, Id, Id, std::string, std::int64_t, std::int64_t, std::string,
                      std::int64_t, std::int64_t>(sql, params)) {
    page.rows.push_back(
        {kind, document, line, opportunity, campaign, seller, measure, day, belongs_to, currency, own, company});
  }
  if (static_cast<std::int64_t>(page.rows.size()) > limit) {
    page.rows.resize(static_cast<std::size_t>(limit));
    page.next = full_key(page.rows.back());
  } else if (static_cast<std::int64_t>(documents.size()) == limit) {
    page.next = last_kind + "/" + std::to_string(last_document);
  }
  return page;
}

std::vector<DocumentKey> LedgerPage::documents_of(Id opportunity, std::int64_t from) {
  std::vector<DocumentKey> keys;
  for (const auto& [kind, document] : session_.query<std::string, Id>(
           "select distinct document_kind, document_id from sl_ledger where company_id = :company and "
           "opportunity_id = :opportunity and coalesce(corrects_date, effective_date) >= :since order by "
           "document_kind, document_id",
           {{"company", company_}, {"opportunity", opportunity}, {"since", from}})) {
    keys.push_back({kind_of(kind), document});
  }
  return keys;
}

std::vector<std::pair<Id, std::string>> LedgerPage::titles(const std::vector<Id>& opportunities) {
  std::vector<std::pair<Id, std::string>> titles;
  if (opportunities.empty()) return titles;
  for (auto& [id, title] :
       session_.query<Id, std::string>("select id, title from sl_opportunity where company_id = :company and " +
                                           session_.in_ids("id", "ids") + " order by id",
                                       {{"company", company_}, {"ids", session_.ids_text(opportunities)}})) {
    titles.emplace_back(id, std::move(title));
  }
  return titles;
}

}  // namespace sales_leads::store
