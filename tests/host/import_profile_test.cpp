// SPDX-License-Identifier: Apache-2.0
#include "import/profile.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>

#include "app.h"

namespace erp::host::import {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

Profile profile_of(const std::string& yaml) {
  const auto file = std::filesystem::path(::testing::TempDir()) / "import_profile_test.yaml";
  std::ofstream(file, std::ios::binary) << yaml;
  return read_profile(file);
}

std::string refusal(const std::string& yaml) {
  try {
    profile_of(yaml);
  } catch (const HostError& error) {
    return error.what();
  }
  return "";
}

constexpr const char* kGood = "kind: customers\ncolumns:\n  no: number\n  name: name\n";

std::vector<std::filesystem::path> built_in() {
  std::vector<std::filesystem::path> out;
  for (const auto& file : std::filesystem::directory_iterator(PROJECT_DIR "/schemas/import")) {
    if (file.path().extension() == ".yaml") out.push_back(file.path());
  }
  return out;
}

TEST(Profiles, ThatAreBuiltInAreAllGood) {
  EXPECT_EQ(built_in().size(), 14U);
  for (const auto& path : built_in()) EXPECT_NO_THROW(load_profile(path.string(), "")) << path;
}

TEST(Profiles, AreReadAsWritten) {
  const Profile profile = profile_of(
      "derived: {title: \"{product}\", customers: {stand_in: Unknown}}\n"  // before the kind: order does not matter
      "kind: opportunities\ncurrency: USD\nas_of: 2017-08-31\nseparator: semicolon\nencoding: windows-1252\n"
      "columns:\n  p: {field: product, values: {GTXPro: GTX Pro}}\n  v: {field: amount, unit: minor}\n"
      "  d: {field: start, date: DD.MM.YYYY}\nignore: [x]\ndefaults: {status: open}\n");
  EXPECT_EQ(profile.kind, Kind::kOpportunities);
  EXPECT_EQ(profile.separator, ';');
  EXPECT_EQ(profile.encoding, Encoding::kWindows1252);
  ASSERT_EQ(profile.columns.size(), 3U);
  EXPECT_EQ(profile.columns[0].values.at("GTXPro"), "GTX Pro");
  EXPECT_TRUE(profile.columns[1].amount.minor);
  EXPECT_EQ(profile.columns[2].date_format, "DD.MM.YYYY");
  EXPECT_EQ(profile.stand_in, "Unknown");
  EXPECT_EQ(refusal(kGood), "");
}

TEST(Profiles, AreRefusedWithLineAndReason) {
  const std::string good = kGood;
  EXPECT_THAT(refusal(good + "colour: red\n"),
              AllOf(HasSubstr("yaml:5:"), HasSubstr("colour"), HasSubstr("known are")));
  EXPECT_THAT(refusal(good + "kind: orders\n"), AllOf(HasSubstr("yaml:5:"), HasSubstr("twice")));
  EXPECT_THAT(refusal(good + "  phone: telephone\n"),
              AllOf(HasSubstr("yaml:5:"), HasSubstr("fields of customers are")));
  EXPECT_THAT(refusal(good + "  other: name\n"), HasSubstr("filled by two columns"));
  EXPECT_THAT(refusal("kind: cars\ncolumns: {a: b}\n"), AllOf(HasSubstr("yaml:1:"), HasSubstr("cars")));
  EXPECT_THAT(refusal("columns: {a: b}\n"), HasSubstr("\"kind\" is missing"));
  EXPECT_THAT(refusal("kind: customers\n"), HasSubstr("\"columns\" is missing"));
  EXPECT_THAT(refusal("kind: customers\ncolumns: {no: number}\n"), HasSubstr("nothing fills the field name"));
  EXPECT_THAT(refusal(good + "currency: XXQ\n"), AllOf(HasSubstr("yaml:5:"), HasSubstr("XXQ")));
  EXPECT_THAT(refusal(good + "encoding: latin\n"), HasSubstr("known are auto, utf-8"));
  EXPECT_THAT(refusal(good + "separator: pipe\n"), HasSubstr("semicolon"));
  EXPECT_THAT(refusal(good + "as_of: 2017-02-30\n"), AllOf(HasSubstr("yaml:5:"), HasSubstr("does not exist")));
  EXPECT_THAT(refusal(good + "derived: {steps: []}\n"), HasSubstr("no meaning for customers"));
  EXPECT_THAT(refusal("kind: customers\ncolumns:\n  no: {field: number, unit: minor}\n"),
              HasSubstr("for amounts alone"));
  EXPECT_THAT(refusal("kind: customers\ncolumns: &a {no: number}\n"), HasSubstr("anchors"));
  EXPECT_THAT(refusal("kind: customers\ncolumns: [a]\n"), HasSubstr("map of key"));
  EXPECT_THAT(refusal("kind: [customers\n"), HasSubstr("not valid YAML"));
  EXPECT_THAT(refusal("just text"), HasSubstr("map of key"));
  EXPECT_THAT(refusal(std::string(kProfileBytesMax + 1, ' ')), HasSubstr("larger than 65536 bytes"));
  EXPECT_NE(refusal("kind: " + std::string(3000, '[')), "");
}

TEST(Profiles, ThatAreMissingAreNamedWithThoseThatExist) {
  const auto modules = std::filesystem::path(::testing::TempDir()) / "profiles_modules";
  std::filesystem::create_directories(modules / "sales_leads/schemas/import");
  for (const auto& path : built_in()) {
    std::filesystem::copy_file(path, modules / "sales_leads/schemas/import" / path.filename(),
                               std::filesystem::copy_options::overwrite_existing);
  }
  EXPECT_EQ(load_profile("retail_invoices", modules).kind, Kind::kInvoices);
  try {
    load_profile("retail", modules);
    FAIL();
  } catch (const HostError& error) {
    EXPECT_THAT(error.what(), HasSubstr("crm_pipeline_accounts"));
  }
  EXPECT_THROW(load_profile("../retail_invoices.yaml", modules), HostError);
}

TEST(Profiles, SurviveRandomDamage) {
  std::vector<std::string> seeds = {kGood};
  for (const auto& path : built_in()) {
    std::ifstream file(path);
    seeds.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }
  std::mt19937 random(42);  // NOLINT: the same damage in every run
  int refused = 0;
  for (int round = 0; round < 600; ++round) {
    std::string yaml = seeds[random() % seeds.size()];
    for (auto n = random() % 6 + 1; n > 0; --n) {
      const std::size_t at = random() % yaml.size();
      switch (random() % 3) {
        case 0:
          yaml[at] = static_cast<char>(random() % 256);
          break;
        case 1:
          yaml.erase(at, random() % 8 + 1);
          break;
        default:
          yaml.insert(at, std::string(random() % 4 + 1, "{}[]:&*-\n \"'"[random() % 12]));
          break;
      }
      if (yaml.empty()) yaml = " ";
    }
    try {
      profile_of(yaml);
    } catch (const HostError&) {
      ++refused;
    }
  }
  EXPECT_GT(refused, 200);
}

}  // namespace
}  // namespace erp::host::import
