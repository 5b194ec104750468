// SPDX-License-Identifier: Apache-2.0
//
// yaml-cpp 0.7 as it is: what it lets pass. The manifest's reader refuses all
// of it (tests/contract/manifest_test.cpp).
#include <gtest/gtest.h>
#include <yaml-cpp/depthguard.h>
#include <yaml-cpp/yaml.h>

#include <chrono>
#include <string>

namespace sales_leads::test {
namespace {

TEST(YamlTraps, DeepNestingIsCalledABadFile) {
  const std::string deep = std::string(2'000, '[') + std::string(2'000, ']');
  try {
    static_cast<void>(YAML::Load(deep));
    FAIL();
  } catch (const YAML::DeepRecursion& error) {
    EXPECT_EQ(error.depth(), 500);
    EXPECT_NE(std::string(error.what()).find("bad file"), std::string::npos);
  }
}

TEST(YamlTraps, ALeadingZeroIsOctal) { EXPECT_EQ(YAML::Load("code: 010")["code"].as<int>(), 8); }

TEST(YamlTraps, ADoubledKeyIsTaken) {
  const YAML::Node node = YAML::Load("a: 1\na: 2");
  EXPECT_EQ(node["a"].as<int>(), 1) << "the first wins, silently";
}

TEST(YamlTraps, AnAliasBombParsesFast_SoItMustBeRefusedBeforeItIsWalked) {
  std::string bomb = "a: &a [x, x, x, x, x, x, x, x, x]\n";
  for (char c = 'b'; c <= 'i'; ++c) {
    bomb += std::string(1, c) + ": &" + c + " [";
    for (int i = 0; i < 9; ++i) bomb += std::string(i != 0 ? ", " : "") + "*" + static_cast<char>(c - 1);
    bomb += "]\n";
  }
  const auto start = std::chrono::steady_clock::now();
  EXPECT_NO_THROW(static_cast<void>(YAML::Load(bomb)));
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(1));
}

}  // namespace
}  // namespace sales_leads::test
