// SPDX-License-Identifier: Apache-2.0
//
// The host's side of the ABI, called the way a module would: over the C tables.
#include "erp/stream.hpp"
#include "erp/text.hpp"
#include "extensions/context.h"
#include "extensions/menus.h"
#include "host/host_fixture.h"

#include <thread>

namespace erp::host {
namespace {

class Extensions : public HostFixture {
 protected:
  void SetUp() override {
    HostFixture::SetUp();
    if (IsSkipped()) return;
    Manifest manifest;
    manifest.id = "sales_leads";
    for (const std::string& id : offered_extensions()) manifest.required_extensions.push_back(id);
    std::set<std::string> granted = offered_extensions();
    granted.erase(ERP_EXT_CONFIG);
    context_ = std::make_unique<Context>(base(), tokens_, manifest, ModuleDatabase{}, granted);
  }

  template <class Table>
  const Table* table(const char* id) {
    const erp_host& host = context_->host();
    return static_cast<const Table*>(host.get_extension(host.ctx, sdk::str(id)));
  }

  Tokens tokens_;
  std::unique_ptr<Context> context_;
};

TEST_P(Extensions, UnknownAndWithheldOnesAreNull) {
  EXPECT_NE(table<erp_log>(ERP_EXT_LOG), nullptr);
  EXPECT_EQ(table<erp_log>(ERP_EXT_LOG), table<erp_log>(ERP_EXT_LOG));
  EXPECT_EQ(table<void>(ERP_EXT_CONFIG), nullptr) << "not granted";
  for (const char* id : {"", "erp.log", "erp.log/2", "erp.log/1x"}) EXPECT_EQ(table<void>(id), nullptr) << id;
  const erp_host& host = context_->host();
  EXPECT_EQ(host.get_extension(host.ctx, erp_str{nullptr, 5}), nullptr);
}

TEST_P(Extensions, TokensLiveAsLongAsTheirCallOnTheirThread) {
  const auto* identity = table<erp_identity>(ERP_EXT_IDENTITY);
  Caller caller;
  caller.kind = ERP_ACTOR_USER;
  caller.user = id_of("user.create", R"({"login":"eva","password":"hemligt ord","name":"Eva","roles":["seller"]})");
  erp_call kept{};
  {
    const CallToken token(tokens_, caller);
    kept = token.call();
    auto actor = sdk::sized<erp_actor>();
    ASSERT_EQ(identity->whoami(identity->ctx, &token.call(), &actor, nullptr), ERP_OK);
    EXPECT_EQ(actor.user, caller.user);
    EXPECT_STREQ(actor.login, "eva");
    EXPECT_EQ(identity->check(identity->ctx, &token.call(), sdk::str("host.order.change"), nullptr), ERP_OK);
    auto error = sdk::sized<erp_error>();
    EXPECT_EQ(identity->check(identity->ctx, &token.call(), sdk::str("host.user.change"), &error), ERP_PERMISSION);
    EXPECT_STREQ(error.key, "permission.denied");
    erp_call forged = token.call();
    forged.company = 2;
    EXPECT_EQ(identity->check(identity->ctx, &forged, sdk::str("host.order.change"), nullptr), ERP_PERMISSION);
    erp_status elsewhere = ERP_OK;
    std::thread([&] { elsewhere = identity->whoami(identity->ctx, &kept, &actor, nullptr); }).join();
    EXPECT_EQ(elsewhere, ERP_WRONG_THREAD);
  }
  auto actor = sdk::sized<erp_actor>();
  EXPECT_EQ(identity->whoami(identity->ctx, &kept, &actor, nullptr), ERP_PERMISSION) << "the call has ended";
  EXPECT_EQ(identity->whoami(identity->ctx, nullptr, &actor, nullptr), ERP_PERMISSION);
}

TEST_P(Extensions, NothingIsWrittenPastTheCallersSize) {
  const auto* identity = table<erp_identity>(ERP_EXT_IDENTITY);
  const CallToken token(tokens_, Caller{});
  struct {
    erp_actor actor;
    char guard[8];
  } room{};
  std::memset(&room, 0x55, sizeof room);
  room.actor.size = offsetof(erp_actor, login);  // a caller that knows no login yet
  ASSERT_EQ(identity->whoami(identity->ctx, &token.call(), &room.actor, nullptr), ERP_OK);
  EXPECT_EQ(room.actor.kind, ERP_ACTOR_OPERATOR);
  EXPECT_EQ(room.actor.login[0], 0x55);
  EXPECT_EQ(room.guard[0], 0x55);
  room.actor.size = 0;
  EXPECT_EQ(identity->whoami(identity->ctx, &token.call(), &room.actor, nullptr), ERP_INVALID_ARGUMENT);
}

TEST_P(Extensions, EventsComeWithTheCallersStride) {
  call("customer.create", R"({"name":"A"})");
  call("customer.create", R"({"name":"B"})");
  const auto* events = table<erp_events>(ERP_EXT_EVENTS);
  Caller system;
  system.kind = ERP_ACTOR_SYSTEM;
  const CallToken token(tokens_, system);
  struct Longer {
    erp_event event;
    char more[24];
  };
  Longer out[3];
  std::memset(out, 0x55, sizeof out);
  std::uint32_t count = 9;
  ASSERT_EQ(events->fetch(events->ctx, &token.call(), 0, &out[0].event, sizeof(Longer), 3, &count, nullptr), ERP_OK);
  ASSERT_EQ(count, 2U);
  EXPECT_STREQ(out[1].event.kind, "customer.changed");
  EXPECT_LT(out[0].event.sequence, out[1].event.sequence);
  EXPECT_EQ(out[0].more[0], 0x55);
  auto horizon = sdk::sized<erp_event_horizon>();
  ASSERT_EQ(events->horizon(events->ctx, &token.call(), &horizon, nullptr), ERP_OK);
  EXPECT_EQ(horizon.head, out[1].event.sequence);
  EXPECT_EQ(events->publish(events->ctx, &token.call(), sdk::str("order.confirmed"), 1, nullptr), ERP_INVALID_ARGUMENT);
  EXPECT_EQ(events->publish(events->ctx, &token.call(), sdk::str("sales_leads.opportunity.won"), 1, nullptr), ERP_OK);
}

TEST_P(Extensions, DraftOrdersAreMadeOnceByRequestId) {
  const auto* documents = table<erp_documents>(ERP_EXT_DOCUMENTS);
  call("company.update", R"({"currency":"SEK"})");
  const std::int64_t customer = id_of("customer.create", R"({"name":"A"})");
  const std::string text = R"({"customer":)" + std::to_string(customer) +
                           R"(,"lines":[{"net":5}],"references":[{"kind":"sales_leads.opportunity","id":3}]})";
  const CallToken token(tokens_, Caller{});
  std::int64_t first = 0;
  std::int64_t second = 0;
  auto error = sdk::sized<erp_error>();
  for (std::int64_t* id : {&first, &second}) {
    const sdk::StringSource source(text, 7);
    ASSERT_EQ(documents->create_draft_order(documents->ctx, &token.call(), sdk::str("r"), source.get(), id, &error),
              ERP_OK)
        << error.message;
  }
  EXPECT_EQ(first, second);
  sdk::StringSink sink;
  ASSERT_EQ(documents->read(documents->ctx, &token.call(), sdk::str("order"), first, sink.get(), nullptr), ERP_OK);
  const json::value order = json::parse(sink.take());
  EXPECT_EQ(order.at("state").as_string(), "draft");
  EXPECT_EQ(order.at("references").at(0).at("ref_id").as_int64(), 3);
  EXPECT_EQ(order.at("lines").at(0).at("net_minor").as_int64(), 5);
  EXPECT_EQ(documents->set_reference(documents->ctx, &token.call(), sdk::str("order"), first, 0,
                                     sdk::str("sales_leads.campaign"), 8, nullptr),
            ERP_OK);
  EXPECT_EQ(documents->set_reference(documents->ctx, &token.call(), sdk::str("order"), first, 0,
                                     sdk::str("other.thing"), 8, nullptr),
            ERP_INVALID_ARGUMENT);
  Caller system;
  system.kind = ERP_ACTOR_SYSTEM;
  const CallToken work(tokens_, system);
  const sdk::StringSource source(text);
  EXPECT_EQ(documents->create_draft_order(documents->ctx, &work.call(), sdk::str("w"), source.get(), &first, nullptr),
            ERP_PERMISSION);
}

TEST_P(Extensions, HostileTextIsRefused) {
  const auto* directory = table<erp_directory>(ERP_EXT_DIRECTORY);
  const CallToken token(tokens_, Caller{});
  sdk::StringSink sink;
  for (const std::string_view text :
       {std::string_view("a\0b", 3), std::string_view("\xc3"), std::string_view("\xed\xa0\x80")}) {
    EXPECT_EQ(
        directory->search(directory->ctx, &token.call(), sdk::str("customer"), sdk::str(text), 10, sink.get(), nullptr),
        ERP_INVALID_ARGUMENT);
  }
  EXPECT_EQ(
      directory->search(directory->ctx, &token.call(), sdk::str("planet"), sdk::str("x"), 10, sink.get(), nullptr),
      ERP_INVALID_ARGUMENT);
  EXPECT_EQ(directory->read(directory->ctx, &token.call(), sdk::str("customer"), 99, sink.get(), nullptr),
            ERP_NOT_FOUND);
  id_of("customer.create", R"({"name":"Åsa 100 %"})");
  ASSERT_EQ(directory->search(directory->ctx, &token.call(), sdk::str("customer"), sdk::str("Åsa 100 %"), 10,
                              sink.get(), nullptr),
            ERP_OK);
  EXPECT_EQ(json::parse(sink.take()).as_array().size(), 1U);
}

TEST_P(Extensions, SettingsReachTheModuleWithANewGeneration) {
  Manifest manifest;
  manifest.id = "sales_leads";
  const Context context(base(), tokens_, manifest, ModuleDatabase{}, {ERP_EXT_CONFIG});
  const auto* config =
      static_cast<const erp_config*>(context.host().get_extension(context.host().ctx, sdk::str(ERP_EXT_CONFIG)));
  EXPECT_EQ(refusal("module.configure", R"({"module":"sales_leads","name":"a","value":"b"})").status(), ERP_NOT_FOUND);
  session()->exec(
      "insert into host_module (id, version, manifest_hash, config_generation) values ('sales_leads', '1', '', 0)");
  const std::uint64_t before = config->generation(config->ctx);
  sdk::StringSink sink;
  EXPECT_EQ(config->get(config->ctx, sdk::str("a"), sink.get(), nullptr), ERP_NOT_FOUND);
  call("module.configure", R"({"module":"sales_leads","name":"a","value":"b"})");
  EXPECT_GT(config->generation(config->ctx), before);
  EXPECT_EQ(config->get(config->ctx, sdk::str("a"), sink.get(), nullptr), ERP_OK);
  EXPECT_EQ(sink.take(), "b");
}

TEST_P(Extensions, JobsMoveAndEnd) {
  const auto* jobs = table<erp_jobs>(ERP_EXT_JOBS);
  Caller system;
  system.kind = ERP_ACTOR_SYSTEM;
  const CallToken token(tokens_, system);
  app();
  EXPECT_EQ(jobs->run_daily(jobs->ctx, &token.call(), sdk::str("nightly"), 1440, nullptr), ERP_INVALID_ARGUMENT);
  EXPECT_EQ(jobs->run_daily(jobs->ctx, &token.call(), sdk::str("nightly"), 90, nullptr), ERP_OK);
  const auto next = session()->value<std::int64_t>("select next_at from host_module_job");
  EXPECT_GT(next, base().clock.now_us());
  EXPECT_EQ(next / 60'000'000 % 1440, 90) << "the company's zone is UTC";
  EXPECT_EQ(jobs->run_at(jobs->ctx, &token.call(), sdk::str("nightly"), 5, nullptr), ERP_OK);
  EXPECT_EQ(session()->value<std::int64_t>("select next_at from host_module_job"), 5);
  EXPECT_EQ(jobs->progress(jobs->ctx, &token.call(), sdk::str("nightly"), 500, sdk::str("half"), nullptr), ERP_OK);
  EXPECT_EQ(jobs->cancel(jobs->ctx, &token.call(), sdk::str("nightly"), nullptr), ERP_OK);
  EXPECT_EQ(jobs->cancel(jobs->ctx, &token.call(), sdk::str("nightly"), nullptr), ERP_OK);
  EXPECT_EQ(session()->value<std::int64_t>("select count(*) from host_module_job"), 0);
}

TEST_P(Extensions, MenusAreCheckedAsAWhole) {
  const auto* ui = table<erp_ui>(ERP_EXT_UI);
  const auto sync = [&](std::string_view menus) {
    const std::string text = R"({"schema":"1.0","menus":[)" + std::string(menus) + "]}";
    return ui->sync_menus(ui->ctx, sdk::str(text), nullptr);
  };
  const std::string titles = R"("titles":{"en":"Groups","sv":"Grupper","nb":"Grupper"})";
  EXPECT_EQ(sync(R"({"id":"sales_leads.groups","parent":"administration.settings.crm","order":10,)" + titles + "}"),
            ERP_OK);
  EXPECT_EQ(sync(R"({"id":"sales_leads.x","parent":"nowhere",)" + titles + "}"), ERP_INVALID_ARGUMENT);
  EXPECT_EQ(sync(R"({"id":"crm.x","parent":"crm",)" + titles + "}"), ERP_INVALID_ARGUMENT);
  EXPECT_EQ(sync(R"({"id":"sales_leads.x","parent":"sales_leads.x",)" + titles + "}"), ERP_INVALID_ARGUMENT);
  EXPECT_EQ(sync(R"({"id":"sales_leads.x","parent":"crm","titles":{"en":"X"}})"), ERP_INVALID_ARGUMENT);
  EXPECT_EQ(ui->sync_parts(
                ui->ctx, sdk::str(R"({"schema":"1.0","parts":[{"id":"sales_leads.p","page":"moon","kind":"panel"}]})"),
                nullptr),
            ERP_INVALID_ARGUMENT);
}

TEST(MenuTree, StandsInTheReadersLanguage) {
  Manifest manifest;
  manifest.id = "sales_leads";
  const auto menus = read_menus(
      manifest, R"({"schema":"1.0","menus":[{"id":"sales_leads.groups","parent":"administration.settings.crm",)"
                R"("titles":{"en":"Groups","sv":"Grupper","nb":"Grupper"},"view":"groups.tree"}]})");
  const json::object tree = menu_tree(menus, "sv", {{"sales_leads.groups", 3}});
  const auto named = [](const json::value& entries, std::string_view title) -> const json::value& {
    for (const json::value& entry : entries.as_array()) {
      if (entry.at("title").as_string() == title) return entry;
    }
    throw std::out_of_range(std::string(title));
  };
  const json::value* at = &named(tree.at("menus"), "Administration");
  for (const char* title : {"Inställningar", "CRM", "Grupper"}) at = &named(at->at("children"), title);
  const json::value& groups = *at;
  EXPECT_EQ(json::serialize(groups.at("path")), R"(["Administration","Inställningar","CRM","Grupper"])");
  EXPECT_EQ(groups.at("badge").as_int64(), 3);
  const json::object norwegian = menu_tree({}, "nb-NO", {});
  EXPECT_NO_THROW((void)named(named(norwegian.at("menus"), "CRM").at("children"), "Kundeoppfølging"));
}

ON_BOTH_DATABASES(Extensions);

}  // namespace
}  // namespace erp::host
