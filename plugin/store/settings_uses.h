// SPDX-License-Identifier: Apache-2.0
//
// Where a setting is used: whether a list's entry may be deleted, moving every use of it to another entry, the order of
// lists and steps, and which types and groups a pipeline serves.
//
// Threads: the session's, inside its write transaction. Errors: Failure of the session. Moved records get a new
// version, their history and an audit row each.
#pragma once

#include <string>
#include <vector>

#include "store/session.h"
#include "store/settings_store.h"

namespace sales_leads::store {

struct Serve {
  Id pipeline = 0;
  std::string kind;  // type, group
  Id ref = 0;
};

/// Who moves, for the audit rows.
struct Mover {
  std::string actor_kind;
  Id actor = 0;
  std::string correlation_id;
};

class SettingsUses {
 public:
  SettingsUses(Session& session, Id company) : session_(session), company_(company) {}

  /// Now or ever, as far as history tells.
  [[nodiscard]] bool is_used(const ListEntry& entry);
  /// Every use of one entry becomes a use of the other; answers how many records were moved.
  std::int64_t replace(const ListEntry& from, Id to, const Mover& mover, std::int64_t now);
  void remove(const ListEntry& entry);
  /// Positions 1, 2, 3 …; `table`: sl_list_entry or sl_step. Those whose place does not change keep their version.
  void put_in_order(const std::string& table, const std::vector<Id>& ids, Stamp stamp);

  [[nodiscard]] std::vector<Serve> serves();
  /// What the pipeline serves from now on; another pipeline that served one of them no longer does.
  void set_serves(Id pipeline, const std::string& kind, const std::vector<Id>& refs);
  /// This one and no other.
  void make_default(Id pipeline);

 private:
  Session& session_;
  Id company_;
};

}  // namespace sales_leads::store
