// SPDX-License-Identifier: Apache-2.0
//
// What workbooks and old text files write, as the import reads it.
#include <gmock/gmock.h>

#include <sstream>

#include "app.h"
#include "import/csv_reader.h"
#include "import/seen_ids.h"
#include "import/values.h"
#include "import/xlsx_values.h"

namespace erp::host::import {
namespace {

using ::testing::HasSubstr;

TEST(WorkbookNumbers, AreDecimalsWithoutBinaryNoise) {
  const std::pair<const char*, const char*> kGood[] = {{"1.1000000000000001", "1.1"},
                                                       {"0.30000000000000004", "0.3"},
                                                       {"1234.5599999999999", "1234.56"},
                                                       {"1.05E3", "1050"},
                                                       {"1E-2", "0.01"},
                                                       {"-2.50", "-2.5"},
                                                       {"0", "0"},
                                                       {"-0", "0"},
                                                       {"000123", "123"},
                                                       {"999999999999999.9", "1000000000000000"},
                                                       {"123456789012345678", "123456789012346000"},
                                                       {"1.5e+2", "150"}};
  for (const auto& [text, expected] : kGood) EXPECT_EQ(plain_number(text), expected) << text;
  for (const char* bad : {"", "-", ".", "1.2.3", "1e", "1e9999", "12x", "NaN", "1,5"})
    EXPECT_FALSE(plain_number(bad)) << bad;
}

TEST(WorkbookDates, CountFromTheirEpoch) {
  EXPECT_EQ(date_of_serial("45292", false), "2024-01-01");
  EXPECT_EQ(date_of_serial("45292.5", false), "2024-01-01T12:00:00");
  EXPECT_EQ(date_of_serial("45292.999999999", false), "2024-01-02") << "half a second before midnight is midnight";
  EXPECT_EQ(date_of_serial("1", false), "1900-01-01");
  EXPECT_EQ(date_of_serial("59", false), "1900-02-28");
  EXPECT_EQ(date_of_serial("61", false), "1900-03-01") << "60 is a day that never was";
  EXPECT_EQ(date_of_serial("0", true), "1904-01-01");
  for (const char* bad : {"0", "-1", "2958466", "x", "99999999"}) EXPECT_FALSE(date_of_serial(bad, false)) << bad;
}

TEST(WorkbookDates, AreToldByTheirFormat) {
  for (const char* date : {"dd/mm/yyyy", "yyyy\\-mm\\-dd", "[$-41D]d mmmm yyyy", "h:mm", "mmm"})
    EXPECT_TRUE(is_date_format_code(date)) << date;
  for (const char* number : {"0.00", "General", "#,##0 \"days\"", "[Red]0", "0;\"d\"", "\\d0", "@"})
    EXPECT_FALSE(is_date_format_code(number)) << number;
  EXPECT_TRUE(is_date_format_id(14));
  EXPECT_FALSE(is_date_format_id(2));
}

TEST(WorkbookPlaces, AreColumns) {
  EXPECT_EQ(column_of("A1"), 0);
  EXPECT_EQ(column_of("Z9"), 25);
  EXPECT_EQ(column_of("AA10"), 26);
  EXPECT_EQ(column_of("12"), -1);
}

std::vector<CsvRow> rows_of(const std::string& bytes, const std::string& encoding) {
  std::istringstream in(bytes);
  CsvOptions options{Encoding::kOther, 0, encoding};
  if (encoding.empty()) {
    const FoundEncoding found = find_encoding(in);
    options.encoding = found.encoding;
    options.encoding_name = found.name;
  }
  CsvReader reader(in, options);
  std::vector<CsvRow> rows;
  for (CsvRow row; reader.next(row);) rows.push_back(row);
  return rows;
}

TEST(Encodings, AreFoundByMarkByZerosAndByLetters) {
  EXPECT_EQ(rows_of("\xEF\xBB\xBFn\n\xC3\xA5", "")[1].cells[0], "å");
  EXPECT_EQ(rows_of(std::string("\xFF\xFEn\0\n\0\xE5\0", 8), "")[1].cells[0], "å");
  EXPECT_EQ(rows_of(std::string("\xFE\xFF\0n\0\n\0\xE5", 8), "")[1].cells[0], "å");
  std::string unmarked;
  for (const char c : std::string("a long enough name\nand a row ")) unmarked += {c, '\0'};
  EXPECT_EQ(rows_of(unmarked + std::string("\x3D\xD8\x00\xDE", 4), "")[1].cells[0], "and a row 😀");
  EXPECT_EQ(rows_of("namn\nR\xE4ksm\xF6rg\xE5s \x80", "")[1].cells[0], "Räksmörgås €");
}

TEST(Encodings, ByteThatDoesNotFitIsNamedWithItsPlace) {
  try {
    rows_of("n\n\x81\x30", "shift_jis");
    FAIL() << "half a character was taken";
  } catch (const HostError& error) {
    EXPECT_THAT(error.what(), HasSubstr("shift_jis"));
  }
  EXPECT_TRUE(known_encoding("no-such-code-page").empty());
  EXPECT_FALSE(known_encoding("iso-8859-15").empty());
}

// A character that stands on the border of two chunks of 64 KiB, in every place that it can.
TEST(Encodings, CharactersMayBeCutByAChunk) {
  for (std::size_t shift = 0; shift < 8; ++shift) {
    std::string utf16(2 * (32 * 1024 - 4) + 2 * shift, '\0');
    for (std::size_t i = 0; i < utf16.size(); i += 2) utf16[i] = i % 256 == 254 ? '\n' : 'a';
    const auto rows = rows_of("\xFF\xFE" + utf16 + std::string("\x3D\xD8\x00\xDE", 4), "");
    EXPECT_TRUE(rows.back().cells[0].ends_with("😀")) << shift;
  }
}

TEST(Amounts, OfEitherSignAreToldApartOrRefused) {
  const AmountFormat any{false, '.', "", true};
  const std::pair<const char*, std::int64_t> kGood[] = {
      {"1 234,50", 123450}, {"1.234,50", 123450}, {"1,234.50", 123450},  {"1.234.567", 123456700},
      {"12,5", 1250},       {"0,125", -1},        {"-1'234.5", -123450}, {"7", 700}};
  for (const auto& [text, minor] : kGood) {
    const auto read = read_amount(text, any, "SEK");
    if (minor == -1) {
      EXPECT_FALSE(is_good(read)) << text;
    } else {
      ASSERT_TRUE(is_good(read)) << text;
      EXPECT_EQ(std::get<0>(read), minor) << text;
    }
  }
  EXPECT_THAT(std::get<1>(read_amount("1,234", any, "SEK")).reason, HasSubstr("thousands or three decimals"));
}

TEST(Dates, OfAnyKnownShape) {
  EXPECT_EQ(std::get<0>(read_date("2026-12-31", kAnyDate)), std::get<0>(read_date("31.12.2026", kAnyDate)));
  EXPECT_TRUE(is_good(read_date("2026/12/31", kAnyDate)));
  EXPECT_FALSE(is_good(read_date("03/04/2025", kAnyDate))) << "the third of April or the fourth of March?";
  EXPECT_FALSE(is_good(read_date("30.02.2025", kAnyDate)));
}

TEST(SeenIdsOfAFile, TellWhereAnIdStoodFirst) {
  SeenIds seen(10);
  for (std::int64_t i = 1; i <= 5'000; ++i) EXPECT_FALSE(seen.first_or_remember("X" + std::to_string(i), i));
  EXPECT_EQ(seen.first_or_remember("X1", 9'999), 1);
  EXPECT_EQ(seen.first_or_remember("X5000", 9'999), 5'000);
  EXPECT_FALSE(seen.first_or_remember("", 1));
}

}  // namespace
}  // namespace erp::host::import
