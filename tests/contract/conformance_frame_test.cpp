// SPDX-License-Identifier: Apache-2.0
//
// What can come of a check, each way once: the frame of module-check and host-check.
#include <gmock/gmock.h>
#include <signal.h>
#include <unistd.h>

#include <cstdio>

#include "frame/runner.h"

namespace conformance {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

constexpr int kLong = 300;  // seconds: a limit that nothing here reaches

[[noreturn]] void wait_for_ever() {
  for (;;) pause();
}

std::vector<Check> checks() {
  return {
      {"good", "", [] {}, kLong},
      {"not-here", "", [] { throw Skipped("no such thing here"); }, kLong},
      {"doubtful", "", [] { throw Warned("slow"); }, kLong},
      {"broken", "", [] { throw Failed("a rule is broken"); }, kLong},
      {"raises", "", [] { throw std::runtime_error("by mistake"); }, kLong},
      {"leaves", "", [] { _exit(3); }, kLong},
      {"dies", "",
       [] {
         std::fputs("last words\n", stderr);
         raise(SIGKILL);
       },
       kLong},
      {"hangs", "",
       [] {
         // A process of its own that holds on to everything: it must not hold up the checker.
         if (fork() == 0) wait_for_ever();
         wait_for_ever();
       },
       1},
  };
}

TEST(ConformanceFrame, TellsEachEndApart) {
  for (const int jobs : {1, 4}) {
    Options options;
    options.jobs = jobs;
    options.patience = jobs == 1 ? 1 : 2;
    const std::vector<Result> results = run_checks(checks(), options);
    const std::vector<Check> asked = checks();
    ASSERT_EQ(results.size(), asked.size());
    for (std::size_t i = 0; i < asked.size(); ++i) EXPECT_EQ(results[i].name, asked[i].name);
    const std::vector<Status> wanted = {Status::pass, Status::skip, Status::warn,  Status::fail,
                                        Status::fail, Status::fail, Status::crash, Status::hang};
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      EXPECT_STREQ(status_name(results[i].status), status_name(wanted[i]))
          << results[i].name << ": " << results[i].detail;
    }
    EXPECT_EQ(results[1].detail, "no such thing here");
    EXPECT_THAT(results[4].detail, HasSubstr("by mistake"));
    EXPECT_THAT(results[5].detail, HasSubstr("exit status 3"));
    EXPECT_THAT(results[6].detail, HasSubstr("ended by SIGKILL"));
    EXPECT_THAT(results[6].detail, HasSubstr("last words"));
    EXPECT_THAT(results[7].detail, StartsWith(jobs == 1 ? "did not end within 1 s" : "did not end within 2 s"));
  }
}

TEST(ConformanceFrame, ReportsEachEndInEachFormat) {
  Options options;
  std::vector<Result> results;
  for (int status = 0; status <= static_cast<int>(Status::hang); ++status) {
    results.push_back(
        {status_name(static_cast<Status>(status)), static_cast<Status>(status), "because <of> \"this\"", 1});
  }
  const Program program{"module-check", "MODULE_DIR", ""};
  const std::string text = report(program, results, options);
  EXPECT_THAT(text, HasSubstr("1 pass, 1 skip, 1 warn, 1 fail, 1 crash, 1 hang, seed"));
  options.format = "json";
  const std::string json = report(program, results, options);
  options.format = "junit";
  const std::string junit = report(program, results, options);
  for (const Result& one : results) {
    EXPECT_THAT(json, HasSubstr("\"status\":\"" + one.name + "\""));
    EXPECT_THAT(junit, HasSubstr("name=\"" + one.name + "\""));
  }
  EXPECT_THAT(junit, HasSubstr("failures=\"1\" errors=\"2\" skipped=\"1\""));
  EXPECT_THAT(junit, HasSubstr("because &lt;of> &quot;this&quot;"));
}

TEST(ConformanceFrame, ReportsWhatIsNoTextAsText) {
  // What a process printed last: bytes of any kind, cut anywhere.
  const std::string cut = "\xA5r \xFF \xC3";
  const std::string whole = "\xC3\xA5 \xE2\x82\xAC \xF0\x9F\x99\x82";
  Options options;
  for (const char* format : {"json", "junit"}) {
    options.format = format;
    const std::string said =
        report({"host-check", "HOST", ""}, {{"one", Status::fail, cut + "|" + whole + "\x01", 0}}, options);
    EXPECT_THAT(said, HasSubstr("\xEF\xBF\xBDr \xEF\xBF\xBD \xEF\xBF\xBD|" + whole));
    EXPECT_EQ(said.find('\x01'), std::string::npos);
  }
}

}  // namespace
}  // namespace conformance
