// SPDX-License-Identifier: Apache-2.0
#include "services/opportunity_expiry.h"

#include "services/opportunities.h"
#include "services/opportunity_writer.h"
#include "store/opportunity_life_store.h"
#include "store/request_store.h"

namespace sales_leads::services {
namespace {

using store::OpportunityLifeStore;
constexpr std::int64_t kSlice = 200;
// Not "rule": what a confirmed order did goes by that name, and is passed over when documents are placed.
constexpr const char* kOrigin = "expiry";

void audit(UseCase& use_case, store::Session& session, const char* action, const std::vector<Id>& ids) {
  if (ids.empty()) return;
  store::AuditStore(session, use_case.company())
      .add({"rule", 0, action, "opportunity", use_case.call.correlation_id, ""}, ids, use_case.now_us);
}

/// The same call on a session of its own.
UseCase on(UseCase& outer, store::Session& session) {
  return {outer.host,  outer.database, session,      outer.call,   outer.messages,
          outer.rates, outer.calendar, outer.caller, outer.now_us, {}};
}

struct Slice {
  Id last = 0;
  std::int64_t count = 0;
};

Slice expire_some(UseCase& outer, Id after) {
  return store::in_transaction(outer.database, [&](store::Session& session) {
    UseCase use_case = on(outer, session);
    Slice slice{after, 0};
    store::OpportunityStore rows(session, use_case.company());
    const auto due = OpportunityLifeStore(session, use_case.company()).to_expire(use_case.today(), after, kSlice);
    for (const Id id : due) {
      const auto before = rows.find(id);
      if (!before) continue;
      auto changed = *before;
      changed.status = "expired";
      changed.actual_close = use_case.today();
      write_change(use_case, *before, changed, use_case.now_us, kOrigin);
      slice.last = id;
      ++slice.count;
    }
    audit(use_case, session, "opportunity.expired_by_rule", use_case.changed);
    return slice;
  });
}

std::vector<OpportunityLifeStore::Notice> tell_some(UseCase& outer, Id after) {
  return store::in_transaction(outer.database, [&](store::Session& session) {
    OpportunityLifeStore life(session, outer.company());
    auto notices = life.to_tell(outer.today(), after, kSlice);
    std::vector<Id> ids;
    for (const auto& notice : notices) {
      life.told(notice.opportunity, outer.today());
      ids.push_back(notice.opportunity);
    }
    audit(outer, session, "opportunity.expiry_notice", ids);
    return notices;
  });
}

void notify(UseCase& use_case, const OpportunityLifeStore::Notice& notice) {
  if (notice.user == 0) return;
  const std::string date = domain::date_text(static_cast<domain::Day>(notice.expires_on));
  try {
    use_case.host.notify(use_case.call, notice.user,
                         use_case.messages.text(use_case.call.locale, "opportunity.expiry.notice",
                                                {{"value", notice.title}, {"date", date}}),
                         "");
  } catch (const Failure& failure) {
    // A user who has left: the notice stands on the opportunity all the same.
    use_case.host.log(LogLevel::warning, "A user could not be told of an opportunity about to expire",
                      {{"opportunity", std::to_string(notice.opportunity)}, {"reason", failure.key()}});
  }
}

}  // namespace

ExpiryResult expire_due(UseCase& use_case, const std::function<bool()>& out_of_time) {
  ExpiryResult result;
  for (Id after = 0; !result.more;) {
    const Slice slice = expire_some(use_case, after);
    result.expired += slice.count;
    after = slice.last;
    if (slice.count < kSlice) break;
    result.more = out_of_time();
  }
  for (Id after = 0; !result.more;) {
    const auto notices = tell_some(use_case, after);
    for (const auto& notice : notices) notify(use_case, notice);
    result.told += static_cast<std::int64_t>(notices.size());
    if (static_cast<std::int64_t>(notices.size()) < kSlice) break;
    after = notices.back().opportunity;
    result.more = out_of_time();
  }
  return result;
}

json::value expire_due_opportunities(UseCase& use_case, const Input&) {
  const ExpiryResult result = expire_due(use_case, [] { return false; });
  return json::object{{"expired", result.expired}, {"told", result.told}};
}

}  // namespace sales_leads::services
