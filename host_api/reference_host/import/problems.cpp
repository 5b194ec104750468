// SPDX-License-Identifier: Apache-2.0
#include "import/problems.h"

#include <date/date.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>

#include "import/refusal.h"
#include "import/words.h"

namespace erp::host::import {
namespace {

// A file with more faults than this is of the wrong kind as a whole; the count of bad lines stays exact.
constexpr std::size_t kProblemsMax = 100'000;

bool looks_like_number(const std::string& text) {
  return std::all_of(text.begin() + 1, text.end(),
                     [](char c) { return (c >= '0' && c <= '9') || c == '.' || c == ','; });
}

void write_all(int file, const std::string& text, const std::filesystem::path& path) {
  std::size_t done = 0;
  while (done < text.size()) {
    const ssize_t wrote = ::write(file, text.data() + done, text.size() - done);
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote <= 0) {
      ::close(file);
      throw HostError(ERP_UNAVAILABLE, "import.errors.unwritable",
                      "The error file " + path.string() + " could not be written: is the disk full?");
    }
    done += static_cast<std::size_t>(wrote);
  }
}

}  // namespace

bool is_risky(char first) { return std::string_view("=+-@\t\r'").find(first) != std::string_view::npos; }

std::string csv_cell(const std::string& text) {
  std::string out = text;
  // "=1+1" from a hostile file must not run in the spreadsheet of whoever opens the list of its errors.
  const bool number = !out.empty() && (out[0] == '+' || out[0] == '-') && looks_like_number(out);
  if (!out.empty() && is_risky(out[0]) && !number && (out[0] != '\'' || (out.size() > 1 && is_risky(out[1])))) {
    out.insert(0, "'");
  }
  if (out.find_first_of(",;|\"\n\r\t") == std::string::npos) return out;
  std::string quoted = "\"";
  for (const char c : out) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + "\"";
}

void Problems::add(std::int64_t line, std::string column, std::string value, std::string reason) {
  lines_.insert(line);
  if (all_.size() < kProblemsMax) {
    // A cell of 64 KiB would drown its reason.
    if (value.size() > 200) {
      std::size_t cut = 200;
      while (cut > 0 && (static_cast<unsigned char>(value[cut]) & 0xC0) == 0x80) --cut;
      value = value.substr(0, cut) + "…";
    }
    all_.push_back({line, std::move(column), std::move(value), said(reason, locale_)});
  }
}

namespace {

constexpr std::string_view kHead = "line,column,value,reason\n";

std::string lines_of(std::vector<Problem> problems) {
  std::stable_sort(problems.begin(), problems.end(),
                   [](const Problem& a, const Problem& b) { return a.line < b.line; });
  std::string text;
  for (const Problem& problem : problems) {
    text += std::to_string(problem.line) + "," + csv_cell(problem.column) + "," + csv_cell(problem.value) + "," +
            csv_cell(problem.reason) + "\n";
  }
  return text;
}

int make_file(const std::filesystem::path& data_dir, const std::string& kind, std::filesystem::path& path) {
  const auto folder = data_dir / "import-errors";
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  std::filesystem::permissions(folder, std::filesystem::perms::owner_all, error);
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  const std::string stem = kind + "-" + date::format("%Y%m%dT%H%M%SZ", now) + "-";
  for (int n = 1; n < 1000; ++n) {
    path = folder / (stem + std::to_string(n) + ".csv");
    const int file = ::open(path.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
    if (file >= 0) return file;
    if (errno != EEXIST) break;
  }
  throw HostError(ERP_UNAVAILABLE, "import.errors.unwritable",
                  "The error file in " + folder.string() + " could not be made: are the folder's rights right?");
}

}  // namespace

void Problems::move_to(ProblemFile& file) {
  file.add(all_);
  moved_ += static_cast<std::int64_t>(lines_.size());
  all_.clear();
  lines_.clear();
}

ProblemFile::~ProblemFile() {
  if (file_ >= 0) ::close(file_);
}

void ProblemFile::add(const std::vector<Problem>& problems) {
  if (problems.empty()) return;
  std::string text;
  if (file_ < 0) {
    file_ = make_file(data_dir_, kind_, path_);
    text = kHead;
  }
  const int file = file_;
  file_ = -1;  // write_all() closes it when it fails
  write_all(file, text + lines_of(problems), path_);
  file_ = file;
}

std::filesystem::path Problems::write(const std::filesystem::path& data_dir, const std::string& kind) const {
  std::filesystem::path path;
  const int file = make_file(data_dir, kind, path);
  std::string text = std::string(kHead) + lines_of(all_);
  if (all_.size() >= kProblemsMax) text += "0,,,only the first 100000 faults are listed\n";
  write_all(file, text, path);
  ::close(file);
  return path;
}

}  // namespace erp::host::import
