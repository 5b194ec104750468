// SPDX-License-Identifier: Apache-2.0
//
// The kinds of file that can be imported and the fields that each knows. One table: profiles, canonical files, messages
// and the guide are checked against it. Immutable; any thread.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace erp::host::import {

enum class Kind {
  kCustomers,
  kEmployees,
  kProducts,
  kOpportunities,
  kOrders,
  kInvoices,
  kLeads,
  kCampaigns,
  kTypes,
  kSources,
  kRejections,
  kCustomerStatuses,
  kCategories,
  kCustomerExtra,
  kCampaignMembers,
  kCampaignCosts,
  kPipelines,
  kSteps,
  kActivities,
  kGroupMembers
};

/// What goes row by row through an import action of a module, not into the host's own tables.
bool goes_to_module(Kind kind);

enum class FieldType { kText, kInteger, kBoolean, kAmount, kDate, kTime, kCurrency, kShare };

struct Field {
  std::string_view name;
  FieldType type = FieldType::kText;
  bool column_required = false;  // the file (or the profile's constants) must have it
  bool value_required = false;   // and every row must fill it
};

std::optional<Kind> kind_named(std::string_view name);
std::string_view kind_name(Kind kind);
/// "customers, employees, …" for messages.
std::string all_kinds();

std::span<const Field> fields_of(Kind kind);
/// Index in fields_of, or nothing.
std::optional<std::size_t> field_index(Kind kind, std::string_view name);
std::string all_fields(Kind kind);

}  // namespace erp::host::import
