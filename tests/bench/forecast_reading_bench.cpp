// SPDX-License-Identifier: Apache-2.0
//
// What a night's forecast reads of a company of world.py on SQLite: everything, then what an earlier night has kept
// with nothing changed, then with one of a hundred changed. JSON lines with processor time; the plain way beside: one
// statement that walks the same opportunities and looks each one's kept row up. Changes the database: use a copy.
//
//   forecast_reading_bench FOLDER/erp.db
#include <algorithm>
#include <cstdio>
#include <ctime>

#include "store/forecast_store.h"

namespace {

using namespace sales_leads;
using store::ForecastFactsStore;
using store::ForecastLoader;

double ms_now() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

struct Reading {
  std::size_t deals = 0, fresh = 0;
  double ms = 0, worst = 0;
};

Reading read(store::Database& database, std::int64_t company, const CompanyCalendar& calendar, domain::Day day,
             bool kept) {
  Reading reading;
  const double begun = ms_now();
  if (kept)
    store::in_transaction(database, [&](store::Session& session) {
      (void)ForecastFactsStore(session, company).begin(ForecastLoader::form(calendar), day);
    });
  std::unique_ptr<ForecastLoader> loader;
  for (bool more = true; more;) {
    const double slice = ms_now();
    {
      const store::Lease session = database.lease();
      if (!loader) {
        loader = std::make_unique<ForecastLoader>(*session, company, calendar, day);
        if (kept) loader->use_kept();
      }
      loader->use(*session);
      more = loader->read_page(1'000);
    }
    if (!loader->fresh().empty())
      store::in_transaction(
          database, [&](store::Session& session) { ForecastFactsStore(session, company).put(loader->fresh()); });
    reading.fresh += loader->fresh().size();
    reading.worst = std::max(reading.worst, ms_now() - slice);
  }
  while (loader->finish()) {
  }
  reading.ms = ms_now() - begun;
  reading.deals = loader->take().history.size();
  return reading;
}

void print(const char* name, const Reading& of, double plain) {
  std::printf(
      "{\"bench\":\"forecast_reading\",\"what\":\"%s\",\"deals\":%zu,\"read_anew\":%zu,\"ms\":%.0f,\"worst_slice_ms\":%"
      ".1f,\"plain_ms\":%.0f,\"ratio\":%.1f}\n",
      name, of.deals, of.fresh, of.ms, of.worst, plain, plain > 0 ? of.ms / plain : 0);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) return 2;
  DatabaseInfo info;
  info.backend = Backend::sqlite;
  info.connection = argv[1];
  const auto database = store::Database::open(info);
  std::int64_t company = 0, day = 0;
  {
    const store::Lease session = database->lease();
    std::tie(company, day) = *session->first<std::int64_t, std::int64_t>(
        "select max(company_id), max(recorded_at) / 86400000000 + 1 from sl_field_history");
    session->run("delete from sl_forecast_facts");
  }
  const CompanyCalendar calendar("UTC");
  const auto today = static_cast<domain::Day>(day);
  const Reading all = read(*database, company, calendar, today, false);
  const Reading first = read(*database, company, calendar, today, true);
  const Reading same = read(*database, company, calendar, today + 1, true);
  store::in_transaction(*database, [](store::Session& session) {
    session.run("update sl_opportunity set version = version + 1 where id % 100 = 0");
  });
  const Reading some = read(*database, company, calendar, today + 2, true);
  const double begun = ms_now();
  {
    const store::Lease session = database->lease();
    (void)session->first<std::int64_t>(
        "select sum(length(f.facts) + o.version) from sl_opportunity o join sl_forecast_facts f on f.company_id = "
        "o.company_id and f.opportunity_id = o.id");
  }
  const double plain = ms_now() - begun;
  print("all", all, plain);
  print("all, and kept", first, plain);
  print("nothing changed", same, plain);
  print("one of a hundred changed", some, plain);
  return 0;
}
