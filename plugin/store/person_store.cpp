// SPDX-License-Identifier: Apache-2.0
#include "store/person_store.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "domain/masking.h"
#include "store/folding.h"

namespace sales_leads::store {
namespace {

/// As it stands, but for the signs of the pattern language; the case is the caller's.
std::string pattern_as_is(const std::string& term) {
  std::string pattern = "%";
  for (const char c : term) {
    if (c == '%' || c == '_' || c == '!') pattern += '!';
    pattern += c;
  }
  return pattern + "%";
}

std::string digits_of(const std::string& phone) {
  std::string digits;
  for (const char c : phone) {
    if (c >= '0' && c <= '9') digits += c;
  }
  return digits;
}

/// A telephone number without what people write between its digits.
std::string bare(const std::string& column) {
  return "replace(replace(replace(replace(replace(replace(" + column +
         ", ' ', ''), '-', ''), '(', ''), ')', ''), '/', ''), '.', '')";
}

/// A condition over columns for what the query asks, and its binds; "" = it asks nothing that these columns know.
struct Wish {
  std::string text;
  Params binds;

  void any(const std::string& condition, const std::string& name, const std::string& value) {
    text += (text.empty() ? "" : " or ") + condition;
    binds.emplace_back(name, value);
  }
};

/// Columns whose values are unique in the company: two that are masked must not become the same.
bool is_unique(const std::string& column) {
  return column == "external_id" || column == "code" || column == "request_id";
}

/// What a lead's history keeps when the person behind it is gone.
constexpr const char* kImpersonal =
    "('status', 'owner', 'source', 'campaign', 'category', 'score', 'kind', 'next_activity', 'merged_into', "
    "'customer', "
    "'opportunity')";

/// Of a history of fields: those rows whose values people write.
std::string written_by_people(const std::string& table, const std::string& column) {
  if (column != "value" || (table != "sl_field_history" && table != "sl_lead_history")) return "";
  return " and field not in ('status', 'kind', 'currency', 'country', 'amount_origin', 'probability_origin', "
         "'category')";
}

}  // namespace

std::vector<Person> PersonStore::leads(const std::string& condition, const Params& params, std::int64_t limit) {
  Params bound = params;
  bound.emplace_back("company", company_);
  bound.emplace_back("count", limit);
  std::vector<Person> persons;
  std::vector<Id> ids;
  std::map<Id, std::size_t> place;
  const std::string own = "case when l.kind = 'person' then ";
  for (auto& [id, name, first, last, erased, org_number, street, country] :
       session_.query<Id, std::string, std::string, std::string, std::int64_t, std::string, std::string, std::string>(
           "select l.id, l.name, l.first_name, l.last_name, case when l.erased_at is null then 0 else 1 end, " + own +
               "l.org_number else '' end, " + own +
               "l.street else '' end, l.country from sl_lead l where l.company_id = :company and (" + condition +
               ") order by l.id limit :count",
           bound)) {
    const std::string person = first + (first.empty() || last.empty() ? "" : " ") + last;
    place[id] = persons.size();
    ids.push_back(id);
    persons.push_back({"lead",
                       id,
                       person.empty() ? name : person,
                       {},
                       {},
                       erased != 0,
                       std::move(first),
                       std::move(last),
                       std::move(org_number),
                       std::move(street),
                       std::move(country),
                       {}});
  }
  if (ids.empty()) return persons;
  for (auto& [lead, kind, value] : session_.query<Id, std::string, std::string>(
           "select lead_id, kind, value from sl_lead_contact where company_id = :company and " +
               session_.in_ids("lead_id", "ids") + " order by lead_id, position, id",
           {{"company", company_}, {"ids", session_.ids_text(ids)}})) {
    Person& person = persons[place[lead]];
    (kind == "email" ? person.emails : person.phones).push_back(std::move(value));
  }
  for (auto& [lead, value] : session_.query<Id, std::string>(
           "select lead_id, value from sl_lead_key where company_id = :company and kind = 'phone' and " +
               session_.in_ids("lead_id", "ids") + " order by lead_id, value",
           {{"company", company_}, {"ids", session_.ids_text(ids)}})) {
    persons[place[lead]].e164.push_back(std::move(value));
  }
  return persons;
}

std::vector<Person> PersonStore::contacts(const std::string& condition, const Params& params, std::int64_t limit) {
  Params bound = params;
  bound.emplace_back("company", company_);
  bound.emplace_back("count", limit);
  std::vector<Person> persons;
  for (auto& [id, name, email, phone] : session_.query<Id, std::string, std::string, std::string>(
           "select id, name, coalesce(email, ''), coalesce(phone, '') from erp_contact where company_id = :company and "
           "(" +
               condition + ") order by id limit :count",
           bound)) {
    Person& person = persons.emplace_back();
    person.kind = "contact";
    person.id = id;
    person.name = std::move(name);
    if (!email.empty()) person.emails.push_back(std::move(email));
    if (!phone.empty()) person.phones.push_back(std::move(phone));
  }
  return persons;
}

std::vector<Person> PersonStore::employees(const std::string& condition, const Params& params, std::int64_t limit) {
  Params bound = params;
  bound.emplace_back("company", company_);
  bound.emplace_back("count", limit);
  std::vector<Person> persons;
  for (auto& [id, name] :
       session_.query<Id, std::string>("select id, name from erp_employee where company_id = :company and (" +
                                           condition + ") order by id limit :count",
                                       bound)) {
    Person& person = persons.emplace_back();
    person.kind = "employee";
    person.id = id;
    person.name = std::move(name);
  }
  return persons;
}

std::vector<Person> PersonStore::find(const PersonQuery& query) {
  Wish of_leads, of_contacts, of_employees;
  if (!query.name.empty()) {
    const std::string pattern = pattern_of(query.name);
    of_leads.any(folded_column("l.name || ' ' || l.first_name || ' ' || l.last_name") + " like :name escape '!'",
                 "name", pattern);
    of_contacts.any(folded_column("name") + " like :name escape '!'", "name", pattern);
    of_employees.any(folded_column("name") + " like :name escape '!'", "name", pattern);
  }
  const std::string of_lead =
      "exists (select 1 from sl_lead_contact c where c.company_id = l.company_id and c.lead_id = l.id and ";
  if (!query.email.empty()) {
    of_leads.any(of_lead + "c.kind = 'email' and lower(c.value) = lower(cast(:email as text)))", "email", query.email);
    of_contacts.any("lower(email) = lower(cast(:email as text))", "email", query.email);
  }
  // +46 70 … and 070 … end alike: the last eight digits tell.
  if (const std::string digits = digits_of(query.phone); digits.size() >= 4) {
    const std::string tail = "%" + digits.substr(digits.size() > 8 ? digits.size() - 8 : 0);
    of_leads.any(of_lead + "c.kind = 'phone' and " + bare("c.value") + " like :phone)", "phone", tail);
    of_contacts.any(bare("phone") + " like :phone", "phone", tail);
  }
  std::vector<Person> persons;
  const auto append = [&](std::vector<Person> found) {
    for (Person& person : found) {
      if (static_cast<std::int64_t>(persons.size()) < query.limit) persons.push_back(std::move(person));
    }
  };
  if (!of_leads.text.empty()) append(leads(of_leads.text, of_leads.binds, query.limit));
  if (!of_contacts.text.empty()) append(contacts(of_contacts.text, of_contacts.binds, query.limit));
  if (!of_employees.text.empty()) append(employees(of_employees.text, of_employees.binds, query.limit));
  return persons;
}

std::optional<Person> PersonStore::load(const std::string& kind, Id id) {
  const Params params{{"id", id}};
  auto found = kind == "lead"      ? leads("l.id = :id", params, 1)
               : kind == "contact" ? contacts("id = :id", params, 1)
                                   : employees("id = :id", params, 1);
  return found.empty() ? std::nullopt : std::optional(std::move(found.front()));
}

std::vector<Person> PersonStore::same_person(const Person& lead) {
  std::vector<Person> all{lead};
  const auto full = [](const Person& one) { return domain::small_letters(one.first_name + "\n" + one.last_name); };
  const bool named = !lead.first_name.empty() || !lead.last_name.empty();
  // What was merged is one person where both are persons; of two companies only whoever has the very name is.
  const auto take = [&](std::vector<Person> found, bool merged) {
    for (Person& one : found) {
      const bool known = std::any_of(all.begin(), all.end(), [&](const Person& other) { return other.id == one.id; });
      if (known || (!merged && (!named || full(one) != full(lead)))) continue;
      all.push_back(std::move(one));
    }
  };
  constexpr std::int64_t kMost = 1'000;
  for (std::size_t at = 0; at < all.size(); ++at) {
    const Params params{{"other", all[at].id}, {"company2", company_}};
    const std::string linked =
        "(l.merged_into = :other or l.id in (select m.merged_into from sl_lead m where m.company_id = :company2 and "
        "m.id = :other))";
    take(leads(linked + " and l.kind = 'person' and exists (select 1 from sl_lead p where p.company_id = l.company_id "
                        "and p.id = :other and p.kind = 'person')",
               params, kMost),
         true);
    take(leads(linked, params, kMost), false);
  }
  const std::string shared =
      "l.id <> :other and l.id in (select k.lead_id from sl_lead_key k join sl_lead_key o on o.company_id = "
      "k.company_id "
      "and o.kind = k.kind and o.value = k.value where k.company_id = :company2 and k.kind in ('email', 'phone') and "
      "o.lead_id = :other)";
  take(leads(shared, {{"other", lead.id}, {"company2", company_}}, kMost), false);
  return all;
}

std::string Traces::masked(const std::string& text) const {
  return domain::mask_numbers(domain::mask(text, terms), numbers);
}

/// The different texts of a column with one of the traces in them, whatever its case.
std::vector<std::string> PersonStore::texts_with(const std::string& table, const std::string& column,
                                                 const Traces& traces) {
  if (traces.terms.empty() && traces.numbers.empty()) return {};
  Wish wish;
  Params params{{"company", company_}};
  const auto add = [&](const std::string& before, const std::string& after, const std::string& pattern) {
    const std::string name = "like" + std::to_string(wish.binds.size());
    wish.any(before + name + after, name, pattern);
  };
  const std::string lower = "lower(" + column + ") like lower(cast(:";
  for (const std::string& term : traces.terms) {
    // SQLite folds ASCII alone: other letters are asked for small and capital.
    std::set<std::string> ways{term, domain::small_letters(term), domain::capital_letters(term)};
    for (const std::string& way : ways) add(lower, " as text)) escape '!'", pattern_as_is(way));
  }
  std::set<std::string> tails;  // the forms of one number end alike
  for (const std::string& number : traces.numbers) {
    constexpr std::size_t kTail = 8;
    tails.insert(number.size() > kTail ? number.substr(number.size() - kTail) : number);
  }
  for (const std::string& tail : tails) add(bare(column) + " like :", "", "%" + tail + "%");
  params.insert(params.end(), wish.binds.begin(), wish.binds.end());
  std::vector<std::string> found;
  for (auto& [text] :
       session_.query<std::string>("select distinct " + column + " from " + table + " where company_id = :company" +
                                       written_by_people(table, column) + " and (" + wish.text + ")",
                                   params)) {
    if (traces.masked(text) != text) found.push_back(std::move(text));
  }
  return found;
}

std::vector<Mention> PersonStore::mentions(const Traces& traces, std::int64_t limit) {
  std::vector<Mention> mentions;
  for (const TableColumns& table : company_tables(session_)) {
    for (const auto& column : table.columns) {
      if (!column.holds_words) continue;
      for (std::string& text : texts_with(table.table, column.name, traces)) {
        if (static_cast<std::int64_t>(mentions.size()) == limit) return mentions;
        mentions.push_back({table.table, column.name, std::move(text)});
      }
    }
  }
  return mentions;
}

std::int64_t PersonStore::erase_lead(Id id, Stamp stamp) {
  const std::string erased(domain::kErased);
  const Params own{{"company", company_}, {"id", id}};
  std::int64_t fields = 0;
  // A company stays known as a company; who spoke for it is forgotten.
  fields += session_.execute(
      "update sl_lead set version = version + 1, external_id = null, first_name = '', last_name = '', description = "
      "'', "
      "retire_reason = '', score_reasons = '[]', name = case when kind = 'person' then cast(:mask as text) else name "
      "end, "
      "org_number = case when kind = 'person' then '' else org_number end, "
      "website = case when kind = 'person' then '' else website end, "
      "street = case when kind = 'person' then '' else street end, "
      "postal_code = case when kind = 'person' then '' else postal_code end, "
      "city = case when kind = 'person' then '' else city end, erased_at = :at, changed_at = :at2, changed_by = :by "
      "where company_id = :company and id = :id and erased_at is null",
      {{"mask", erased}, {"at", stamp.at}, {"at2", stamp.at}, {"by", stamp.by}, {"company", company_}, {"id", id}});
  constexpr std::array<const char*, 4> kOwn = {
      "delete from sl_lead_contact where company_id = :company and lead_id = :id",
      "delete from sl_lead_key where company_id = :company and lead_id = :id",
      "update sl_conversion set wishes = '{}', last_error = '' where company_id = :company and lead_id = :id and "
      "(wishes <> '{}' or last_error <> '')",
      // Both images: what one lead brought stands in the other's too, and without either nothing can be unmerged.
      "update sl_merge set survivor_before = '{}', merged_before = '{}', moved = '{}', reason = '' where company_id = "
      ":company and (survivor_id = :id or merged_id = :id) and (survivor_before <> '{}' or merged_before <> '{}')"};
  for (const char* sql : kOwn) fields += session_.execute(sql, own);
  // What the log told of the lead and of its activities, from what to what; that something changed stays.
  for (const char* whose :
       {"(entity = 'lead' and entity_id = :id)",
        "(entity = 'activity' and entity_id in (select a.id from sl_activity a where a.company_id = "
        "sl_audit.company_id and a.entity = 'lead' and a.entity_id = :id))"}) {
    fields += session_.execute(
        std::string("update sl_audit set changes = '' where company_id = :company and changes <> '' and ") + whose,
        own);
  }
  fields += session_.execute(
      std::string("update sl_lead_history set value = '' where company_id = :company and lead_id = :id and value <> '' "
                  "and field not in ") +
          kImpersonal,
      own);
  fields += session_.execute(
      "update sl_activity set version = version + 1, title = :mask, text = '', reference = '' where "
      "company_id = :company and entity = 'lead' and entity_id = :id and (title <> :mask2 or text <> '' or "
      "reference <> '')",
      {{"company", company_}, {"id", id}, {"mask", erased}, {"mask2", erased}});
  fields += session_.execute(
      "update sl_import_row set before = '' where company_id = :company and record_id = :id and before <> '' and "
      "batch_id in (select id from sl_import_batch where company_id = :company2 and entity in ('lead', 'leads'))",
      {{"company", company_}, {"id", id}, {"company2", company_}});
  return fields;
}

std::int64_t PersonStore::mask_own(Id lead, const std::vector<std::string>& words) {
  struct Own {
    const char* table;
    std::vector<const char*> columns;
    const char* condition;
  };
  const std::string became = "(select opportunity_id from sl_lead where company_id = :company2 and id = :lead)";
  const std::string deal = "id in " + became, past = "opportunity_id in " + became,
                    done = "entity = 'opportunity' and entity_id in " + became;
  const std::array<Own, 4> kOwn = {{{"sl_opportunity", {"title", "description", "rejection_note"}, deal.c_str()},
                                    {"sl_field_history", {"value"}, past.c_str()},
                                    {"sl_activity", {"title", "text"}, done.c_str()},
                                    {"sl_audit", {"changes"}, done.c_str()}}};
  std::int64_t fields = 0;
  for (const Own& own : kOwn) {
    for (const std::string column : own.columns) {
      const std::string where = std::string(" where company_id = :company and ") + own.condition;
      const Params params{{"company", company_}, {"company2", company_}, {"lead", lead}};
      for (const auto& [text] : session_.query<std::string>(
               std::string("select distinct ") + column + " from " + own.table + where, params)) {
        const std::string masked = domain::mask(text, words);
        if (masked == text) continue;
        Params change = params;
        change.emplace_back("masked", masked);
        change.emplace_back("text", text);
        fields += session_.execute(std::string("update ") + own.table + " set " + column + " = :masked" + where +
                                       " and " + column + " = :text",
                                   change);
      }
    }
  }
  return fields;
}

std::int64_t PersonStore::mask(const Traces& traces, Stamp stamp) {
  std::int64_t fields = 0;
  for (const TableColumns& table : company_tables(session_)) {
    for (const auto& column : table.columns) {
      if (!column.holds_words) continue;
      std::int64_t number = 0;
      for (const std::string& text : texts_with(table.table, column.name, traces)) {
        const Params found{{"company", company_}, {"text", text}};
        const std::string where = " where company_id = :company" + written_by_people(table.table, column.name) +
                                  " and " + column.name + " = :text";
        // By what duplicates are found: a masked key would find all masked ones.
        if (table.table == "sl_lead_key") {
          fields += session_.execute("delete from sl_lead_key" + where, found);
          continue;
        }
        std::string masked = traces.masked(text);
        if (is_unique(column.name)) masked += "-" + std::to_string(stamp.at) + "-" + std::to_string(++number);
        fields += session_.execute("update " + table.table + " set " + column.name + " = :masked" + where,
                                   {{"masked", masked}, {"company", company_}, {"text", text}});
      }
    }
  }
  return fields;
}

bool PersonStore::was_erased(const std::string& kind, Id id) {
  return session_
      .first<Id>(
          "select id from sl_erasure where company_id = :company and entity = :kind and entity_id = :id order by id "
          "limit 1",
          {{"company", company_}, {"kind", kind}, {"id", id}})
      .has_value();
}

void PersonStore::add_erasure(const std::string& kind, Id id, const std::string& reason, std::int64_t fields,
                              Stamp stamp) {
  session_.execute(
      "insert into sl_erasure (company_id, entity, entity_id, reason, fields, created_at, created_by) values "
      "(:company, "
      ":kind, :id, :reason, :fields, :at, :by)",
      {{"company", company_},
       {"kind", kind},
       {"id", id},
       {"reason", reason},
       {"fields", fields},
       {"at", stamp.at},
       {"by", stamp.by}});
}

}  // namespace sales_leads::store
