// SPDX-License-Identifier: Apache-2.0
#include "import/xlsx_archive.h"

#include <minizip/unzip.h>

#include <algorithm>
#include <fstream>

#include "import/refusal.h"

namespace erp::host::import {
namespace {

constexpr std::uint64_t kPartBytesMax = 8ULL * 1024 * 1024 * 1024;
// XML of a sheet packs to a tenth, rarely to a fiftieth; what packs better than this holds nothing but air.
constexpr std::uint64_t kRatioMax = 400, kRatioFrom = 16ULL * 1024 * 1024;
constexpr std::uint64_t kPartsMax = 10'000;

}  // namespace

XlsxArchive::XlsxArchive(const std::filesystem::path& file) : name_(file.filename().string()) {
  std::ifstream in(file, std::ios::binary);
  char magic[4] = {};
  in.read(magic, 4);
  if (std::string_view(magic, 4) == std::string_view("\xD0\xCF\x11\xE0", 4)) {
    refuse("import.xlsx.old",
           "The file " + name_ + " is an old .xls workbook or protected by a password: save it as .xlsx without one.");
  }
  zip_ = unzOpen64(file.c_str());
  unz_global_info64 info{};
  if (zip_ == nullptr || unzGetGlobalInfo64(zip_, &info) != UNZ_OK) {
    if (zip_ != nullptr) unzClose(zip_);
    zip_ = nullptr;
    refuse("import.xlsx.broken", "The file " + name_ + " is not a whole .xlsx workbook: save it again.");
  }
  if (info.number_entry > kPartsMax) {
    unzClose(zip_);
    zip_ = nullptr;
    refuse("import.xlsx.bomb", "The workbook " + name_ + " has more parts than any workbook needs: it is not read.");
  }
}

XlsxArchive::~XlsxArchive() {
  if (open_) unzCloseCurrentFile(zip_);
  if (zip_ != nullptr) unzClose(zip_);
}

bool XlsxArchive::has(const std::string& part) { return unzLocateFile(zip_, part.c_str(), 2) == UNZ_OK; }

void XlsxArchive::close_part() {
  if (!open_) return;
  open_ = false;
  unzCloseCurrentFile(zip_);
}

void XlsxArchive::open(const std::string& part) {
  close_part();
  unz_file_info64 info{};
  if (!has(part) || unzGetCurrentFileInfo64(zip_, &info, nullptr, 0, nullptr, 0, nullptr, 0) != UNZ_OK) {
    refuse("import.xlsx.broken", "The workbook " + name_ + " lacks its part " + part + ": save it again.");
  }
  if ((info.flag & 1U) != 0) {
    refuse("import.xlsx.password", "The workbook " + name_ + " is protected by a password: save it without one.");
  }
  if (unzOpenCurrentFile(zip_) != UNZ_OK) {
    refuse("import.xlsx.broken", "The part " + part + " of " + name_ + " cannot be unpacked: save the workbook again.");
  }
  open_ = true;
  part_ = part;
  packed_ = info.compressed_size;
  unpacked_ = 0;
}

std::size_t XlsxArchive::read(char* into, std::size_t size) {
  const int got = unzReadCurrentFile(zip_, into, static_cast<unsigned>(size));
  if (got < 0) {
    refuse("import.xlsx.broken", "The part " + part_ + " of " + name_ + " is damaged: save the workbook again.");
  }
  unpacked_ += static_cast<std::uint64_t>(got);
  // What the archive says of its sizes is not believed: what comes out is counted.
  if (unpacked_ > kPartBytesMax ||
      (unpacked_ > kRatioFrom && unpacked_ / std::max<std::uint64_t>(packed_, 1) > kRatioMax)) {
    refuse("import.xlsx.bomb", "The part " + part_ + " of " + name_ +
                                   " unpacks to far more than a workbook holds: it is not read. Save the rows as CSV.");
  }
  if (got == 0) {
    open_ = false;
    if (unzCloseCurrentFile(zip_) == UNZ_CRCERROR) {
      refuse("import.xlsx.broken", "The part " + part_ + " of " + name_ + " is damaged: save the workbook again.");
    }
  }
  return static_cast<std::size_t>(got);
}

std::string XlsxArchive::text(const std::string& part, std::size_t most) {
  open(part);
  std::string out;
  char chunk[16 * 1024];
  while (const std::size_t got = read(chunk, sizeof chunk)) {
    out.append(chunk, got);
    if (out.size() > most) {
      refuse("import.xlsx.bomb", "The part " + part + " of " + name_ + " is larger than such a part can be.");
    }
  }
  return out;
}

}  // namespace erp::host::import
