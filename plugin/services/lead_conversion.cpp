// SPDX-License-Identifier: Apache-2.0
//
// lead.convert and what mends it. The order of things is what makes it safe: the intent is committed with the request
// id that the host will be given; the host makes the customer, once for that id; one transaction moves everything.
// Broken off anywhere it is either not begun, or visible as interrupted and resumed from what is written down, or done.
#include <algorithm>
#include <array>

#include "host/refusal.h"
#include "services/lead_duplicates.h"
#include "services/lead_fields.h"
#include "services/lead_writer.h"
#include "services/leads.h"
#include "services/opportunities.h"
#include "services/opportunity_new.h"
#include "store/activity_store.h"
#include "store/campaign_store.h"
#include "store/directory_store.h"
#include "store/lead_passage_store.h"

namespace sales_leads::services {
namespace {

using store::ConversionRow;
using store::LeadPassageStore;

constexpr std::int64_t kHostRemembers_us = 20LL * 3'600 * 1'000'000;  // hosts keep request ids for a day
constexpr std::int64_t kMayBeRunning_us = 60LL * 1'000'000;           // no host takes longer for one customer

/// What the host is asked to make: the same text at every attempt, so that the request id fits.
json::object customer_of(UseCase& use_case, const store::LeadRow& row) {
  json::object customer{{"name", lead_name(row)}};
  if (!row.org_number.empty()) customer["organisation_number"] = row.org_number;
  if (!row.country.empty()) customer["country"] = row.country;
  json::object contact;
  for (const auto& one :
       store::LeadPartsStore(use_case.session, use_case.company(), use_case.stamp()).contacts({row.id})) {
    if (!contact.contains(one.kind)) contact[one.kind] = one.value;
  }
  const std::string person =
      row.first_name + (row.first_name.empty() || row.last_name.empty() ? "" : " ") + row.last_name;
  if (!contact.empty() || !person.empty()) {
    contact["name"] = person.empty() ? lead_name(row) : person;
    customer["contacts"] = json::array{std::move(contact)};
  }
  return customer;
}

/// Checked while nothing is written yet: what the opportunity needs of rights and rates.
json::value opportunity_wish(UseCase& use_case, const Input& input) {
  const auto* wish = input.find("opportunity");
  if (wish == nullptr || wish->is_null()) return nullptr;
  if (!use_case.caller.may("sales_leads.opportunity.change")) {
    throw Refusal(Code::permission, "permission.missing", "opportunity", "sales_leads.opportunity.change");
  }
  json::object wanted = wish->as_object();
  const Input read("opportunity", wanted);
  static_cast<void>(read.date("planned_close"));
  if (const auto amount = read.amount("amount")) {
    const auto currency = amount->currency.empty() ? use_case.rates.company_currency() : amount->currency;
    static_cast<void>(use_case.rates.to_company("opportunity", amount->minor, currency, use_case.today()));
  }
  wanted["start"] = domain::date_text(use_case.today());  // also the day of the rate, at every attempt
  return wanted;
}

/// The lead's campaigns, as touches of its opportunity; those that are archived by now are left out.
json::array touches_of(UseCase& use_case, const std::vector<store::LeadMembership>& members) {
  json::array touches;
  store::CampaignStore campaigns(use_case.session, use_case.company());
  for (const auto& member : members) {
    const auto campaign = campaigns.find(member.campaign);
    if (!campaign || campaign->archived) continue;
    const auto day = member.response_date.value_or(use_case.calendar.day_of(member.created_at));
    touches.push_back(
        json::object{{"campaign", member.campaign}, {"date", domain::date_text(static_cast<domain::Day>(day))}});
  }
  return touches;
}

/// What was wished, and what the lead brings along.
json::object opportunity_fields(UseCase& use_case, References& references, const store::LeadRow& lead,
                                const json::object& wish, const std::vector<store::LeadMembership>& members) {
  json::object fields = wish;
  if (!fields.contains("title")) fields["title"] = lead_name(lead);
  // The opportunity of a lead whose owner has left is its converter's.
  if (lead.owner != 0 && !references.leaver(lead.owner)) fields["owner"] = lead.owner;
  for (const auto& entry : references.entries()) {
    if (entry.id == lead.source && !entry.archived) fields["source"] = lead.source;
  }
  const auto campaign = store::CampaignStore(use_case.session, use_case.company()).find(lead.campaign);
  if (campaign && !campaign->archived) fields["campaign"] = lead.campaign;
  if (auto touches = touches_of(use_case, members); !touches.empty()) fields["touches"] = std::move(touches);
  return fields;
}

/// Every rule that would refuse the opportunity after the host has made the customer refuses it here, while nothing is
/// stored. `customer`: 0 = still to be made.
void check_opportunity(UseCase& use_case, const store::LeadRow& lead, const json::value& wish, Id customer) {
  if (wish.is_null()) return;
  References references(use_case);
  const auto members = LeadPassageStore(use_case.session, use_case.company()).memberships("lead", lead.id);
  const json::object fields = opportunity_fields(use_case, references, lead, wish.as_object(), members);
  json::array warnings;  // said when it is made
  static_cast<void>(read_new_opportunity(use_case, references, Input("opportunity", fields),
                                         customer != 0 ? customer : kCustomerToCome, warnings));
}

Id existing_customer(UseCase& use_case, const Input& input) {
  if (!input.has("existing_customer")) return 0;
  const Id id = References(use_case).customer(*input.find("existing_customer"), "existing_customer");
  if (store::DirectoryStore(use_case.session, use_case.company()).is_stand_in(id)) {
    throw Refusal(Code::invalid_argument, "lead.convert.stand_in", "existing_customer", std::to_string(id));
  }
  return id;
}

[[noreturn]] void ask_first(UseCase& use_case, const std::vector<CustomerDuplicate>& customers) {
  throw Unchanged{json::object{{"converted", false}, {"customers", shape(use_case, customers)}}};
}

std::vector<CustomerDuplicate> customers_like(UseCase& use_case, const store::LeadRow& lead) {
  const auto contacts =
      store::LeadPartsStore(use_case.session, use_case.company(), use_case.stamp()).contacts({lead.id});
  return find_customers(use_case, lead, keys_of(use_case, lead, contacts));
}

std::optional<ConversionRow> running(UseCase& use_case, Id lead) {
  auto rows = LeadPassageStore(use_case.session, use_case.company()).running({lead});
  return rows.empty() ? std::nullopt : std::optional(std::move(rows.front()));
}

void advance(UseCase& use_case, const ConversionRow& row, const std::string& from) {
  if (LeadPassageStore(use_case.session, use_case.company()).advance(row, from, use_case.stamp())) return;
  throw Refusal(Code::conflict, "lead.conversion.elsewhere", "id", std::to_string(row.lead));
}

/// What is left of the wishes after the lead's data were erased.
constexpr const char* kErased = "{}";

/// Whether the customer was there before and somebody chose it: then nothing was made, and another may be chosen.
bool was_chosen(const ConversionRow& row) {
  const json::object wishes = json::parse(row.wishes).as_object();
  const auto* chosen = wishes.if_contains("chosen");
  return chosen != nullptr && chosen->is_bool() && chosen->get_bool();
}

void choose_customer(ConversionRow& row) {
  row.state = "customer_made";
  if (row.wishes == kErased) return;
  json::object wishes = json::parse(row.wishes).as_object();
  wishes["chosen"] = true;
  row.wishes = json::serialize(wishes);
}

/// Customers of the lead's very name that were not there when the conversion began: one of them may be its own.
std::vector<CustomerDuplicate> newcomers(UseCase& use_case, const ConversionRow& row, const store::LeadRow& lead) {
  if (row.wishes == kErased) return {};
  const auto wishes = json::parse(row.wishes).as_object();
  const auto& known = wishes.at("namesakes").as_array();
  std::vector<CustomerDuplicate> found;
  const auto named = store::DirectoryStore(use_case.session, use_case.company())
                         .customers_named(std::string(wishes.at("customer").at("name").as_string()));
  for (auto& one : customers_like(use_case, lead)) {
    const bool fresh = std::find(named.begin(), named.end(), one.customer.id) != named.end() &&
                       std::find(known.begin(), known.end(), json::value(one.customer.id)) == known.end();
    if (fresh) found.push_back(std::move(one));
  }
  return found;
}

/// Writes the intent; or finds the one that this very request wrote before it was broken off.
ConversionRow begin(UseCase& use_case, const Input& input) {
  const auto request = input.text("request_id").value_or("");
  auto lead = load_lead_to_change(use_case, input.id());
  if (auto found = running(use_case, lead.id); found && !request.empty() && found->request_id == request) {
    ++found->attempts;
    found->last_error.clear();
    advance(use_case, *found, found->state);
    use_case.changed.push_back(lead.id);
    return *found;
  }
  lead = load_living_lead(use_case, input);
  if (lead.status == "retired") {
    throw Refusal(Code::wrong_state, "lead.status.retired", "id", std::to_string(lead.id));
  }
  ConversionRow row;
  row.lead = lead.id;
  row.request_id = request;
  row.attempts = 1;
  row.customer = existing_customer(use_case, input);
  if (row.customer != 0) {
    row.state = "customer_made";
  } else if (!input.flag("create_anyway", false)) {
    if (const auto customers = customers_like(use_case, lead); !customers.empty()) ask_first(use_case, customers);
  }
  json::array namesakes;
  for (const Id id : store::DirectoryStore(use_case.session, use_case.company()).customers_named(lead_name(lead))) {
    namesakes.emplace_back(id);
  }
  json::value opportunity = opportunity_wish(use_case, input);
  check_opportunity(use_case, lead, opportunity, row.customer);
  row.wishes = json::serialize(json::object{{"customer", customer_of(use_case, lead)},
                                            {"namesakes", std::move(namesakes)},
                                            {"chosen", row.customer != 0},
                                            {"opportunity", std::move(opportunity)}});
  row.created_at = use_case.now_us;
  row.id = LeadPassageStore(use_case.session, use_case.company()).insert(row, use_case.stamp());
  use_case.changed.push_back(lead.id);
  return row;
}

ConversionRow take_up(UseCase& use_case, const Input& input) {
  const auto lead = load_lead_to_change(use_case, input.id());
  expect_version(lead, input);
  auto row = running(use_case, lead.id);
  if (!row && lead.status == "converted") {
    throw Unchanged{json::object{{"converted", true},
                                 {"id", lead.id},
                                 {"version", lead.version},
                                 {"customer", lead.customer},
                                 {"opportunity", lead.opportunity == 0 ? json::value(nullptr) : lead.opportunity}}};
  }
  if (!row) throw Refusal(Code::wrong_state, "lead.conversion.none", "id", std::to_string(lead.id));
  const std::string from = row->state;
  if (from == "intended") {
    row->customer = existing_customer(use_case, input);
    if (row->customer != 0) choose_customer(*row);
    if (row->customer == 0 && row->wishes == kErased) {
      throw Refusal(Code::wrong_state, "lead.conversion.erased", "id", std::to_string(lead.id));
    }
    const bool forgotten = use_case.now_us - row->created_at > kHostRemembers_us;
    if (row->customer == 0 && forgotten && !input.flag("create_anyway", false)) {
      if (const auto customers = newcomers(use_case, *row, lead); !customers.empty()) ask_first(use_case, customers);
    }
  }
  if (from == "customer_made" && was_chosen(*row) && input.has("existing_customer")) {
    row->customer = existing_customer(use_case, input);
  }
  if (input.names("opportunity")) {
    auto wishes = json::parse(row->wishes).as_object();
    wishes["opportunity"] = opportunity_wish(use_case, input);
    row->wishes = json::serialize(wishes);
  }
  if (row->wishes != kErased) {
    check_opportunity(use_case, lead, json::parse(row->wishes).at("opportunity"), row->customer);
  }
  ++row->attempts;
  row->last_error.clear();
  advance(use_case, *row, from);
  use_case.changed.push_back(lead.id);
  return *row;
}

/// Whether the host has surely made nothing: it refused, rather than not answering.
bool is_definite(Code code) {
  constexpr std::array kDefinite = {Code::invalid_argument, Code::permission, Code::unsupported, Code::not_found,
                                    Code::conflict};
  return std::find(kDefinite.begin(), kDefinite.end(), code) != kDefinite.end();
}

void ask_host(UseCase& use_case, ConversionRow& row) {
  const std::string request =
      "lead.convert/" + std::to_string(row.id) + "/" + std::to_string(row.lead) + "/" + std::to_string(row.created_at);
  const std::string customer = json::serialize(json::parse(row.wishes).at("customer"));
  try {
    row.customer = use_case.host.create_customer(use_case.call, request, customer);
  } catch (const Failure& failure) {
    if (is_definite(failure.code())) {
      row.last_error = failure.what();
      use_case.stages(
          [&](UseCase& stage) {
            advance(stage, row, "intended");
            stage.changed.push_back(row.lead);
            return json::value(nullptr);
          },
          false);
    }
    throw;
  }
  use_case.stages(
      [&](UseCase& stage) {
        row.state = "customer_made";
        advance(stage, row, "intended");
        stage.changed.push_back(row.lead);
        return json::value(nullptr);
      },
      false);
}

/// Adds what the customer's status says to it.
Id make_opportunity(UseCase& use_case, const store::LeadRow& lead, const ConversionRow& row,
                    const std::vector<store::LeadMembership>& members, json::array& warnings) {
  const auto wishes = json::parse(row.wishes).as_object();
  if (!wishes.contains("opportunity") || wishes.at("opportunity").is_null()) return 0;
  References references(use_case);
  json::object fields = opportunity_fields(use_case, references, lead, wishes.at("opportunity").as_object(), members);
  fields["customer"] = row.customer;
  auto own = std::move(use_case.changed);
  use_case.changed.clear();
  const json::object made = create_opportunity(use_case, Input("opportunity", fields)).as_object();
  if (const auto* said = made.if_contains("warnings")) warnings = said->as_array();
  for (const Id id : use_case.changed) use_case.changed_elsewhere.emplace_back("opportunity", id);
  use_case.changed = std::move(own);
  return made.at("id").as_int64();
}

/// Campaigns that the customer is in already keep the customer's own answer, if it gave one.
void hand_over(UseCase& use_case, Id customer, const std::vector<store::LeadMembership>& members) {
  LeadPassageStore store(use_case.session, use_case.company());
  auto held = store.memberships("customer", customer);
  std::vector<Id> moving, dropped;
  for (const auto& row : members) {
    const auto same = std::find_if(held.begin(), held.end(), [&](const auto& h) { return h.campaign == row.campaign; });
    (same == held.end() ? moving : dropped).push_back(row.id);
    if (same == held.end() || same->response != "none" || row.response == "none") continue;
    same->response = row.response;
    same->response_date = row.response_date;
    store.set_response(*same, use_case.stamp());
  }
  store.remove_members(dropped);
  store.move_members(moving, "customer", customer, use_case.stamp());
}

/// Everything that hangs on the lead goes to the customer, in one transaction.
json::value complete(UseCase& use_case, const ConversionRow& read) {
  LeadPassageStore passages(use_case.session, use_case.company());
  auto row = passages.conversion(read.id).value_or(read);
  LeadChange change;
  change.before = load_lead_to_change(use_case, row.lead);
  const auto members = passages.memberships("lead", row.lead);
  json::array warnings;
  row.opportunity = make_opportunity(use_case, change.before, row, members, warnings);
  hand_over(use_case, row.customer, members);
  store::ActivityStore activities(use_case.session, use_case.company());
  activities.move(activities.ids_of("lead", row.lead), "customer", row.customer);
  passages.seed_customer(row.customer, change.before.source, change.before.category, use_case.stamp());
  change.after = change.before;
  change.after.status = "converted";
  change.after.customer = row.customer;
  change.after.opportunity = row.opportunity;
  const auto version = write_lead(use_case, change, "convert");
  activities.refresh_next("lead", row.lead);
  row.state = "done";
  advance(use_case, row, "customer_made");
  json::object answer{{"converted", true},
                      {"id", row.lead},
                      {"version", version},
                      {"customer", row.customer},
                      {"opportunity", row.opportunity == 0 ? json::value(nullptr) : json::value(row.opportunity)}};
  if (!warnings.empty()) answer["warnings"] = std::move(warnings);
  return answer;
}

json::value go_on(UseCase& use_case, ConversionRow row) {
  if (row.state == "intended") ask_host(use_case, row);
  return use_case.stages([&](UseCase& stage) { return complete(stage, row); }, true);
}

template <class First>
json::value run(UseCase& use_case, const Input& input, First first) {
  ConversionRow row;
  use_case.stages(
      [&](UseCase& stage) {
        row = first(stage, input);
        return json::value(nullptr);
      },
      false);
  return go_on(use_case, std::move(row));
}

}  // namespace

json::value convert_lead(UseCase& use_case, const Input& input) { return run(use_case, input, begin); }

json::value resume_conversion(UseCase& use_case, const Input& input) { return run(use_case, input, take_up); }

json::value cancel_conversion(UseCase& use_case, const Input& input) {
  const auto lead = load_lead_to_change(use_case, input.id());
  expect_version(lead, input);
  const std::string id = std::to_string(lead.id);
  auto row = running(use_case, lead.id);
  if (!row) throw Refusal(Code::wrong_state, "lead.conversion.none", "id", id);
  const std::string from = row->state;
  const bool chosen = was_chosen(*row);
  if (from == "customer_made" && !chosen) {
    throw Refusal(Code::wrong_state, "lead.cancel.customer_made", "id", id,
                  {{"customer", std::to_string(row->customer)}});
  }
  if (row->last_error.empty() && !chosen) {  // nobody knows yet what the host did
    if (const auto customers = newcomers(use_case, *row, lead); !customers.empty()) {
      throw Refusal(Code::wrong_state, "lead.cancel.customer_made", "id", id,
                    {{"customer", std::to_string(customers.front().customer.id)}});
    }
    if (use_case.now_us - row->changed_at < kMayBeRunning_us) {
      throw Refusal(Code::wrong_state, "lead.cancel.running", "id", id);
    }
  }
  row->state = "cancelled";
  advance(use_case, *row, from);
  use_case.changed.push_back(lead.id);
  return json::object{{"id", lead.id}, {"version", lead.version}};
}

}  // namespace sales_leads::services
