// SPDX-License-Identifier: Apache-2.0
#include "host/host_process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <sstream>
#include <thread>
#include <utility>

#include "erp/erp.h"
#include "frame/scratch.h"
#include "modules/manifest.h"

namespace conformance {
namespace {

namespace fs = std::filesystem;
constexpr int kAnswerSeconds = 15, kEndSeconds = 10;

}  // namespace

Host::Host(const std::vector<std::string>& command, const fs::path& log, int patience)
    : patience_(patience), log_(log) {
  int to_host[2], from_host[2];
  if (pipe2(to_host, O_CLOEXEC) != 0 || pipe2(from_host, O_CLOEXEC) != 0) throw Failed("no pipe");
  pid_ = fork();
  if (pid_ == 0) {
    dup2(to_host[0], STDIN_FILENO);
    dup2(from_host[1], STDOUT_FILENO);
    const int file = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    if (file >= 0) dup2(file, STDERR_FILENO);
    std::vector<char*> words;
    for (const std::string& word : command) words.push_back(const_cast<char*>(word.c_str()));
    words.push_back(nullptr);
    execvp(words[0], words.data());
    _exit(127);
  }
  close(to_host[0]);
  close(from_host[1]);
  in_ = to_host[1];
  out_ = from_host[0];
  signal(SIGPIPE, SIG_IGN);
}

Host::Host(Host&& other) noexcept
    : pid_(std::exchange(other.pid_, 0)),
      in_(std::exchange(other.in_, -1)),
      out_(std::exchange(other.out_, -1)),
      patience_(other.patience_),
      rest_(std::move(other.rest_)),
      log_(std::move(other.log_)) {}

Host::~Host() { kill_at_once(); }

std::string Host::log_end() const {
  std::ifstream in(log_);
  std::string text{std::istreambuf_iterator<char>(in), {}};
  if (text.size() > 500) text = "…" + text.substr(text.size() - 500);
  return text.empty() ? "" : "; it logged: " + text;
}

json::object Host::try_ask(const std::string& line) {
  const std::string whole = line + "\n";
  const auto gone = [&]() -> Failed {
    int status = 0;
    const bool ended = waitpid(pid_, &status, 0) == pid_;
    pid_ = 0;
    const std::string how = !ended                ? ""
                            : WIFSIGNALED(status) ? " by signal " + std::to_string(WTERMSIG(status))
                                                  : " with exit status " + std::to_string(WEXITSTATUS(status));
    return Failed("the host ended" + how + " at \"" + line + "\"" + log_end());
  };
  if (write(in_, whole.data(), whole.size()) != static_cast<ssize_t>(whole.size())) throw gone();
  const int limit_s = kAnswerSeconds * patience_;
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(limit_s);
  for (;;) {
    if (const std::size_t end = rest_.find('\n'); end != std::string::npos) {
      const std::string text = rest_.substr(0, end);
      rest_.erase(0, end + 1);
      boost::system::error_code error;
      const json::value answer = json::parse(text, error);
      if (error || !answer.is_object() || !answer.as_object().contains("ok")) {
        throw Failed("the host answers \"" + line + "\" with something else than {\"ok\":…}: " + text.substr(0, 200));
      }
      if (answer.as_object().contains("unsupported"))
        throw Skipped("the host does not support the command \"" + line + "\"");
      return answer.as_object();
    }
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now()).count();
    pollfd waiting{out_, POLLIN, 0};
    if (left <= 0 || poll(&waiting, 1, static_cast<int>(left)) <= 0) {
      throw Failed("the host does not answer \"" + line + "\" within " + std::to_string(limit_s) + " s" + log_end());
    }
    char buffer[4096];
    const ssize_t got = read(out_, buffer, sizeof buffer);
    if (got <= 0) throw gone();
    rest_.append(buffer, static_cast<std::size_t>(got));
  }
}

json::object Host::ask(const std::string& line) {
  json::object answer = try_ask(line);
  if (!answer.at("ok").as_bool())
    throw Failed("the host refuses \"" + line + "\": " + json::serialize(answer) + log_end());
  return answer;
}

std::vector<std::int64_t> Host::orders(const std::string& line) {
  std::vector<std::int64_t> out;
  const json::object answer = ask(line);
  for (const json::value& id : answer.at("orders").as_array()) out.push_back(id.to_number<std::int64_t>());
  return out;
}

void Host::expect_end(const std::string& how) {
  const int limit_s = kEndSeconds * patience_;
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(limit_s);
  do {
    int status = 0;
    if (waitpid(pid_, &status, WNOHANG) == pid_) {
      pid_ = 0;
      if (WIFSIGNALED(status))
        throw Failed("after " + how + " the host ended by signal " + std::to_string(WTERMSIG(status)) + log_end());
      if (WEXITSTATUS(status) != 0)
        throw Failed("after " + how + " the host ended with exit status " + std::to_string(WEXITSTATUS(status)) +
                     log_end());
      return;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  } while (std::chrono::steady_clock::now() < deadline);
  throw Failed("the host does not end within " + std::to_string(limit_s) + " s after " + how + log_end());
}

void Host::quit() {
  if (write(in_, "quit\n", 5) != 5) throw Failed("the host has ended before it was told to" + log_end());
  expect_end("quit");
}

void Host::terminate() {
  kill(pid_, SIGTERM);
  expect_end("SIGTERM");
}

void Host::kill_at_once() {
  if (pid_ > 0) {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
    pid_ = 0;
  }
  for (int* end : {&in_, &out_}) {
    if (*end >= 0) close(std::exchange(*end, -1));
  }
}

fs::path Bench::kit() { return fs::read_symlink("/proc/self/exe").parent_path().parent_path() / "conformance_kit"; }

Bench::Bench(const Options& options, const std::string& name) : words_(options.words), patience_(options.patience) {
  const fs::path folder = scratch(name);
  data_ = folder / "data";
  modules_ = folder / "modules";
  fs::create_directories(modules_);
  fs::permissions(folder, fs::perms::owner_all);
  fs::permissions(modules_, fs::perms::owner_all);
}

fs::path Bench::add_probe(const std::string& id, std::map<std::string, std::string> mode,
                          const std::vector<std::string>& asks) {
  const fs::path folder = modules_ / id;
  fs::create_directory(folder);
  fs::permissions(folder, fs::perms::owner_all);
  fs::copy_file(kit() / "libprobe.so", folder / "libprobe.so");
  std::vector<std::string> all{ERP_EXT_LOG,    ERP_EXT_CLOCK,     ERP_EXT_CONFIG,    ERP_EXT_DATABASE,
                               ERP_EXT_EVENTS, ERP_EXT_DOCUMENTS, ERP_EXT_DIRECTORY, ERP_EXT_IDENTITY,
                               ERP_EXT_MONEY,  ERP_EXT_UI,        ERP_EXT_JOBS};
  if (!asks.empty()) all = asks;
  std::string list;
  for (const std::string& extension : all) list += (list.empty() ? "" : ", ") + extension;
  std::ofstream(folder / "manifest.yaml")
      << "schema: 1\nid: " << id << "\nversion: 1.0.0\ntitles: {en: Probe}\nlanguages: [en]\n"
      << "abi: {major: 1, min_minor: 0}\nlibrary: {" << erp::host::this_platform() << ": libprobe.so}\n"
      << "extensions: {optional: [" << list << "]}\nsubscriptions: [\"order.*\"]\n";
  mode.emplace("id", id);
  mode.emplace("asks", list);
  std::ofstream out(folder / "probe.mode");
  for (const auto& [key, value] : mode) out << key << '=' << value << '\n';
  return folder;
}

Host Bench::start() const {
  std::vector<std::string> command{words_[0], "conformance", "--data", data_.string(), "--modules", modules_.string()};
  command.insert(command.end(), words_.begin() + 1, words_.end());
  return Host(command, modules_.parent_path() / "log", patience_);
}

Journal Bench::journal(const std::string& id) const {
  Journal out;
  std::ifstream in(modules_ / id / "journal");
  for (std::string line; std::getline(in, line);) {
    std::istringstream words(line);
    Entry entry;
    words >> entry.pid >> entry.thread >> entry.at_us >> entry.slot >> entry.what;
    std::getline(words >> std::ws, entry.text);
    out.push_back(std::move(entry));
  }
  return out;
}

}  // namespace conformance
