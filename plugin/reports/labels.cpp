// SPDX-License-Identifier: Apache-2.0
#include "reports/labels.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <iterator>

namespace sales_leads::reports {
namespace {

struct Words {
  std::string_view name, en, sv, nb;
};

constexpr std::array kNone = {
    Words{"date", "No date", "Inget datum", "Ingen dato"},
    Words{"seller", "No seller", "Ingen säljare", "Ingen selger"},
    Words{"group", "Others", "Övriga", "Øvrige"},
    Words{"customer", "No customer", "Ingen kund", "Ingen kunde"},
    Words{"project", "No project", "Inget projekt", "Ikke prosjekt"},
    Words{"type", "No type", "Ingen typ", "Ingen type"},
    Words{"source", "No source", "Ingen källa", "Ingen kilde"},
    Words{"campaign", "No campaign", "Ingen kampanj", "Ingen kampanje"},
    Words{"medium", "No medium", "Inget medium", "Ikke medium"},
    Words{"currency", "No currency", "Ingen valuta", "Ingen valuta"},
    Words{"step", "Not linked", "Ej kopplat", "Ikke koblet"},
    Words{"status", "Not linked", "Ej kopplat", "Ikke koblet"},
    Words{"adjustment", "No adjustment", "Ingen justering", "Ingen justering"},
};

constexpr std::array kStatus = {
    Words{"open", "Open", "Öppen", "Åpen"},
    Words{"won", "Closed – won", "Stängd – vunnen", "Lukket – vunnet"},
    Words{"lost", "Closed – lost", "Stängd – tappad", "Lukket – tapt"},
    Words{"expired", "Expired", "Utgått", "Utløpt"},
};

constexpr std::array kMonths = {
    Words{"1", "January", "januari", "januar"},
    Words{"2", "February", "februari", "februar"},
    Words{"3", "March", "mars", "mars"},
    Words{"4", "April", "april", "april"},
    Words{"5", "May", "maj", "mai"},
    Words{"6", "June", "juni", "juni"},
    Words{"7", "July", "juli", "juli"},
    Words{"8", "August", "augusti", "august"},
    Words{"9", "September", "september", "september"},
    Words{"10", "October", "oktober", "oktober"},
    Words{"11", "November", "november", "november"},
    Words{"12", "December", "december", "desember"},
};
constexpr Words kAdjustment{"", "Adjustment from ", "Justering från ", "Justering fra "};

constexpr Words kOthers{"", "others", "övriga", "øvrige"};

std::string in_language(const Words& words, std::string_view language) {
  return std::string(language == "sv" ? words.sv : language == "nb" ? words.nb : words.en);
}

Label in_directory(Id id, const std::string& number, const std::string& name) {
  const std::string key = number.empty() ? std::to_string(id) : number;
  return {id, key, name.empty() ? key : name, name + key};
}

std::string padded(std::int64_t number) {
  std::array<char, 24> text{};
  std::snprintf(text.data(), text.size(), "%020lld", static_cast<long long>(number));
  return text.data();
}

}  // namespace

Label Labels::none(std::string_view axis) const {
  // "None" stands last, whatever the language calls it.
  for (const Words& words : kNone) {
    if (words.name == axis) return {0, "none", in_language(words, context_.language), "\xf4\x8f\xbf\xbf"};
  }
  return {0, "none", "–", "\xf4\x8f\xbf\xbf"};
}

Label Labels::adjustment(domain::Day corrects) const {
  const domain::CivilDate date = domain::civil_date(corrects);
  const std::string key = domain::month_key(corrects);
  return {0, key,
          in_language(kAdjustment, context_.language) +
              in_language(kMonths[static_cast<std::size_t>(date.month) - 1], context_.language) + " " +
              std::to_string(date.year),
          key};
}

std::string Labels::status(std::string_view status) const {
  for (const Words& words : kStatus) {
    if (words.name == status) return in_language(words, context_.language);
  }
  return std::string(status);
}

std::string Labels::others(std::int64_t count) const {
  const bool english = context_.language != "sv" && context_.language != "nb";
  std::string number = std::to_string(count);
  // Four digits stand together, as in years.
  if (number.size() > 4) {
    for (std::size_t at = number.size(); at > 3;) number.insert(at -= 3, english ? "," : "\u00a0");
  }
  return number + " " + in_language(kOthers, context_.language);
}

/// Rows of (id, number, name).
void Labels::load_directory(std::string_view axis, const std::string& sql, Table& table) {
  for (auto& [id, number, name] :
       context_.session.query<Id, std::string, std::string>(sql, {{"company", context_.company}})) {
    table[id] = in_directory(id, number, name);
  }
  table[0] = none(axis);
}

void Labels::know(std::string_view axis, const std::string& view, const std::vector<Id>& ids, Table& few) {
  std::vector<Id> unknown;
  std::copy_if(ids.begin(), ids.end(), std::back_inserter(unknown), [&](Id id) { return !few.contains(id); });
  few.try_emplace(0, none(axis));
  if (unknown.empty()) return;
  for (auto& [id, number, name] : context_.session.query<Id, std::string, std::string>(
           "select id, number, name from " + view + " where +company_id = :company and " +
               context_.session.in_ids("id", "ids"),
           {{"company", context_.company}, {"ids", context_.session.ids_text(unknown)}})) {
    few[id] = in_directory(id, number, name);
  }
  for (const Id id : unknown) few.try_emplace(id, find(few, id, axis));
}

void Labels::know_customers(const std::vector<Id>& survivors) {
  if (!customers_) know("customer", "erp_customer", survivors, few_customers_);
}

void Labels::know_projects(const std::vector<Id>& ids) {
  if (!projects_) know("project", "erp_project", ids, few_projects_);
}

std::set<Id> Labels::named(const std::string& view, const std::vector<std::string>& keys) {
  std::set<Id> ids;
  for (const std::string& key : keys) {
    Id id = 0;
    const auto [end, error] = std::from_chars(key.data(), key.data() + key.size(), id);
    if (error == std::errc{} && id != 0 && std::to_string(id) == key) ids.insert(id);
    if (key == "none") ids.insert(0);
  }
  for (const auto& [id] : context_.session.query<Id>(
           "select id from " + view + " where company_id = :company and " + context_.session.in_texts("number", "keys"),
           {{"company", context_.company}, {"keys", context_.session.texts_text(keys)}})) {
    ids.insert(id);
  }
  return ids;
}

std::set<Id> Labels::customers_named(const std::vector<std::string>& keys) {
  std::set<Id> ids = named("erp_customer", keys);
  std::erase_if(ids, [this](Id id) { return survivor(id) != id; });
  return ids;
}

std::set<Id> Labels::projects_named(const std::vector<std::string>& keys) { return named("erp_project", keys); }

std::vector<Id> Labels::standing_for(const std::set<Id>& survivors) {
  load_merged();
  std::vector<Id> ids(survivors.begin(), survivors.end());
  for (const auto& [from, into] : *merged_) {
    if (survivors.contains(into)) ids.push_back(from);
  }
  return ids;
}

void Labels::load_merged() {
  if (merged_) return;
  merged_.emplace();
  for (auto& [from, into] : context_.session.query<Id, Id>(
           "select id, merged_into from erp_customer where +company_id = :company and merged_into > 0",
           {{"company", context_.company}})) {
    (*merged_)[from] = into;
  }
}

Id Labels::survivor(Id customer) {
  load_merged();
  const auto merged = merged_->find(customer);
  return merged == merged_->end() ? customer : merged->second;
}

std::vector<Id> Labels::merged_customers() {
  load_merged();
  std::set<Id> ids;
  for (const auto& [from, into] : *merged_) ids.insert({from, into});
  return {ids.begin(), ids.end()};
}

/// Rows of (id, code, title, order).
void Labels::load_titled(std::string_view axis, const std::string& sql, Table& table) {
  for (auto& [id, code, title, order] :
       context_.session.query<Id, std::string, std::string, std::int64_t>(sql, {{"company", context_.company}})) {
    table[id] = {id, code, title, order > 0 ? padded(order) + title : title};
  }
  table[0] = none(axis);
}

const Label& Labels::find(const Table& table, Id id, std::string_view axis) {
  if (const auto found = table.find(id); found != table.end()) return found->second;
  // The host forgot it or never showed it: the sums stay right, the id stands for the name.
  auto& label = strangers_[std::string(axis) + std::to_string(id)];
  label = {id, std::to_string(id), "#" + std::to_string(id), "\xf4\x8f\xbf\xbe" + padded(id)};
  return label;
}

const Label& Labels::customer(Id id) {
  id = survivor(id);
  if (const auto known = few_customers_.find(id); known != few_customers_.end()) return known->second;
  if (!customers_) {
    load_directory("customer", "select id, number, name from erp_customer where company_id = :company",
                   customers_.emplace());
  }
  return find(*customers_, id, "customer");
}

const Label& Labels::project(Id id) {
  if (const auto known = few_projects_.find(id); known != few_projects_.end()) return known->second;
  if (!projects_) {
    load_directory("project", "select id, number, name from erp_project where company_id = :company",
                   projects_.emplace());
  }
  return find(*projects_, id, "project");
}

const Label& Labels::seller(Id id) {
  if (!sellers_) {
    load_directory("seller", "select id, number, name from erp_employee where company_id = :company",
                   sellers_.emplace());
  }
  return find(*sellers_, id, "seller");
}

const Label& Labels::campaign(Id id) {
  if (!campaigns_) {
    load_titled("campaign", "select id, code, title, cast(0 as bigint) from sl_campaign where company_id = :company",
                campaigns_.emplace());
  }
  return find(*campaigns_, id, "campaign");
}

const Label& Labels::medium(Id campaign) {
  if (!media_) {
    media_.emplace();
    (*media_)[0] = none("medium");
    for (auto& [id, medium] : context_.session.query<Id, std::string>(
             "select id, medium from sl_campaign where company_id = :company", {{"company", context_.company}})) {
      (*media_)[id] = medium.empty() ? none("medium") : Label{0, medium, medium, medium};
    }
  }
  const auto found = media_->find(campaign);
  return found == media_->end() ? media_->at(0) : found->second;
}

const Label& Labels::step(Id id) {
  if (!steps_) {
    load_titled("step",
                "select id, code, title_" + context_.language +
                    ", pipeline_id * 1000000 + position + 1 from sl_step where company_id = :company",
                steps_.emplace());
  }
  return find(*steps_, id, "step");
}

const Label& Labels::list_entry(Id id) {
  if (!entries_) {
    load_titled(
        "type",
        "select id, code, title_" + context_.language + ", position + 1 from sl_list_entry where company_id = :company",
        entries_.emplace());
  }
  return find(*entries_, id, "type");
}

void Labels::load_groups() {
  if (groups_) return;
  load_titled("group", "select id, code, title, cast(0 as bigint) from sl_group where company_id = :company",
              groups_.emplace());
  for (auto& [id, parent] : context_.session.query<Id, Id>(
           "select id, parent_id from sl_group where company_id = :company and parent_id > 0",
           {{"company", context_.company}})) {
    parents_[id] = parent;
  }
  for (auto& [member, group, from, to] : context_.session.query<Id, Id, Id, std::optional<Id>>(
           "select m.employee_id, m.group_id, m.from_date, m.to_date from sl_group_member m join sl_group g "
           "on g.id = m.group_id where m.company_id = :company and g.kind = 'sales' order by m.from_date, m.id",
           {{"company", context_.company}})) {
    Membership membership{group, static_cast<domain::Day>(from), std::nullopt};
    if (to) membership.to = static_cast<domain::Day>(*to);
    memberships_[member].push_back(membership);
  }
}

const Label& Labels::group(Id employee, domain::Day day) {
  load_groups();
  Id group = 0;
  if (const auto found = memberships_.find(employee); found != memberships_.end()) {
    for (const Membership& membership : found->second) {
      if (membership.from <= day && (!membership.to || day <= *membership.to)) group = membership.group;
    }
  }
  return find(*groups_, group, "group");
}

domain::Day Labels::member_day(Id employee, domain::Day month) {
  load_groups();
  const auto found = memberships_.find(employee);
  if (found == memberships_.end()) return month;
  const domain::Day last = domain::add_months(month, 1) - 1;
  for (const Membership& membership : found->second) {
    if (membership.from <= last && (!membership.to || *membership.to >= month)) return std::max(membership.from, month);
  }
  return month;
}

std::vector<std::pair<Id, Label>> Labels::members() {
  load_groups();
  std::vector<std::pair<Id, Label>> members;
  for (const auto& [employee, memberships] : memberships_) {
    for (const Membership& membership : memberships)
      members.emplace_back(employee, find(*groups_, membership.group, "group"));
  }
  return members;
}

bool Labels::is_within_group(Id group, const std::string& key_or_id) {
  load_groups();
  // A tree has no circles, but a damaged one must not hang the report.
  for (std::size_t steps = 0; steps <= parents_.size() + 1; ++steps) {
    const Label& label = find(*groups_, group, "group");
    if (label.key == key_or_id || (group != 0 && std::to_string(group) == key_or_id)) return true;
    const auto parent = parents_.find(group);
    if (parent == parents_.end()) return false;
    group = parent->second;
  }
  return false;
}

}  // namespace sales_leads::reports
