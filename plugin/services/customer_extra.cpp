// SPDX-License-Identifier: Apache-2.0
#include "services/customer_extra.h"

#include <algorithm>
#include <set>

#include "host/refusal.h"
#include "services/import_batch.h"
#include "services/references.h"
#include "store/customer_extra_store.h"

namespace sales_leads::services {
namespace {

constexpr std::size_t kMostOwnFields = 50;

json::value entry_shape(UseCase& use_case, References& references, Id id) {
  for (const auto& entry : references.entries()) {
    if (entry.id != id) continue;
    json::object shaped{{"id", id}, {"code", entry.code}, {"title", entry.title.in(use_case.language())}};
    if (entry.list == "customer_status") shaped["effect"] = entry.effect;
    return shaped;
  }
  return nullptr;
}

json::value last_lost(UseCase& use_case, References& references, Id customer) {
  std::optional<std::vector<Id>> seen_by;
  if (!use_case.caller.sees.all()) seen_by = use_case.caller.sees.employees;
  const auto lost = store::CustomerExtraStore(use_case.session, use_case.company()).last_lost(customer, seen_by);
  if (!lost) return nullptr;
  return json::object{
      {"opportunity", lost->opportunity},
      {"title", lost->title},
      {"rejection", entry_shape(use_case, references, lost->rejection)},
      {"note", lost->note},
      {"date", lost->on ? json::value(domain::date_text(static_cast<domain::Day>(*lost->on))) : json::value(nullptr)}};
}

json::object shape(UseCase& use_case, References& references, const store::CustomerExtra& extra,
                   const std::vector<store::DirectoryEntry>& named) {
  json::object shaped{{"customer", extra.customer}, {"version", extra.version}};
  const auto name = std::find_if(named.begin(), named.end(), [&](const auto& one) { return one.id == extra.customer; });
  shaped["number"] = name == named.end() ? "" : name->number;
  shaped["name"] = name == named.end() ? "" : name->name;
  shaped["status"] = entry_shape(use_case, references, extra.status);
  shaped["source"] = entry_shape(use_case, references, extra.source);
  shaped["contact_origin"] = extra.contact_origin;
  shaped["products"] = extra.products;
  json::array categories;
  for (const Id category : extra.categories) categories.push_back(entry_shape(use_case, references, category));
  shaped["categories"] = std::move(categories);
  shaped["own_fields"] = json::parse(extra.own_fields);
  return shaped;
}

/// Fields that are named are put, null takes one away, the others stay.
void read_own_fields(const Input& input, store::CustomerExtra& extra) {
  if (!input.has("own_fields")) return;
  json::object fields = json::parse(extra.own_fields).as_object();
  for (const auto& [name, value] : input.find("own_fields")->as_object()) {
    if (value.is_null()) {
      fields.erase(name);
    } else {
      if (value.as_string().find('\0') != json::string::npos) input.refuse("own_fields", "\\u0000", "@expected.no_nul");
      fields[name] = value;
    }
  }
  if (fields.size() > kMostOwnFields) {
    throw Refusal(Code::limit, "customer_extra.own_fields.many", "own_fields", std::to_string(fields.size()),
                  {{"most", std::to_string(kMostOwnFields)}});
  }
  extra.own_fields = json::serialize(fields);
}

void read_fields(References& references, const Input& input, store::CustomerExtra& extra) {
  if (const auto* status = input.find("status")) {
    extra.status = status->is_null() ? 0 : references.entry("customer_status", *status, extra.status);
  }
  if (const auto* source = input.find("source")) {
    extra.source = source->is_null() ? 0 : references.entry("source", *source, extra.source);
  }
  if (const auto origin = input.text("contact_origin")) extra.contact_origin = *origin;
  if (const auto products = input.text("products")) extra.products = *products;
  if (const auto* categories = input.array("categories")) {
    std::vector<Id> chosen;
    for (const auto& value : *categories) {
      Id kept = 0;
      for (const Id old : extra.categories) {
        if (value.is_int64() && value.get_int64() == old) kept = old;
      }
      chosen.push_back(references.entry("category", value, kept));
    }
    std::sort(chosen.begin(), chosen.end());
    chosen.erase(std::unique(chosen.begin(), chosen.end()), chosen.end());
    extra.categories = std::move(chosen);
  }
  read_own_fields(input, extra);
}

}  // namespace

json::value get_customer_extra(UseCase& use_case, const Input& input) {
  References references(use_case);
  const Id customer = references.customer(*input.find("customer"), "customer");
  const auto extra = store::CustomerExtraStore(use_case.session, use_case.company()).find(customer);
  const auto named =
      store::DirectoryStore(use_case.session, use_case.company()).by_id(store::DirectoryKind::customer, customer);
  json::object shaped = shape(use_case, references, extra, named);
  shaped["last_lost"] = last_lost(use_case, references, customer);
  return shaped;
}

json::value set_customer_extra(UseCase& use_case, const Input& input) {
  References references(use_case);
  store::CustomerExtraStore store(use_case.session, use_case.company());
  auto extra = store.find(references.customer(*input.find("customer"), "customer"));
  const auto expected = input.integer("expected_version");
  const auto stale = [&](std::int64_t had) {
    return Refusal(Code::conflict, "customer_extra.version.conflict", "expected_version", std::to_string(had),
                   {{"version", std::to_string(extra.version)}});
  };
  if (expected && *expected != extra.version) throw stale(*expected);
  read_fields(references, input, extra);
  if (!store.put(extra, use_case.stamp())) throw stale(extra.version);
  use_case.changed.push_back(extra.customer);
  return json::object{{"customer", extra.customer}, {"version", extra.version + 1}};
}

json::value list_customer_extra(UseCase& use_case, const Input& input) {
  References references(use_case);
  const std::int64_t limit = input.integer("limit").value_or(50);
  store::CustomerExtraFilter filter;
  filter.after = input.integer("after").value_or(0);
  filter.limit = limit + 1;
  const auto entry = [&](const char* field, const char* list) -> Id {
    if (!input.has(field)) return 0;
    const json::value& value = *input.find(field);
    for (const auto& one : references.entries()) {  // archived ones too: old customers still have them
      if (one.list != list) continue;
      if (value.is_int64() ? one.id == value.get_int64() : one.code == std::string_view(value.as_string())) {
        return one.id;
      }
    }
    return references.entry(list, value);
  };
  filter.status = entry("status", "customer_status");
  filter.source = entry("source", "source");
  filter.category = entry("category", "category");
  auto extras = store::CustomerExtraStore(use_case.session, use_case.company()).list(filter);
  const bool more = static_cast<std::int64_t>(extras.size()) > limit;
  if (more) extras.resize(static_cast<std::size_t>(limit));
  std::vector<Id> ids;
  for (const auto& extra : extras) ids.push_back(extra.customer);
  const auto named =
      store::DirectoryStore(use_case.session, use_case.company()).by_ids(store::DirectoryKind::customer, ids);
  json::array shaped;
  for (const auto& extra : extras) shaped.push_back(shape(use_case, references, extra, named));
  return json::object{{"customers", std::move(shaped)},
                      {"next", more ? json::value(extras.back().row) : json::value(nullptr)}};
}

namespace {

json::object kept(const store::CustomerExtra& extra) {
  return {{"status", extra.status},
          {"source", extra.source},
          {"contact_origin", extra.contact_origin},
          {"products", extra.products},
          {"own_fields", extra.own_fields},
          {"categories", json::value_from(extra.categories)}};
}

void put_back(const json::object& before, store::CustomerExtra& extra) {
  extra.status = before.at("status").as_int64();
  extra.source = before.at("source").as_int64();
  extra.contact_origin = std::string(before.at("contact_origin").as_string());
  extra.products = std::string(before.at("products").as_string());
  extra.own_fields = std::string(before.at("own_fields").as_string());
  extra.categories = json::value_to<std::vector<Id>>(before.at("categories"));
}

}  // namespace

json::value import_customer_extra(UseCase& use_case, const Input& input, const RowCheck& check) {
  ImportRun run(use_case, input, "customer_extra");
  const json::array& rows = *input.array("rows");
  References references(use_case, rows.size() > 20 ? References::Mode::bulk : References::Mode::single);
  store::CustomerExtraStore store(use_case.session, use_case.company());
  struct Wanted {
    std::size_t index;
    store::CustomerExtra extra, before;
  };
  std::vector<Wanted> wanted;
  std::set<Id> customers;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (run.skips(i)) continue;
    try {
      check(rows[i]);
      const Input row("customer_extra", rows[i].get_object());
      const Id customer = references.customer(*row.find("customer"), "customer");
      if (!customers.insert(customer).second) {
        throw Refusal(Code::conflict, "customer_extra.customer.twice", "customer", shown(*row.find("customer")));
      }
      const auto before = store.find(customer);
      auto extra = before;
      read_fields(references, row, extra);
      if (kept(extra) == kept(before)) {
        run.note(i, "same", customer, before.version);
      } else {
        wanted.push_back({i, std::move(extra), before});
      }
    } catch (const Refusal& refusal) {
      run.reject(i, refusal);
    }
  }
  for (const auto& [index, extra, before] : wanted) {
    const char* act = before.version == 0 ? "created" : "updated";
    if (run.writes()) {
      if (!store.put(extra, use_case.stamp())) {
        throw Refusal(Code::conflict, "customer_extra.version.conflict", "customer", std::to_string(extra.customer),
                      {{"version", std::to_string(before.version + 1)}});
      }
      use_case.changed.push_back(extra.customer);
      run.note(index, act, extra.customer, before.version + 1, json::serialize(kept(before)));
    } else if (run.dry_run()) {
      run.note(index, act);
    }
  }
  return run.answer();
}

std::map<std::int64_t, std::string> undo_customer_extra(UseCase& use_case, const std::vector<store::ImportRow>& rows) {
  store::CustomerExtraStore store(use_case.session, use_case.company());
  std::map<std::int64_t, std::string> left;
  for (const auto& row : rows) {
    auto extra = store.find(row.record);
    put_back(json::parse(row.before).as_object(), extra);
    if (extra.version != row.version || !store.put(extra, use_case.stamp())) left[row.row_no] = "import.undo.changed";
  }
  return left;
}

}  // namespace sales_leads::services
