// SPDX-License-Identifier: Apache-2.0
#include "host/abi_host.h"

#include <gmock/gmock.h>

#include <limits>

#include "contract/fake_host.h"

namespace sales_leads {
namespace {

using contract::FakeHost;
using testing::ElementsAre;
using testing::HasSubstr;

CallContext context() {
  CallContext call;
  call.token = 7;
  call.company = 1;
  return call;
}

template <class Call>
std::pair<Code, std::string> refusal(Call&& call) {
  try {
    call();
  } catch (const Failure& failure) {
    return {failure.code(), failure.key() + ": " + failure.what()};
  }
  return {Code::ok, "not refused"};
}

TEST(AbiHost, StartsWithoutEachOptionalExtension) {
  for (const char* id : {ERP_EXT_LOG, ERP_EXT_CONFIG, ERP_EXT_IDENTITY, ERP_EXT_MONEY, ERP_EXT_DOCUMENTS, ERP_EXT_UI}) {
    FakeHost fake;
    fake.withheld = {id};
    EXPECT_NO_THROW(AbiHost host(fake.table())) << id;
  }
}

TEST(AbiHost, NamesTheRequiredExtensionThatIsWithheld) {
  for (const char* id : {ERP_EXT_DATABASE, ERP_EXT_EVENTS, ERP_EXT_CLOCK}) {
    FakeHost fake;
    fake.withheld = {id};
    const auto [code, text] = refusal([&] { AbiHost host(fake.table()); });
    EXPECT_EQ(code, Code::unsupported);
    EXPECT_THAT(text, HasSubstr(std::string("host.extension_missing: sales_leads needs the host's extension ") + id));
  }
}

TEST(AbiHost, NamesTheRequiredExtensionWhoseSlotIsCutOffOrNull) {
  FakeHost cut;
  cut.events_table.size = offsetof(erp_events, horizon);
  EXPECT_THAT(refusal([&] { AbiHost host(cut.table()); }).second,
              HasSubstr("erp.events/1, but this host's lacks a slot"));
  FakeHost null;
  null.clock.company_time = nullptr;
  EXPECT_THAT(refusal([&] { AbiHost host(null.table()); }).second,
              HasSubstr("erp.clock/1, but this host's lacks a slot"));
}

TEST(AbiHost, DoesWithoutWhatIsWithheld) {
  FakeHost fake;
  fake.withheld = {ERP_EXT_LOG,       ERP_EXT_CONFIG,    ERP_EXT_IDENTITY, ERP_EXT_MONEY,
                   ERP_EXT_DOCUMENTS, ERP_EXT_DIRECTORY, ERP_EXT_UI};
  const AbiHost host(fake.table());
  host.log(LogLevel::error, "unheard", {{"a", "b"}});
  EXPECT_EQ(host.setting("any"), std::nullopt);
  EXPECT_EQ(host.whoami(context()).kind, ActorKind::system);
  EXPECT_FALSE(host.may(context(), "sales_leads.report"));
  EXPECT_EQ(host.currency_exponent("SEK"), std::nullopt);
  EXPECT_EQ(host.company_currency(context()), "");
  EXPECT_EQ(host.rate(context(), "EUR", 20), std::nullopt);
  host.notify(context(), 1, "x", "");
  host.sync_menus("{}");
  EXPECT_EQ(refusal([&] { host.set_reference(context(), "order", 1, 0, "sales_leads.campaign", 2); }).first,
            Code::unsupported);
  EXPECT_EQ(refusal([&] { static_cast<void>(host.create_customer(context(), "r", "{}")); }).first, Code::unsupported);
}

TEST(AbiHost, NeverCallsThroughSlotsBehindTheEndOfAShorterTable) {
  FakeHost fake;
  fake.money.size = offsetof(erp_money, company_currency);
  fake.money.company_currency = reinterpret_cast<decltype(fake.money.company_currency)>(1);  // would crash
  fake.money.rate = reinterpret_cast<decltype(fake.money.rate)>(1);
  fake.ui.size = offsetof(erp_ui, notify);
  fake.ui.notify = reinterpret_cast<decltype(fake.ui.notify)>(1);
  const AbiHost host(fake.table());
  EXPECT_EQ(host.currency_exponent("JPY"), 0);
  EXPECT_EQ(host.company_currency(context()), "");
  EXPECT_EQ(host.rate(context(), "EUR", 20), std::nullopt);
  host.notify(context(), 1, "x", "");
}

TEST(AbiHost, CarriesEverythingBothWays) {
  FakeHost fake;
  fake.settings["link_window"] = "90";
  fake.permissions = {"sales_leads.report"};
  erp_event event = erp::sdk::sized<erp_event>();
  event.sequence = 4;
  event.document = 17;
  event.occurred_at_us = 5;
  erp::sdk::copy_text(event.kind, "order.confirmed");
  erp::sdk::copy_text(event.to_state, "confirmed");
  fake.events = {event, event};
  fake.events[1].sequence = 6;
  const AbiHost host(fake.table());

  EXPECT_EQ(host.now_us(), fake.now_us);
  EXPECT_EQ(host.company_time(1).time_zone, "Europe/Stockholm");
  EXPECT_EQ(host.company_time(1).fiscal_year_start_month, 5);
  EXPECT_EQ(host.database().backend, Backend::sqlite);
  EXPECT_EQ(host.database().connection, "/nonexistent/erp.db");
  EXPECT_EQ(host.database().prefix, "sl_");
  EXPECT_EQ(host.database().max_sessions, 2U);
  EXPECT_EQ(host.setting("link_window"), "90");
  EXPECT_EQ(host.setting("none"), std::nullopt);
  const auto events = host.fetch_events(context(), 4, 10);
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].sequence, 6);
  EXPECT_EQ(events[0].document, 17);
  EXPECT_EQ(events[0].kind, "order.confirmed");
  EXPECT_EQ(events[0].to_state, "confirmed");
  EXPECT_EQ(host.fetch_events(context(), 0, 1).size(), 1U);
  EXPECT_EQ(host.horizon(context()).oldest, 3);
  EXPECT_EQ(host.horizon(context()).head, 9);
  const Actor actor = host.whoami(context());
  EXPECT_EQ(actor.kind, ActorKind::user);
  EXPECT_EQ(actor.user, 7);
  EXPECT_EQ(actor.employee, 70);
  EXPECT_EQ(actor.name, "Anna \xC3\x85kesson");
  EXPECT_TRUE(host.may(context(), "sales_leads.report"));
  EXPECT_FALSE(host.may(context(), "sales_leads.ledger"));
  EXPECT_EQ(host.currency_exponent("JPY"), 0);
  EXPECT_EQ(host.currency_exponent("QQQ"), std::nullopt);
  EXPECT_EQ(host.company_currency(context()), "SEK");
  EXPECT_EQ(host.rate(context(), "EUR", 20)->units, 1125);
  EXPECT_EQ(host.rate(context(), "EUR", 20)->exponent, -2);
  EXPECT_EQ(host.rate(context(), "EUR", 9), std::nullopt);
  host.publish(context(), "sales_leads.opportunity.won", 3);
  host.set_reference(context(), "order", 1, 2, "sales_leads.campaign", 4);
  EXPECT_EQ(host.create_customer(context(), "r1", R"({"name":"Acme"})"), 77);
  host.notify(context(), 5, "Won!", "/o/3");
  host.sync_menus("{}");
  EXPECT_THAT(fake.calls,
              ElementsAre("publish sales_leads.opportunity.won 3", "set_reference order 1 2 sales_leads.campaign 4",
                          R"(create_customer r1 {"name":"Acme"})", "notify 5 Won! /o/3", "sync_menus {}"));
  host.log(LogLevel::warning, "late", {{"company", "1"}});
  EXPECT_THAT(fake.lines, ElementsAre("2 late company=1"));
}

TEST(AbiHost, PassesTheHostsOwnReasonOn) {
  FakeHost fake;
  const AbiHost host(fake.table());
  fake.refuse_with = ERP_OUT_OF_RANGE;
  EXPECT_EQ(refusal([&] { static_cast<void>(host.fetch_events(context(), 0, 1)); }),
            std::make_pair(Code::out_of_range, std::string("fake.refused: The fake host refuses.")));
  fake.refuse_with = ERP_BUSY;
  EXPECT_EQ(refusal([&] { static_cast<void>(host.whoami(context())); }).first, Code::busy);
  EXPECT_EQ(refusal([&] { static_cast<void>(host.may(context(), "x")); }).first, Code::busy);
  EXPECT_EQ(refusal([&] { static_cast<void>(host.database()); }).first, Code::busy);
  fake.refuse_with = -999;  // a later minor's status
  EXPECT_EQ(refusal([&] { static_cast<void>(host.database()); }).first, Code::internal);
  fake.refuse_with = ERP_OK;
  EXPECT_EQ(refusal([&] { static_cast<void>(host.company_time(2)); }).first, Code::not_found);
}

TEST(AbiHost, RefusesADatabaseThatItDoesNotKnow) {
  FakeHost fake;
  fake.database.backend = 99;
  const AbiHost host(fake.table());
  EXPECT_EQ(refusal([&] { static_cast<void>(host.database()); }).second.substr(0, 16), "database.backend");
}

TEST(AbiHost, BoundsTheTextsOfACall) {
  erp_call call = contract::a_call();
  const std::string locale(1000, 'x');
  const std::string correlation(5000, 'y');
  call.locale = erp::sdk::str(locale);
  call.correlation_id = erp::sdk::str(correlation);
  EXPECT_EQ(from_abi(call).locale.size(), 35U);
  EXPECT_EQ(from_abi(call).correlation_id.size(), 128U);
  call.locale = {nullptr, 12};
  EXPECT_EQ(from_abi(call).locale, "");
  call.locale = {};
  EXPECT_EQ(from_abi(call).locale, "en");
}

}  // namespace
}  // namespace sales_leads
