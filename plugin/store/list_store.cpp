// SPDX-License-Identifier: Apache-2.0
#include "store/list_store.h"

#include <algorithm>

#include "store/folding.h"
#include "store/opportunity_store.h"
#include "store/opportunity_totals.h"
#include "store/read_snapshot.h"
#include "store/sales_sums.h"
#include "store/same_customers.h"

namespace sales_leads::store {
namespace {

/// Whose rows, as a condition with its parameters: "" = everybody's.
std::string scope_of(const Session& session, const ListTable& table, const ListCaller& caller, Params& params) {
  const ListScope scope = table.scope;
  const bool opportunities = caller.opportunities_of && (scope == ListScope::opportunity || scope == ListScope::either);
  const bool leads = caller.leads_of && scope != ListScope::everybody && scope != ListScope::opportunity;
  std::string theirs = "1 = 1", their_leads = "1 = 1";
  if (opportunities) {
    params.emplace_back("them", session.ids_text(*caller.opportunities_of));
    theirs = own_condition(session, "o");
  }
  if (leads) {
    params.emplace_back("lead_owners", session.ids_text(*caller.leads_of));
    their_leads = "(d.owner_id = 0 or " + session.in_ids("d.owner_id", "lead_owners") + ")";
  }
  if (!opportunities && !leads) return "";
  switch (scope) {
    case ListScope::everybody:
      return "";
    case ListScope::opportunity:
      return theirs;
    case ListScope::lead:
      return their_leads;
    case ListScope::lead_member:
      return "(d.id is null or " + their_leads + ")";
    case ListScope::either:
      break;
  }
  return "((o.id is not null and " + theirs + ") or (d.id is not null and " + their_leads +
         ") or t.entity = 'customer')";
}

/// The list of opportunities for who sees all of them.
class WholePipeline final : public lists::Runner {
 public:
  WholePipeline(Session& session, Id company, const lists::List& list, lists::Dialect dialect, lists::Database database)
      : Runner(list, std::move(dialect), std::move(database)), session_(session), company_(company) {}

  [[nodiscard]] std::vector<lists::Sum> totals(const lists::Question& question,
                                               const std::vector<const lists::Column*>& sums,
                                               const lists::Column* group) override {
    const auto of_rows = [&](const lists::Question& part) { return Runner::totals(part, sums, group); };
    if (auto known = opportunity_totals(session_, company_, question, sums, group, of_rows)) return *std::move(known);
    return of_rows(question);
  }

 private:
  Session& session_;
  Id company_;
};

}  // namespace

std::vector<ListTable> list_tables() {
  std::vector<ListTable> all;
  for (auto part : {opportunity_tables(), campaign_tables(), settings_tables(), document_tables()}) {
    std::move(part.begin(), part.end(), std::back_inserter(all));
  }
  return all;
}

std::unique_ptr<lists::Runner> list_runner(Session& session, const ListTable& table, const ListCaller& caller) {
  Params always;
  lists::Dialect dialect;
  dialect.scope = scope_of(session, table, caller, always);
  dialect.language = caller.language;
  dialect.company = caller.company;
  dialect.today = caller.today;
  dialect.folded = folded_column;
  dialect.pattern = pattern_of;
  dialect.same = [&session, company = caller.company](const std::string& list, const std::vector<std::int64_t>& ids) {
    return list == "customer" ? SameCustomers(session, company).ids(ids) : ids;
  };
  lists::Database database;
  database.placeholder = [](std::size_t number) { return ":v" + std::to_string(number); };
  database.fetch = [&session, always, company = caller.company](
                       const std::string& sql, const std::vector<lists::Value>& binds, const std::string& kinds,
                       const std::function<bool(std::vector<lists::Value>&)>& row) {
    Params params = always;
    // What is not yet in the sums of sales is read beside them, in one state of the database.
    std::optional<ReadSnapshot> snapshot;
    if (sql.find(kInSalesSums) != std::string::npos) {
      snapshot.emplace(session);
      params.emplace_back("company", company);
      params.emplace_back(kInSalesSums + 1, last_in_sales_sums(session, company));
    }
    for (std::size_t i = 0; i < binds.size(); ++i) {
      const std::string name = "v" + std::to_string(i);
      if (const auto* number = std::get_if<std::int64_t>(&binds[i]))
        params.emplace_back(name, *number);
      else if (const auto* text = std::get_if<std::string>(&binds[i]))
        params.emplace_back(name, *text);
      else
        params.emplace_back(name, std::nullopt);
    }
    std::vector<Session::CellKind> cells;
    for (const char kind : kinds) cells.push_back(kind == 'i' ? Session::CellKind::integer : Session::CellKind::text);
    session.fetch(sql, params, cells, row);
  };
  if (table.list.name == "opportunity" && dialect.scope.empty()) {
    return std::make_unique<WholePipeline>(session, caller.company, table.list, std::move(dialect),
                                           std::move(database));
  }
  return std::make_unique<lists::Runner>(table.list, std::move(dialect), std::move(database));
}

}  // namespace sales_leads::store
