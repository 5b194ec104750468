// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include <random>
#include <sstream>

#include "app.h"
#include "import/csv_reader.h"

namespace erp::host::import {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<CsvRow> read(const std::string& text, CsvOptions options = {}) {
  std::istringstream in(text);
  CsvReader reader(in, options);
  std::vector<CsvRow> rows;
  CsvRow row;
  while (reader.next(row)) rows.push_back(row);
  return rows;
}

std::string refusal(const std::string& text, CsvOptions options = {}) {
  try {
    read(text, options);
  } catch (const HostError& error) {
    return error.what();
  }
  return "";
}

TEST(CsvReader, ReadsQuotesDoubledQuotesAndLineBreaksInsideThem) {
  const auto rows = read("a,b\r\n\"x \"\"y\"\"\",\"one\ntwo\"\r\n3,4");
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_THAT(rows[1].cells, ElementsAre("x \"y\"", "one\ntwo"));
  EXPECT_EQ(rows[1].line, 2);
  EXPECT_THAT(rows[2].cells, ElementsAre("3", "4"));
  EXPECT_EQ(rows[2].line, 4);  // the quoted break is a line of the file
}

TEST(CsvReader, TakesEachLineEnding) {
  for (const char* text : {"a,b\n1,2\n", "a,b\r\n1,2\r\n", "a,b\r1,2\r", "a,b\n1,2"}) {
    const auto rows = read(text);
    ASSERT_EQ(rows.size(), 2U) << text;
    EXPECT_THAT(rows[1].cells, ElementsAre("1", "2"));
    EXPECT_EQ(rows[1].line, 2);
  }
}

TEST(CsvReader, FindsTheSeparatorInTheHeaderOutsideOfQuotes) {
  EXPECT_THAT(read("a;b;c\n1;2,5;3")[1].cells, ElementsAre("1", "2,5", "3"));
  EXPECT_THAT(read("a\tb\n1\t2")[1].cells, ElementsAre("1", "2"));
  EXPECT_THAT(read("\"a,b,c\";d\n1;2")[0].cells, ElementsAre("a,b,c", "d"));
  EXPECT_THAT(read("alone\n1")[1].cells, ElementsAre("1"));
}

TEST(CsvReader, SkipsTheByteOrderMarkAndEmptyLines) {
  const auto rows = read("\xEF\xBB\xBF\n\na,b\n\n1,2\n");
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_THAT(rows[0].cells, ElementsAre("a", "b"));
  EXPECT_EQ(rows[1].line, 5);
}

TEST(CsvReader, KeepsEmptyCellsAtTheEdges) {
  EXPECT_THAT(read("a,b,c\n,,\n\"\",x,")[1].cells, ElementsAre("", "", ""));
  EXPECT_THAT(read("a,b,c\n,,\n\"\",x,")[2].cells, ElementsAre("", "x", ""));
}

TEST(CsvReader, NamesLineByteAndRemedyOfWrongEncoding) {
  EXPECT_THAT(refusal("name\nK\xE4lle\n"), HasSubstr("line 2, byte 6"));
  EXPECT_THAT(refusal("name\nK\xE4lle\n"), HasSubstr("set encoding: windows-1252 in the profile"));
  EXPECT_THAT(refusal("\xFF\xFEn\0a\0"), HasSubstr("UTF-16"));
  EXPECT_THAT(refusal(std::string("a\n\0b", 4)), HasSubstr("NUL"));
  for (const char* bad : {"\xC0\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xE2\x82", "\x80"}) {
    EXPECT_NE(refusal(std::string("a\n") + bad), "") << "overlong, surrogate, too great, cut off, stray";
  }
  EXPECT_EQ(refusal("a\n\xC3\xA5\xE2\x82\xAC\xF0\x9F\x98\x80"), "");
}

TEST(CsvReader, DecodesWindows1252AndLatin1) {
  EXPECT_EQ(read("n\nK\xE4lle \x80", {Encoding::kWindows1252, 0})[1].cells[0], "Källe €");
  EXPECT_EQ(read("n\nK\xE4lle", {Encoding::kLatin1, 0})[1].cells[0], "Källe");
  EXPECT_THAT(refusal("n\n\x81", {Encoding::kWindows1252, 0}), HasSubstr("line 2, byte 2"));
  EXPECT_THAT(refusal("n\n\x93", {Encoding::kLatin1, 0}), HasSubstr("windows-1252"));
}

TEST(CsvReader, SaysWhatIsWrongWithARowAndGoesOn) {
  const auto rows = read("a,b\n\"x\"y,1\nx\"y,2\n3,4");
  ASSERT_EQ(rows.size(), 4U);
  EXPECT_THAT(rows[1].problem, HasSubstr("behind a closing quote"));
  EXPECT_THAT(rows[2].problem, HasSubstr("inside a cell without quotes"));
  EXPECT_EQ(rows[3].problem, "");
}

TEST(CsvReader, NamesTheLineOfAnOpenQuote) { EXPECT_THAT(refusal("a\n1\n\"open\n3\n"), HasSubstr("opens in line 3")); }

TEST(CsvReader, BoundsCellsAndColumns) {
  const auto rows = read("a\n" + std::string(kCellBytesMax + 10, 'x') + "\n" + std::string(kColumnsMax + 5, ','));
  EXPECT_THAT(rows[1].problem, HasSubstr("64 KiB"));
  EXPECT_EQ(rows[1].cells[0].size(), kCellBytesMax);
}

TEST(CsvReader, ReadsAcrossItsChunks) {
  std::string text = "a,b\n";
  for (int i = 0; i < 40'000; ++i) text += std::to_string(i) + ",\"å\"\"ä\"\n";  // far over one chunk of 64 KiB
  const auto rows = read(text);
  ASSERT_EQ(rows.size(), 40'001U);
  for (std::size_t i = 1; i < rows.size(); ++i) {
    ASSERT_EQ(rows[i].cells.size(), 2U);
    ASSERT_EQ(rows[i].cells[0], std::to_string(i - 1));
    ASSERT_EQ(rows[i].cells[1], "å\"ä");
  }
}

TEST(CsvReader, SurvivesRandomBytes) {
  std::mt19937 random(20261123);  // NOLINT: the same bytes in every run
  const std::string_view alphabet = "ab,;\t\"\"\n\r\xC3\xA5\xE2\x82\xFF 1";
  int read_whole = 0;
  for (int round = 0; round < 4000; ++round) {
    std::string text;
    const std::size_t length = random() % 200;
    for (std::size_t i = 0; i < length; ++i) {
      text += round % 2 ? alphabet[random() % alphabet.size()] : static_cast<char>(random() % 256);
    }
    const auto encoding = static_cast<Encoding>(round % 3);
    try {
      for (const CsvRow& row : read(text, {encoding, 0})) ASSERT_FALSE(row.cells.empty());
      ++read_whole;
    } catch (const HostError& error) {
      ASSERT_NE(std::string(error.what()), "");
    }
  }
  EXPECT_GT(read_whole, 100);
}

}  // namespace
}  // namespace erp::host::import
