// SPDX-License-Identifier: Apache-2.0
#include "import/problems.h"

#include <date/date.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>

#include "import/refusal.h"

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

std::string csv_cell(const std::string& text) {
  std::string out = text;
  // "=1+1" from a hostile file must not run in the spreadsheet of whoever opens the list of its errors.
  if (!out.empty() && (std::string_view("=@\t\r").find(out[0]) != std::string_view::npos ||
                       ((out[0] == '+' || out[0] == '-') && !looks_like_number(out)))) {
    out.insert(0, "'");
  }
  if (out.find_first_of(",;\"\n\r\t") == std::string::npos) return out;
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
    all_.push_back({line, std::move(column), std::move(value), std::move(reason)});
  }
}

std::filesystem::path Problems::write(const std::filesystem::path& data_dir, const std::string& kind) const {
  const auto folder = data_dir / "import-errors";
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  std::filesystem::permissions(folder, std::filesystem::perms::owner_all, error);
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  const std::string stem = kind + "-" + date::format("%Y%m%dT%H%M%SZ", now) + "-";
  for (int n = 1; n < 1000; ++n) {
    const auto path = folder / (stem + std::to_string(n) + ".csv");
    const int file = ::open(path.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
    if (file < 0) {
      if (errno == EEXIST) continue;
      break;
    }
    std::vector<Problem> sorted = all_;
    std::stable_sort(sorted.begin(), sorted.end(), [](const Problem& a, const Problem& b) { return a.line < b.line; });
    std::string text = "line,column,value,reason\n";
    for (const Problem& problem : sorted) {
      text += std::to_string(problem.line) + "," + csv_cell(problem.column) + "," + csv_cell(problem.value) + "," +
              csv_cell(problem.reason) + "\n";
    }
    if (all_.size() >= kProblemsMax) text += "0,,,only the first 100000 faults are listed\n";
    write_all(file, text, path);
    ::close(file);
    return path;
  }
  throw HostError(ERP_UNAVAILABLE, "import.errors.unwritable",
                  "The error file in " + folder.string() + " could not be made: are the folder's rights right?");
}

}  // namespace erp::host::import
