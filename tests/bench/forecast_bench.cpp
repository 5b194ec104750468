// SPDX-License-Identifier: Apache-2.0
//
// What the forecast costs over many opportunities, beside a plain columnar loop over the same numbers: one pass that
// counts deals at risk, won and lost by age, and one that reads each open deal's chance from the table. JSON lines:
// work in all and its longest slice (processor time, the machine is shared), of putting in order, fitting and scoring;
// the process's memory afterwards and its peak so far.
//
//   forecast_bench [opportunities = 1000000] [months = 12]
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <utility>
#include <vector>

#include "domain/forecast/forecaster.h"

namespace {

using namespace sales_leads::domain::forecast;
using sales_leads::domain::Day;

constexpr Day kFirst = 19'358;  // 2023-01-01
constexpr Day kDays = 3 * 365;
constexpr Day kAsOf = kFirst + kDays - 1;
constexpr std::int32_t kSteps = 4;

double ms_now() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

/// Megabytes now and at most so far.
long status_mb(const char* name) {
  std::FILE* file = std::fopen("/proc/self/status", "r");
  char line[256];
  long kb = 0;
  while (file != nullptr && std::fgets(line, sizeof line, file) != nullptr) {
    if (std::strncmp(line, name, std::strlen(name)) == 0) kb = std::atol(line + std::strlen(name) + 1);
  }
  if (file != nullptr) std::fclose(file);
  return kb / 1024;
}

std::uint64_t state = 42;
double unit() {
  state += 0x9E3779B97F4A7C15ULL;
  std::uint64_t x = state;
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ULL;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBULL;
  return static_cast<double>((x ^ (x >> 31)) >> 11) * 0x1.0p-53;
}
std::int32_t below(std::int32_t n) { return static_cast<std::int32_t>(unit() * n); }

/// 45 % open, 30 % won, the others lost; as rows come from a table: by id, in any order of days.
History made(std::size_t count) {
  History h;
  h.levels = {200, 150, 8, 6, 400};
  h.steps = kSteps;
  h.reserve(count, count * 2);
  for (std::size_t i = 0; i < count; ++i) {
    const Day entry = kFirst + below(kDays);
    const double fate = unit();
    const Day close = entry + 1 + below(150);
    const bool closed = fate < 0.75 && close <= kAsOf;
    Day since = entry;
    std::int32_t step = 0;
    const Day end = closed ? close : kAsOf;
    while (step + 1 < kSteps && unit() < 0.6) {
      const Day next = since + 1 + below(40);
      if (next >= end) break;
      h.stays.push_back({static_cast<std::int32_t>(i), step++, since, next});
      since = next;
    }
    h.stays.push_back({static_cast<std::int32_t>(i), step, since, closed ? close : kNever});
    const bool won = closed && fate < 0.40;
    h.id.push_back(static_cast<std::int64_t>(i) + 1);
    h.entry.push_back(entry);
    h.close.push_back(closed ? close : kNever);
    h.outcome.push_back(!closed ? Outcome::open : won ? Outcome::won : Outcome::lost);
    for (std::size_t f = 0; f < kFamilies; ++f) h.level[f].push_back(below(h.levels[f]));
    h.value.push_back(1'000 + below(10'000'000));
    h.won_value.push_back(won ? h.value.back() : 0);
    h.step_p.push_back(closed ? -1 : 2'000 * (step + 1));
    h.untried.push_back(0);
    h.step.push_back(closed ? -1 : step);
  }
  return h;
}

struct Work {
  double all = 0, worst = 0;
  int slices = 0;
  template <class Slice>
  void add(Slice slice) {
    const double begin = ms_now();
    slice();
    const double took = ms_now() - begin;
    all += took;
    worst = std::max(worst, took);
    ++slices;
  }
  void print(const char* name, std::size_t n, double plain, const char* of) const {
    std::printf(
        "{\"bench\":\"forecast_%s\",\"n\":%zu,\"ms\":%.0f,\"slices\":%d,\"worst_slice_ms\":%.1f,\"plain_loop_ms\":%.2f,"
        "\"ratio\":%.1f,\"of\":\"%s\",\"rss_mb\":%ld,\"peak_mb\":%ld}\n",
        name, n, all, slices, worst, plain, plain > 0 ? all / plain : 0, of, status_mb("VmRSS:"), status_mb("VmHWM:"));
    std::fflush(stdout);
  }
};

/// Both passes of the plain way; answers milliseconds of each.
std::pair<double, double> plain_loop(const History& h, double& sink) {
  constexpr std::size_t kAges = 4'096;
  std::vector<std::int64_t> start(kAges), stop(kAges), won(kAges), lost(kAges);
  double begin = ms_now();
  for (std::size_t i = 0; i < h.size(); ++i) {
    const bool closed = h.outcome[i] != Outcome::open;
    const Day last = std::min<Day>((closed ? h.close[i] : kAsOf) - h.entry[i], kAges - 2);
    ++start[1];
    ++stop[static_cast<std::size_t>(last) + 1];
    if (closed) ++(h.outcome[i] == Outcome::won ? won : lost)[static_cast<std::size_t>(last)];
  }
  std::vector<double> of_left(kAges), at(kAges);
  std::int64_t risk = 0;
  for (std::size_t a = 1; a + 1 < kAges; ++a) {
    risk += start[a] - stop[a];
    at[a] = risk > 0 ? static_cast<double>(won[a]) / static_cast<double>(risk) : 0;
    of_left[a] = risk > 0 ? 1 - static_cast<double>(won[a] + lost[a]) / static_cast<double>(risk) : 1;
  }
  const double fit = ms_now() - begin;
  begin = ms_now();
  std::vector<double> ever(kAges);
  for (std::size_t a = kAges - 2; a > 0; --a) ever[a - 1] = at[a] + of_left[a] * ever[a];
  double expected = 0;
  for (std::size_t i = 0; i < h.size(); ++i) {
    if (h.outcome[i] != Outcome::open) continue;
    expected +=
        ever[static_cast<std::size_t>(std::min<Day>(kAsOf - h.entry[i], kAges - 2))] * static_cast<double>(h.value[i]);
  }
  sink += expected;
  return {fit, ms_now() - begin};
}

}  // namespace

int main(int argc, char** argv) {
  const auto count = static_cast<std::size_t>(argc > 1 ? std::atoll(argv[1]) : 1'000'000);
  const int months = argc > 2 ? std::atoi(argv[2]) : 12;
  std::printf("{\"bench\":\"forecast_process\",\"rss_mb\":%ld}\n", status_mb("VmRSS:"));
  History history = made(count);
  std::printf("{\"bench\":\"forecast_columns\",\"n\":%zu,\"rss_mb\":%ld}\n", count, status_mb("VmRSS:"));
  Work order;
  Ordering ordering(history);
  for (bool more = true; more;) order.add([&] { more = ordering.step(); });
  double sink = 0;
  std::pair<double, double> plain{1e9, 1e9};
  for (int round = 0; round < 5; ++round) {
    const auto now = plain_loop(history, sink);
    plain = {std::min(plain.first, now.first), std::min(plain.second, now.second)};
  }
  order.print("order", count, plain.first, "counting by age");
  Work fit, intervals, score;
  Forecaster forecaster(history, kAsOf, 1, months);
  while (!forecaster.done()) {
    Work& now = forecaster.stage() == Forecaster::Stage::model       ? fit
                : forecaster.stage() == Forecaster::Stage::intervals ? intervals
                                                                     : score;
    now.add([&] { forecaster.step(); });
    if (forecaster.stage() == Forecaster::Stage::intervals && intervals.slices == 0)
      fit.print("fit", count, plain.first, "counting by age");
    if (forecaster.stage() == Forecaster::Stage::totals && score.slices == 0)
      intervals.print("intervals", count, plain.first, "counting by age");
  }
  score.print("score", count, plain.second, "reading each open deal's chance by age");
  return sink > 0 ? 0 : 1;
}
