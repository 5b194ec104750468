// SPDX-License-Identifier: Apache-2.0
//
// Groups as a tree, and who is a member from when to when (both days included).
//
// Threads: the session's. Errors: Failure of the session.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "store/session.h"
#include "store/settings_store.h"

namespace sales_leads::store {

struct GroupRow {
  Id id = 0;
  std::int64_t version = 1;
  std::string code, title, description;
  std::string kind = "sales";
  Id parent = 0;
  bool archived = false;
};

struct Membership {
  Id group = 0;
  Id employee = 0;
  std::int64_t from = 0;
  std::optional<std::int64_t> to;
  std::string kind;  // of the group; filled when read
  Id id = 0;         // likewise
};

class GroupStore {
 public:
  GroupStore(Session& session, Id company) : session_(session), company_(company) {}

  [[nodiscard]] std::vector<GroupRow> groups();
  Id insert(const GroupRow& group, Stamp stamp);
  /// False when the version is no longer the one given.
  [[nodiscard]] bool update(const GroupRow& group, Stamp stamp);
  void add_members(const std::vector<Membership>& members);
  Id add_member(const Membership& member);
  /// The membership's last day; none = it goes on.
  void end_member(Id membership, std::optional<std::int64_t> to);
  void remove_member(Id membership);
  /// All, by employee and day; of one employee where given.
  [[nodiscard]] std::vector<Membership> members(Id employee = 0);

 private:
  Session& session_;
  Id company_;
};

}  // namespace sales_leads::store
