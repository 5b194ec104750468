// SPDX-License-Identifier: Apache-2.0
//
// The module itself, as it is installed: what it exports, and that it comes and goes without a trace. Skipped, and says
// so, while the library has not been built.
#include <gmock/gmock.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>

#include "app.h"
#include "contract/fake_host.h"
#include "modules/loader.h"

namespace erp::host {
namespace {

const std::filesystem::path kFolder = std::filesystem::path(BUILD_DIR) / "modules" / "sales_leads";
const std::filesystem::path kLibrary = kFolder / "libsales_leads.so";

std::string output_of(const std::string& command) {
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command.c_str(), "r"), pclose);
  std::string text;
  std::array<char, 4096> buffer{};
  for (std::size_t got = 0; pipe && (got = fread(buffer.data(), 1, buffer.size(), pipe.get())) > 0;) {
    text.append(buffer.data(), got);
  }
  return text;
}

std::string read(const std::filesystem::path& file) {
  std::ifstream in(file);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

bool mapped() { return read("/proc/self/maps").find("libsales_leads.so") != std::string::npos; }

std::size_t open_files() {
  std::size_t count = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) ++count;
  return count;
}

class ModuleLibrary : public testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(kLibrary) || !std::filesystem::exists(kFolder / "manifest.yaml")) {
      GTEST_SKIP() << "build the targets sales_leads and module_folder first";
    }
  }
};

TEST_F(ModuleLibrary, ExportsOneSymbol) {
  if (output_of("command -v nm").empty()) GTEST_SKIP() << "nm is not installed (package binutils)";
  const std::string symbols = output_of("nm -D --defined-only '" + kLibrary.string() + "'");
  EXPECT_THAT(symbols, testing::MatchesRegex("[0-9a-f]+ T erp_module_query\n")) << symbols;
}

TEST_F(ModuleLibrary, TheSecondLibraryStandsBesideItAndExportsOneSymbolToo) {
  const auto second = kFolder / "libsales_leads_text.so";
  ASSERT_TRUE(std::filesystem::exists(second));
  if (output_of("command -v nm").empty()) GTEST_SKIP() << "nm is not installed (package binutils)";
  const std::string symbols = output_of("nm -D --defined-only '" + second.string() + "'");
  EXPECT_THAT(symbols, testing::MatchesRegex("[0-9a-f]+ T sales_leads_text\n")) << symbols;
  EXPECT_EQ(read(second).find(PROJECT_DIR), std::string::npos) << "a path of the build stands in it";
}

TEST_F(ModuleLibrary, AnswersTheQueryWithoutTraces) {
  const std::size_t files = open_files();
  auto module = LoadedModule::load(kFolder);
  EXPECT_EQ(module->manifest().id, "sales_leads");
  EXPECT_EQ(open_files(), files);
  std::size_t threads = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator("/proc/self/task")) ++threads;
  EXPECT_EQ(threads, 1U);
  LoadedModule::unload_for_test(std::move(module));
}

TEST_F(ModuleLibrary, StartsWithoutEachOptionalExtensionAndNamesTheRequired) {
  const Manifest manifest = read_manifest(kFolder / "manifest.yaml");
  for (const std::string& id : manifest.optional_extensions) {
    contract::FakeHost host;
    host.withheld = {id};
    auto module = LoadedModule::load(kFolder);
    module->create(host.table());
    EXPECT_NO_THROW(module->init()) << id;
    LoadedModule::unload_for_test(std::move(module));
  }
  for (const std::string& id : manifest.required_extensions) {
    contract::FakeHost host;
    host.withheld = {id};
    auto module = LoadedModule::load(kFolder);
    module->create(host.table());
    try {
      module->init();
      ADD_FAILURE() << "started without " << id;
    } catch (const HostError& refusal) {
      EXPECT_EQ(refusal.status(), ERP_UNSUPPORTED);
      EXPECT_THAT(refusal.what(), testing::HasSubstr(id));
    }
    LoadedModule::unload_for_test(std::move(module));
  }
}

TEST_F(ModuleLibrary, AsksForNothingThatItsManifestDoesNotName) {
  contract::FakeHost host;
  auto module = LoadedModule::load(kFolder);
  module->create(host.table());
  EXPECT_TRUE(host.asked.empty());
  module->init();
  for (const std::string& id : host.asked) EXPECT_TRUE(module->manifest().asks_for(id)) << id;
  LoadedModule::unload_for_test(std::move(module));
}

TEST_F(ModuleLibrary, ComesAndGoesAHundredTimes) {
  const std::size_t files = open_files();
  for (int round = 0; round < 100; ++round) {
    contract::FakeHost host;
    std::vector<std::string> rules;
    auto module = LoadedModule::load(
        kFolder, this_host_abi(), [&](const sdk::Misbehaviour& one) { rules.push_back(one.rule + ": " + one.what); });
    module->create(host.table());
    module->init();
    if (round % 2 == 0) module->destroy();
    LoadedModule::unload_for_test(std::move(module));
    ASSERT_FALSE(mapped()) << "something keeps the library after round " << round;
    ASSERT_THAT(rules, testing::IsEmpty());
  }
  EXPECT_EQ(open_files(), files);
}

}  // namespace
}  // namespace erp::host
