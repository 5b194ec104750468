// SPDX-License-Identifier: Apache-2.0
//
// Normalisation by the module's second library, opened as the module opens it.
#include "services/lead_text.h"

#include <gtest/gtest.h>

#include "host/refusal.h"

namespace sales_leads::services {
namespace {

const LeadText& text() {
  static const LeadText opened(BUILD_DIR "/modules/sales_leads");
  return opened;
}

TEST(LeadText, ReadsPhonesAsTheyAreDialledFromHome) {
  const char* const swedish = "+46701234567";
  for (const char* written : {"070-123 45 67", "0701234567", "+46 70 123 45 67", "0046701234567", "(070) 123 45 67"}) {
    EXPECT_EQ(text().phone(written, "SE"), swedish) << written;
  }
  EXPECT_EQ(text().phone("22 12 34 56", "NO"), "+4722123456");
  EXPECT_EQ(text().phone("(803)-456-6126", "US"), "+18034566126");
  EXPECT_EQ(text().phone("0032485001122", "US"), "+32485001122") << "00 opens foreign numbers, also where it does not";
  EXPECT_EQ(text().phone("+32485001122", ""), "+32485001122");
  for (const char* written : {"", "call me", "456-6126", "1"}) EXPECT_EQ(text().phone(written, "US"), "") << written;
  EXPECT_EQ(text().phone("070-123 45 67", ""), "") << "no home: nothing to dial";
}

TEST(LeadText, FoldsNamesOfCompanies) {
  const std::pair<const char*, const char*> cases[] = {{"Göta Bygg & Betong AB (publ)", "gota bygg betong"},
                                                       {"GÖTA BYGG OCH BETONG", "gota bygg betong"},
                                                       {"A.B. Volvo", "volvo"},
                                                       {"Novo Nordisk A/S", "novo nordisk"},
                                                       {"Straße GmbH & Co. KG", "strasse"},
                                                       {"Ærø ApS", "aero"},
                                                       {"ＡＢＣ　AS", "abc"},
                                                       {"Яндекс", "andeks"},
                                                       {"O'Neil Ltd.", "oneil"},
                                                       {"AB", "ab"},
                                                       {"", ""},
                                                       {"!!!", ""}};
  for (const auto& [written, wanted] : cases) EXPECT_EQ(text().name(written), wanted) << written;
  EXPECT_EQ(text().fold("Storgatan 4 B, Åre AB"), "storgatan 4 b are ab") << "fold keeps every word";
}

TEST(LeadText, TakesWhatIsNoUtf8AsItComes) {
  EXPECT_NO_THROW(static_cast<void>(text().name("\xff\xfe AB")));
  EXPECT_NO_THROW(static_cast<void>(text().phone("\xff\xfe", "SE")));
  EXPECT_EQ(text().fold(std::string(100'000, 'A')), std::string(100'000, 'a'));
}

TEST(LeadText, KnowsTheCountryOfATimeZone) {
  EXPECT_EQ(text().region("Europe/Stockholm"), "SE");
  EXPECT_EQ(text().region("Europe/Oslo"), "NO");
  EXPECT_EQ(text().region("UTC"), "");
  EXPECT_EQ(text().region("Nowhere/At_All"), "");
}

TEST(LeadText, SaysWhichFileIsMissing) {
  const LeadText nowhere("/nonexistent");
  try {
    static_cast<void>(nowhere.name("Acme"));
    FAIL() << "a library that is not there was opened";
  } catch (const Refusal& refusal) {
    EXPECT_EQ(refusal.key(), "lead.library.absent");
    EXPECT_EQ(refusal.code(), Code::unavailable);
    EXPECT_EQ(refusal.value(), "/nonexistent/libsales_leads_text.so");
  }
}

}  // namespace
}  // namespace sales_leads::services
