// SPDX-License-Identifier: Apache-2.0
#include "import/importer.h"

#include <algorithm>

#include "import/csv_reader.h"
#include "import/loading.h"
#include "import/open_table.h"
#include "import/refusal.h"
#include "import/row_import.h"
#include "import/words.h"

namespace erp::host::import {
namespace {

constexpr std::int64_t kFileBytesMax = 256LL * 1024 * 1024;
constexpr std::int64_t kRowsMax = 5'000'000;

Profile profile_for(const Request& request) {
  const auto kind = kind_named(request.kind);
  if (!kind && (!request.kind.empty() || request.map.empty())) {
    refuse("import.kind.unknown", "The kind " + request.kind + " is unknown; kinds are " + all_kinds() + ".");
  }
  if (request.map.empty()) return canonical_profile(*kind);
  Profile profile = load_profile(request.map, request.modules_dir);
  if (kind && profile.kind != *kind) {
    refuse("import.profile.kind", "The profile " + profile.name + " is for " + std::string(kind_name(profile.kind)) +
                                      ", not for " + request.kind + ".");
  }
  return profile;
}

void check_options(const Request& request, Kind kind) {
  if (goes_to_module(kind)) return;
  if (request.dry_run || request.upsert || request.resume != 0) {
    refuse("import.option.kind", "A dry run, upsert and resume are for opportunities, leads and lists, not for " +
                                     std::string(kind_name(kind)) + ".");
  }
  std::error_code error;
  const auto size = std::filesystem::file_size(request.file, error);
  if (!error && size > static_cast<std::uintmax_t>(kFileBytesMax))
    refuse("import.file.too_large", "The file is larger than 256 MiB: split it.");
}

Setting setting_of(App& app, const Caller& caller, const Profile& profile) {
  Setting out;
  const auto company = app.call_action(caller, "company.get", boost::json::object{});
  const auto text = [&](const char* key) -> std::string {
    const auto* value = company.is_object() ? company.get_object().if_contains(key) : nullptr;
    return value && value->is_string() ? std::string(value->get_string()) : std::string();
  };
  out.currency = profile.currency.empty() ? text("currency") : profile.currency;
  out.zone = text("time_zone");
  return out;
}

std::unique_ptr<Loading> loading_for(Context& context) {
  switch (context.profile.kind) {
    case Kind::kCustomers:
    case Kind::kEmployees:
    case Kind::kProducts:
      return load_master_data(context);
    case Kind::kOrders:
    case Kind::kInvoices:
      return load_documents(context);
    default:
      return nullptr;  // row_import's
  }
}

// The batch answers yes or no as a whole. When it says no, the lists of the company tell which rows were at fault.
std::int64_t write(Loading& loading, const Context& context) {
  constexpr int kAttemptsMax = 3;
  for (int attempt = 1;; ++attempt) {
    try {
      return loading.write();
    } catch (const HostError& error) {
      const bool rows_may_be_at_fault =
          error.status() == ERP_CONFLICT || error.status() == ERP_NOT_FOUND || error.status() == ERP_INVALID_ARGUMENT;
      if (!rows_may_be_at_fault || attempt == kAttemptsMax) throw;
      const std::int64_t before = context.problems.bad_lines();
      context.known.forget();
      loading.check_against_company();
      if (context.problems.bad_lines() == before) throw;
      if (!context.keep_good) return 0;
    }
  }
}

}  // namespace

bool any_bad(const Problems& problems, const std::vector<std::int64_t>& lines) {
  return std::any_of(lines.begin(), lines.end(), [&](std::int64_t line) { return problems.has(line); });
}

namespace {

Outcome read_and_write(App& app, const Caller& caller, const Request& request) {
  if (request.undo != 0) return undo_rows(app, caller, request);
  const Profile profile = profile_for(request);
  check_options(request, profile.kind);
  const auto reader = open_table(request.file, profile, request.encoding);
  if (goes_to_module(profile.kind)) {
    const Setting setting = setting_of(app, caller, profile);
    return import_rows(app, caller, request, profile, setting,
                       [&] { return open_table(request.file, profile, request.encoding); });
  }
  CsvRow row;
  if (!reader->next(row)) refuse("import.file.empty", "The file is empty: its first line must name the columns.");
  const RecordMaker maker(profile, row);

  Problems problems(caller.locale);
  Known known(app, caller);
  Context context{app, caller, profile, setting_of(app, caller, profile), known, problems, request.keep_good};
  const std::unique_ptr<Loading> loading = loading_for(context);
  Outcome outcome;
  for (const std::string& column : maker.unread()) {
    outcome.notes.push_back(
        said("the column " + column + " is not read: nothing in " + profile.name + " asks for it", caller.locale));
  }
  while (reader->next(row)) {
    if (++outcome.read > kRowsMax) refuse("import.file.too_large", "The file has more than 5000000 rows: split it.");
    loading->add(maker.make(row, problems));
  }
  loading->finish();
  if (problems.bad_lines() > 0 && !request.keep_good) {
    loading->check_against_company();
  } else {
    outcome.accepted = write(*loading, context);
  }
  outcome.rejected = problems.bad_lines();
  if (outcome.rejected > 0) outcome.errors = problems.write(request.data_dir, request.kind);
  return outcome;
}

}  // namespace

Outcome run(App& app, const Caller& caller, const Request& request) {
  return said_in(caller.locale, [&] { return read_and_write(app, caller, request); });
}

boost::json::object to_json(const Outcome& outcome) {
  boost::json::object out{
      {"read", outcome.read},
      {"accepted", outcome.accepted},
      {"rejected", outcome.rejected},
      {"errors", outcome.errors ? boost::json::value(outcome.errors->string()) : boost::json::value(nullptr)}};
  if (!outcome.through_module) return out;
  out["created"] = outcome.created;
  out["updated"] = outcome.updated;
  out["same"] = outcome.same;
  out["undone"] = outcome.undone;
  out["dry_run"] = outcome.dry_run;
  out["batch"] = outcome.batch == 0 ? boost::json::value(nullptr) : boost::json::value(outcome.batch);
  return out;
}

}  // namespace erp::host::import
