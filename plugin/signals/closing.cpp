// SPDX-License-Identifier: Apache-2.0
#include "signals/closing.h"

namespace sales_leads::signals {

using domain::Amounts;
using store::Balances;
using store::LedgerKey;

namespace {

constexpr std::int64_t kSlice = 500;

/// The balance on the day it belongs to.
LedgerKey at_home(LedgerKey key) {
  key.effective_date = key.belongs_to();
  key.corrects.reset();
  return key;
}

void add(Amounts& to, const Amounts& amount, std::int64_t sign) {
  to.document += sign * amount.document;
  to.company += sign * amount.company;
}

void drop_zeros(Balances& balances) {
  std::erase_if(balances, [](const auto& entry) { return entry.second == Amounts{}; });
}

}  // namespace

Balances dated(const Balances& wanted, const Balances& present, const std::optional<domain::Day>& closed_through) {
  if (!closed_through) return wanted;
  Balances result, rest = wanted;
  for (const auto& [key, amount] : present) {
    if (key.effective_date > *closed_through) continue;
    result[key] = amount;
    add(rest[at_home(key)], amount, -1);
  }
  for (const auto& [key, amount] : rest) {
    LedgerKey place = key;
    if (key.effective_date <= *closed_through) {
      place.corrects = key.effective_date;
      place.effective_date = *closed_through + 1;
    }
    add(result[place], amount, 1);
  }
  drop_zeros(result);
  return result;
}

Balances difference(const Balances& wanted, const Balances& present) {
  Balances deltas = wanted;
  for (const auto& [key, amount] : present) add(deltas[key], amount, -1);
  drop_zeros(deltas);
  return deltas;
}

std::int64_t bring_home(store::Session& session, store::Id company, const std::optional<domain::Day>& closed_through,
                        std::int64_t now_us) {
  store::LedgerStore ledger(session, company);
  std::int64_t rows = 0;
  for (store::DocumentKey after{};;) {
    const auto keys = ledger.corrected_after(after, kSlice);
    if (keys.empty()) return rows;
    after = keys.back();
    const Balances present = ledger.balances(keys);
    Balances wanted;
    for (const auto& [key, amount] : present) add(wanted[at_home(key)], amount, 1);
    drop_zeros(wanted);
    const Balances deltas = difference(dated(wanted, present, closed_through), present);
    ledger.append(deltas, now_us);
    rows += static_cast<std::int64_t>(deltas.size());
  }
}

}  // namespace sales_leads::signals
