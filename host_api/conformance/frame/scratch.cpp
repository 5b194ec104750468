// SPDX-License-Identifier: Apache-2.0
#include "frame/scratch.h"

#include <unistd.h>

#include <cstdlib>
#include <stdexcept>
#include <string>

namespace conformance {
namespace {

std::filesystem::path& root() {
  static std::filesystem::path path;  // set once, before any check; children of the process inherit it
  return path;
}

}  // namespace

ScratchFolder::ScratchFolder(const char* program) {
  const std::filesystem::path memory = "/dev/shm";
  const auto base = ::access(memory.c_str(), W_OK) == 0 ? memory : std::filesystem::temp_directory_path();
  std::string folder = (base / (std::string(program) + "-XXXXXX")).string();
  if (mkdtemp(folder.data()) == nullptr) throw std::runtime_error("cannot make a folder in " + base.string());
  path_ = root() = folder;
}

ScratchFolder::~ScratchFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::filesystem::path scratch(const std::string& name) { return root() / (name + "-" + std::to_string(getpid())); }

}  // namespace conformance
