// SPDX-License-Identifier: Apache-2.0
//
// Checks 1 to 3: the library as a file, and what loading it does to the process.
#include <dirent.h>
#include <dlfcn.h>
#include <elf.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <clocale>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include "module/checks.h"

extern char** environ;

namespace conformance {
namespace {

/// Names that the library gives to others, read from the file itself: nothing of it runs.
std::set<std::string> exported(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(in), {}};
  const auto at = [&]<class T>(std::uint64_t offset, T) {
    T value{};
    if (offset > bytes.size() || bytes.size() - offset < sizeof value) throw Failed(file.string() + " is cut short");
    std::memcpy(&value, bytes.data() + offset, sizeof value);
    return value;
  };
  const auto header = at(0, Elf64_Ehdr{});
  if (std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0) throw Failed(file.string() + " is not an ELF file");
  std::set<std::string> names;
  for (unsigned i = 0; i < header.e_shnum; ++i) {
    const auto section = at(header.e_shoff + std::uint64_t{i} * header.e_shentsize, Elf64_Shdr{});
    if (section.sh_type != SHT_DYNSYM) continue;
    const auto texts = at(header.e_shoff + std::uint64_t{section.sh_link} * header.e_shentsize, Elf64_Shdr{});
    for (std::uint64_t offset = 0; offset + sizeof(Elf64_Sym) <= section.sh_size; offset += sizeof(Elf64_Sym)) {
      const auto symbol = at(section.sh_offset + offset, Elf64_Sym{});
      if (symbol.st_shndx == SHN_UNDEF || symbol.st_shndx == SHN_ABS || ELF64_ST_BIND(symbol.st_info) == STB_LOCAL)
        continue;
      names.insert(bytes.data() + std::min<std::uint64_t>(texts.sh_offset + symbol.st_name, bytes.size() - 1));
    }
  }
  for (const char* linkers : {"_init", "_fini", "_edata", "_end", "__bss_start"}) names.erase(linkers);
  return names;
}

/// What a library must leave as it found it.
struct Surroundings {
  std::size_t threads = entries("/proc/self/task"), files = entries("/proc/self/fd");
  std::string environment, folder = std::filesystem::current_path().string(), locale = std::setlocale(LC_ALL, nullptr);
  std::string handlers;
  mode_t mask = 0;

  Surroundings() {
    for (char** one = environ; *one != nullptr; ++one) environment += std::string(*one) + '\n';
    for (int signal = 1; signal < 65; ++signal) {
      struct sigaction action {};
      if (sigaction(signal, nullptr, &action) != 0) continue;
      handlers.append(reinterpret_cast<const char*>(&action.sa_handler), sizeof action.sa_handler);
    }
    mask = umask(0);
    umask(mask);
  }
};

}  // namespace

std::size_t entries(const char* folder) {
  std::size_t count = 0;
  DIR* dir = opendir(folder);
  while (dir != nullptr && readdir(dir) != nullptr) ++count;
  if (dir != nullptr) closedir(dir);
  return count;
}

void exports_one_symbol(const std::filesystem::path& folder) {
  const auto manifest = erp::host::read_manifest(folder / "manifest.yaml");
  std::string others;
  bool found = false;
  for (const std::string& name : exported(Subject::library_of(folder, manifest))) {
    if (name == ERP_MODULE_QUERY_SYMBOL) {
      found = true;
    } else {
      others += (others.empty() ? "" : ", ") + name;
    }
  }
  if (!found) throw Failed("does not export " ERP_MODULE_QUERY_SYMBOL);
  if (!others.empty())
    throw Failed("exports more than " ERP_MODULE_QUERY_SYMBOL ": " + others.substr(0, 400) + "; use a version script");
}

void loads_now_local(const std::filesystem::path& folder) {
  const auto manifest = erp::host::read_manifest(folder / "manifest.yaml");
  const auto file = Subject::library_of(folder, manifest);
  void* handle = dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) throw Failed(dlerror());
  if (dlsym(handle, ERP_MODULE_QUERY_SYMBOL) == nullptr) throw Failed("has no " ERP_MODULE_QUERY_SYMBOL);
  if (dlsym(RTLD_DEFAULT, ERP_MODULE_QUERY_SYMBOL) != nullptr) throw Failed("its symbol came out of RTLD_LOCAL");
}

void loads_without_side_effects(const std::filesystem::path& folder) {
  const Surroundings before;
  const Subject subject(folder);
  const Surroundings after;
  const auto same = [](bool equal, const std::string& what) {
    if (!equal) throw Failed("loading the library changed " + what);
  };
  same(before.threads == after.threads, "the number of threads");
  same(before.files == after.files, "the number of open files");
  same(before.environment == after.environment, "the environment");
  same(before.folder == after.folder, "the working folder");
  same(before.locale == after.locale, "the locale, from " + before.locale + " to " + after.locale);
  same(before.handlers == after.handlers, "a signal handler");
  same(before.mask == after.mask, "the umask");
}

}  // namespace conformance
