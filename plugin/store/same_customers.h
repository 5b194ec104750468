// SPDX-License-Identifier: Apache-2.0
//
// Customers that the host has merged. A merge moves nothing in the module: records keep the id that they were made
// with, so whoever looks for a customer's records asks for every id that stands for it, and whoever shows one names the
// customer that stayed. Only ids that are asked for are looked up; no list is joined to all customers for it.
//
// Threads: the session's. Errors: Failure of the session.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "store/session.h"

namespace sales_leads::store {

class SameCustomers {
 public:
  SameCustomers(Session& session, Id company) : session_(session), company_(company) {}

  /// The customer that each of these stands for: the one that it was merged into, or itself.
  [[nodiscard]] std::map<Id, Id> survivors(const std::vector<Id>& customers);
  [[nodiscard]] Id survivor(Id customer) { return survivors({customer}).at(customer); }
  /// Each of these and every other that was merged into the same customer, with the one that it stands for.
  [[nodiscard]] std::map<Id, Id> standing_for(const std::vector<Id>& customers);
  /// The same as a list of ids.
  [[nodiscard]] std::vector<Id> ids(const std::vector<Id>& customers);
  /// Contacts with exactly this name, of the customer or of one that was merged with it: two at most.
  [[nodiscard]] std::vector<Id> contacts_named(Id customer, const std::string& name);

 private:
  Session& session_;
  Id company_;
};

}  // namespace sales_leads::store
