// SPDX-License-Identifier: Apache-2.0
#include "services/forecast_export.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <map>
#include <unordered_map>

#include "domain/forecast/forecaster.h"
#include "host/refusal.h"
#include "store/directory_store.h"
#include "store/forecast_store.h"
#include "store/opportunity_store.h"

namespace sales_leads::services {
namespace {

using domain::forecast::Forecaster;
constexpr std::int32_t kMonths = 4;
constexpr std::size_t kNamesAtATime = 2'000;

/// 1234567 with two decimals: 12345.67
std::string decimal(std::int64_t units, std::int32_t decimals) {
  std::string digits = std::to_string(units < 0 ? -units : units);
  const auto places = static_cast<std::size_t>(std::max(0, decimals));
  if (digits.size() <= places) digits.insert(0, places - digits.size() + 1, '0');
  if (places > 0) digits.insert(digits.size() - places, ".");
  return (units < 0 ? "-" : "") + digits;
}

/// A cell with separators or quotes in it stands in quotes.
std::string cell(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + '"';
}

[[noreturn]] void refuse_dir(const std::string& dir, const std::string& why) {
  throw Refusal(Code::invalid_argument, "forecast.dir.invalid", "dir", dir, {{"reason", why}});
}

class Folder {
 public:
  explicit Folder(const std::string& dir) : dir_(dir) {
    std::error_code error;
    if (dir.find('\0') != std::string::npos) refuse_dir("", "NUL");
    std::filesystem::create_directories(dir, error);
    if (!std::filesystem::is_directory(dir, error)) refuse_dir(dir, error ? error.message() : "not a directory");
    handle_ = ::open(dir.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (handle_ < 0) refuse_dir(dir, std::strerror(errno));
  }
  ~Folder() { ::close(handle_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  /// Whole or not at all; what stood under the name before goes.
  void write(const std::string& name, const std::string& text) const {
    const std::string beside = "." + name + "." + std::to_string(::getpid());
    ::unlinkat(handle_, beside.c_str(), 0);
    const int file = ::openat(handle_, beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
    if (file < 0) refuse_dir(dir_, std::strerror(errno));
    std::size_t at = 0;
    int fault = 0;
    while (at < text.size() && fault == 0) {
      const auto put = ::write(file, text.data() + at, text.size() - at);
      if (put >= 0) {
        at += static_cast<std::size_t>(put);
      } else if (errno != EINTR) {
        fault = errno;
      }
    }
    if (fault == 0 && ::fsync(file) != 0) fault = errno;
    if (::close(file) != 0 && fault == 0) fault = errno;
    if (fault == 0 && ::renameat(handle_, beside.c_str(), handle_, name.c_str()) != 0) fault = errno;
    if (fault == 0) return;
    ::unlinkat(handle_, beside.c_str(), 0);
    refuse_dir(dir_, std::strerror(fault));
  }

 private:
  std::string dir_;
  int handle_ = -1;
};

/// By the numbers that they were imported with; by our own where there was none.
std::string opportunities_csv(store::OpportunityStore opportunities, const store::ForecastFacts& facts,
                              const Forecaster& forecast, std::int32_t decimals) {
  std::string csv = "opportunity_id,p_won,p_won_30,p_won_60,p_won_90,expected_amount\n";
  const auto& deals = forecast.totals().deals();
  std::unordered_map<Id, std::string> external;
  for (std::size_t d = 0; d < deals.size(); ++d) {
    if (d % kNamesAtATime == 0) {
      std::vector<Id> ids;
      for (std::size_t next = d; next < std::min(deals.size(), d + kNamesAtATime); ++next)
        ids.push_back(facts.history.id[deals[next].deal]);
      external = opportunities.external_ids(ids);
    }
    const auto& deal = deals[d];
    const Id id = facts.history.id[deal.deal];
    const auto found = external.find(id);
    csv += cell(found == external.end() ? std::to_string(id) : found->second);
    for (const std::int32_t chance : {deal.ever, deal.within[0], deal.within[1], deal.within[2]})
      csv += ',' + decimal(chance, 6);
    csv += ',' + decimal(deal.expected, decimals) + '\n';
  }
  return csv;
}

std::string totals_csv(const std::vector<std::string>& sellers, const Forecaster& forecast, std::int32_t decimals) {
  std::string csv = "month,seller,expected,lo80,hi80,lo95,hi95,scope\n";
  for (const auto& row : forecast.totals().rows()) {
    csv += domain::month_key(row.month) + ',' +
           cell(row.seller < 0 ? "ALL" : sellers[static_cast<std::size_t>(row.seller)]);
    for (const std::int64_t amount : {row.expected, row.lo80, row.hi80, row.lo95, row.hi95})
      csv += ',' + decimal(amount, decimals);
    csv += row.all ? ",all\n" : ",pipeline\n";
  }
  return csv;
}

/// Names as the host shows them; two of one name are told apart by their number.
std::vector<std::string> names_of(UseCase& use_case, const std::vector<Id>& sellers) {
  std::map<Id, store::DirectoryEntry> known;
  std::map<std::string, int> uses;
  for (auto& entry :
       store::DirectoryStore(use_case.session, use_case.company()).by_ids(store::DirectoryKind::employee, sellers)) {
    ++uses[entry.name];
    known.emplace(entry.id, std::move(entry));
  }
  std::vector<std::string> names;
  for (const Id seller : sellers) {
    const auto found = known.find(seller);
    if (found == known.end()) {
      names.push_back(seller == 0 ? "-" : std::to_string(seller));
    } else {
      const auto& entry = found->second;
      names.push_back(uses[entry.name] == 1 ? entry.name : entry.name + " (" + entry.number + ")");
    }
  }
  return names;
}

}  // namespace

json::value export_forecast(UseCase& use_case, const Input& input) {
  if (use_case.caller.actor.kind == ActorKind::user)
    throw Refusal(Code::permission, "forecast.dir.operator", "dir", *input.text("dir"));
  const domain::Day as_of = input.date("as_of").value_or(use_case.today());
  if (as_of > use_case.today())
    input.refuse("as_of", *input.find("as_of"), "<= " + domain::date_text(use_case.today()));
  const Folder folder(*input.text("dir"));

  store::ForecastLoader loader(use_case.session, use_case.company(), use_case.calendar, as_of);
  while (loader.read_page()) {
  }
  while (loader.finish()) {
  }
  const store::ForecastFacts facts = loader.take();
  Forecaster forecast(facts.history, as_of, use_case.host.company_time(use_case.company()).fiscal_year_start_month,
                      kMonths);
  forecast.run();

  const std::string currency = use_case.host.company_currency(use_case.call);
  const std::int32_t decimals = use_case.host.currency_exponent(currency).value_or(2);
  folder.write("opportunities.csv", opportunities_csv(store::OpportunityStore(use_case.session, use_case.company()),
                                                      facts, forecast, decimals));
  folder.write("totals.csv", totals_csv(names_of(use_case, facts.sellers), forecast, decimals));
  return json::object{{"as_of", domain::date_text(as_of)},
                      {"opportunities", forecast.totals().deals().size()},
                      {"totals", forecast.totals().rows().size()},
                      {"currency", currency},
                      {"files", json::array{"opportunities.csv", "totals.csv"}}};
}

}  // namespace sales_leads::services
