// SPDX-License-Identifier: Apache-2.0
#include "import/fields.h"

#include <array>

namespace erp::host::import {
namespace {

using enum FieldType;

constexpr Field kCustomers[] = {{"number", kText, true, true},
                                {"name", kText, true, true},
                                {"organisation_number"},
                                {"country"},
                                {"is_stand_in", kBoolean}};
// `region` and `team` are no fields of an employee: they are there for the path of groups.
constexpr Field kEmployees[] = {
    {"number", kText, true, true}, {"name", kText, true, true}, {"manager"}, {"region"}, {"team"}};
constexpr Field kProducts[] = {{"number", kText, true, true},
                               {"name", kText, true, true},
                               {"series"},
                               {"price", kAmount},
                               {"currency", kCurrency}};
// customer_no may be empty where project_no is not. Names of what is exported, so that it can come back.
constexpr Field kOpportunities[] = {{"external_id"},
                                    {"title", kText, true, true},
                                    {"description"},
                                    {"customer_no", kText, true},
                                    {"project_no"},
                                    {"owner"},
                                    {"pipeline"},
                                    {"step"},
                                    {"status"},
                                    {"probability", kShare},
                                    {"probability_origin"},
                                    {"amount", kAmount},
                                    {"currency", kCurrency},
                                    {"amount_origin"},
                                    {"recurring", kAmount},
                                    {"recurring_months", kInteger},
                                    {"margin", kAmount},
                                    {"amount2", kAmount},
                                    {"contact"},
                                    {"start", kDate},
                                    {"planned_close", kDate},
                                    {"closed_on", kDate},
                                    {"delivery_date", kDate},
                                    {"type"},
                                    {"source"},
                                    {"campaign"},
                                    {"rejection"},
                                    {"rejection_note"},
                                    {"product"},
                                    {"sellers"},
                                    {"touches"},
                                    {"lines"},
                                    {"archived", kBoolean}};
constexpr Field kLeads[] = {{"external_id"},
                            {"kind"},
                            {"name"},
                            {"first_name"},
                            {"last_name"},
                            {"org_number"},
                            {"email"},
                            {"email2"},
                            {"phone"},
                            {"phone2"},
                            {"website"},
                            {"industry"},
                            {"turnover", kAmount},
                            {"currency", kCurrency},
                            {"employees", kInteger},
                            {"street"},
                            {"postal_code"},
                            {"city"},
                            {"country"},
                            {"source"},
                            {"campaign"},
                            {"category"},
                            {"owner"},
                            {"description"}};
constexpr Field kCampaigns[] = {
    {"code", kText, true, true}, {"title"}, {"status"}, {"start", kDate}, {"end", kDate}, {"budget", kAmount},
    {"currency", kCurrency},     {"owner"}, {"medium"}, {"source"},       {"parent"},     {"archived", kBoolean}};
constexpr Field kEntries[] = {
    {"code", kText, true, true}, {"title"},  {"title_en"},          {"title_sv"}, {"title_nb"},
    {"position", kInteger},      {"effect"}, {"archived", kBoolean}};
constexpr Field kCustomerExtras[] = {{"customer_no", kText, true, true},
                                     {"status"},
                                     {"source"},
                                     {"contact_origin"},
                                     {"products"},
                                     {"categories"},
                                     {"own_fields"}};
constexpr Field kCampaignMembers[] = {{"campaign", kText, true, true}, {"customer_no"}, {"lead"},
                                      {"lead_id", kInteger},           {"name"},        {"response"},
                                      {"response_date", kDate}};
constexpr Field kCampaignCosts[] = {{"campaign", kText, true, true},
                                    {"date", kDate, true, true},
                                    {"amount", kAmount, true, true},
                                    {"currency", kCurrency},
                                    {"text"}};
// steps, types and groups are told in one cell each, as they are exported.
constexpr Field kPipelines[] = {{"title"},
                                {"title_en"},
                                {"title_sv"},
                                {"title_nb"},
                                {"steps"},
                                {"is_default", kBoolean},
                                {"on_order_confirmed"},
                                {"link_window_days", kInteger},
                                {"expire_after_days", kInteger},
                                {"first_step"},
                                {"won_step"},
                                {"lost_step"},
                                {"types"},
                                {"groups"},
                                {"archived", kBoolean}};
constexpr Field kSteps[] = {{"pipeline"},
                            {"code", kText, true, true},
                            {"title"},
                            {"title_en"},
                            {"title_sv"},
                            {"title_nb"},
                            {"position", kInteger},
                            {"probability", kShare},
                            {"status"},
                            {"rejection_rule"},
                            {"default_rejection"},
                            {"stale_days", kInteger},
                            {"required_fields"},
                            {"archived", kBoolean}};
// entity and record: which id it is, where the record has no external id.
constexpr Field kActivities[] = {{"opportunity"},
                                 {"lead"},
                                 {"customer_no"},
                                 {"entity"},
                                 {"record", kInteger},
                                 {"record_title"},
                                 {"kind"},
                                 {"title", kText, true, true},
                                 {"text"},
                                 {"reference"},
                                 {"owner"},
                                 {"due_date", kDate},
                                 {"done_at", kTime},
                                 {"archived", kBoolean}};
constexpr Field kGroupMembers[] = {
    {"group", kText, true, true}, {"employee", kText, true, true}, {"from", kDate}, {"to", kDate}};
constexpr Field kOrders[] = {{"order_no", kText, true, true},
                             {"state", kText, true, true},
                             {"customer_no", kText, true, true},
                             {"offered_at", kTime},
                             {"confirmed_at", kTime},
                             {"currency", kCurrency},
                             {"salesperson"},
                             {"line_no", kInteger, true, true},
                             {"description"},
                             {"net", kAmount, true, true},
                             {"counts_as_sale", kBoolean},
                             {"opportunity"},
                             {"campaign"}};
constexpr Field kInvoices[] = {{"invoice_no", kText, true, true},
                               {"kind", kText, true, true},
                               {"posted_at", kTime, true, true},
                               {"customer_no", kText, true, true},
                               {"country"},
                               {"currency", kCurrency},
                               {"salesperson"},
                               {"line_no", kInteger, true, true},
                               {"description"},
                               {"net", kAmount, true, true},
                               {"order_no"},
                               {"order_line", kInteger},
                               {"credits_invoice"},
                               {"credits_line", kInteger},
                               {"counts_as_sale", kBoolean},
                               {"opportunity"},
                               {"campaign"}};

constexpr std::array<std::string_view, 20> kNames = {"customers",      "employees",      "products",
                                                     "opportunities",  "orders",         "invoices",
                                                     "leads",          "campaigns",      "types",
                                                     "sources",        "rejections",     "customer_statuses",
                                                     "categories",     "customer_extra", "campaign_members",
                                                     "campaign_costs", "pipelines",      "steps",
                                                     "activities",     "group_members"};

template <class Range, class Name>
std::string joined(const Range& range, Name name) {
  std::string out;
  for (const auto& item : range) {
    if (!out.empty()) out += ", ";
    out += name(item);
  }
  return out;
}

}  // namespace

std::optional<Kind> kind_named(std::string_view name) {
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (kNames[i] == name) return static_cast<Kind>(i);
  }
  return std::nullopt;
}

std::string_view kind_name(Kind kind) { return kNames[static_cast<std::size_t>(kind)]; }

std::string all_kinds() {
  return joined(kNames, [](std::string_view name) { return name; });
}

bool goes_to_module(Kind kind) { return kind == Kind::kOpportunities || kind >= Kind::kLeads; }

std::span<const Field> fields_of(Kind kind) {
  switch (kind) {
    case Kind::kCustomers:
      return kCustomers;
    case Kind::kEmployees:
      return kEmployees;
    case Kind::kProducts:
      return kProducts;
    case Kind::kOpportunities:
      return kOpportunities;
    case Kind::kOrders:
      return kOrders;
    case Kind::kInvoices:
      return kInvoices;
    case Kind::kLeads:
      return kLeads;
    case Kind::kCampaigns:
      return kCampaigns;
    case Kind::kTypes:
    case Kind::kSources:
    case Kind::kRejections:
    case Kind::kCustomerStatuses:
    case Kind::kCategories:
      return kEntries;
    case Kind::kCustomerExtra:
      return kCustomerExtras;
    case Kind::kCampaignMembers:
      return kCampaignMembers;
    case Kind::kCampaignCosts:
      return kCampaignCosts;
    case Kind::kPipelines:
      return kPipelines;
    case Kind::kSteps:
      return kSteps;
    case Kind::kActivities:
      return kActivities;
    case Kind::kGroupMembers:
      return kGroupMembers;
  }
  return {};
}

std::optional<std::size_t> field_index(Kind kind, std::string_view name) {
  const auto fields = fields_of(kind);
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (fields[i].name == name) return i;
  }
  return std::nullopt;
}

std::string all_fields(Kind kind) {
  return joined(fields_of(kind), [](const Field& field) { return field.name; });
}

}  // namespace erp::host::import
