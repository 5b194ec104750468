// SPDX-License-Identifier: Apache-2.0
//
// The ABI as it is compiled, against the frozen text. UPDATE_GOLDEN=1 writes the file anew: legal for lines that are
// added.
#include <gmock/gmock.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <sstream>
#include <string>

#include "contract/abi_text.h"

namespace contract {
namespace {

using testing::HasSubstr;

std::string read(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

std::string headers() {
  std::map<std::string, std::string> texts;
  for (const auto& entry : std::filesystem::directory_iterator(PROJECT_DIR "/host_api/include/erp")) {
    texts[entry.path().string()] = read(entry.path());
  }
  std::string all;
  for (const auto& [name, text] : texts) all += text;
  return std::regex_replace(all, std::regex(R"(/\*[^*]*\*+(?:[^/*][^*]*\*+)*/)"), "");
}

TEST(AbiGolden, IsAsFrozen) {
  const std::filesystem::path file = PROJECT_DIR "/tests/golden/abi_v1.txt";
  if (std::getenv("UPDATE_GOLDEN") != nullptr) std::ofstream(file, std::ios::binary) << abi_text();
  EXPECT_EQ(abi_text(), read(file))
      << "The ABI differs from " << file << ". Members and constants may be added at the end "
      << "of a struct with a new minor; nothing may change. Then run with UPDATE_GOLDEN=1.";
}

TEST(AbiGolden, HoldsEveryStructMemberAndConstantOfTheHeaders) {
  const std::string text = abi_text();
  const std::string source = headers();
  int structs = 0, members = 0, constants = 0;
  const std::regex a_struct(R"(typedef struct (\w+) \{([^}]*)\})");
  for (std::sregex_iterator it(source.begin(), source.end(), a_struct), end; it != end; ++it) {
    const std::string name = (*it)[1], body = (*it)[2];
    EXPECT_THAT(text, HasSubstr("struct " + name + " size"));
    ++structs;
    std::istringstream declarations(body);
    for (std::string declaration; std::getline(declarations, declaration, ';');) {
      std::smatch member;
      if (!std::regex_search(declaration, member, std::regex(R"(\(\*(\w+)\)\()")) &&
          !std::regex_search(declaration, member, std::regex(R"((\w+)(?:\[\d+\])?\s*$)"))) {
        continue;
      }
      EXPECT_THAT(text, HasSubstr("  " + name + "." + member[1].str() + " at "));
      ++members;
    }
  }
  const std::regex a_constant(R"(#define (ERP_\w+) +\S)");
  for (std::sregex_iterator it(source.begin(), source.end(), a_constant), end; it != end; ++it) {
    EXPECT_THAT(text, HasSubstr("const " + (*it)[1].str() + " "));
    ++constants;
  }
  // The scan itself works: these are lower bounds of version 1.0.
  EXPECT_GE(structs, 30);
  EXPECT_GE(members, 160);
  EXPECT_GE(constants, 50);
}

TEST(AbiGolden, LeavesNoPaddingBetweenMembers) {
  std::istringstream lines(abi_text());
  const std::regex a_struct(R"(struct (\w+) size (\d+) align \d+)");
  const std::regex a_member(R"(  (\w+)\.(\w+) at (\d+) size (\d+) is .*)");
  std::string name;
  long size = 0, end = 0;
  const auto close = [&] { EXPECT_EQ(end, size) << name << " ends in padding: later members would lie in it unseen"; };
  for (std::string line; std::getline(lines, line);) {
    std::smatch match;
    if (std::regex_match(line, match, a_struct)) {
      close();
      name = match[1];
      size = std::stol(match[2]);
      end = 0;
    } else if (std::regex_match(line, match, a_member)) {
      EXPECT_EQ(std::stol(match[3]), end) << match[1] << "." << match[2];
      end = std::stol(match[3]) + std::stol(match[4]);
    }
  }
  close();
}

TEST(AbiGolden, BeginsEveryGrowableStructWithItsSize) {
  std::istringstream lines(abi_text());
  std::string name;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("struct ")) {
      name = line.substr(7, line.find(' ', 7) - 7);
      std::string first;
      std::getline(lines, first);
      if (name == "erp_str" || name == "erp_log_pair") continue;  // fixed for ever
      EXPECT_THAT(first, HasSubstr(name + ".size at 0 size 4 is unsigned int"));
    }
  }
}

}  // namespace
}  // namespace contract
