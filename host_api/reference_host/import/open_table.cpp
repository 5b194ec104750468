// SPDX-License-Identifier: Apache-2.0
#include "import/open_table.h"

#include <fstream>

#include "import/refusal.h"
#include "import/xlsx_reader.h"

namespace erp::host::import {
namespace {

constexpr std::uintmax_t kFileBytesMax = 2ULL * 1024 * 1024 * 1024;

/// A reader with the stream that it reads.
class TextFile : public TableReader {
 public:
  TextFile(std::ifstream&& stream, const CsvOptions& options) : stream_(std::move(stream)), reader_(stream_, options) {}
  bool next(CsvRow& row) override { return reader_.next(row); }

 private:
  std::ifstream stream_;
  CsvReader reader_;
};

}  // namespace

std::unique_ptr<TableReader> open_table(const std::filesystem::path& file, const Profile& profile,
                                        const std::string& encoding) {
  std::error_code error;
  const auto size = std::filesystem::file_size(file, error);
  std::ifstream stream(file, std::ios::binary);
  if (error || !stream) {
    refuse("import.file.unreadable", "The file " + file.string() + " cannot be opened: is the path right?");
  }
  if (size > kFileBytesMax) refuse("import.file.too_large", "The file is larger than 2 GiB: split it.");
  char magic[4] = {};
  stream.read(magic, 4);
  const std::string_view first(magic, 4);
  if (first == std::string_view("PK\x03\x04", 4) || first == std::string_view("\xD0\xCF\x11\xE0", 4))
    return std::make_unique<XlsxReader>(file);
  stream.clear();
  stream.seekg(0);
  CsvOptions options{profile.encoding, profile.separator, profile.encoding_name};
  if (!encoding.empty()) {
    const auto named = encoding_named(encoding);
    if (!named) {
      refuse("import.encoding", "The encoding " + encoding +
                                    " is unknown: give auto, utf-8, windows-1252, iso-8859-1 "
                                    "or a name that ICU knows.");
    }
    options.encoding = *named;
    options.encoding_name = encoding;
  }
  if (options.encoding == Encoding::kAuto) {
    const FoundEncoding found = find_encoding(stream);
    options.encoding = found.encoding;
    options.encoding_name = found.name;
  }
  return std::make_unique<TextFile>(std::move(stream), options);
}

}  // namespace erp::host::import
