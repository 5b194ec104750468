// SPDX-License-Identifier: Apache-2.0
//
// What one call of an action works with: who asks, when, on which session, and where it notes what it changed.
//
// Threads: one. Ownership: borrows all but its own values. A changing use case runs inside the caller's transaction and
// may be run again from the start; it keeps no state elsewhere.
#pragma once

#include <boost/json.hpp>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "domain/calendar.h"
#include "host/company_calendar.h"
#include "host/host.h"
#include "services/messages.h"
#include "services/rates.h"
#include "services/scope.h"
#include "store/session.h"
#include "store/settings_store.h"

namespace sales_leads::services {

using store::Id;
class LeadText;
class ListCatalog;
struct UseCase;

/// One transaction of an action that needs several. Everything before it is committed when it begins.
using Stage = std::function<boost::json::value(UseCase&)>;
/// Runs a stage; `last` keeps its answer for the request id. Answers what the stage answered.
using Stages = std::function<boost::json::value(const Stage&, bool last)>;
/// Thrown in a stage to end the action with an answer that changes nothing, and that no request id remembers.
struct Unchanged {
  boost::json::value answer;
};

struct Caller {
  Actor actor;
  Scope sees;                                   // opportunities: as owner or as seller with a share
  Scope changes;                                // opportunities
  Scope sees_leads;                             // as owner; a lead without owner is everybody's
  Scope changes_leads;                          // likewise
  std::function<bool(const std::string&)> may;  // any permission of the manifest; set for the length of the call
};

struct UseCase {
  const Host& host;           // inside a transaction: its clock alone
  store::Database& database;  // for the few that work in slices, with sessions of their own
  store::Session& session;
  const CallContext& call;
  const Messages& messages;
  const Rates& rates;
  const CompanyCalendar& calendar;
  const Caller& caller;
  std::int64_t now_us = 0;
  std::vector<Id> changed;                                      // records of the action's own kind, for the audit log
  std::vector<std::pair<std::string, Id>> changed_elsewhere{};  // records of other kinds
  const LeadText* lead_text = nullptr;                          // phones and names in one form
  Stages stages{};        // of actions that ask the host for a change between two transactions; elsewhere empty
  std::vector<Id> won{};  // opportunities that became won: the host is told after the commit
  bool preview = false;   // set: the answer tells what would be, and the transaction is taken back
  std::int32_t fiscal_year_start_month = 1;  // 1..12, of the company
  const ListCatalog* lists = nullptr;        // what can be listed
  bool unchanged = false;                    // set: all was so already, and the log tells nothing

  [[nodiscard]] Id company() const { return call.company; }
  [[nodiscard]] domain::Day today() const { return calendar.day_of(now_us); }
  [[nodiscard]] store::Stamp stamp() const { return {now_us, caller.actor.user}; }
  [[nodiscard]] std::string language() const { return language_of(call.locale); }
  /// Noon of a day in the company's zone: where an import knows the day alone.
  [[nodiscard]] std::int64_t noon(domain::Day day) const { return calendar.at(day, 12 * 3'600'000'000LL); }
};

}  // namespace sales_leads::services
