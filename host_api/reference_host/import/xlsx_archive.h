// SPDX-License-Identifier: Apache-2.0
//
// The ZIP file that a workbook is: its parts by name, each as a stream of checked size. One thread; one part open at a
// time. Errors: HostError for a broken archive, an encrypted one, and one that unpacks to far more than it is (a bomb).
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

namespace erp::host::import {

class XlsxArchive {
 public:
  explicit XlsxArchive(const std::filesystem::path& file);
  ~XlsxArchive();
  XlsxArchive(const XlsxArchive&) = delete;
  XlsxArchive& operator=(const XlsxArchive&) = delete;

  [[nodiscard]] bool has(const std::string& part);
  /// Opens the part; HostError when it is missing.
  void open(const std::string& part);
  /// Up to `size` bytes of the open part; 0 at its end.
  std::size_t read(char* into, std::size_t size);
  /// A small part as text.
  std::string text(const std::string& part, std::size_t most);

 private:
  void close_part();

  std::string name_;
  void* zip_ = nullptr;
  bool open_ = false;
  std::string part_;
  std::uint64_t packed_ = 0, unpacked_ = 0;
};

}  // namespace erp::host::import
