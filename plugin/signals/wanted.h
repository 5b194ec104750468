// SPDX-License-Identifier: Apache-2.0
//
// The balances that loaded documents should have: the engine, component by component, and then the coverage of credits
// that name no invoice. Loads further such credits when their opportunity's invoiced balances change here.
//
// Threads: one. Errors: Failure of the session.
#pragma once

#include <set>
#include <vector>

#include "signals/resolver.h"
#include "store/ledger_store.h"

namespace sales_leads::signals {

class Wanted {
 public:
  Wanted(store::Session& session, Id company, Resolver& resolver, Items& items)
      : session_(session), company_(company), resolver_(resolver), items_(items), ledger_(session, company) {}

  /// Both sides, with parked documents left out of them. Adds to `items` what coverage needs.
  void compute();
  [[nodiscard]] const store::Balances& wanted() const { return wanted_; }
  [[nodiscard]] const store::Balances& present() const { return present_; }

 private:
  using Rows = std::vector<domain::Balance>;
  void group();
  [[nodiscard]] Rows attribute_all() const;
  [[nodiscard]] Rows without_conditional() const;
  void load_present();
  [[nodiscard]] std::set<Id> uncovered(const Rows& rows) const;
  [[nodiscard]] bool load_conditional(const Rows& rows);
  void place_credits(Rows& rows);

  store::Session& session_;
  Id company_;
  Resolver& resolver_;
  Items& items_;
  store::LedgerStore ledger_;
  std::vector<std::vector<Item*>> components_;
  store::Balances wanted_, present_;
};

}  // namespace sales_leads::signals
