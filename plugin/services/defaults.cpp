// SPDX-License-Identifier: Apache-2.0
#include "services/defaults.h"

#include <fstream>
#include <sstream>

#include "services/input.h"

namespace sales_leads::services {
namespace {

store::Titles titles(const json::value& value) {
  const auto& texts = value.as_object();
  const auto text = [&](const char* language) { return std::string(texts.at(language).as_string()); };
  return {text("en"), text("sv"), text("nb")};
}

std::string text_or(const json::object& object, const char* name, const char* otherwise) {
  const auto* value = object.if_contains(name);
  return value == nullptr ? otherwise : std::string(value->as_string());
}

void lay_out(const json::object& data, store::SettingsStore& settings, store::Stamp stamp) {
  const auto& pipeline = data.at("pipeline").as_object();
  store::Pipeline row;
  row.title = titles(pipeline.at("title"));
  row.is_default = true;
  row.on_order_confirmed = text_or(pipeline, "on_order_confirmed", "propose");
  row.link_window_days = pipeline.at("link_window_days").as_int64();
  const store::Id pipeline_id = settings.insert(row, stamp);
  std::int64_t position = 0;
  for (const auto& value : pipeline.at("steps").as_array()) {
    const auto& object = value.as_object();
    store::Step step;
    step.pipeline = pipeline_id;
    step.code = text_or(object, "code", "");
    step.title = titles(object.at("title"));
    step.position = ++position;
    step.probability = parse_share(object.at("probability")).value_or(0);
    step.status = text_or(object, "status", "open");
    step.rejection_rule = text_or(object, "rejection_rule", "none");
    settings.insert(step, stamp);
  }
  for (const char* list : {"rejection", "type", "source", "customer_status", "category"}) {
    position = 0;
    for (const auto& value : data.at(list).as_array()) {
      const auto& object = value.as_object();
      store::ListEntry entry;
      entry.list = list;
      entry.code = text_or(object, "code", "");
      entry.title = titles(object.at("title"));
      entry.position = ++position;
      entry.effect = text_or(object, "effect", "none");
      settings.insert(entry, stamp);
    }
  }
}

}  // namespace

Defaults Defaults::load(const std::filesystem::path& file) {
  std::ifstream stream(file);
  std::stringstream text;
  text << stream.rdbuf();
  boost::system::error_code error;
  json::value parsed = json::parse(text.str(), error);
  if (!stream || error || !parsed.is_object()) {
    throw Failure(Code::data_loss, "defaults.unreadable",
                  "Cannot read " + file.string() + "; install the module anew.");
  }
  Defaults defaults;
  defaults.data_ = std::move(parsed.get_object());
  return defaults;
}

void Defaults::ensure(store::Session& session, store::Id company, store::Stamp stamp) const {
  store::SettingsStore settings(session, company);
  if (settings.defaults_done() || settings.lock_defaults()) return;
  lay_out(data_, settings, stamp);
  settings.set_defaults_done();
}

}  // namespace sales_leads::services
