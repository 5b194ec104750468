// SPDX-License-Identifier: Apache-2.0
//
// What the forecast of a day may know: every opportunity as it stood at the end of that day, page by page. A fact
// counts when it held by then; what somebody may have filled in at closing (amount, step, campaign) also has to have
// been written down by then, since rows that an import dates back hold what became of them.
//
// Usage:  ForecastLoader loader(…);  while (loader.read_page()) {}  while (loader.finish()) {}  … loader.take()
//
// Threads: the session's. Errors: Failure of the session.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "domain/forecast/history.h"
#include "host/company_calendar.h"
#include "store/forecast_facts.h"
#include "store/session.h"

namespace sales_leads::store {

/// What a snapshot keeps of an open opportunity beside what the forecast needs.
struct OpenFacts {
  Id owner = 0, type = 0, source = 0, campaign = 0, step = 0, customer = 0, project = 0;
  std::string currency{};
  std::optional<std::int64_t> amount, planned_close;
  std::int64_t probability = 0;
};

/// What the levels and steps of a history stand for.
struct ForecastLevels {
  std::vector<Id> sellers, sources, types, campaigns;  // by level
  std::vector<std::string> products;
  std::vector<Id> steps;    // by index
  std::vector<Id> untried;  // steps that nothing ever left though the company closes deals
};

struct ForecastFacts : ForecastLevels {
  domain::forecast::History history;
};

/// The model of the latest daily forecast, as text.
struct KeptModel {
  domain::Day as_of = 0;
  std::string levels, model;
};

class ForecastModelStore {
 public:
  ForecastModelStore(Session& session, Id company) : session_(session), company_(company) {}
  [[nodiscard]] std::optional<KeptModel> find();
  /// Takes the place of an earlier day's.
  void put(const KeptModel& model, std::int64_t now_us);

 private:
  Session& session_;
  Id company_;
};

class ForecastLoader {
 public:
  /// With `known` its levels and steps keep their places, and new ones come after them.
  ForecastLoader(Session& session, Id company, const CompanyCalendar& calendar, domain::Day as_of,
                 ForecastLevels known = {});

  /// From here on pages read only what changed since the facts were kept, where they may be used (begin() of their
  /// store); the rest is told as it was read then. What was read anew stands in fresh() after each page, to be kept.
  void use_kept() { uses_kept_ = true; }
  [[nodiscard]] static std::string form(const CompanyCalendar& calendar);
  [[nodiscard]] const std::vector<KeptFacts>& fresh() const { return fresh_; }
  /// Goes on with another session.
  void use(Session& session) { session_ = &session; }
  /// Reads the next page; false when there is none left and finish() may follow.
  bool read_page(std::int64_t rows = 2'000);
  /// Reads these alone, with what a snapshot keeps of the open ones; untried steps are those of `known`.
  void read(const std::vector<Id>& ids);
  /// After the last page, in slices; false when the last one is done.
  bool finish();
  [[nodiscard]] ForecastFacts take();
  /// After read(): of those that are open.
  [[nodiscard]] const std::unordered_map<Id, OpenFacts>& open() const { return open_; }

 private:
  struct Known : DealFacts {  // one opportunity as of the day
    Id id = 0, step = 0;
    std::int64_t version = 0;
    std::optional<std::int64_t> next_at{};
    std::optional<std::int64_t> planned_close{}, amount{};
    std::int64_t probability = 0;
    Id present_campaign = 0, present_type = 0, present_source = 0;
    bool witnessed = false;
    std::string status;
    Id customer = 0, project = 0;  // as of the day where single ones are read, otherwise the present ones
    std::string currency{};
    std::int64_t first_value_text = 0;
    bool kept = false;  // told by what an earlier night read
  };

  std::vector<Known> read_rows(const std::string& condition, const Params& binds, const std::string& limit);
  void read_rest(std::vector<Known>& page, const std::string& condition, const Params& binds);
  void read_fields(std::vector<Known>& page, const std::string& condition, const Params& binds);
  void read_visits(std::vector<Known>& page, const std::string& condition, const Params& binds);
  void read_lines(std::vector<Known>& page, const std::string& condition, const Params& binds);
  [[nodiscard]] bool read_kept_page(std::int64_t rows);
  /// That moment lies after the day: from then on the facts are others.
  void comes(Known& known, std::int64_t at_us) const {
    if (at_us >= end_us_ && (!known.next_at || at_us < *known.next_at)) known.next_at = at_us;
  }
  void keep(Known& known);
  void find_untried();
  [[nodiscard]] std::int32_t level(std::size_t family, Id id, std::vector<Id>& names);

  Session* session_;
  Id company_;
  const CompanyCalendar& calendar_;
  domain::Day as_of_;
  std::int64_t end_us_;  // first instant that is too late
  Id after_ = 0;
  ForecastFacts facts_;
  std::map<std::pair<std::size_t, Id>, std::int32_t> levels_;
  std::unordered_map<std::string, std::int32_t> product_levels_;
  struct StepFacts {
    Id pipeline = 0;
    std::int64_t position = 0, probability = 0;
    std::string status;
    std::int32_t index = 0;
    bool left = false, closed = false;  // whether anything ever moved on from it
    std::int64_t open = 0;
  };
  std::unordered_map<Id, StepFacts> steps_;
  std::unordered_map<Id, OpenFacts> open_;
  bool some_alone_ = false, uses_kept_ = false;
  std::vector<KeptFacts> fresh_;
  std::unique_ptr<domain::forecast::Ordering> ordering_;
};

}  // namespace sales_leads::store
