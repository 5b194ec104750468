// SPDX-License-Identifier: Apache-2.0
//
// Checks 8 to 13: the order of a module's life and the lanes, read from the probes' journals.
#include <algorithm>
#include <set>

#include "host/checks.h"

namespace conformance {
namespace {

/// Slots of the control lane in the order in which they were entered.
std::string life_of(const Journal& journal, int pid = 0) {
  static const std::set<std::string> kLife{"query", "create", "init", "start", "stop", "destroy"};
  std::string out;
  for (const Entry& entry : journal) {
    if (entry.what != "enter" || !kLife.contains(entry.slot) || (pid != 0 && entry.pid != pid)) continue;
    if (entry.slot == "query" && (out.empty() || out.ends_with("query "))) {
      out = "query ";  // it may be asked more than once
    } else {
      out += entry.slot + " ";
    }
  }
  return out;
}

struct Interval {
  std::string slot, text;
  std::int64_t from = 0, to = 0;
};

std::vector<Interval> intervals(const Journal& journal, const std::set<std::string>& slots) {
  std::vector<Interval> out;
  std::map<std::pair<std::int64_t, std::string>, std::size_t> open;
  for (const Entry& entry : journal) {
    if (!slots.contains(entry.slot) || entry.what == "note") continue;
    if (entry.what == "enter") {
      open[{entry.thread, entry.slot}] = out.size();
      out.push_back({entry.slot, entry.text, entry.at_us, INT64_MAX});
    } else {
      out[open.at({entry.thread, entry.slot})].to = entry.at_us;
    }
  }
  std::sort(out.begin(), out.end(), [](const Interval& a, const Interval& b) { return a.from < b.from; });
  return out;
}

/// Two that overlap, or nothing.
std::string overlap(const std::vector<Interval>& sorted) {
  for (std::size_t i = 1; i < sorted.size(); ++i) {
    if (sorted[i].from < sorted[i - 1].to)
      return sorted[i].slot + " began while " + sorted[i - 1].slot + " was still running";
  }
  return "";
}

}  // namespace

std::string overlapping_work(const Journal& journal) { return overlap(intervals(journal, {"work"})); }

void lifecycle_exact_order(const Options& options) {
  for (const bool by_signal : {false, true}) {
    Bench bench(options, by_signal ? "life-term" : "life-quit");
    bench.add_probe("probe");
    Host host = bench.start();
    host.ask("confirm 1");
    host.ask("work");
    by_signal ? host.terminate() : host.quit();
    const std::string life = life_of(bench.journal("probe"));
    if (life != "query create init start stop destroy ") {
      throw Failed(std::string("ended by ") + (by_signal ? "SIGTERM" : "quit") + ", the life of a module was: " + life);
    }
  }
}

void no_call_after_failed_init(const Options& options) {
  Bench bench(options, "failed-init");
  bench.add_probe("probe");
  bench.add_probe("probe_bad", {{"fail", "init"}});
  Host host = bench.start();
  host.ask("confirm 1");
  host.ask("work");
  host.quit();
  const std::string life = life_of(bench.journal("probe_bad"));
  if (life != "query create init destroy ") throw Failed("after a failed init the life of the module was: " + life);
  for (const Entry& entry : bench.journal("probe_bad")) {
    if (entry.slot == "work" || entry.slot == "wake" || entry.slot == "call")
      throw Failed("the host called " + entry.slot + " after a failed init");
  }
}

void no_call_after_stop(const Options& options) {
  Bench bench(options, "after-stop");
  bench.add_probe("probe", {{"slow", "3"}});
  Host host = bench.start();
  host.ask("load 3 6");
  host.quit();
  bool stopping = false, destroyed = false;
  for (const Entry& entry : bench.journal("probe")) {
    if (entry.what != "enter") continue;
    if (destroyed) throw Failed("the host called " + entry.slot + " after destroy");
    if (stopping && entry.slot != "destroy") throw Failed("the host called " + entry.slot + " after stop");
    stopping = stopping || entry.slot == "stop";
    destroyed = entry.slot == "destroy";
  }
  if (!stopping) throw Failed("stop was never called");
}

void control_lane_never_concurrent(const Options& options) {
  Bench bench(options, "control");
  Journal all;
  for (const char* id : {"probe", "probe_b", "probe_c"}) bench.add_probe(id, {{"slow", "30"}});
  Host host = bench.start();
  host.ask("modules");
  host.quit();
  for (const char* id : {"probe", "probe_b", "probe_c"}) {
    for (Entry& entry : bench.journal(id)) {
      entry.slot = std::string(id) + "." + entry.slot;
      all.push_back(std::move(entry));
    }
  }
  std::set<std::string> slots;
  for (const char* id : {"probe", "probe_b", "probe_c"}) {
    for (const char* slot : {"create", "init", "start", "stop", "destroy"}) slots.insert(std::string(id) + "." + slot);
  }
  if (all.empty()) throw Failed("none of three good modules was loaded");
  if (const std::string found = overlap(intervals(all, slots)); !found.empty())
    throw Failed(found + ": there is one control lane");
}

void serial_lane_never_concurrent(const Options& options) {
  Bench bench(options, "serial");
  bench.add_probe("probe", {{"slow", "5"}});
  Host host = bench.start();
  // A host may be slow to give time; one that never does fails.
  constexpr int kMostRounds = 20;
  for (int round = 0; round < kMostRounds; ++round) {
    host.ask("load 4 20");
    if (intervals(bench.journal("probe"), {"work"}).size() >= 2) break;
  }
  host.quit();
  const auto works = intervals(bench.journal("probe"), {"work"});
  if (works.size() < 2)
    throw Failed("under load the host gave the module time " + std::to_string(works.size()) + " times");
  if (const std::string found = overlap(works); !found.empty()) throw Failed(found + " for the same company");
}

void worker_lane_is_concurrent(const Options& options) {
  Bench bench(options, "worker");
  bench.add_probe("probe");
  Host host = bench.start();
  host.ask("parallel 4 probe.run {\"do\":\"wait\"}");
  host.quit();
  const auto calls = intervals(bench.journal("probe"), {"call"});
  if (calls.size() != 4) throw Failed("of 4 calls at once, " + std::to_string(calls.size()) + " arrived");
  if (overlap(calls).empty()) throw Warned("calls of actions come one after the other; their lane is concurrent");
}

}  // namespace conformance
