// SPDX-License-Identifier: Apache-2.0
#include "modules/library_file.h"

#include <elf.h>

#include <cstring>
#include <fstream>
#include <string>

#include "app.h"

namespace erp::host {
namespace {

namespace fs = std::filesystem;

bool open_to_all(const fs::path& path) {
  std::error_code failed;
  const fs::perms perms = fs::status(path, failed).permissions();
  return !failed && (perms & fs::perms::others_write) != fs::perms::none;
}

bool sticky(const fs::path& path) {
  std::error_code failed;
  return (fs::status(path, failed).permissions() & fs::perms::sticky_bit) != fs::perms::none;
}

[[noreturn]] void refuse_open(const fs::path& asked, const fs::path& guilty) {
  throw HostError(ERP_PERMISSION, "module.writable_by_all",
                  asked.string() + ": " + (asked == guilty ? "it" : guilty.string()) +
                      " is writable for every user of this machine, who could put other code there; run: chmod o-w " +
                      guilty.string());
}

#if defined(__x86_64__)
constexpr std::uint16_t kMachine = EM_X86_64;
#elif defined(__aarch64__)
constexpr std::uint16_t kMachine = EM_AARCH64;
#else
constexpr std::uint16_t kMachine = EM_NONE;
#endif

/// Mapping a file that was cut short works; touching what is missing kills the process. So count first.
bool holds_its_segments(std::ifstream& stream, const Elf64_Ehdr& header, std::uintmax_t file_size) {
  for (std::uint16_t i = 0; i < header.e_phnum; ++i) {
    Elf64_Phdr segment{};
    stream.seekg(static_cast<std::streamoff>(header.e_phoff + std::uint64_t{i} * sizeof segment));
    if (!stream.read(reinterpret_cast<char*>(&segment), sizeof segment)) return false;
    if (segment.p_offset > file_size || segment.p_filesz > file_size - segment.p_offset) return false;
  }
  return header.e_phentsize == sizeof(Elf64_Phdr) && header.e_phnum > 0;
}

}  // namespace

fs::path trusted_folder(const fs::path& folder) {
  if (!folder.is_absolute()) {
    throw HostError(ERP_INVALID_ARGUMENT, "module.relative_path",
                    folder.string() + ": a module's folder must be given with its full path, from / on");
  }
  std::error_code failed;
  const fs::path real = fs::canonical(folder, failed);
  if (failed || !fs::is_directory(real, failed)) {
    throw HostError(ERP_NOT_FOUND, "module.folder_missing",
                    folder.string() + ": there is no such folder; check the path");
  }
  if (open_to_all(real)) refuse_open(real, real);
  for (fs::path above = real.parent_path(); above != above.root_path(); above = above.parent_path()) {
    if (open_to_all(above) && !sticky(above)) refuse_open(real, above);
  }
  return real;
}

void expect_trusted_file(const fs::path& file) {
  if (open_to_all(file)) refuse_open(file, file);
}

void expect_library(const fs::path& file) {
  std::error_code failed;
  if (!fs::is_regular_file(file, failed)) {
    throw HostError(ERP_NOT_FOUND, "module.library_missing",
                    file.string() + ": the manifest names this library, but it is not there; install the module again");
  }
  Elf64_Ehdr header{};
  std::ifstream stream(file, std::ios::binary);
  stream.read(reinterpret_cast<char*>(&header), sizeof header);
  const bool whole = stream.gcount() == static_cast<std::streamsize>(sizeof header);
  if (!whole || std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0 || header.e_type != ET_DYN) {
    throw HostError(ERP_INVALID_ARGUMENT, "module.not_a_library",
                    file.string() + ": is not an ELF shared library; install the module again");
  }
  if (header.e_ident[EI_CLASS] != ELFCLASS64 || header.e_machine != kMachine) {
    throw HostError(ERP_VERSION, "module.other_machine",
                    file.string() + ": was built for another kind of machine (ELF machine " +
                        std::to_string(header.e_machine) + ", this one is " + std::to_string(kMachine) +
                        "); install the module's build for this machine");
  }
  if (!holds_its_segments(stream, header, fs::file_size(file))) {
    throw HostError(ERP_INVALID_ARGUMENT, "module.truncated",
                    file.string() + ": the library is cut short; install the module again");
  }
}

}  // namespace erp::host
