// SPDX-License-Identifier: Apache-2.0
//
// Declared views: entities, views and texts as data, and a view as one user sees it in one language. For hosts and
// modules alike. The language of views: host_api/web/README.md and host_api/web/schema/views.schema.json.
//
//   DeclaredViews views;  views.add_entity(json); views.add_view(json); views.add_texts(json);
//   json::object resolved = views.resolve("opportunity.list", "sv", rights);
//
// In a view, members named in kTextMembers hold keys of texts; a field "customer" of entity "opportunity" is labelled
// by "opportunity.customer", else by "*.customer", its choices by "opportunity.status.open", else "*.status.open".
//
// Threads: immutable once filled. Errors: std::runtime_error naming the file's view and the key. Needs Boost.JSON.
#pragma once

#include <boost/json.hpp>

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace erp::sdk {

namespace json = boost::json;

struct ViewRights {
  std::function<bool(const std::string&)> may;         // a permission
  std::function<bool(const std::string&)> may_action;  // an action by name; true for one that is not known here
  std::function<bool(const std::string&)> may_view;    // another view; true for one that is not known here
};

class DeclaredViews {
 public:
  void add_entity(const json::value& declared) {
    const json::object& entity = declared.as_object();
    const std::string name(entity.at("entity").as_string());
    if (!entities_.emplace(name, entity).second) throw std::runtime_error("entity " + name + " is declared twice");
  }
  void add_view(const json::value& declared) {
    const json::object& view = declared.as_object();
    const std::string id(view.at("id").as_string());
    if (!views_.emplace(id, view).second) throw std::runtime_error("view " + id + " is declared twice");
  }
  /// {"opportunity.title": {"en": …, "sv": …, "nb": …}}
  void add_texts(const json::value& declared) {
    for (const auto& entry : declared.as_object()) {
      Text text;
      for (const char* language : {"en", "sv", "nb"}) {
        const auto* said = entry.value().as_object().if_contains(language);
        if (said == nullptr || !said->is_string() || said->get_string().empty())
          throw std::runtime_error("the text " + std::string(entry.key()) + " lacks " + language);
        text[language] = std::string(said->get_string());
      }
      if (!texts_.emplace(std::string(entry.key()), std::move(text)).second)
        throw std::runtime_error("the text " + std::string(entry.key()) + " stands twice");
    }
  }

  [[nodiscard]] const std::map<std::string, json::object, std::less<>>& views() const { return views_; }
  [[nodiscard]] const std::map<std::string, json::object, std::less<>>& entities() const { return entities_; }
  [[nodiscard]] bool has_text(const std::string& key) const { return texts_.contains(key); }

  /// The text, the key itself where there is none.
  [[nodiscard]] std::string text(const std::string& key, const std::string& language) const {
    const auto found = texts_.find(key);
    if (found == texts_.end()) return key;
    const auto said = found->second.find(language);
    return said == found->second.end() ? found->second.at("en") : said->second;
  }
  /// The text of "opportunity.title", else of "*.title".
  [[nodiscard]] std::optional<std::string> named(const std::string& entity, const std::string& rest,
                                                 const std::string& language) const {
    for (const std::string& key : {entity + "." + rest, "*." + rest}) {
      if (texts_.contains(key)) return text(key, language);
    }
    return std::nullopt;
  }

  [[nodiscard]] bool visible(const json::object& view, const ViewRights& rights) const {
    const auto* permission = view.if_contains("permission");
    return permission == nullptr || rights.may(std::string(permission->as_string()));
  }

  /// {"id","kind","title"} of each view that the caller may see.
  [[nodiscard]] json::array list(const std::string& language, const ViewRights& rights) const {
    json::array out;
    for (const auto& [id, view] : views_) {
      if (!visible(view, rights)) continue;
      json::object one{{"id", id}, {"kind", view.at("kind")}, {"title", text(title_key(view), language)}};
      if (const auto* lookup = view.if_contains("lookup")) one["lookup"] = *lookup;
      out.push_back(std::move(one));
    }
    return out;
  }

  /// Nothing when there is no such view, or none that the caller may see.
  [[nodiscard]] std::optional<json::object> resolve(std::string_view id, const std::string& language,
                                                    const ViewRights& rights) const {
    const auto found = views_.find(id);
    if (found == views_.end() || !visible(found->second, rights)) return std::nullopt;
    json::object out{{"schema", "1.0"}};
    for (const auto& member : found->second) out[member.key()] = member.value();
    if (!out.contains("title")) out["title"] = title_key(found->second);
    if (!out.contains("help") && has_text(title_key(found->second) + ".help"))
      out["help"] = title_key(found->second) + ".help";
    out.erase("permission");
    json::value whole(std::move(out));
    strip(whole, rights);
    say(whole, language, "");
    json::object& view = whole.as_object();
    if (const auto* entity = view.if_contains("entity"))
      add_fields(view, std::string(entity->as_string()), language, rights);
    return std::move(view);
  }

  /// Keys of texts that views and entities need and that are not there.
  [[nodiscard]] std::vector<std::string> missing_texts() const {
    std::set<std::string> missing;
    for (const auto& [id, view] : views_) {
      if (!has_text(title_key(view))) missing.insert(title_key(view));
      collect(view, missing);
    }
    for (const auto& [name, entity] : entities_) collect_fields(name, "", entity.at("fields").as_object(), missing);
    return {missing.begin(), missing.end()};
  }

 private:
  using Text = std::map<std::string, std::string, std::less<>>;
  static constexpr std::array<std::string_view, 6> kTextMembers = {"title", "label", "help",
                                                                   "empty", "text",  "placeholder"};
  /// Members whose insides are not words for people: inputs of actions, filters, defaults.
  static constexpr std::array<std::string_view, 8> kOpaque = {"input",   "filter", "input_fixed", "add",
                                                              "default", "values", "defaults",    "create_with"};

  [[nodiscard]] static std::string title_key(const json::object& view) {
    const auto* title = view.if_contains("title");
    return title != nullptr ? std::string(title->as_string()) : "view." + std::string(view.at("id").as_string());
  }
  [[nodiscard]] static bool is_text_member(std::string_view key) {
    return std::find(kTextMembers.begin(), kTextMembers.end(), key) != kTextMembers.end();
  }
  [[nodiscard]] static bool is_opaque(std::string_view key) {
    return std::find(kOpaque.begin(), kOpaque.end(), key) != kOpaque.end();
  }

  void say(json::value& value, const std::string& language, std::string_view under) const {
    if (auto* array = value.if_array()) {
      for (json::value& one : *array) say(one, language, under);
    }
    auto* object = value.if_object();
    if (object == nullptr) return;
    for (auto& member : *object) {
      if (member.value().is_string() && is_text_member(member.key()) && !(under == "card")) {
        member.value() = text(std::string(member.value().get_string()), language);
      } else if (!is_opaque(member.key()) || (member.key() == "add" && member.value().is_object())) {
        say(member.value(), language, member.key());
      }
    }
  }
  void collect(const json::value& value, std::set<std::string>& missing, std::string_view under = "") const {
    if (const auto* array = value.if_array()) {
      for (const json::value& one : *array) collect(one, missing, under);
    }
    const auto* object = value.if_object();
    if (object == nullptr) return;
    for (const auto& member : *object) {
      if (member.value().is_string() && is_text_member(member.key()) && !(under == "card")) {
        if (!has_text(std::string(member.value().get_string())))
          missing.insert(std::string(member.value().get_string()));
      } else if (!is_opaque(member.key()) || (member.key() == "add" && member.value().is_object())) {
        collect(member.value(), missing, member.key());
      }
    }
  }
  void collect_fields(const std::string& entity, const std::string& path, const json::object& fields,
                      std::set<std::string>& missing) const {
    for (const auto& field : fields) {
      const std::string name = path + std::string(field.key());
      const json::object& declared = field.value().as_object();
      if (!named(entity, name, "en") && !declared.contains("label")) missing.insert(entity + "." + name);
      if (const auto* choices = declared.if_contains("choices")) {
        for (const json::value& choice : choices->as_array()) {
          if (!choice_text(entity, name, declared, choice, "en"))
            missing.insert(entity + "." + name + "." + choice_value(choice));
        }
      }
      if (const auto* of = declared.if_contains("of")) collect_fields(entity, name + ".", of->as_object(), missing);
    }
  }

  [[nodiscard]] static std::string choice_value(const json::value& choice) {
    return std::string(choice.is_string() ? choice.get_string() : choice.as_object().at("value").as_string());
  }
  [[nodiscard]] std::optional<std::string> choice_text(const std::string& entity, const std::string& field,
                                                       const json::object& declared, const json::value& choice,
                                                       const std::string& language) const {
    if (const auto* set = declared.if_contains("choice_texts"))
      return named(std::string(set->as_string()), choice_value(choice), language);
    return named(entity, field + "." + choice_value(choice), language);
  }

  /// Takes out what the caller may not use: whatever carries a permission, action or view that is not theirs.
  static bool refused(const json::value& value, const ViewRights& rights) {
    const auto* object = value.if_object();
    if (object == nullptr) return false;
    const auto says = [&](const char* member) -> std::optional<std::string> {
      const auto* found = object->if_contains(member);
      return found != nullptr && found->is_string() ? std::optional(std::string(found->get_string())) : std::nullopt;
    };
    if (const auto permission = says("permission"); permission && !rights.may(*permission)) return true;
    for (const char* member : {"action", "run"}) {
      if (const auto action = says(member); action && !rights.may_action(*action)) return true;
    }
    if (const auto view = says("view"); view && !rights.may_view(*view)) return true;
    return false;
  }
  static void strip(json::value& value, const ViewRights& rights) {
    if (auto* array = value.if_array()) {
      array->erase(
          std::remove_if(array->begin(), array->end(), [&](const json::value& one) { return refused(one, rights); }),
          array->end());
      for (json::value& one : *array) strip(one, rights);
    }
    auto* object = value.if_object();
    if (object == nullptr) return;
    std::vector<std::string> out;
    for (auto& member : *object) {
      const std::string key(member.key());
      if (key == "source" || key == "load" || is_opaque(key)) continue;
      if (refused(member.value(), rights)) {
        out.push_back(key);
        continue;
      }
      if (key == "save" && member.value().is_object()) {
        json::object& save = member.value().get_object();
        for (const char* verb : {"create", "update"}) {
          const auto* action = save.if_contains(verb);
          if (action != nullptr && action->is_string() && !rights.may_action(std::string(action->get_string())))
            save.erase(verb);
        }
        if (!save.contains("create") && !save.contains("update") && !save.contains("action")) out.push_back(key);
        continue;
      }
      strip(member.value(), rights);
    }
    for (const std::string& key : out) object->erase(key);
    object->erase("permission");
  }

  [[nodiscard]] json::object fields_of(const std::string& entity, const std::string& path, const json::object& declared,
                                       const std::string& language, const ViewRights& rights) const {
    json::object out;
    for (const auto& field : declared) {
      const json::object& one = field.value().as_object();
      const auto* right = one.if_contains("right");
      if (right != nullptr && !rights.may(std::string(right->as_string()))) continue;
      const std::string name = path + std::string(field.key());
      json::object said;
      for (const auto& member : one) {
        if (member.key() != "right" && member.key() != "choice_texts") said[member.key()] = member.value();
      }
      const auto* label = one.if_contains("label");
      said["label"] = label != nullptr ? text(std::string(label->as_string()), language)
                                       : named(entity, name, language).value_or(entity + "." + name);
      if (texts_.contains(entity + "." + name + ".help")) said["help"] = text(entity + "." + name + ".help", language);
      if (const auto* choices = one.if_contains("choices")) {
        json::array list;
        for (const json::value& choice : choices->as_array()) {
          json::object with = choice.is_object() ? choice.get_object() : json::object{{"value", choice}};
          with["label"] = choice_text(entity, name, one, choice, language).value_or(choice_value(choice));
          list.push_back(std::move(with));
        }
        said["choices"] = std::move(list);
      }
      if (const auto* of = one.if_contains("of"))
        said["of"] = fields_of(entity, name + ".", of->as_object(), language, rights);
      out[field.key()] = std::move(said);
    }
    return out;
  }

  void add_fields(json::object& view, const std::string& name, const std::string& language,
                  const ViewRights& rights) const {
    const auto entity = entities_.find(name);
    if (entity == entities_.end()) throw std::runtime_error("there is no entity " + name);
    json::object fields = fields_of(name, "", entity->second.at("fields").as_object(), language, rights);
    // A column or a place in a form whose field is not for the caller goes.
    const auto hidden = [&](const json::value& one) {
      const auto* field = one.is_object() ? one.get_object().if_contains("field") : &one;
      return field != nullptr && field->is_string() && !fields.contains(field->get_string()) &&
             entity->second.at("fields").as_object().contains(field->get_string());
    };
    std::function<void(json::value&)> clean = [&](json::value& value) {
      if (auto* array = value.if_array()) {
        array->erase(std::remove_if(array->begin(), array->end(), hidden), array->end());
        for (json::value& one : *array) clean(one);
      } else if (auto* object = value.if_object()) {
        for (auto& member : *object) {
          if (!is_opaque(member.key())) clean(member.value());
        }
      }
    };
    for (const char* part : {"columns", "filters", "sections", "board", "header", "tabs"}) {
      if (auto* found = view.if_contains(part)) clean(*found);
    }
    view["fields"] = std::move(fields);
  }

  std::map<std::string, json::object, std::less<>> entities_, views_;
  std::map<std::string, Text, std::less<>> texts_;
};

}  // namespace erp::sdk
