// SPDX-License-Identifier: Apache-2.0
#include "import/row_import.h"

#include <algorithm>
#include <set>

#include "import/refusal.h"
#include "import/row_shape.h"
#include "import/seen_ids.h"
#include "import/words.h"

namespace erp::host::import {
namespace {

namespace json = boost::json;

constexpr std::size_t kRowsPerCall = 4'000;  // large enough for the database, small enough for memory
constexpr std::int64_t kRowsMax = 5'000'000;

std::string text_of(const json::object& object, const char* key) {
  const auto* value = object.if_contains(key);
  if (!value || value->is_null()) return {};
  return value->is_string() ? std::string(value->get_string()) : json::serialize(*value);
}

std::int64_t number_of(const json::value& object, const char* key) {
  const auto* value = object.as_object().if_contains(key);
  return value && value->is_int64() ? value->get_int64() : 0;
}

struct Row {
  std::int64_t line = 0, number = 0;  // in the file; of the row, the first is 1
  json::object input;
};

class RowImport {
 public:
  RowImport(App& app, const Caller& caller, const Request& request, const Profile& profile, const Setting& setting,
            const Reopen& reopen)
      : app_(app),
        caller_(caller),
        request_(request),
        profile_(profile),
        setting_(setting),
        reopen_(reopen),
        entity_(entity_of(profile.kind)),
        known_(app, caller),
        problems_(caller.locale),
        file_(request.data_dir, request.kind.empty() ? std::string(kind_name(profile.kind)) : request.kind) {}

  Outcome run() {
    resume();
    try {
      if (request_.dry_run) {
        pass(true);
      } else if (request_.keep_good) {
        pass(false);
      } else {
        all_or_nothing();
      }
    } catch (...) {
      if (outcome_.accepted == 0) unmake();
      throw;
    }
    finish();
    return std::move(outcome_);
  }

 private:
  [[nodiscard]] std::string title() const {
    std::error_code ignored;
    return request_.file.filename().string() + " (" +
           std::to_string(std::filesystem::file_size(request_.file, ignored)) + " bytes)";
  }

  void resume() {
    if (request_.resume == 0) return;
    const auto status = app_.call_action(caller_, "import.status", json::object{{"batch", request_.resume}});
    if (text_of(status.as_object(), "title") != title() || text_of(status.as_object(), "entity") != entity_) {
      refuse("import.resume.file", "Import " + std::to_string(request_.resume) + " was begun with " +
                                       text_of(status.as_object(), "entity") + " from " +
                                       text_of(status.as_object(), "title") + ", not with " + title() +
                                       ": resume it with that file.");
    }
    outcome_.batch = request_.resume;
    next_row_ = number_of(status, "next_row");
  }

  void all_or_nothing() {
    // A file of one chunk needs no second look: the call itself takes all or nothing.
    pass(true, true);
    if (!pending_.empty() && problems_.bad_lines() == 0) {
      dry_ = false;
      send();
    } else if (pending_.empty() && problems_.bad_lines() == 0) {
      const Outcome checked = outcome_;
      outcome_ = Outcome{};
      outcome_.batch = checked.batch;
      outcome_.notes = checked.notes;
      pass(false);
      if (problems_.bad_lines() > 0 && request_.resume == 0) take_back();
    }
    if (problems_.bad_lines() > 0) outcome_.accepted = outcome_.created = outcome_.updated = outcome_.same = 0;
  }

  // Somebody changed the company between the check and the writing.
  void take_back() {
    json::value after = 0;
    while (!after.is_null()) {
      const auto answer =
          app_.call_action(caller_, "import.undo", json::object{{"batch", outcome_.batch}, {"after", after}});
      after = answer.at("next");
    }
    undone_ = true;
  }

  /// `hold`: a file that is one chunk is kept instead of checked.
  void pass(bool dry, bool hold = false) {
    dry_ = dry;
    const auto reader = reopen_();
    CsvRow row;
    if (!reader->next(row)) refuse("import.file.empty", "The file is empty: its first line must name the columns.");
    const RecordMaker maker(profile_, row);
    if (outcome_.notes.empty()) {
      for (const std::string& column : maker.unread()) {
        const std::string note = "the column " + column + " is not read: nothing in " + profile_.name + " asks for it";
        outcome_.notes.push_back(said(note, caller_.locale));
      }
    }
    std::error_code ignored;
    SeenIds seen(static_cast<std::size_t>(std::filesystem::file_size(request_.file, ignored)) / 64);
    bool several = false;
    while (reader->next(row)) {
      if (++outcome_.read > kRowsMax) refuse("import.file.too_large", "The file has more than 5000000 rows: split it.");
      if (pending_.size() == kRowsPerCall) {
        several = true;
        send();
      }
      add(maker.make(row, problems_), outcome_.read, seen);
      if (dry && !request_.dry_run && several && problems_.bad_lines() > kRefusedEnough) break;
    }
    if (!hold || several) send();
    problems_.move_to(file_);
  }

  void add(const Record& record, std::int64_t number, SeenIds& seen) {
    if (!record.complete()) return;  // noted already
    Row row;
    row.line = record.line();
    row.number = number;
    row.input = shape_row(profile_, setting_, record, problems_);
    const char* key = profile_.kind == Kind::kSteps ? ""
                      : goes_by_code()              ? "code"
                                                    : "external_id";  // a step: with its pipeline
    const std::string& id = record.text(key);
    if (!id.empty()) {
      if (const auto first = seen.first_or_remember(id, record.line())) {
        record.fault(key, "the id stands in the file twice, first in line " + std::to_string(*first), problems_);
      }
    }
    if (problems_.has(record.line()) || number < next_row_) return;
    pending_.push_back(std::move(row));
  }

  [[nodiscard]] bool goes_by_code() const {
    return profile_.kind != Kind::kOpportunities && profile_.kind != Kind::kLeads;
  }

  void send() {
    if (!pending_.empty()) {
      json::object input = request_of();
      const auto answer = app_.call_action(caller_, entity_ + ".import", input);
      take(answer);
    }
    pending_.clear();
    problems_.move_to(file_);
  }

  json::object request_of() {
    json::object input{{"keep_good", request_.keep_good}};
    if (dry_) {
      input["dry_run"] = true;
      const auto missing = missing_customers();
      if (!missing.empty()) input["new_customers"] = json::array(missing.begin(), missing.end());
      drop_new_steps();
    } else {
      make_steps();
      make_customers();
      if (outcome_.batch == 0) begin();
      input["batch"] = outcome_.batch;
      json::array numbers;
      for (const Row& row : pending_) numbers.emplace_back(row.number);
      input["row_numbers"] = std::move(numbers);
    }
    if (!goes_by_code()) input["upsert"] = request_.upsert;
    json::array rows;
    rows.reserve(pending_.size());
    for (Row& row : pending_) rows.push_back(std::move(row.input));
    input["rows"] = std::move(rows);
    return input;
  }

  void begin() {
    const auto made = app_.call_action(caller_, "import.begin", json::object{{"entity", entity_}, {"title", title()}});
    outcome_.batch = number_of(made, "batch");
    if (request_.begun) request_.begun(outcome_.batch);
  }

  void take(const json::value& answer) {
    if (!dry_) kept_by_batch_ += static_cast<std::int64_t>(answer.at("rejected").as_array().size());
    for (const auto& entry : answer.at("rejected").as_array()) {
      const auto& fault = entry.as_object();
      const auto row = static_cast<std::size_t>(number_of(entry, "row"));  // the first is 1
      const std::int64_t line = row >= 1 && row <= pending_.size() ? pending_[row - 1].line : 0;
      problems_.add(line, text_of(fault, "field"), text_of(fault, "value"), text_of(fault, "message"));
    }
    outcome_.accepted += number_of(answer, "accepted");
    outcome_.created += number_of(answer, "created");
    outcome_.updated += number_of(answer, "updated");
    outcome_.same += number_of(answer, "same");
  }

  void finish() {
    outcome_.rejected = problems_.bad_lines();
    outcome_.through_module = true;
    outcome_.dry_run = request_.dry_run;
    problems_.move_to(file_);
    if (!file_.path().empty()) outcome_.errors = file_.path();
    if (outcome_.batch != 0 && !undone_) {
      // The batch knows of the rows that it was sent; those that never came so far are told at its end.
      app_.call_action(caller_, "import.finish",
                       json::object{{"batch", outcome_.batch}, {"rejected", outcome_.rejected - kept_by_batch_}});
    }
    if (outcome_.accepted == 0 && !request_.dry_run) unmake();
  }

  // ---- what the profile asks for beside the rows

  [[nodiscard]] std::vector<std::string> missing_customers() {
    std::set<std::string> wanted;
    for (const Row& row : pending_) {
      const auto* number = row.input.if_contains("customer_number");
      if (!number || profile_.kind != Kind::kOpportunities) continue;
      const std::string text(number->get_string());
      if (profile_.make_customers || (!profile_.stand_in.empty() && text == profile_.stand_in)) wanted.insert(text);
    }
    std::vector<std::string> missing;
    for (const std::string& number : wanted) {
      if (!made_.contains(number) && !known_.by("customer.list", "number").contains(number)) missing.push_back(number);
    }
    return missing;
  }

  void make_customers() {
    if (profile_.kind != Kind::kOpportunities) return;
    ImportBatch batch;
    batch.currency_if_company_has_none = profile_.currency;
    for (const std::string& number : missing_customers()) {
      CustomerRow row;
      row.number = row.name = number;
      row.is_stand_in = number == profile_.stand_in;
      row.only_if_missing = true;
      batch.customers.push_back(std::move(row));
      made_.insert(number);
    }
    // An empty batch still gives a company without currency the file's.
    if (!batch.customers.empty() || !profile_.currency.empty()) app_.import_batch(caller_, batch);
  }

  [[nodiscard]] const StepToMake* new_step(const Row& row) {
    const auto* code = row.input.if_contains("step");
    if (!code || profile_.steps.empty()) return nullptr;
    for (const StepToMake& step : profile_.steps) {
      if (code->get_string() == step.code && !made_steps_.contains(step.code) &&
          !known_.by("step.list", "code").contains(step.code))
        return &step;
    }
    return nullptr;
  }

  // A step that the import will make is open: without it the row is checked on the first open one.
  void drop_new_steps() {
    for (Row& row : pending_) {
      if (new_step(row)) row.input.erase("step");
    }
  }

  void make_steps() {
    for (const Row& row : pending_) {
      const StepToMake* step = new_step(row);
      if (!step) continue;
      json::object titles;
      for (const auto& [language, title] : step->titles) titles[language] = title;
      const auto made = app_.call_action(caller_, "step.create",
                                         json::object{{"code", step->code},
                                                      {"title", titles},
                                                      {"probability", step->probability},
                                                      {"position", step - profile_.steps.data() + 1},
                                                      {"status", "open"}});
      made_steps_.emplace(step->code, made.at("id"));
    }
  }

  // Nothing was taken: what was made for the rows goes again. What cannot go stays, and does no harm.
  void unmake() {
    try {
      known_.forget();
      for (const std::string& number : made_) {
        const auto& known = known_.by("customer.list", "number");
        const auto found = known.find(number);
        if (found != known.end()) app_.call_action(caller_, "customer.delete", json::object{{"id", found->second}});
      }
      for (const auto& [code, id] : made_steps_) app_.call_action(caller_, "step.archive", json::object{{"id", id}});
    } catch (const HostError&) {
      return;
    }
  }

  static constexpr std::int64_t kRefusedEnough = 100'000;  // the file is of the wrong kind as a whole

  App& app_;
  Caller caller_;
  const Request& request_;
  const Profile& profile_;
  const Setting& setting_;
  const Reopen& reopen_;
  std::string entity_;
  Known known_;
  Problems problems_;
  ProblemFile file_;
  Outcome outcome_;
  std::int64_t next_row_ = 1, kept_by_batch_ = 0;
  bool dry_ = false, undone_ = false;
  std::vector<Row> pending_;
  std::set<std::string> made_;
  std::map<std::string, json::value> made_steps_;
};

}  // namespace

Outcome import_rows(App& app, const Caller& caller, const Request& request, const Profile& profile,
                    const Setting& setting, const Reopen& reopen) {
  return RowImport(app, caller, request, profile, setting, reopen).run();
}

Outcome undo_rows(App& app, const Caller& caller, const Request& request) {
  Outcome outcome;
  outcome.through_module = true;
  outcome.batch = request.undo;
  Problems problems;
  ProblemFile file(request.data_dir, "undo");
  json::value after = 0;
  while (!after.is_null()) {
    const auto answer = app.call_action(caller, "import.undo", json::object{{"batch", request.undo}, {"after", after}});
    outcome.undone += number_of(answer, "undone");
    for (const auto& left : answer.at("left").as_array())
      problems.add(number_of(left, "row"), "", text_of(left.as_object(), "record"),
                   text_of(left.as_object(), "message"));
    problems.move_to(file);
    after = answer.at("next");
  }
  outcome.rejected = problems.bad_lines();
  if (!file.path().empty()) outcome.errors = file.path();
  return outcome;
}

}  // namespace erp::host::import
