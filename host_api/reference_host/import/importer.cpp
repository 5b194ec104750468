// SPDX-License-Identifier: Apache-2.0
#include "import/importer.h"

#include <algorithm>
#include <fstream>

#include "import/csv_reader.h"
#include "import/loading.h"
#include "import/refusal.h"

namespace erp::host::import {
namespace {

constexpr std::int64_t kFileBytesMax = 256LL * 1024 * 1024;
constexpr std::int64_t kRowsMax = 5'000'000;

Profile profile_for(const Request& request) {
  const auto kind = kind_named(request.kind);
  if (!kind) {
    refuse("import.kind.unknown", "The kind " + request.kind + " is unknown; kinds are " + all_kinds() + ".");
  }
  if (request.map.empty()) return canonical_profile(*kind);
  Profile profile = load_profile(request.map, request.modules_dir);
  if (profile.kind != *kind) {
    refuse("import.profile.kind", "The profile " + profile.name + " is for " + std::string(kind_name(profile.kind)) +
                                      ", not for " + request.kind + ".");
  }
  return profile;
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
    case Kind::kOpportunities:
      return load_opportunities(context);
  }
  return nullptr;
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

Outcome run(App& app, const Caller& caller, const Request& request) {
  const Profile profile = profile_for(request);
  std::error_code error;
  const auto size = std::filesystem::file_size(request.file, error);
  std::ifstream file(request.file, std::ios::binary);
  if (error || !file) {
    refuse("import.file.unreadable", "The file " + request.file.string() + " cannot be opened: is the path right?");
  }
  if (size > static_cast<std::uintmax_t>(kFileBytesMax)) {
    refuse("import.file.too_large", "The file is larger than 256 MiB: split it.");
  }
  CsvReader reader(file, {profile.encoding, profile.separator});
  CsvRow row;
  if (!reader.next(row)) refuse("import.file.empty", "The file is empty: its first line must name the columns.");
  const RecordMaker maker(profile, row);

  Problems problems;
  Known known(app, caller);
  Context context{app, caller, profile, setting_of(app, caller, profile), known, problems, request.keep_good};
  const std::unique_ptr<Loading> loading = loading_for(context);
  Outcome outcome;
  for (const std::string& column : maker.unread()) {
    outcome.notes.push_back("the column " + column + " is not read: nothing in " + profile.name + " asks for it");
  }
  while (reader.next(row)) {
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

boost::json::object to_json(const Outcome& outcome) {
  return {{"read", outcome.read},
          {"accepted", outcome.accepted},
          {"rejected", outcome.rejected},
          {"errors", outcome.errors ? boost::json::value(outcome.errors->string()) : boost::json::value(nullptr)}};
}

}  // namespace erp::host::import
