// SPDX-License-Identifier: Apache-2.0
#include "services/periods.h"

#include "host/refusal.h"
#include "signals/closing.h"
#include "signals/reconcile.h"
#include "store/parked_store.h"
#include "store/period_store.h"

namespace sales_leads::services {
namespace {

using MaybeDay = std::optional<domain::Day>;

json::value date_or_null(const MaybeDay& day) {
  return day ? json::value(domain::date_text(*day)) : json::value(nullptr);
}

json::object answer(const MaybeDay& closed_through) {
  json::object answer{{"closed_through", date_or_null(closed_through)}};
  answer["first_open_day"] = date_or_null(closed_through ? MaybeDay(*closed_through + 1) : MaybeDay());
  return answer;
}

std::string reason_of(const Input& input) {
  const std::string reason = input.text("reason").value_or("");
  if (reason.empty()) throw Refusal(Code::invalid_argument, "period.reason.missing", "reason");
  return reason;
}

}  // namespace

json::value close_period(UseCase& use_case, const Input& input) {
  const auto through = input.date("through");
  if (!through) input.refuse("through", nullptr, "@expected.date");
  // No reconciliation may stand between the old day and the new one.
  signals::lock_company(use_case.session, use_case.company());
  store::PeriodStore periods(use_case.session, use_case.company());
  const auto before = periods.closed_through();
  if (*through >= use_case.today()) {
    throw Refusal(Code::invalid_argument, "period.through.future", "through", domain::date_text(*through),
                  {{"today", domain::date_text(use_case.today())}});
  }
  if (before && *through < *before) {
    throw Refusal(Code::wrong_state, "period.through.closed", "through", domain::date_text(*through),
                  {{"closed", domain::date_text(*before)}});
  }
  if (before != through) use_case.changed.push_back(periods.add(through, reason_of(input), use_case.stamp()));
  json::object closed = answer(through);
  // Parked documents may belong to it: they will show as adjustments.
  closed["parked"] = store::ParkedStore(use_case.session, use_case.company()).count();
  return closed;
}

json::value reopen_period(UseCase& use_case, const Input& input) {
  signals::lock_company(use_case.session, use_case.company());
  store::PeriodStore periods(use_case.session, use_case.company());
  const auto before = periods.closed_through();
  const auto from = input.date("from");
  if (!before) throw Refusal(Code::wrong_state, "period.open", "from");
  if (from && *from > *before) {
    throw Refusal(Code::wrong_state, "period.from.open", "from", domain::date_text(*from),
                  {{"closed", domain::date_text(*before)}});
  }
  const MaybeDay through = from ? MaybeDay(*from - 1) : MaybeDay();
  use_case.changed.push_back(periods.add(through, reason_of(input), use_case.stamp()));
  const std::int64_t rows = signals::bring_home(use_case.session, use_case.company(), through, use_case.now_us);
  json::object opened = answer(through);
  opened["rows"] = rows;
  return opened;
}

json::value list_periods(UseCase& use_case, const Input& input) {
  store::PeriodStore periods(use_case.session, use_case.company());
  const std::int64_t limit = input.integer("limit").value_or(50);
  auto rows = periods.list(input.integer("after").value_or(0), limit + 1);
  const bool more = static_cast<std::int64_t>(rows.size()) > limit;
  if (more) rows.resize(static_cast<std::size_t>(limit));
  json::array shaped;
  for (const auto& row : rows) {
    MaybeDay through;
    if (row.closed_through) through = static_cast<domain::Day>(*row.closed_through);
    shaped.push_back(json::object{{"id", row.id},
                                  {"closed_through", date_or_null(through)},
                                  {"reason", row.reason},
                                  {"at", time_text(row.at)},
                                  {"by", row.by}});
  }
  json::object list = answer(periods.closed_through());
  list["periods"] = std::move(shaped);
  list["next"] = more ? json::value(rows.back().id) : json::value(nullptr);
  return list;
}

}  // namespace sales_leads::services
