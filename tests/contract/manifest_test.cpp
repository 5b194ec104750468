// SPDX-License-Identifier: Apache-2.0
#include "modules/manifest.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "app.h"

namespace erp::host {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsSupersetOf;
using testing::StartsWith;

class ManifestFile {
 public:
  explicit ManifestFile(const std::string& text)
      : path_(std::filesystem::temp_directory_path() / ("manifest_" + std::to_string(getpid()) + ".yaml")) {
    std::ofstream(path_, std::ios::binary) << text;
  }
  ~ManifestFile() { std::filesystem::remove(path_); }
  ManifestFile(const ManifestFile&) = delete;
  ManifestFile& operator=(const ManifestFile&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

const std::vector<std::string> kGood = {
    /* 1*/ "schema: 1",
    /* 2*/ "id: shop",
    /* 3*/ "version: 1.2.0-rc1",
    /* 4*/ "titles: {en: Shop, sv: Butik}",
    /* 5*/ "languages: [en, sv]",
    /* 6*/ "abi: {major: 1, min_minor: 0, max_minor: 4}",
    /* 7*/ "library: {linux-x86_64: libshop.so}",
    /* 8*/ "extensions: {required: [erp.clock/1], optional: [erp.log/1]}",
    /* 9*/ "subscriptions: [\"order.*\", rate.changed]",
    /*10*/ "permissions: [shop.view]",
    /*11*/ "roles: {seller: [shop.view]}",
    /*12*/ "menus:",
    /*13*/
    "  - {id: shop.top, parent: crm, order: 1, titles: {en: Shop, sv: Butik}, view: shop.list, permission: shop.view}",
    /*14*/ "  - {id: shop.sub, parent: shop.top, order: 2, titles: {en: Sub, sv: Under}}",
};

std::string text_with(std::size_t line, const std::string& replacement) {
  std::string text;
  for (std::size_t i = 0; i < kGood.size(); ++i) text += (i + 1 == line ? replacement : kGood[i]) + "\n";
  return text;
}

/// "<line>: message" of the refusal, without the file's name; or "accepted".
std::string refusal(const std::string& text) {
  const ManifestFile file(text);
  try {
    static_cast<void>(read_manifest(file.path()));
    return "accepted";
  } catch (const HostError& error) {
    EXPECT_THAT(error.key(), StartsWith("manifest."));
    EXPECT_THAT(error.what(), StartsWith(file.path().string() + ":"));
    return std::string(error.what()).substr(file.path().string().size() + 1);
  }
}

TEST(Manifest, ReadsEverything) {
  const ManifestFile file(text_with(0, ""));
  const Manifest manifest = read_manifest(file.path());
  EXPECT_EQ(manifest.id, "shop");
  EXPECT_EQ(manifest.version, "1.2.0-rc1");
  EXPECT_EQ(manifest.titles.at("sv"), "Butik");
  EXPECT_THAT(manifest.languages, ElementsAre("en", "sv"));
  EXPECT_EQ(manifest.abi_major, 1U);
  EXPECT_EQ(manifest.abi_min_minor, 0U);
  EXPECT_EQ(manifest.abi_max_minor, 4U);
  EXPECT_EQ(manifest.libraries.at("linux-x86_64"), "libshop.so");
  EXPECT_TRUE(manifest.asks_for("erp.clock/1"));
  EXPECT_TRUE(manifest.asks_for("erp.log/1"));
  EXPECT_FALSE(manifest.asks_for("erp.database/1"));
  EXPECT_TRUE(manifest.subscribes_to("order.confirmed"));
  EXPECT_TRUE(manifest.subscribes_to("rate.changed"));
  EXPECT_FALSE(manifest.subscribes_to("orders.changed"));
  EXPECT_FALSE(manifest.subscribes_to("rate.changed.twice"));
  EXPECT_THAT(manifest.roles.at("seller"), ElementsAre("shop.view"));
  ASSERT_EQ(manifest.menus.size(), 2U);
  EXPECT_EQ(manifest.menus[0].permission, "shop.view");
  EXPECT_EQ(manifest.menus[0].view, "shop.list");
  EXPECT_EQ(manifest.menus[1].parent, "shop.top");
  EXPECT_EQ(manifest.menus[1].titles.at("sv"), "Under");
}

TEST(Manifest, AcceptsWhatIsOptional) {
  for (const std::size_t line : {8U, 9U}) EXPECT_EQ(refusal(text_with(line, "# nothing")), "accepted") << line;
  EXPECT_EQ(refusal(text_with(6, "abi: {major: 1, min_minor: 0}")), "accepted");
  EXPECT_EQ(refusal(text_with(12, "menus: []").substr(0, text_with(12, "menus: []").find("  - "))), "accepted");
}

TEST(Manifest, RefusesWithLineAndReason) {
  struct Bad {
    std::size_t line;  // replaced
    std::string replacement;
    std::string begins_with;  // "<line>: …" of the message
    std::string remedy;
  };
  const std::vector<Bad> table = {
      {1, "schema: 2", "1: schema is 2; it must lie between 1 and 1", ""},
      {1, "schema: 01", "1: schema is \"01\"; it must be a whole number", "such as 10"},
      {2, "name: shop", "2: unknown key \"name\" in the file; known are: schema, id", ""},
      {2, "id: Shop", "2: id is \"Shop\"; it must be one lower-case word", "such as sales_leads"},
      {2, "id: [shop]", "2: id must be a text", ""},
      {2, "id: \"\"", "2: id is empty", "remove the key"},
      {2, "id: \"a\\nb\"", "2: id holds a line break", "remove it"},
      {2, "", "1: the key \"id\" is missing in the file", "add it"},
      {3, "version: 1.2", "3: version is \"1.2\"; it must be three numbers", "such as 1.0.0"},
      {3, "version: 1.2.0\nversion: 1.2.1", "4: the key \"version\" stands twice in the file", "remove one"},
      {4, "titles: {en: Shop}", "4: titles has no title in \"sv\"", "add it"},
      {4, "titles: {en: Shop, sv: Butik, fi: Kauppa}", "4: titles.fi: \"fi\" is not listed under languages",
       "add it there"},
      {5, "languages: [sv]", "5: languages must hold en", ""},
      {5, "languages: [en, sv, EN]", "5: languages[2] is \"EN\"; it must be a language tag", ""},
      {6, "abi: {major: 1}", "6: the key \"min_minor\" is missing in abi", "add it"},
      {6, "abi: {major: 1, min_minor: 5, max_minor: 4}", "6: abi.max_minor is below abi.min_minor", ""},
      {6, "abi: {major: one, min_minor: 0}", "6: abi.major is \"one\"; it must be a whole number", ""},
      {6, "abi: {major: 1, min_minor: 0, minor: 1}", "6: unknown key \"minor\" in abi", "known are: major"},
      {7, "library: {linux-x86_64: ../libshop.so}", "7: library.linux-x86_64 is \"../libshop.so\"",
       "inside the module's folder"},
      {7, "library: {linux-x86_64: /usr/lib/libshop.so}", "7: library.linux-x86_64 is \"/usr/lib/libshop.so\"",
       "without a path"},
      {7, "library: {}", "7: library names no file", "add a line such as"},
      {8, "extensions: {required: [erp.clock]}",
       "8: extensions.required[0] is \"erp.clock\"; it must be an extension id", "such as erp.database/1"},
      {8, "extensions: {required: [erp.clock/1], optional: [erp.clock/1]}",
       "8: \"erp.clock/1\" is both required and optional", "remove one"},
      {9, "subscriptions: [\"order.*\", \"order.*\"]", "9: subscriptions[1] \"order.*\" stands twice", "remove one"},
      {9, "subscriptions: [\"*\"]", "9: subscriptions[0] is \"*\"; it must be an event kind", "order.*"},
      {9, "subscriptions: order.changed", "9: subscriptions must be a list", "- "},
      {10, "permissions: [sales_leads.report]", "10: the permission \"sales_leads.report\" must begin with \"shop.\"",
       ""},
      {11, "roles: {seller: [shop.edit]}", "11: roles.seller grants \"shop.edit\", which is not listed",
       "add it there"},
      {11, "roles: [seller]", "11: roles must be a map", ""},
      {13, "  - {id: shop.top, parent: crm, order: 1, titles: {en: Shop}}",
       "13: menus[0].titles has no title in \"sv\"", "add it"},
      {13, "  - {id: other.top, parent: crm, order: 1, titles: {en: S, sv: B}}",
       "13: the menu id \"other.top\" must begin with", ""},
      {13, "  - {id: shop.top, parent: crm, order: x, titles: {en: S, sv: B}}", "13: menus[0].order is \"x\"",
       "whole number"},
      {13, "  - {id: shop.top, parent: shop.sub, order: 1, titles: {en: S, sv: B}}",
       "13: the menu entry \"shop.top\" lies under itself", "host menu"},
      {13, "  - {id: shop.sub, parent: crm, order: 1, titles: {en: S, sv: B}}",
       "14: the menu id \"shop.sub\" stands twice", ""},
      {14, "  - {id: shop.sub, parent: sales, order: 2, titles: {en: S, sv: B}}",
       "14: the menu entry \"shop.sub\" hangs under \"sales\"", "host menus are: administration"},
      {14, "  - {id: shop.sub, parent: crm, order: 2, titles: {en: S, sv: B}, permission: shop.x}",
       "14: the menu entry \"shop.sub\" asks for \"shop.x\"", "add it there"},
      {14, "  - {id: shop.sub, parent: crm, order: 2, titles: {en: S, sv: B}, icon: x}",
       "14: unknown key \"icon\" in menus[1]", "known are: id"},
      {4, "titles: &t {en: Shop, sv: Butik}", "4: anchors (&) and aliases (*) are not allowed", "write the value out"},
      {4, "titles: !!map {en: Shop, sv: Butik}", "4: the tag", "remove it"},
      {4, "titles: {en: Shop, sv: Butik", "", "mend the line or the one above it"},
      {4, "titles: {en: Shop, sv: Butik}\n---\nid: other", "5: a second document begins here", "keep one"},
      {4, "titles: " + std::string(600, '[') + std::string(600, ']'), "4: nested deeper than 16 levels", "flatten it"},
  };
  EXPECT_EQ(refusal(text_with(0, "")), "accepted");
  for (const Bad& bad : table) {
    const std::string told = refusal(text_with(bad.line, bad.replacement));
    EXPECT_THAT(told, StartsWith(bad.begins_with)) << bad.replacement;
    EXPECT_THAT(told, HasSubstr(bad.remedy)) << bad.replacement;
  }
}

TEST(Manifest, RefusesWhatIsNoYamlAtAll) {
  EXPECT_THAT(refusal(""), StartsWith("1: must be a map"));
  EXPECT_THAT(refusal("just words"), StartsWith("1: must be a map"));
  EXPECT_THAT(refusal("- a\n- b\n"), StartsWith("1: must be a map"));
  EXPECT_THAT(refusal("a: 1\n\tb: 2\n"), HasSubstr("not valid YAML"));
  EXPECT_THAT(refusal(std::string("id: a\0b", 7)), HasSubstr("NUL"));
  EXPECT_THAT(refusal("\xff\xfe\x00\x01"), testing::Not("accepted"));
}

TEST(Manifest, RefusesAnAliasBombBeforeWalkingIt) {
  std::string bomb = "a0: &a0 [x]\n";
  for (int i = 1; i < 40; ++i) {
    const std::string before = "*a" + std::to_string(i - 1);
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + before + ", " + before + "]\n";
  }
  EXPECT_THAT(refusal(bomb), StartsWith("1: anchors (&)"));
}

TEST(Manifest, ReadsUpTo64KiBAndNoFurther) {
  const std::string good = text_with(0, "");
  const std::string filled = good + "#" + std::string(kManifestLimitBytes - good.size() - 1, 'x');
  ASSERT_EQ(filled.size(), kManifestLimitBytes);
  EXPECT_EQ(refusal(filled), "accepted");
  EXPECT_THAT(refusal(filled + "x"), HasSubstr("larger than 65536 bytes"));
}

TEST(Manifest, SaysThatAFileIsMissing) {
  try {
    static_cast<void>(read_manifest("/nonexistent/manifest.yaml"));
    FAIL() << "accepted";
  } catch (const HostError& error) {
    EXPECT_EQ(error.status(), ERP_NOT_FOUND);
    EXPECT_THAT(error.what(), HasSubstr("/nonexistent/manifest.yaml: there is no such file"));
  }
}

/// Path of a menu entry in one language, with the host's own part as its id.
std::string menu_path(const Manifest& manifest, const ManifestMenu& menu, const std::string& language) {
  for (const ManifestMenu& parent : manifest.menus) {
    if (parent.id == menu.parent) return menu_path(manifest, parent, language) + " > " + menu.titles.at(language);
  }
  return menu.parent + " > " + menu.titles.at(language);
}

TEST(SalesLeadsManifest, HoldsTheMenusOfTheSpecification) {
  const Manifest manifest = read_manifest(PROJECT_DIR "/manifest.yaml");
  EXPECT_EQ(manifest.id, "sales_leads");
  EXPECT_THAT(manifest.required_extensions, ElementsAre("erp.database/1", "erp.events/1", "erp.clock/1"));
  std::map<std::string, std::vector<std::string>> paths;
  for (const ManifestMenu& menu : manifest.menus) {
    for (const std::string& language : manifest.languages)
      paths[language].push_back(menu_path(manifest, menu, language));
  }
  const std::string settings = "administration.settings.crm > ";
  // There may be more (pipelines, activities …); these paths are what partners and manuals name.
  EXPECT_THAT(paths["sv"], IsSupersetOf<std::string>(
                               {settings + "Grupper", settings + "Säljmöjligheter", settings + "Säljmöjligheter > Steg",
                                settings + "Säljmöjligheter > Avvisning", settings + "Säljmöjligheter > Typ",
                                settings + "Tilläggsinfo på kund", settings + "Status", settings + "Kategorier",
                                settings + "Säljbudget", "crm > Säljmöjligheter", "crm > Leadhantering",
                                "crm > Kampanjer", "crm > Rapporter"}));
  EXPECT_THAT(paths["nb"], IsSupersetOf<std::string>(
                               {settings + "Grupper", settings + "Salgsmuligheter", settings + "Salgsmuligheter > Steg",
                                settings + "Salgsmuligheter > Avvisning", settings + "Salgsmuligheter > Type",
                                settings + "Tilleggsinfo på kunde", settings + "Status", settings + "Kategorier",
                                settings + "Salgsbudsjett", "crm > Salgsmuligheter", "crm > Leadoppfølging",
                                "crm > Kampanjer", "crm > Rapporter"}));
  EXPECT_THAT(paths["en"], IsSupersetOf<std::string>(
                               {settings + "Groups", settings + "Sales opportunities",
                                settings + "Sales opportunities > Step", settings + "Sales opportunities > Rejection",
                                settings + "Sales opportunities > Type", settings + "Additional customer info",
                                settings + "Status", settings + "Categories", settings + "Sales budget",
                                "crm > Sales opportunities", "crm > Leads", "crm > Campaigns", "crm > Reports"}));
}

}  // namespace
}  // namespace erp::host
