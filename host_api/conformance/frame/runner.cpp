// SPDX-License-Identifier: Apache-2.0
#include "frame/runner.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <iostream>
#include <list>

namespace conformance {
namespace {

using Clock = std::chrono::steady_clock;

struct Running {
  std::size_t index = 0;
  pid_t pid = 0;
  int result = -1;  // read end of the pipe that the child answers through
  int output = -1;  // what it printed
  int limit_s = 0;
  Clock::time_point started, deadline;
};

Result outcome_of(const Check& check) {
  try {
    check.body();
    return {check.name, Status::pass, "", 0};
  } catch (const Outcome& outcome) {
    return {check.name, outcome.status(), outcome.what(), 0};
  } catch (const std::exception& failure) {
    return {check.name, Status::fail, std::string("unexpected: ") + failure.what(), 0};
  } catch (...) {
    return {check.name, Status::fail, "an exception of unknown type", 0};
  }
}

void write_whole(int fd, const std::string& text) {
  for (std::size_t done = 0; done < text.size();) {
    const ssize_t wrote = write(fd, text.data() + done, text.size() - done);
    if (wrote <= 0) return;
    done += static_cast<std::size_t>(wrote);
  }
}

std::string read_whole(int fd) {
  std::string text;
  char buffer[4096];
  for (ssize_t got = 0; (got = read(fd, buffer, sizeof buffer)) > 0;)
    text.append(buffer, static_cast<std::size_t>(got));
  return text;
}

/// The end of what a child printed: where its reason usually stands.
std::string last_words(int output) {
  lseek(output, 0, SEEK_SET);
  std::string text = read_whole(output);
  while (!text.empty() && text.back() == '\n') text.pop_back();
  if (text.size() > 600) text = "…" + text.substr(text.size() - 600);
  return text.empty() ? "" : "; it printed: " + text;
}

Running start(const Check& check, std::size_t index, const Options& options) {
  int pipes[2];
  if (pipe2(pipes, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
  Running one;
  one.index = index;
  one.output = memfd_create("output", MFD_CLOEXEC);
  one.started = Clock::now();
  one.limit_s = check.limit_s * options.patience;
  one.deadline = one.started + std::chrono::seconds(one.limit_s);
  std::cout.flush();
  one.pid = fork();
  if (one.pid == 0) {
    setpgid(0, 0);
    dup2(one.output, STDOUT_FILENO);
    dup2(one.output, STDERR_FILENO);
    const Result result = outcome_of(check);
    write_whole(pipes[1], std::to_string(static_cast<int>(result.status)) + "\n" + result.detail);
    _exit(0);  // what the checked code left behind is not asked to clean up: unload-clean does that by itself
  }
  setpgid(one.pid, one.pid);
  close(pipes[1]);
  one.result = pipes[0];
  return one;
}

/// The child has ended, or its time is over.
Result finish(Running& one, const Check& check) {
  const bool late = Clock::now() >= one.deadline;
  int status = 0;
  if (late && waitpid(one.pid, &status, WNOHANG) == 0) {
    kill(-one.pid, SIGKILL);
    waitpid(one.pid, &status, 0);
    const Result hung{check.name, Status::hang,
                      "did not end within " + std::to_string(one.limit_s) + " s" + last_words(one.output), 0};
    close(one.result);
    close(one.output);
    return hung;
  }
  if (!late) waitpid(one.pid, &status, 0);
  const std::string told = read_whole(one.result);
  Result result{check.name, Status::fail, "", 0};
  if (WIFSIGNALED(status)) {
    const int signal = WTERMSIG(status);
    const char* name = sigabbrev_np(signal);
    result.status = Status::crash;
    result.detail =
        std::string("ended by SIG") + (name == nullptr ? std::to_string(signal) : name) + last_words(one.output);
  } else if (told.empty()) {
    result.detail =
        "ended the process with exit status " + std::to_string(WEXITSTATUS(status)) + last_words(one.output);
  } else {
    result.status = static_cast<Status>(told[0] - '0');
    result.detail = told.substr(2);
  }
  kill(-one.pid, SIGKILL);  // children of its own, if it left any
  close(one.result);
  close(one.output);
  return result;
}

}  // namespace

const char* status_name(Status status) {
  constexpr const char* kNames[] = {"pass", "skip", "warn", "fail", "crash", "hang"};
  return kNames[static_cast<int>(status)];
}

std::vector<Result> run_checks(const std::vector<Check>& checks, const Options& options) {
  std::vector<Result> results(checks.size());
  std::list<Running> running;
  std::size_t next = 0;
  while (next < checks.size() || !running.empty()) {
    while (next < checks.size() && running.size() < static_cast<std::size_t>(options.jobs)) {
      const Check& check = checks[next];
      if (const auto off = options.off.find(check.name); off != options.off.end()) {
        results[next++] = {check.name, Status::skip, "switched off: " + off->second, 0};
      } else if (options.in_process) {
        results[next++] = outcome_of(check);
      } else {
        running.push_back(start(check, next, options));
        ++next;
      }
    }
    if (running.empty()) continue;
    std::vector<pollfd> waiting;
    auto soonest = Clock::time_point::max();
    for (const Running& one : running) {
      waiting.push_back({one.result, POLLIN, 0});
      soonest = std::min(soonest, one.deadline);
    }
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(soonest - Clock::now()).count();
    poll(waiting.data(), waiting.size(), static_cast<int>(std::clamp<std::int64_t>(left, 0, 1000)));
    std::size_t at = 0;
    for (auto one = running.begin(); one != running.end(); ++at) {
      const bool spoke = waiting[at].revents != 0;
      if (!spoke && Clock::now() < one->deadline) {
        ++one;
        continue;
      }
      results[one->index] = finish(*one, checks[one->index]);
      results[one->index].milliseconds =
          static_cast<int>(std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - one->started).count());
      one = running.erase(one);
    }
  }
  return results;
}

int run_program(int argc, char** argv, const Program& program,
                const std::function<std::vector<Check>(const Options&)>& make_checks) noexcept {
  const std::string usage = std::string("The form is: ") + program.name + " [OPTIONS] " + program.form + "\n" +
                            program.what + "\n" + kOptionsHelp;
  try {
    const Options options = parse_options(argc, argv);
    if (options.help) {
      std::cout << usage;
      return 0;
    }
    if (options.words.empty() && !options.list) throw BadUsage(std::string(program.form) + " is missing.");
    std::vector<Check> checks = make_checks(options);
    expect_known(options, checks);
    if (!options.only.empty()) {
      std::erase_if(checks, [&](const Check& check) {
        return std::find(options.only.begin(), options.only.end(), check.name) == options.only.end();
      });
    }
    if (options.list) {
      for (const Check& check : checks)
        std::cout << check.name << std::string(34 - std::min<std::size_t>(33, check.name.size()), ' ') << check.proves
                  << '\n';
      return 0;
    }
    const std::vector<Result> results = run_checks(checks, options);
    std::cout << report(program, results, options);
    return std::any_of(results.begin(), results.end(), [](const Result& r) { return is_bad(r.status); }) ? 1 : 0;
  } catch (const BadUsage& fault) {
    std::cerr << fault.what() << "\n\n" << usage;
    return 2;
  } catch (const std::exception& failure) {
    std::cerr << program.name << " failed: " << failure.what() << '\n';
    return 2;
  }
}

}  // namespace conformance
