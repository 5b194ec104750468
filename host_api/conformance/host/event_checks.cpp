// SPDX-License-Identifier: Apache-2.0
//
// Checks 19 to 25: events and time. What the probe fetched, saw and wrote stands in its journal.
#include <algorithm>
#include <set>
#include <sstream>

#include "host/checks.h"

namespace conformance {
namespace {

struct Seen {
  std::int64_t sequence = 0, document = 0;
  std::string kind;
  int pid = 0;
};

std::vector<Seen> events_of(const Journal& journal) {
  std::vector<Seen> out;
  for (const Entry& entry : journal) {
    if (entry.what != "note" || !entry.text.starts_with("event ")) continue;
    std::istringstream words(entry.text.substr(6));
    Seen seen;
    seen.pid = entry.pid;
    words >> seen.sequence >> seen.kind >> seen.document;
    out.push_back(std::move(seen));
  }
  return out;
}

std::set<std::int64_t> confirmed_in(const std::vector<Seen>& events) {
  std::set<std::int64_t> out;
  for (const Seen& event : events) {
    if (event.kind == "order.confirmed") out.insert(event.document);
  }
  return out;
}

std::string shown(const std::set<std::int64_t>& ids) {
  std::string out;
  for (const std::int64_t id : ids) out += (out.empty() ? "" : " ") + std::to_string(id);
  return out.empty() ? "none" : out;
}

/// Every order.confirmed has come, and none of an order that there is not.
void expect_confirmed(const Journal& journal, const std::vector<std::int64_t>& orders) {
  const std::set<std::int64_t> wanted(orders.begin(), orders.end()), got = confirmed_in(events_of(journal));
  if (wanted != got) throw Failed("orders confirmed: " + shown(wanted) + "; events order.confirmed: " + shown(got));
}

std::size_t notes(const Journal& journal, const std::string& begin) {
  return static_cast<std::size_t>(std::count_if(
      journal.begin(), journal.end(), [&](const Entry& e) { return e.what == "note" && e.text.starts_with(begin); }));
}

}  // namespace

void events_after_commit(const Options& options) {
  Bench bench(options, "after-commit");
  bench.add_probe("probe", {{"work", "see"}});
  Host host = bench.start();
  const auto orders = host.orders("confirm 5");
  host.ask("work");
  host.quit();
  const Journal journal = bench.journal("probe");
  expect_confirmed(journal, orders);
  for (const Entry& entry : journal) {
    if (entry.what == "note" && entry.text == "no database") throw Skipped("erp.database/1 is not offered");
    if (entry.what != "note" || !entry.text.starts_with("saw ")) continue;
    if (entry.text.find(" confirmed") == std::string::npos)
      throw Failed("with the event in hand, the module's own session " + entry.text + " in erp_order");
  }
  if (notes(journal, "saw ") < orders.size()) throw Failed("not every event was looked into");
}

void no_event_for_rolled_back(const Options& options) {
  Bench bench(options, "rollback");
  bench.add_probe("probe");
  Host host = bench.start();
  const auto before = host.orders("confirm 1");
  host.ask("rollback");
  const auto after = host.orders("confirm 1");
  host.ask("work");
  host.quit();
  const Journal journal = bench.journal("probe");
  expect_confirmed(journal, {before[0], after[0]});
  // The id of what was rolled back may come again: so the events are counted too.
  const auto events = events_of(journal);
  const auto count =
      std::count_if(events.begin(), events.end(), [](const Seen& e) { return e.kind == "order.confirmed"; });
  if (count != 2)
    throw Failed("two orders were confirmed, one was rolled back, and " + std::to_string(count) +
                 " events order.confirmed came");
}

void no_lock_held_on_delivery(const Options& options) {
  Bench bench(options, "lock");
  bench.add_probe("probe", {{"work", "write"}});
  Host host = bench.start();
  const auto orders = host.orders("confirm 3");
  host.ask("work");
  host.quit();
  const Journal journal = bench.journal("probe");
  for (const Entry& entry : journal) {
    if (entry.what == "note" && entry.text == "no database") throw Skipped("erp.database/1 is not offered");
    if (entry.what == "note" && entry.text.starts_with("wrote ") && entry.text != "wrote ok") {
      throw Failed("inside work, the module cannot write to its own table: " + entry.text.substr(6));
    }
  }
  if (notes(journal, "wrote ok") < orders.size())
    throw Failed("of " + std::to_string(orders.size()) + " events, " + std::to_string(notes(journal, "wrote ok")) +
                 " were handled");
}

void sequence_strictly_rising(const Options& options) {
  Bench bench(options, "sequence");
  bench.add_probe("probe");
  Host host = bench.start();
  auto orders = host.orders("load 3 20");
  for (const std::int64_t id : host.orders("confirm 3")) orders.push_back(id);
  host.ask("work");
  host.quit();
  // Two at once fetch the same events: that is the fault of the lane and not of the numbers.
  if (const std::string found = overlapping_work(bench.journal("probe")); !found.empty())
    throw Skipped("serial-lane-never-concurrent is broken: " + found);
  const auto events = events_of(bench.journal("probe"));
  for (std::size_t i = 1; i < events.size(); ++i) {
    if (events[i].sequence <= events[i - 1].sequence) {
      throw Failed("sequence " + std::to_string(events[i].sequence) + " came after " +
                   std::to_string(events[i - 1].sequence));
    }
  }
  expect_confirmed(bench.journal("probe"), orders);
}

void at_least_once(const Options& options) {
  Bench bench(options, "killed");
  bench.add_probe("probe");
  std::vector<std::int64_t> orders;
  {
    Host host = bench.start();
    orders = host.orders("confirm 3");
    host.kill_at_once();
  }
  Host host = bench.start();
  host.ask("work");
  host.quit();
  auto events = events_of(bench.journal("probe"));
  const int second = bench.journal("probe").back().pid;
  std::erase_if(events, [&](const Seen& event) { return event.pid != second; });  // those of the restarted host
  const auto seen = confirmed_in(events);
  for (const std::int64_t id : orders) {
    if (!seen.contains(id))
      throw Failed("the host was killed after the commit of order " + std::to_string(id) +
                   ", and its event never came");
  }
}

void retry_later_is_retried(const Options& options) {
  Bench bench(options, "later");
  bench.add_probe("probe", {{"work", "later"}});
  Host host = bench.start();
  host.ask("confirm 1");
  host.ask("run 1500");
  host.quit();
  const Journal journal = bench.journal("probe");
  const auto times = std::count_if(journal.begin(), journal.end(),
                                   [](const Entry& e) { return e.slot == "work" && e.what == "enter"; });
  if (times < 2)
    throw Failed("work that asked for another time was called " + std::to_string(times) + " times in 1.5 s");
  if (times > 60)
    throw Failed("work that asked for another time was called " + std::to_string(times) +
                 " times in 1.5 s: that is a spin");
}

void failing_module_is_shown(const Options& options) {
  Bench bench(options, "broken");
  bench.add_probe("probe");
  bench.add_probe("probe_bad", {{"work", "broken"}});
  Host host = bench.start();
  const auto orders = host.orders("confirm 2");
  host.ask("run 1500");
  const json::object answer = host.ask("modules");
  host.quit();
  std::string problem;
  for (const json::value& one : answer.at("modules").as_array()) {
    if (one.at("id").as_string() == "probe_bad") problem = one.at("problem").as_string();
    if (one.at("id").as_string() == "probe" && !one.at("problem").as_string().empty())
      throw Failed("the good module is shown as failing");
  }
  if (problem.find("broken on purpose") == std::string::npos)
    throw Failed("a module whose work fails is not shown with its reason (command modules)");
  expect_confirmed(bench.journal("probe"), orders);
}

}  // namespace conformance
