// SPDX-License-Identifier: Apache-2.0
#include "http/imports.h"

#include <sodium.h>
#include <sys/stat.h>

#include <array>
#include <atomic>
#include <chrono>
#include <fstream>
#include <set>
#include <sstream>

#include "import/importer.h"
#include "import/open_table.h"
#include "import/profile.h"
#include "import/words.h"

namespace erp::host::http {
namespace json = boost::json;
namespace {

constexpr std::int64_t kDaySeconds = 24 * 3600;
constexpr std::size_t kUploadsMost = 200;
constexpr std::size_t kSamples = 3, kErrorsShown = 200;

[[noreturn]] void refuse(erp_status status, const std::string& key, const std::string& message) {
  throw HostError(status, key, message);
}

std::int64_t now_seconds() {
  return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

std::string random_token() {
  std::array<unsigned char, 24> random{};
  randombytes_buf(random.data(), random.size());
  std::array<char, 49> hex{};
  sodium_bin2hex(hex.data(), hex.size(), random.data(), random.size());
  return hex.data();
}

std::string text_of(const json::object& input, const char* name) {
  const auto* value = input.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : "";
}

import::Kind kind_of(const json::object& input){const std::string name = text_of(input, "profile");
if (const auto kind = import::kind_named(name)) return *kind;
refuse(ERP_INVALID_ARGUMENT, "import.kind.unknown",
       "The kind " + name + " is unknown; kinds are " + import::all_kinds() + ".");
}  // namespace

/// Small letters and digits alone, to compare headings with.
std::string bare(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c >= 'A' && c <= 'Z')
      out += static_cast<char>(c + 32);
    else if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || static_cast<unsigned char>(c) >= 0x80U)
      out += c;
  }
  return out;
}

/// The module's own profile of this kind, which knows the labels in three languages; nothing where there is none.
std::map<std::string, std::string> labels_of(import::Kind kind, const std::filesystem::path& modules_dir) {
  std::map<std::string, std::string> out;
  const auto fields = import::fields_of(kind);
  for (const import::Field& field : fields) out[bare(std::string(field.name))] = field.name;
  try {
    const import::Profile profile = import::load_profile(std::string(import::kind_name(kind)), modules_dir);
    for (const import::ColumnUse& use : profile.columns) out[bare(use.column)] = fields[use.field].name;
  } catch (const HostError&) {
    // No such profile: the fields' own names are all that can be suggested.
  }
  return out;
}

void quote_yaml(std::ostream& out, const std::string& text) {
  out << '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') out << '\\';
    if (static_cast<unsigned char>(c) < 0x20U)
      out << ' ';
    else
      out << c;
  }
  out << '"';
}

/// {"Heading": "field"} as a profile; headings that stand for nothing are ignored on purpose.
void write_profile(const std::filesystem::path& file, import::Kind kind, const json::object& mapping) {
  std::ofstream out(file);
  out << "kind: " << import::kind_name(kind) << "\nencoding: auto\nseparator: auto\ncolumns:\n";
  const auto fields = import::fields_of(kind);
  std::vector<std::string> ignored;
  for (const auto& [heading, field] : mapping) {
    if (!field.is_string() || field.get_string().empty()) {
      ignored.emplace_back(heading);
      continue;
    }
    const auto index = import::field_index(kind, std::string_view(field.get_string()));
    if (!index) {
      refuse(ERP_INVALID_ARGUMENT, "import.field.unknown",
             "mapping: \"" + std::string(field.get_string()) + "\" is no field of " +
                 std::string(import::kind_name(kind)) + "; the fields are " + import::all_fields(kind) + ".");
    }
    out << "  ";
    quote_yaml(out, std::string(heading));
    out << ": {field: " << std::string_view(field.get_string());
    const import::FieldType type = fields[*index].type;
    if (type == import::FieldType::kAmount) out << ", unit: major, decimal: auto";
    if (type == import::FieldType::kDate || type == import::FieldType::kTime) out << ", date: auto";
    out << "}\n";
  }
  if (!ignored.empty()) {
    out << "ignore:\n";
    for (const std::string& heading : ignored) {
      out << "  - ";
      quote_yaml(out, heading);
      out << '\n';
    }
  }
}

/// The first faults of a file of faults: line, column, value, reason.
json::array faults_in(const std::optional<std::filesystem::path>& file) {
  json::array out;
  if (!file) return out;
  std::ifstream stream(*file, std::ios::binary);
  import::CsvReader reader(stream, {});
  import::CsvRow row;
  bool heading = true;
  while (out.size() < kErrorsShown && reader.next(row)) {
    if (heading) {
      heading = false;
      continue;
    }
    if (row.cells.size() < 4) continue;
    json::object fault{{"message", row.cells[3]}, {"column", row.cells[1]}, {"value", row.cells[2]}};
    const bool number = !row.cells[0].empty() && row.cells[0].find_first_not_of("0123456789") == std::string::npos;
    fault["row"] =
        number && row.cells[0].size() < 18 ? json::value(std::stoll(row.cells[0])) : json::value(row.cells[0]);
    out.push_back(std::move(fault));
  }
  return out;
}

}  // namespace erp::host::http

struct Imports::Job {
  std::int64_t user = 0, total = 0;
  std::atomic<std::int64_t> batch{0};
  std::atomic<bool> ended{false};
  json::object outcome;  // once it has ended
  std::thread thread;
};

Imports::Imports(App& app, std::filesystem::path data_dir, std::filesystem::path modules_dir)
    : app_(app), data_dir_(std::move(data_dir)), modules_dir_(std::move(modules_dir)) {}

Imports::~Imports() {
  for (auto& [number, job] : jobs_) {
    if (job->thread.joinable()) job->thread.join();
  }
  std::error_code ignored;
  for (const auto& [token, upload] : uploads_) std::filesystem::remove_all(upload.file.parent_path(), ignored);
}

json::object Imports::take(const Caller& caller, const std::string& name, const std::string& content) {
  if (content.empty()) refuse(ERP_INVALID_ARGUMENT, "upload.empty", "The file is empty. Choose another.");
  if (data_dir_.empty())
    refuse(ERP_UNSUPPORTED, "upload.folder", "This server was started without a data folder, so it takes no files.");
  const std::string token = random_token();
  const std::filesystem::path folder = data_dir_ / "uploads" / token;
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  std::filesystem::permissions(folder, std::filesystem::perms::owner_all, error);
  const bool workbook = content.starts_with(std::string_view("PK\x03\x04", 4));
  Upload upload{folder / (workbook ? "file.xlsx" : "file.csv"), name.substr(0, 200), caller.user, caller.company,
                now_seconds()};
  std::ofstream out(upload.file, std::ios::binary);
  out.write(content.data(), static_cast<std::streamsize>(content.size()));
  out.close();
  if (!out) refuse(ERP_UNAVAILABLE, "upload.unwritable", "The file cannot be kept on the host. Try again later.");
  forget_old();
  const std::lock_guard lock(mutex_);
  uploads_[token] = upload;
  return {{"token", token}, {"name", upload.name}, {"bytes", static_cast<std::int64_t>(content.size())}};
}

void Imports::forget_old() {
  const std::lock_guard lock(mutex_);
  const std::int64_t now = now_seconds();
  std::error_code ignored;
  std::erase_if(uploads_, [&](const auto& entry) {
    const bool old = now - entry.second.seconds > kDaySeconds || uploads_.size() > kUploadsMost;
    if (old) std::filesystem::remove_all(entry.second.file.parent_path(), ignored);
    return old;
  });
}

Upload Imports::upload_of(const Caller& caller, const json::object& input) {
  const std::lock_guard lock(mutex_);
  const auto found = uploads_.find(text_of(input, "token"));
  // Somebody else's file is not there.
  if (found == uploads_.end() || found->second.user != caller.user || found->second.company != caller.company)
    refuse(ERP_NOT_FOUND, "upload.not_found", "The file is no longer there. Bring it again.");
  return found->second;
}

bool Imports::answers(std::string_view action, const json::value& input) {
  if (action == "import.preview" || action == "import.check" || action == "import.run") return true;
  return action == "import.status" && input.is_object() && input.get_object().contains("job");
}

json::value Imports::answer(const Caller& caller, std::string_view action, const json::object& input) {
  return import::said_in(caller.locale, [&] {
    if (action == "import.status") return status(caller, input.at("job").to_number<std::int64_t>());
    if (action == "import.preview") return preview(caller, input);
    if (action == "import.check") return check(caller, input);
    return start(caller, input);
  });
}

json::value Imports::preview(const Caller& caller, const json::object& input) {
  const Upload upload = upload_of(caller, input);
  const import::Kind kind = kind_of(input);
  import::Profile profile = import::canonical_profile(kind);
  const auto reader = import::open_table(upload.file, profile, "auto");
  import::CsvRow row;
  if (!reader->next(row))
    refuse(ERP_INVALID_ARGUMENT, "import.file.empty", "The file is empty: its first line must name the columns.");
  const std::vector<std::string> headings = row.cells;
  const auto labels = labels_of(kind, modules_dir_);
  std::vector<json::array> samples(headings.size());
  std::int64_t rows = 0;
  while (reader->next(row)) {
    ++rows;
    for (std::size_t i = 0; i < headings.size() && i < row.cells.size(); ++i) {
      if (samples[i].size() < kSamples && !row.cells[i].empty()) samples[i].emplace_back(row.cells[i].substr(0, 200));
    }
  }
  {
    const std::lock_guard lock(mutex_);
    if (const auto found = uploads_.find(text_of(input, "token")); found != uploads_.end()) found->second.rows = rows;
  }
  json::array columns, fields;
  std::set<std::string> taken;
  for (std::size_t i = 0; i < headings.size(); ++i) {
    const auto found = labels.find(bare(headings[i]));
    const bool fits = found != labels.end() && taken.insert(found->second).second;
    columns.push_back(json::object{{"header", headings[i]},
                                   {"sample", std::move(samples[i])},
                                   {"suggested", fits ? json::value(found->second) : json::value()}});
  }
  for (const import::Field& field : import::fields_of(kind))
    fields.push_back(json::object{{"name", field.name}, {"label", field.name}, {"required", field.value_required}});
  return json::object{{"columns", std::move(columns)}, {"fields", std::move(fields)}, {"rows", rows}};
}

namespace {

import::Request request_of(const Upload& upload, const json::object& input, const std::filesystem::path& data_dir,
                           const std::filesystem::path& modules_dir){const auto* mapping = input.if_contains("mapping");
if (mapping == nullptr || !mapping->is_object())
  refuse(ERP_INVALID_ARGUMENT, "import.mapping.missing", "mapping is missing: say which column is which field.");
const import::Kind kind = kind_of(input);
import::Request request;
const std::filesystem::path profile = upload.file.parent_path() / (random_token().substr(0, 8) + ".yaml");
write_profile(profile, kind, mapping->get_object());
request.kind = import::kind_name(kind);
request.file = upload.file;
request.map = profile.string();
request.modules_dir = modules_dir;
request.data_dir = data_dir;
const auto flag = [&](const char* name) {
  const auto* value = input.if_contains(name);
  return value != nullptr && value->is_bool() && value->get_bool();
};
request.keep_good = flag("keep_good");
request.upsert = flag("upsert");
return request;
}  // namespace

json::object outcome_json(const import::Outcome& outcome) {
  return {{"rows", outcome.read},
          {"ok", outcome.accepted},
          {"rejected", outcome.rejected},
          {"created", outcome.created},
          {"updated", outcome.updated},
          {"same", outcome.same},
          {"errors", faults_in(outcome.errors)}};
}

}  // namespace

json::value Imports::check(const Caller& caller, const json::object& input) {
  import::Request request = request_of(upload_of(caller, input), input, data_dir_, modules_dir_);
  request.dry_run = true;
  const import::Outcome outcome = import::run(app_, caller, request);
  json::object answer = outcome_json(outcome);
  answer["ok"] = outcome.read - outcome.rejected;
  answer["creates"] = json::object{{text_of(input, "profile"), outcome.created}};
  return answer;
}

json::value Imports::start(const Caller& caller, const json::object& input) {
  const Upload upload = upload_of(caller, input);
  import::Request request = request_of(upload, input, data_dir_, modules_dir_);
  const auto job = std::make_shared<Job>();
  job->user = caller.user;
  job->total = upload.rows;
  std::int64_t number = 0;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [other, running] : jobs_) {
      if (!running->ended) refuse(ERP_BUSY, "import.busy", "Another import is running. Try again when it has ended.");
    }
    number = ++last_job_;
    jobs_[number] = job;
  }
  job->thread = std::thread([this, job, caller, request]() mutable {
    request.begun = [&](std::int64_t batch) { job->batch = batch; };
    try {
      const import::Outcome outcome = import::run(app_, caller, request);
      job->outcome = outcome_json(outcome);
      if (outcome.batch != 0) job->batch = outcome.batch;
      job->outcome["state"] = outcome.rejected > 0 && outcome.accepted == 0 ? "refused" : "done";
    } catch (const HostError& error) {
      job->outcome = {{"state", "failed"}, {"errors", json::array{json::object{{"message", error.what()}}}}};
    } catch (const std::exception&) {
      job->outcome = {
          {"state", "failed"},
          {"errors", json::array{json::object{
                         {"message", "The import broke off; the batch can be resumed from the command line."}}}}};
    }
    job->ended = true;
  });
  // A small file is in before the answer.
  for (int i = 0; i < 100 && !job->ended; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  return status(caller, number);
}

json::value Imports::status(const Caller& caller, std::int64_t number) {
  std::shared_ptr<Job> held;
  {
    const std::lock_guard lock(mutex_);
    const auto found = jobs_.find(number);
    if (found != jobs_.end() && found->second->user == caller.user) held = found->second;
  }
  if (!held) refuse(ERP_NOT_FOUND, "import.job.not_found", "There is no such import.");
  Job& job = *held;
  json::object out = job.ended ? job.outcome : json::object{{"state", "running"}, {"errors", json::array()}};
  out["job"] = number;
  out["batch"] = job.batch.load();
  out["total"] = job.total;
  out["done"] = job.ended ? job.total : 0;
  if (!job.ended && job.batch != 0) {
    const json::value told = app_.call_action(caller, "import.status", json::object{{"batch", job.batch.load()}});
    std::int64_t done = 0;
    for (const char* part : {"created", "updated", "same", "rejected"}) {
      const auto* count = told.as_object().if_contains(part);
      if (count != nullptr && count->is_int64()) done += count->get_int64();
    }
    out["done"] = done;
  }
  return out;
}

}  // namespace erp::host::http
