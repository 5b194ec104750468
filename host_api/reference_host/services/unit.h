// SPDX-License-Identifier: Apache-2.0
//
// One use of the host: a session, a transaction, who asks, and the events that the transaction raises. What is not
// committed never happened, its events included.
//
//   Unit unit(base, caller, Transaction::Mode::write);
//   orders::confirm(unit, input);
//   unit.commit();
//
// Threads: one. Errors: HostError. Ownership: borrows base and caller.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "app.h"
#include "database/pool.h"
#include "services/calendar.h"
#include "services/clock.h"
#include "services/money.h"
#include "services/signals.h"

namespace erp::host {

/// What every service shares: one per App.
struct Base {
  explicit Base(DatabaseAddress address);
  Pool pool;
  Clock clock;
  Signals signals;
};

struct Company {
  std::int64_t id = 0;
  std::string name, currency, time_zone;
  std::int64_t fiscal_year_start_month = 1;
  std::int64_t row_version = 0;
};

/// An event on its way into the outbox.
struct PendingEvent {
  std::string kind;
  std::int64_t record = 0;
  std::string from_state, to_state;
};

class Unit {
 public:
  Unit(Base& base, const Caller& caller, Transaction::Mode mode);

  [[nodiscard]] Db& db() const { return *lease_; }
  [[nodiscard]] const Caller& caller() const { return caller_; }
  [[nodiscard]] std::int64_t company_id() const { return caller_.company; }
  [[nodiscard]] std::int64_t now_us() const { return now_us_; }
  [[nodiscard]] const Company& company();
  void forget_company() { company_.reset(); }
  [[nodiscard]] const TimeZone& zone();

  /// Ids of new rows, from the sequence of that kind ("order", "invoice_line").
  std::int64_t new_id(std::string_view kind);
  std::vector<std::int64_t> new_ids(std::string_view kind, std::size_t count);

  /// Tells the host's listeners; the outbox is one of them.
  void raise(Topic topic, std::string_view kind, std::int64_t record, std::string_view from = {},
             std::string_view to = {});
  [[nodiscard]] std::vector<PendingEvent>& pending() { return pending_; }
  [[nodiscard]] bool raised_any() const { return raised_; }

  /// The rate of a day or the last one before it. Kept for the unit.
  std::optional<Rate> rate(const std::string& currency, std::int64_t day);
  void forget_rates() { rates_.clear(); }
  /// Company currency for an amount of a document, at the day's rate; nothing when there is no rate or no currency yet.
  std::optional<std::int64_t> company_amount(const std::string& currency, std::int64_t net_minor, std::int64_t day);

  void commit();

 private:
  Base& base_;
  const Caller& caller_;
  Pool::Lease lease_;
  Transaction transaction_;
  std::int64_t now_us_;
  std::optional<Company> company_;
  std::optional<TimeZone> zone_;
  std::vector<PendingEvent> pending_;
  bool raised_ = false;
  std::map<std::pair<std::string, std::int64_t>, std::optional<Rate>> rates_;
};

}  // namespace erp::host
