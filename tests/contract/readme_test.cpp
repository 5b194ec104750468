// SPDX-License-Identifier: Apache-2.0
//
// What the contract's README shows is what is compiled and loaded.
#include <gmock/gmock.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "modules/manifest.h"

namespace {

std::string read(const std::string& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

std::string block(const std::string& text, const std::string& language) {
  const std::size_t begin = text.find("```" + language + "\n") + language.size() + 4;
  return text.substr(begin, text.find("```", begin) - begin);
}

TEST(Readme, ShowsTheSampleThatIsCompiled) {
  const std::string readme = read(PROJECT_DIR "/host_api/README.md");
  EXPECT_EQ(block(readme, "cpp"), read(PROJECT_DIR "/tests/contract/samples/hello.cpp"));
}

TEST(Readme, ShowsAManifestThatIsAccepted) {
  const auto file = std::filesystem::temp_directory_path() / ("readme_" + std::to_string(getpid()) + ".yaml");
  std::ofstream(file) << block(read(PROJECT_DIR "/host_api/README.md"), "yaml");
  EXPECT_EQ(erp::host::read_manifest(file).id, "hello");
  std::filesystem::remove(file);
}

}  // namespace
