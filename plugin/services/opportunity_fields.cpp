// SPDX-License-Identifier: Apache-2.0
#include "services/opportunity_fields.h"

#include <algorithm>

#include "host/refusal.h"
#include "services/opportunity_rules.h"
#include "store/directory_store.h"

namespace sales_leads::services {
namespace {

// As in the actions' schemas: ten thousand such amounts still add up within an integer.
constexpr std::int64_t kLargestAmount = 900'000'000'000'000;

/// An id field that may be emptied by null.
template <class Resolve>
void read_reference(const Input& input, const char* field, Id& target, Resolve resolve) {
  const auto* value = input.find(field);
  if (value == nullptr) return;
  target = value->is_null() ? 0 : resolve(*value);
}

void read_day(const Input& input, const char* field, std::optional<std::int64_t>& target) {
  if (!input.names(field)) return;
  const auto day = input.date(field);
  target = day ? std::optional<std::int64_t>(*day) : std::nullopt;
}

std::vector<store::ProductLine> read_lines(const Input& input) {
  std::vector<store::ProductLine> lines;
  for (const auto& value : *input.array("lines")) {
    const Input line(input.entity(), value.as_object());
    store::ProductLine row;
    row.line_no = static_cast<std::int64_t>(lines.size()) + 1;
    row.product = line.text("product").value_or("");
    row.net = line.integer("net");
    if (const auto* quantity = line.find("quantity")) {
      std::string digits = shown(*quantity);
      if (const auto point = digits.find('.'); point != std::string::npos) {
        row.quantity_exponent = -static_cast<std::int64_t>(digits.size() - point - 1);
        digits.erase(point, 1);
      }
      row.quantity_units = std::stoll(digits);
    }
    lines.push_back(std::move(row));
  }
  return lines;
}

void set_amount(UseCase& use_case, store::OpportunityRow& row, const char* field, std::int64_t minor,
                const std::string& currency, domain::Day rate_day) {
  // The rate is that of the last change of the amount, and the same again is none.
  if (row.amount == minor && row.currency == currency && row.company_minor) return;
  const Converted converted = use_case.rates.to_company(field, minor, currency, rate_day);
  row.amount = minor;
  row.currency = currency;
  row.company_minor = converted.company_minor;
  row.rate_units = converted.rate.units;
  row.rate_exponent = converted.rate.exponent;
  row.rate_date = converted.rate.date;
}

void empty_amount(store::OpportunityRow& row) {
  row.amount.reset();
  row.company_minor.reset();
  row.rate_units.reset();
  row.rate_exponent.reset();
  row.rate_date.reset();
  row.amount_origin = "user";
}

void read_amount(UseCase& use_case, const Input& input, store::OpportunityRow& row, domain::Day rate_day) {
  const auto currency_of = [&](const std::string& given) {
    return !given.empty() ? given : !row.currency.empty() ? row.currency : use_case.rates.company_currency();
  };
  if (const auto amount = input.amount("amount")) {
    if (amount->minor < 0) input.refuse("amount", amount->minor);
    const std::string currency = currency_of(amount->currency);
    const bool same = row.amount == amount->minor && row.currency == currency;
    set_amount(use_case, row, "amount", amount->minor, currency, rate_day);
    if (!same) row.amount_origin = "user";
    return;
  }
  const bool emptied = input.names("amount");
  if (emptied) empty_amount(row);
  const bool given = input.array("lines") != nullptr;
  if (row.amount_origin == "user" && row.amount) return;  // overridden, and shown as such
  std::vector<store::ProductLine> lines;
  if (given) {
    lines = read_lines(input);
  } else if (emptied && row.id != 0) {  // no longer overridden: the sum of the lines that stand there
    lines = store::OpportunityPartsStore(use_case.session, use_case.company(), use_case.stamp()).lines(row.id);
  } else {
    return;
  }
  std::int64_t sum = 0;
  bool any = false;
  for (const auto& line : lines) {
    any = any || line.net.has_value();
    if (__builtin_add_overflow(sum, line.net.value_or(0), &sum) || sum > kLargestAmount || sum < -kLargestAmount) {
      throw Refusal(Code::invalid_argument, "amount.too_large", "lines", "…");
    }
  }
  if (!any) {
    if (row.amount_origin == "lines") empty_amount(row);
    return;
  }
  set_amount(use_case, row, "lines", sum, currency_of(input.text("currency").value_or("")), rate_day);
  row.amount_origin = "lines";
}

/// The amounts beside the amount: in its currency, since no sum is made of unlike ones.
void read_side_amounts(UseCase& use_case, References& references, const Input& input, store::OpportunityRow& row,
                       const std::string& currency_before) {
  const std::string currency = row.currency.empty() ? use_case.rates.company_currency() : row.currency;
  const std::pair<const char*, std::optional<std::int64_t>*> sides[] = {
      {"recurring", &row.recurring}, {"margin", &row.margin}, {"amount2", &row.amount2}};
  for (const auto& [field, target] : sides) {
    if (!input.names(field)) {
      if (*target && !currency_before.empty() && currency_before != row.currency) {
        throw Refusal(Code::invalid_argument, "opportunity.currency.beside", field, row.currency,
                      {{"currency", currency_before}});
      }
      continue;
    }
    if (std::string_view(field) == "margin" && !references.may("sales_leads.margin")) {
      throw Refusal(Code::permission, "opportunity.margin.right", field);
    }
    target->reset();
    const auto given = input.amount(field);
    if (!given) continue;
    if (!given->currency.empty() && given->currency != currency) {
      throw Refusal(Code::invalid_argument, "opportunity.currency.unlike", field, given->currency,
                    {{"currency", currency}});
    }
    *target = given->minor;
  }
}

void read_customer(References& references, const Input& input, store::OpportunityRow& row) {
  read_reference(input, "customer", row.customer, [&](const json::value& v) {
    const Id given = references.customer(v, "customer");
    // A merge in the host moves nothing of ours: whoever saves what stands there has not changed it.
    return row.customer != 0 && references.survivor(row.customer) == given ? row.customer : given;
  });
  read_reference(input, "project", row.project, [&](const json::value& v) { return references.project(v, "project"); });
  for (const char* field : {"customer_number", "customer_name"}) {
    if (row.customer == 0 && input.has(field)) row.customer = references.customer(*input.find(field), field);
  }
  if (row.project == 0 && input.has("project_number")) {
    row.project = references.project(*input.find("project_number"), "project_number");
  }
  if (row.customer == 0 && row.project == 0) {
    throw Refusal(Code::invalid_argument, "opportunity.customer.missing", "customer");
  }
}

/// A contact is one of the customer's; one that is not named again stays behind with the customer that it belongs to.
void read_contact(UseCase& use_case, References& references, const Input& input, Id customer_before,
                  store::OpportunityRow& row) {
  if (input.names("contact")) row.contact = input.integer("contact").value_or(0);
  if (row.contact == 0 || (!input.names("contact") && row.customer == customer_before)) return;
  const auto of = store::DirectoryStore(use_case.session, use_case.company()).customer_of_contact(row.contact);
  if (!of) throw Refusal(Code::invalid_argument, "reference.not_found", "contact", std::to_string(row.contact));
  if (row.customer == 0 || references.survivor(*of) == references.survivor(row.customer)) return;
  if (input.names("contact")) {
    throw Refusal(Code::invalid_argument, "opportunity.contact.other", "contact", std::to_string(row.contact));
  }
  row.contact = 0;
}

/// A currency alone says nothing of how much: the amount keeps its own until another is given.
void refuse_currency_alone(const Input& input, const store::OpportunityRow& row) {
  const auto currency = input.text("currency");
  if (row.id == 0 || !currency || input.has("amount") || input.has("lines") || *currency == row.currency) return;
  throw Refusal(Code::invalid_argument, "opportunity.currency.alone", "currency", *currency);
}

}  // namespace

void refuse_leavers(UseCase& use_case, References& references, const store::OpportunityRow& row, Id owner_before,
                    const std::vector<store::SellerShare>& sellers) {
  references.refuse_leaver("opportunity", row.owner, owner_before);
  for (const auto& seller : sellers) {
    const auto name = references.leaver(seller.employee);
    if (!name || seller.employee == owner_before) continue;
    std::vector<store::SellerShare> present;
    if (row.id != 0) {
      present = store::OpportunityPartsStore(use_case.session, use_case.company(), use_case.stamp())
                    .shares(row.id, use_case.now_us);
    }
    const bool stays = std::any_of(present.begin(), present.end(),
                                   [&](const store::SellerShare& share) { return share.employee == seller.employee; });
    if (!stays) throw Refusal(Code::invalid_argument, "opportunity.sellers.left", "sellers", *name);
  }
}

void refuse_rejection_of_others(const Input& input, const store::OpportunityRow& row) {
  if (row.status == "lost" || !input.has("rejection")) return;
  throw Refusal(Code::invalid_argument, "opportunity.rejection.open", "rejection", shown(*input.find("rejection")));
}

bool has_touch(const std::vector<store::TouchRow>& touches, Id campaign, std::int64_t date) {
  return std::any_of(touches.begin(), touches.end(),
                     [&](const store::TouchRow& touch) { return touch.campaign == campaign && touch.date == date; });
}

void read_fields(UseCase& use_case, References& references, const Input& input, store::OpportunityRow& row,
                 std::optional<domain::Day> rate_day) {
  if (const auto title = input.text("title")) row.title = *title;
  if (const auto description = input.text("description")) row.description = *description;
  if (input.names("external_id")) row.external_id = input.text("external_id");
  const Id customer_before = row.customer;
  read_customer(references, input, row);
  read_contact(use_case, references, input, customer_before, row);
  read_reference(input, "owner", row.owner, [&](const json::value& v) { return references.employee(v, "owner"); });
  read_reference(input, "type", row.type, [&](const json::value& v) { return references.entry("type", v, row.type); });
  read_reference(input, "source", row.source,
                 [&](const json::value& v) { return references.entry("source", v, row.source); });
  read_reference(input, "campaign", row.campaign,
                 [&](const json::value& v) { return references.campaign(v, "campaign", row.campaign); });
  read_reference(input, "rejection", row.rejection,
                 [&](const json::value& v) { return references.entry("rejection", v, row.rejection); });
  if (const auto note = input.text("rejection_note")) row.rejection_note = *note;
  read_day(input, "start", row.start);
  read_day(input, "planned_close", row.planned_close);
  read_day(input, "delivery_date", row.delivery_date);
  if (input.names("recurring_months")) row.recurring_months = input.integer("recurring_months");
  refuse_currency_alone(input, row);
  const std::string currency_before = row.currency;
  read_amount(use_case, input, row, rate_day.value_or(use_case.today()));
  read_side_amounts(use_case, references, input, row, currency_before);
}

void read_probability(References& references, const Input& input, store::OpportunityRow& row) {
  if (!input.names("probability")) return;
  if (const auto share = input.share("probability")) {
    row.probability = *share;
    row.probability_origin = "user";
  } else {
    row.probability = references.step(row.step).probability;
    row.probability_origin = "step";
  }
}

std::vector<store::SellerShare> read_sellers(References& references, const Input& input) {
  std::vector<store::SellerShare> sellers;
  const auto* array = input.array("sellers");
  if (array == nullptr) return sellers;
  for (const auto& value : *array) {
    const Input seller(input.entity(), value.as_object());
    sellers.push_back({0, references.employee(*seller.find("employee"), "sellers"), seller.share("share").value_or(0)});
  }
  check_shares(sellers,
               [&](Id employee) { return references.employee_name(employee).value_or(std::to_string(employee)); });
  return sellers;
}

OpportunityParts read_parts(UseCase& use_case, References& references, const Input& input) {
  OpportunityParts parts;
  parts.sellers = read_sellers(references, input);
  if (const auto* touches = input.array("touches")) {
    for (const auto& value : *touches) {
      const Input touch(input.entity(), value.as_object());
      const auto day = touch.date("date");
      if (!day) touch.refuse("touches", value);
      const Id campaign = references.campaign(*touch.find("campaign"), "touches");
      if (has_touch(parts.touches, campaign, *day)) continue;
      // A touch is true from its own day on, whenever it is written down.
      parts.touches.push_back({0, campaign, *day, use_case.calendar.start_of(*day)});
    }
  }
  if (input.array("lines") != nullptr) parts.lines = read_lines(input);
  return parts;
}

}  // namespace sales_leads::services
