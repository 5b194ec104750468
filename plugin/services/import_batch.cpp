// SPDX-License-Identifier: Apache-2.0
#include "services/import_batch.h"

#include <algorithm>

#include "store/request_store.h"

namespace sales_leads::services {
namespace {

store::ImportStore store_of(UseCase& use_case) { return {use_case.session, use_case.company()}; }

[[noreturn]] void refuse_missing(Id id) {
  throw Refusal(Code::not_found, "import.batch.not_found", "batch", std::to_string(id));
}

store::ImportBatch locked(UseCase& use_case, Id id) {
  auto batch = store_of(use_case).lock(id, use_case.stamp());
  if (!batch) refuse_missing(id);
  return *batch;
}

void refuse_state(const store::ImportBatch& batch) {
  throw Refusal(Code::wrong_state, "import.batch.state", "batch", std::to_string(batch.id), {{"state", batch.state}});
}

json::object shape(const store::ImportBatch& batch) {
  return {{"id", batch.id},
          {"version", batch.version},
          {"entity", batch.entity},
          {"title", batch.title},
          {"state", batch.state},
          {"created", batch.created},
          {"updated", batch.updated},
          {"same", batch.same},
          {"rejected", batch.rejected},
          {"created_at", time_text(batch.created_at)},
          {"created_by", batch.created_by}};
}

}  // namespace

ImportRun::ImportRun(UseCase& use_case, const Input& input, const std::string& entity)
    : use_case_(use_case), keep_good_(input.flag("keep_good", false)), dry_run_(input.flag("dry_run", false)) {
  read_numbers(input, input.array("rows")->size());
  if (!input.has("batch")) return;
  batch_ = locked(use_case, input.id("batch"));
  if (batch_->state != "open") refuse_state(*batch_);
  if (batch_->entity != entity) {
    throw Refusal(Code::invalid_argument, "import.batch.entity", "batch", std::to_string(batch_->id),
                  {{"entity", batch_->entity}});
  }
  const std::size_t rows = input.array("rows")->size();
  if (numbers_.empty()) {
    // Without numbers of their own, rows follow those that the batch has.
    const std::int64_t last = store_of(use_case).last_row(batch_->id);
    for (std::size_t i = 0; i < rows; ++i) numbers_.push_back(last + 1 + static_cast<std::int64_t>(i));
  }
  const auto known = store_of(use_case).known_rows(batch_->id, numbers_.front(), numbers_.back());
  known_.insert(known.begin(), known.end());
}

void ImportRun::read_numbers(const Input& input, std::size_t rows) {
  const auto* numbers = input.array("row_numbers");
  if (numbers == nullptr) return;
  for (const auto& number : *numbers) numbers_.push_back(number.as_int64());
  const bool rises = std::adjacent_find(numbers_.begin(), numbers_.end(), std::greater_equal<>()) == numbers_.end();
  if (numbers_.size() != rows || !rises) {
    throw Refusal(Code::invalid_argument, "import.row_numbers.invalid", "row_numbers", std::to_string(numbers_.size()),
                  {{"expected", std::to_string(rows)}});
  }
}

void ImportRun::reject(std::size_t index, const Refusal& refusal) {
  rejected_.push_back(json::object{{"row", index + 1},
                                   {"field", refusal.field()},
                                   {"value", refusal.value()},
                                   {"key", refusal.key()},
                                   {"message", use_case_.messages.of(use_case_.call.locale, refusal)}});
  if (batch_) rows_.push_back({number_of(index), "rejected", 0, 0, ""});
}

void ImportRun::once(const std::string& key, const std::string& field, const std::string& value) {
  if (!keys_.insert(key).second) throw Refusal(Code::conflict, "import.row.twice", field, value);
}

bool ImportRun::take(Id record) {
  if (!taken_) {
    taken_.emplace();
    if (batch_) {
      const auto records = store_of(use_case_).records(batch_->id);
      taken_->insert(records.begin(), records.end());
    }
  }
  return taken_->insert(record).second;
}

void ImportRun::note(std::size_t index, const std::string& act, Id record, std::int64_t version,
                     const std::string& before) {
  (act == "created" ? created_ : act == "updated" ? updated_ : same_) += 1;
  if (batch_) rows_.push_back({number_of(index), act, record, version, before});
}

json::value ImportRun::answer() {
  if (batch_ && writes() && !rows_.empty()) {
    std::sort(rows_.begin(), rows_.end(),
              [](const store::ImportRow& a, const store::ImportRow& b) { return a.row_no < b.row_no; });
    auto store = store_of(use_case_);
    store.add_rows(batch_->id, rows_);
    batch_->created += created_;
    batch_->updated += updated_;
    batch_->same += same_;
    batch_->rejected += static_cast<std::int64_t>(rejected_.size());
    store.update(*batch_, use_case_.stamp());
  }
  const bool taken = dry_run_ || writes();
  return json::object{{"accepted", taken ? created_ + updated_ + same_ : 0},
                      {"created", taken ? created_ : 0},
                      {"updated", taken ? updated_ : 0},
                      {"same", taken ? same_ : 0},
                      {"skipped", known_.size()},
                      {"dry_run", dry_run_},
                      {"rejected", std::move(rejected_)}};
}

json::value import_each(UseCase& use_case, const Input& input, const std::string& entity, const RowCheck& check,
                        const ImportRead& read) {
  ImportRun run(use_case, input, entity);
  const json::array& rows = *input.array("rows");
  std::vector<std::pair<std::size_t, ImportPlan>> plans;
  std::vector<RateWish> wishes;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (run.skips(i)) continue;
    try {
      check(rows[i]);
      auto plan = read(Input(entity, rows[i].get_object()), run);
      if (plan.act == "same") {
        run.note(i, plan.act, plan.record, plan.version);
      } else {
        plans.emplace_back(i, std::move(plan));
      }
    } catch (const RatesNeeded& needed) {
      wishes.insert(wishes.end(), needed.wishes().begin(), needed.wishes().end());
    } catch (const Refusal& refusal) {
      run.reject(i, refusal);
    }
  }
  if (!wishes.empty()) throw RatesNeeded(std::move(wishes));
  for (const auto& [index, plan] : plans) {
    if (run.writes()) {
      const store::ImportRow row = plan.write();
      use_case.changed.push_back(row.record);
      run.note(index, plan.act, row.record, row.version, row.before);
    } else if (run.dry_run()) {
      run.note(index, plan.act);
    }
  }
  return run.answer();
}

json::value begin_import(UseCase& use_case, const Input& input) {
  store::ImportBatch batch;
  batch.entity = input.text("entity").value_or("");
  batch.title = input.text("title").value_or("");
  batch.id = store_of(use_case).insert(batch, use_case.stamp());
  use_case.changed.push_back(batch.id);
  return json::object{{"batch", batch.id}, {"entity", batch.entity}, {"next_row", 1}};
}

json::value finish_import(UseCase& use_case, const Input& input) {
  auto batch = locked(use_case, input.id("batch"));
  if (batch.state == "undone") refuse_state(batch);
  if (batch.state == "open") {
    batch.state = "done";
    batch.rejected += input.integer("rejected").value_or(0);
    store_of(use_case).update(batch, use_case.stamp());
    ++batch.version;
  }
  use_case.changed.push_back(batch.id);
  return shape(batch);
}

json::value import_status(UseCase& use_case, const Input& input) {
  auto store = store_of(use_case);
  const auto batch = store.find(input.id("batch"));
  if (!batch) refuse_missing(input.id("batch"));
  json::object shaped = shape(*batch);
  shaped["next_row"] = store.last_row(batch->id) + 1;
  return shaped;
}

json::value list_imports(UseCase& use_case, const Input& input) {
  const std::int64_t limit = input.integer("limit").value_or(50);
  auto batches =
      store_of(use_case).list(input.integer("after").value_or(0), limit + 1, input.text("entity").value_or(""));
  const bool more = static_cast<std::int64_t>(batches.size()) > limit;
  if (more) batches.pop_back();
  json::array shaped;
  for (const auto& batch : batches) shaped.push_back(shape(batch));
  return json::object{{"batches", std::move(shaped)},
                      {"next", more ? json::value(batches.back().id) : json::value(nullptr)}};
}

json::value undo_import(UseCase& use_case, const Input& input, const Undoings& undoings) {
  auto batch = locked(use_case, input.id("batch"));
  const auto undo = undoings.find(batch.entity);
  if (undo == undoings.end()) refuse_state(batch);
  const std::int64_t limit = input.integer("limit").value_or(2'000);
  auto store = store_of(use_case);
  const auto rows = store.rows_to_undo(batch.id, input.integer("after").value_or(0), limit);
  const auto kept = undo->second(use_case, rows);
  std::vector<std::int64_t> undone;
  std::vector<Id> records;
  json::array left;
  for (const auto& row : rows) {
    const auto reason = kept.find(row.row_no);
    if (reason == kept.end()) {
      undone.push_back(row.row_no);
      records.push_back(row.record);
      continue;
    }
    const Refusal why(Code::conflict, reason->second, "row", std::to_string(row.row_no),
                      {{"record", std::to_string(row.record)}});
    left.push_back(json::object{{"row", row.row_no},
                                {"record", row.record},
                                {"key", reason->second},
                                {"message", use_case.messages.of(use_case.call.locale, why)}});
  }
  store.mark_undone(batch.id, undone);
  const auto& actor = use_case.caller.actor;
  const std::string kind = actor.kind == ActorKind::user             ? "user"
                           : actor.kind == ActorKind::local_operator ? "operator"
                                                                     : "system";
  // The records are of another kind than the action's own: their audit rows say so.
  if (!records.empty()) {
    store::AuditStore(use_case.session, use_case.company())
        .add({kind, actor.user, "import.undo", batch.entity, use_case.call.correlation_id, "batch"}, records,
             use_case.now_us);
  }
  const bool more = static_cast<std::int64_t>(rows.size()) == limit;
  if (!more || batch.state == "open") {
    batch.state = more ? "done" : "undone";  // nothing is added to what is being taken back
    store.update(batch, use_case.stamp());
  }
  use_case.changed.push_back(batch.id);
  return json::object{{"batch", batch.id},
                      {"undone", undone.size()},
                      {"left", std::move(left)},
                      {"next", more ? json::value(rows.back().row_no) : json::value(nullptr)}};
}

}  // namespace sales_leads::services
