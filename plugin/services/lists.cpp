// SPDX-License-Identifier: Apache-2.0
#include "services/lists.h"

#include <algorithm>

#include "host/refusal.h"
#include "services/campaigns.h"
#include "services/references.h"
#include "signals/reconcile.h"
#include "store/settings_uses.h"

namespace sales_leads::services {
namespace {

store::SettingsStore settings(UseCase& use_case) { return {use_case.session, use_case.company()}; }

store::ListEntry load(UseCase& use_case, const Input& input, const std::string& list) {
  References references(use_case);
  const auto& entries = references.entries();
  const json::value& value = *input.find("id");
  const auto found = std::find_if(entries.begin(), entries.end(), [&](const store::ListEntry& entry) {
    return entry.list == list &&
           (value.is_int64() ? entry.id == value.get_int64() : entry.code == std::string_view(value.as_string()));
  });
  if (found == entries.end()) throw Refusal(Code::not_found, "reference.not_found", "id", shown(value));
  check_version(input, found->version);
  return *found;
}

json::value save(UseCase& use_case, const store::ListEntry& entry) {
  if (!settings(use_case).update(entry, use_case.stamp())) {
    throw Refusal(Code::conflict, entry.list + ".version.conflict", "expected_version", std::to_string(entry.version));
  }
  use_case.changed.push_back(entry.id);
  return json::object{{"id", entry.id}, {"version", entry.version + 1}, {"code", entry.code}};
}

store::SettingsUses uses(UseCase& use_case) { return {use_case.session, use_case.company()}; }

store::Mover mover(UseCase& use_case) {
  const Actor& actor = use_case.caller.actor;
  return {actor.kind == ActorKind::user ? "user" : "operator", actor.user, use_case.call.correlation_id};
}

}  // namespace

void read_titles(const Input& input, store::Titles& titles) {
  const auto* value = input.find("title");
  if (value == nullptr) return;
  if (value->is_string()) {
    const std::string text = *input.text("title");
    titles = {text, text, text};
    return;
  }
  const Input texts(input.entity(), value->as_object());
  const bool is_new = titles.en.empty() && titles.sv.empty() && titles.nb.empty();
  const auto en = texts.text("en"), sv = texts.text("sv"), nb = texts.text("nb");
  const std::string any = en ? *en : sv ? *sv : nb ? *nb : "";
  if (any.empty()) input.refuse("title", *value, "@expected.title");
  if (is_new) titles = {any, any, any};
  if (en) titles.en = *en;
  if (sv) titles.sv = *sv;
  if (nb) titles.nb = *nb;
}

void check_version(const Input& input, std::int64_t version) {
  const auto expected = input.integer("expected_version");
  if (expected && *expected != version) {
    throw Refusal(Code::conflict, input.entity() + ".version.conflict", "expected_version", std::to_string(*expected),
                  {{"version", std::to_string(version)}});
  }
}

json::value list_entries(UseCase& use_case, const Input& input, const std::string& list) {
  json::array shaped;
  std::int64_t version = 0;  // of the order of those that stand
  const bool archived = input.flag("archived", false);
  References references(use_case);
  for (const auto& entry : references.entries()) {
    if (entry.list == list && !entry.archived) version += entry.version;
    if (entry.list != list || (entry.archived && !archived)) continue;
    json::object object{{"id", entry.id}, {"version", entry.version}, {"code", entry.code}};
    object["title"] = entry.title.in(use_case.language());
    object["titles"] = json::object{{"en", entry.title.en}, {"sv", entry.title.sv}, {"nb", entry.title.nb}};
    object["position"] = entry.position;
    if (list == "customer_status") object["effect"] = entry.effect;
    object["archived"] = entry.archived;
    shaped.push_back(std::move(object));
  }
  return json::object{{"entries", std::move(shaped)}, {"version", version}};
}

json::value create_entry(UseCase& use_case, const Input& input, const std::string& list) {
  References references(use_case);
  store::ListEntry entry;
  entry.list = list;
  read_titles(input, entry.title);
  const auto taken = [&](const std::string& code) {
    return std::any_of(references.entries().begin(), references.entries().end(),
                       [&](const store::ListEntry& other) { return other.list == list && other.code == code; });
  };
  const auto given = input.text("code");
  const std::string made = given ? *given : code_from(entry.title.en);
  if (given && taken(made)) throw Refusal(Code::conflict, list + ".code.taken", "code", made);
  entry.code = made;
  for (int number = 2; taken(entry.code); ++number) entry.code = made + "_" + std::to_string(number);
  for (const auto& other : references.entries()) {
    if (other.list == list) entry.position = std::max(entry.position, other.position);
  }
  entry.position = input.integer("position").value_or(entry.position + 1);
  entry.effect = input.text("effect").value_or("none");
  entry.id = settings(use_case).insert(entry, use_case.stamp());
  use_case.changed.push_back(entry.id);
  return json::object{{"id", entry.id}, {"version", 1}, {"code", entry.code}};
}

json::value update_entry(UseCase& use_case, const Input& input, const std::string& list) {
  auto entry = load(use_case, input, list);
  read_titles(input, entry.title);
  entry.position = input.integer("position").value_or(entry.position);
  entry.effect = input.text("effect").value_or(entry.effect);
  return save(use_case, entry);
}

json::value archive_entry(UseCase& use_case, const Input& input, const std::string& list) {
  auto entry = load(use_case, input, list);
  entry.archived = input.flag("archived", true);
  std::int64_t moved = 0;
  if (input.has("replace_by")) {
    References references(use_case);
    const json::value& value = *input.find("replace_by");
    const Id to = references.entry(list, value);
    if (to == entry.id || !entry.archived) {
      throw Refusal(Code::invalid_argument, "list.replace.same", "replace_by", shown(value));
    }
    moved = uses(use_case).replace(entry, to, mover(use_case), use_case.now_us);
  }
  json::object answer = save(use_case, entry).as_object();
  answer["moved"] = moved;
  return answer;
}

json::value delete_entry(UseCase& use_case, const Input& input, const std::string& list) {
  const auto entry = load(use_case, input, list);
  if (uses(use_case).is_used(entry)) throw Refusal(Code::wrong_state, "list.used", "id", entry.code);
  uses(use_case).remove(entry);
  use_case.changed.push_back(entry.id);
  return json::object{{"id", entry.id}, {"code", entry.code}};
}

namespace {

std::vector<store::ListEntry> standing_of(UseCase& use_case, const std::string& list) {
  auto entries = settings(use_case).entries();
  std::erase_if(entries, [&](const store::ListEntry& entry) { return entry.list != list || entry.archived; });
  return entries;
}

}  // namespace

json::value reorder_entries(UseCase& use_case, const Input& input, const std::string& list) {
  signals::lock_company(use_case.session, use_case.company());  // two at once would both find what they expect
  References references(use_case);
  const auto entries = standing_of(use_case, list);
  check_version(input, order_version(entries));
  std::vector<Id> standing, wanted;
  for (const auto& entry : entries) standing.push_back(entry.id);
  for (const auto& value : *input.array("order")) wanted.push_back(references.entry(list, value));
  check_order(list, standing, wanted);
  uses(use_case).put_in_order("sl_list_entry", wanted, use_case.stamp());
  use_case.changed = wanted;
  return json::object{{"order", json::value_from(wanted)}, {"version", order_version(standing_of(use_case, list))}};
}

void check_order(const std::string& entity, std::vector<Id> standing, std::vector<Id> wanted) {
  std::sort(standing.begin(), standing.end());
  std::sort(wanted.begin(), wanted.end());
  if (standing != wanted) {
    throw Refusal(Code::invalid_argument, entity + ".order.incomplete", "order", std::to_string(wanted.size()),
                  {{"count", std::to_string(standing.size())}});
  }
}

json::value start_company(UseCase& use_case, const Input& input) {
  const auto day = input.date("date");
  if (!day) input.refuse("date", nullptr, "@expected.date");
  settings(use_case).set_start_date(*day);
  use_case.changed.push_back(use_case.company());
  return json::object{{"date", domain::date_text(*day)}};
}

}  // namespace sales_leads::services
