// SPDX-License-Identifier: Apache-2.0
#include "domain/masking.h"

#include <gtest/gtest.h>

#include "domain/blank.h"

namespace sales_leads::domain {
namespace {

TEST(Masking, TakesOutWholeWordsWhateverTheirCase) {
  const std::vector<std::string> terms{"Åsa Öst", "asa@ost.se", "+46 70 1"};
  for (const auto& [text, masked] : std::vector<std::pair<std::string, std::string>>{
           {"Rang Åsa Öst, ÅSA ÖST svarade", "Rang [erased], [erased] svarade"},
           {"Åsa Östs dörr, åsa öst's door", "[erased] dörr, [erased]'s door"},
           {"Åsa Östberg är en annan", "Åsa Östberg är en annan"},
           {"ASA@OST.SE;basa@ost.se", "[erased];basa@ost.se"},
           {"(+46 70 1) +46 70 12", "([erased]) +46 70 12"},
           {"Åsa", "Åsa"},
           {"", ""}}) {
    EXPECT_EQ(mask(text, terms), masked);
  }
}

TEST(Masking, LetsLongerTermsGoFirst) {
  EXPECT_EQ(mask("bo@bo.se and bo", {"bo", "bo@bo.se"}), "[erased] and [erased]");
}

TEST(Masking, KnowsANumberHoweverItIsWritten) {
  const auto forms = phone_forms("070-123 45 67", "+46701234567");
  EXPECT_EQ(forms,
            (std::vector<std::string>{"0701234567", "46701234567", "0046701234567", "460701234567", "701234567"}));
  for (const auto& [text, masked] : std::vector<std::pair<std::string, std::string>>{
           {"Ring 0701234567 nu", "Ring [erased] nu"},
           {"+46 70-123 45 67, (070) 1234567", "[erased], [erased]"},
           {"(+46)70 123 45 67;0046701234567", "[erased];[erased]"},
           {"+46 (0)70 123 45 67.", "[erased]."},
           {"(0701234567)", "([erased])"},
           {"0701234568 07012345678 10701234567", "0701234568 07012345678 10701234567"},
           {"2026-03-01 0701234567", "2026-03-01 [erased]"},
           {"a0701234567 0701234567b", "a0701234567 0701234567b"},
           {"", ""}}) {
    EXPECT_EQ(mask_numbers(text, forms), masked) << text;
  }
  EXPECT_EQ(phone_forms("12345", ""), std::vector<std::string>{}) << "as short as an amount";
  EXPECT_EQ(phone_forms("+358 40 123 4567", "+358401234567"),
            (std::vector<std::string>{"358401234567", "0401234567", "00358401234567", "3580401234567", "401234567"}));
}

TEST(Blank, IsWhatSaysNothing) {
  for (const char* blank : {"", " ", "\t\r\n", "\xC2\xA0", " \xE2\x80\x83 ", "\xE3\x80\x80", "\xEF\xBB\xBF"})
    EXPECT_TRUE(is_blank(blank));
  for (const char* text : {"a", " a ", "\xC3\xA5", "-", "\xC2"}) EXPECT_FALSE(is_blank(text)) << text;
}

TEST(Masking, FoldsLatinLettersAndKeepsTheirLength) {
  EXPECT_EQ(small_letters("ÅÄÖÆØÉÞ×A1"), "åäöæøéþ×a1");
  EXPECT_EQ(capital_letters("åäöæøéþ÷a1"), "ÅÄÖÆØÉÞ÷A1");
  EXPECT_EQ(small_letters("漢Ω\xC3"), "漢Ω\xC3");
}

}  // namespace
}  // namespace sales_leads::domain
