// SPDX-License-Identifier: Apache-2.0
#include "services/ledgers.h"

#include "host/refusal.h"
#include "services/moves.h"
#include "signals/audit.h"
#include "store/ledger_page.h"
#include "store/parked_store.h"

namespace sales_leads::services {

json::value ledger_balances(UseCase& use_case, const Input& input) {
  const auto page = store::LedgerPage(use_case.session, use_case.company())
                        .balances(input.text("after").value_or(""), input.integer("limit").value_or(1'000));
  json::array balances;
  balances.reserve(page.rows.size());
  for (const auto& row : page.rows) {
    const bool corrects = row.belongs_to != row.effective_date;
    balances.push_back(
        json::object{{"document_kind", row.kind},
                     {"document", row.document},
                     {"line", row.line},
                     {"opportunity", row.opportunity},
                     {"campaign", row.campaign},
                     {"seller", row.seller},
                     {"measure", row.measure},
                     {"effective_date", domain::date_text(static_cast<domain::Day>(row.effective_date))},
                     {"corrects_date",
                      corrects ? json::value(domain::date_text(static_cast<domain::Day>(row.belongs_to))) : nullptr},
                     {"currency", row.currency},
                     {"document_minor", row.document_minor},
                     {"company_minor", row.company_minor}});
  }
  return json::object{{"balances", std::move(balances)},
                      {"next", page.next ? json::value(*page.next) : json::value(nullptr)}};
}

json::value list_parked(UseCase& use_case, const Input& input) {
  json::array parked;
  store::ParkedStore store(use_case.session, use_case.company());
  for (const auto& document : store.list(input.integer("limit").value_or(200))) {
    const std::string& key = document.reason_key;
    const bool known = use_case.messages.has(use_case.call.locale, "parked." + key);
    parked.push_back(json::object{
        {"document_kind", store::kind_text(document.key.kind)},
        {"document", document.key.id},
        {"reason", key},
        {"message", known ? use_case.messages.text(use_case.call.locale, "parked." + key) : document.reason},
        {"attempts", document.attempts},
        {"parked_at", time_text(document.parked_at)},
        {"next_try_at", time_text(document.next_try_at)}});
  }
  return json::object{{"parked", std::move(parked)}, {"count", store.count()}};
}

json::value retry_parked(UseCase& use_case, const Input& input) {
  store::ParkedStore store(use_case.session, use_case.company());
  const std::int64_t count = store.count();
  if (input.has("document")) {
    store.retry_now({store::kind_of(input.text("document_kind").value_or("invoice")), input.id("document")},
                    use_case.now_us);
  } else {
    store.retry_now(use_case.now_us);
  }
  return json::object{{"retried", input.has("document") ? std::min<std::int64_t>(count, 1) : count}, {"parked", count}};
}

json::value verify_ledger(UseCase& use_case, const Input&) {
  json::array differences;
  for (const auto& difference : signals::Audit(use_case.host, use_case.database).verify(use_case.call)) {
    differences.push_back(json::object{{"what", difference.what},
                                       {"key", difference.key},
                                       {"is", difference.is},
                                       {"should_be", difference.should_be}});
  }
  const bool ok = differences.empty();
  return json::object{{"ok", ok}, {"differences", std::move(differences)}};
}

json::value rebuild_ledger(UseCase& use_case, const Input&) {
  auto result = signals::Audit(use_case.host, use_case.database).rebuild(use_case.call);
  use_case.won = std::move(result.won);
  return json::object{{"documents", result.documents}, {"rows", result.corrected}, {"parked", result.parked}};
}

json::value rerun_links(UseCase& use_case, const Input& input) {
  const auto from = input.date("from");
  if (!from) input.refuse("from", nullptr, "@expected.date");
  const bool preview = input.flag("preview", false);
  const std::int64_t from_us = use_case.calendar.start_of(*from);
  signals::Audit audit(use_case.host, use_case.database);
  auto result = preview ? audit.preview_rerun(use_case.call, from_us) : audit.rerun(use_case.call, from_us);
  use_case.won = std::move(result.won);
  json::array documents = moved_documents(result.deltas, {});
  return json::object{{"preview", preview},
                      {"documents", result.documents},
                      {"moved", documents.size()},
                      {"changes", moves(use_case, result.deltas, !preview)}};
}

}  // namespace sales_leads::services
