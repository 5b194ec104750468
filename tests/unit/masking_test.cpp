// SPDX-License-Identifier: Apache-2.0
#include "domain/masking.h"

#include <gtest/gtest.h>

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

TEST(Masking, FoldsLatinLettersAndKeepsTheirLength) {
  EXPECT_EQ(small_letters("ÅÄÖÆØÉÞ×A1"), "åäöæøéþ×a1");
  EXPECT_EQ(capital_letters("åäöæøéþ÷a1"), "ÅÄÖÆØÉÞ÷A1");
  EXPECT_EQ(small_letters("漢Ω\xC3"), "漢Ω\xC3");
}

}  // namespace
}  // namespace sales_leads::domain
