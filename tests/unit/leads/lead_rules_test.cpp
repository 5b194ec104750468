// SPDX-License-Identifier: Apache-2.0
//
// The pure rules of leads: keys by which duplicates are found, and the explained score.
#include <gtest/gtest.h>

#include "domain/leads/contact_keys.h"
#include "domain/leads/lead_score.h"

namespace sales_leads::domain {
namespace {

TEST(ContactKeys, ReadOneOrganisationNumberFromAllItsSpellings) {
  for (const char* text :
       {"556036-0793", "5560360793", " 556036 0793 ", "SE556036079301", "se 556036-0793 01", "165560360793"}) {
    EXPECT_EQ(org_key(text), "5560360793") << text;
  }
  for (const char* text : {"923609016", "923 609 016", "NO 923 609 016 MVA", "923609016MVA", "NO923609016"}) {
    EXPECT_EQ(org_key(text), "923609016") << text;
  }
  EXPECT_EQ(org_key("DE 123 456 789"), "de123456789");
  for (const char* text : {"", "-", "n/a", "1234"}) EXPECT_EQ(org_key(text), "") << text;
}

TEST(ContactKeys, TakeAnEmailInLowerCaseWithOneAt) {
  EXPECT_EQ(email_key(" Anna@Acme.SE\n"), "anna@acme.se");
  EXPECT_EQ(email_key("mail\"1@mymail.com"), "mail\"1@mymail.com");
  for (const char* text : {"", "anna", "@acme.se", "anna@", "a@b@c.se", "anna b@acme.se"}) {
    EXPECT_EQ(email_key(text), "") << text;
  }
}

TEST(ContactKeys, SeeTheDomainBehindEmailAndWebsiteAndNoneWhereAnybodyHasOne) {
  EXPECT_EQ(domain_key("anna@Acme.se"), "@acme.se");
  for (const char* site : {"acme.se", "www.acme.se", "https://www.acme.se/om?x=1", "HTTP://ACME.SE:8080"}) {
    EXPECT_EQ(domain_key(site), "@acme.se") << site;
  }
  for (const char* text : {"anna@gmail.com", "bo@telia.com", "kari@online.no", "https://www.facebook.com/acme", "anna",
                           "", "none, really.no thing"}) {
    EXPECT_EQ(domain_key(text), "") << text;
  }
}

TEST(LeadScore, GivesEveryPointItsReason) {
  EXPECT_TRUE(explain({}).empty());
  LeadFacts facts;
  facts.email = facts.email_at_company = facts.phone = true;
  const auto reasons = explain(facts);
  ASSERT_EQ(reasons.size(), 2U);
  EXPECT_EQ(reasons[0].code, "email.company");
  EXPECT_EQ(reasons[1].code, "phone");
  EXPECT_EQ(score_of(reasons), 35);
  facts.email_at_company = false;
  EXPECT_EQ(score_of(explain(facts)), 25) << "one of the two e-mail reasons, never both";
}

TEST(LeadScore, CountsOneSizeAndStopsAtAHundred) {
  const auto with = [](std::int64_t employees) {
    LeadFacts facts;
    facts.employees = employees;
    return score_of(explain(facts));
  };
  EXPECT_EQ(with(9), 0);
  EXPECT_EQ(with(10), 5);
  EXPECT_EQ(with(49), 5);
  EXPECT_EQ(with(50), 10);
  EXPECT_EQ(with(249), 10);
  EXPECT_EQ(with(250), 15);
  const LeadFacts all{true, true, true, true, true, true, true, true, true, true, 1'000, true};
  EXPECT_EQ(score_of(explain(all)), 100);
}

}  // namespace
}  // namespace sales_leads::domain
