// SPDX-License-Identifier: Apache-2.0
#include "services/list_import.h"

#include <algorithm>

#include "services/lists.h"
#include "services/references.h"

namespace sales_leads::services {
namespace {

using store::ListEntry;

store::SettingsStore settings(UseCase& use_case) { return {use_case.session, use_case.company()}; }

bool same(const ListEntry& a, const ListEntry& b) {
  return a.title.en == b.title.en && a.title.sv == b.title.sv && a.title.nb == b.title.nb && a.position == b.position &&
         a.effect == b.effect && a.archived == b.archived;
}

json::object kept(const ListEntry& entry) {
  return {{"en", entry.title.en},       {"sv", entry.title.sv},   {"nb", entry.title.nb},
          {"position", entry.position}, {"effect", entry.effect}, {"archived", entry.archived}};
}

/// The entry as the row has it; what the row leaves out stays as it was.
ListEntry read(const Input& row, const std::string& list, const ListEntry* before, std::int64_t next_position) {
  ListEntry entry;
  if (before != nullptr) entry = *before;
  entry.list = list;
  entry.code = *row.text("code");
  read_titles(row, entry.title);
  if (entry.title.en.empty()) throw Refusal(Code::invalid_argument, list + ".title.missing", "title");
  entry.position = row.integer("position").value_or(before != nullptr ? entry.position : next_position);
  entry.effect = row.text("effect").value_or(entry.effect);
  entry.archived = row.flag("archived", entry.archived);
  return entry;
}

void write(UseCase& use_case, ImportRun& run, std::size_t index, ListEntry entry, const ListEntry* before) {
  auto store = settings(use_case);
  std::int64_t version = 1;
  if (before == nullptr) {
    entry.id = store.insert(entry, use_case.stamp());
    if (entry.archived) {
      (void)store.update(entry, use_case.stamp());
      version = 2;
    }
  } else {
    (void)store.update(entry, use_case.stamp());
    version = before->version + 1;
  }
  use_case.changed.push_back(entry.id);
  run.note(index, before == nullptr ? "created" : "updated", entry.id, version,
           before == nullptr ? "" : json::serialize(kept(*before)));
}

}  // namespace

json::value import_entries(UseCase& use_case, const Input& input, const RowCheck& check, const std::string& list) {
  ImportRun run(use_case, input, list);
  std::map<std::string, ListEntry> present;
  std::int64_t last = 0;
  for (auto& entry : settings(use_case).entries()) {
    if (entry.list != list) continue;
    last = std::max(last, entry.position);
    present.emplace(entry.code, entry);
  }
  struct Wanted {
    std::size_t index;
    ListEntry entry;
    const ListEntry* before;
  };
  std::vector<Wanted> wanted;
  std::unordered_set<std::string> codes;
  const json::array& rows = *input.array("rows");
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (run.skips(i)) continue;
    try {
      check(rows[i]);
      const Input row(list, rows[i].get_object());
      const std::string code = *row.text("code");
      if (!codes.insert(code).second) throw Refusal(Code::conflict, list + ".code.taken", "code", code);
      const auto found = present.find(code);
      const ListEntry* before = found == present.end() ? nullptr : &found->second;
      ListEntry entry = read(row, list, before, last + 1);
      last = std::max(last, entry.position);
      if (before != nullptr && same(entry, *before)) {
        run.note(i, "same", before->id, before->version);
      } else {
        wanted.push_back({i, std::move(entry), before});
      }
    } catch (const Refusal& refusal) {
      run.reject(i, refusal);
    }
  }
  for (auto& [index, entry, before] : wanted) {
    if (run.writes()) {
      write(use_case, run, index, std::move(entry), before);
    } else if (run.dry_run()) {
      run.note(index, before == nullptr ? "created" : "updated");
    }
  }
  return run.answer();
}

std::map<std::int64_t, std::string> undo_entries(UseCase& use_case, const std::vector<store::ImportRow>& rows) {
  auto store = settings(use_case);
  std::map<Id, ListEntry> present;
  for (auto& entry : store.entries()) present.emplace(entry.id, entry);
  std::map<std::int64_t, std::string> left;
  for (const auto& row : rows) {
    const auto found = present.find(row.record);
    if (found == present.end()) continue;
    ListEntry entry = found->second;
    if (entry.version != row.version) {
      left[row.row_no] = "import.undo.changed";
      continue;
    }
    if (row.act == "created") {
      entry.archived = true;
    } else {
      const json::object before = json::parse(row.before).as_object();
      const auto text = [&](const char* key) { return std::string(before.at(key).as_string()); };
      entry.title = {text("en"), text("sv"), text("nb")};
      entry.position = before.at("position").as_int64();
      entry.effect = text("effect");
      entry.archived = before.at("archived").as_bool();
    }
    (void)store.update(entry, use_case.stamp());
  }
  return left;
}

}  // namespace sales_leads::services
