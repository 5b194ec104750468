// SPDX-License-Identifier: Apache-2.0
#include "import/row_shape.h"

#include "services/calendar.h"

namespace erp::host::import {
namespace {

namespace json = boost::json;

/// Reads the record's fields into the action's row.
class Shape {
 public:
  Shape(const Profile& profile, const Setting& setting, const Record& record, Problems& problems)
      : profile_(profile), setting_(setting), record_(record), problems_(problems) {}

  json::object opportunity() {
    texts({"external_id", "description", "owner", "pipeline", "step", "type", "source", "campaign", "rejection",
           "rejection_note"});
    if (!record_.text("contact").empty()) row_["contact_name"] = record_.text("contact");
    flag("archived");
    row_["title"] = title();
    const std::string& customer = record_.text("customer_no");
    const std::string& project = record_.text("project_no");
    if (!project.empty()) row_["project_number"] = project;
    if (!customer.empty() || !profile_.stand_in.empty()) {
      row_["customer_number"] = customer.empty() ? profile_.stand_in : customer;
    } else if (project.empty()) {
      record_.fault("customer_no", "the cell is empty, but every row must have a customer_no", problems_);
    }
    one_of("status", {"open", "won", "lost", "expired"});
    probability();
    money();
    if (const auto months = record_.integer("recurring_months", problems_)) row_["recurring_months"] = *months;
    days({"start", "planned_close", "closed_on", "delivery_date"});
    if (record_.text("start").empty() && !profile_.as_of.empty()) row_["start"] = profile_.as_of;
    if (row_.contains("start") && row_.contains("closed_on") &&
        row_["closed_on"].get_string() < row_["start"].get_string()) {
      record_.fault("closed_on", "it is closed before it starts", problems_);
    }
    pairs("sellers", "employee", "share");
    pairs("touches", "campaign", "date");
    return std::move(row_);
  }

  json::object lead() {
    texts({"external_id", "name", "first_name", "last_name", "org_number", "website", "industry", "street",
           "postal_code", "city", "country", "source", "campaign", "category", "owner", "description"});
    one_of("kind", {"company", "person"});
    if (!row_.contains("kind")) row_["kind"] = record_.text("name").empty() ? "person" : "company";
    list("emails", {"email", "email2"});
    list("phones", {"phone", "phone2"});
    amount("turnover", "turnover");
    if (const auto employees = record_.integer("employees", problems_)) row_["employees"] = *employees;
    if (record_.text("name").empty() && record_.text("first_name").empty() && record_.text("last_name").empty())
      record_.fault("name", "the cell is empty, but a company has a name and a person a first or last name", problems_);
    return std::move(row_);
  }

  json::object campaign() {
    texts({"code", "title", "owner", "medium", "source", "parent"});
    one_of("status", {"planned", "active", "done"});
    days({"start", "end"});
    amount("budget", "budget");
    flag("archived");
    return std::move(row_);
  }

  json::object customer_extra() {
    row_["customer"] = record_.text("customer_no");
    texts({"status", "source", "contact_origin", "products"});
    list("categories", {"categories"});
    const std::string& own = record_.text("own_fields");
    if (!own.empty()) {
      boost::system::error_code error;
      json::value fields = json::parse(own, error);
      if (error || !fields.is_object()) {
        record_.fault("own_fields", "the own fields are no JSON object of texts", problems_);
      } else {
        row_["own_fields"] = std::move(fields);
      }
    }
    return std::move(row_);
  }

  json::object campaign_member() {
    texts({"campaign", "name", "response"});
    if (!record_.text("customer_no").empty()) row_["customer"] = record_.text("customer_no");
    // An external id is the same everywhere; the number is this company's own.
    texts({"lead"});
    const auto number = record_.integer("lead_id", problems_);
    if (number && !row_.contains("lead")) row_["lead"] = *number;
    days({"response_date"});
    return std::move(row_);
  }

  json::object campaign_cost() {
    texts({"campaign", "text"});
    days({"date"});
    amount("amount", "amount", Sign::any);
    return std::move(row_);
  }

  json::object pipeline() {
    titles();
    texts({"on_order_confirmed", "first_step", "won_step", "lost_step"});
    pairs("steps", "code", "status");
    for (const char* field : {"link_window_days", "expire_after_days"}) {
      if (const auto number = record_.integer(field, problems_)) row_[field] = *number;
    }
    list("types", {"types"});
    list("groups", {"groups"});
    flag("is_default");
    flag("archived");
    return std::move(row_);
  }

  json::object step() {
    titles();
    texts({"pipeline", "code", "rejection_rule", "default_rejection"});
    one_of("status", {"open", "won", "lost"});
    for (const char* field : {"position", "stale_days"}) {
      if (const auto number = record_.integer(field, problems_)) row_[field] = *number;
    }
    if (const auto share = record_.share("probability", problems_)) row_["probability"] = *share;
    list("required_fields", {"required_fields"}, ',');
    flag("archived");
    return std::move(row_);
  }

  json::object activity() {
    texts({"opportunity", "lead", "record_title", "kind", "title", "text", "reference", "owner"});
    if (!record_.text("customer_no").empty()) row_["customer"] = record_.text("customer_no");
    one_of("entity", {"opportunity", "lead", "customer"});
    const auto number = record_.integer("record", problems_);
    if (const auto* entity = row_.if_contains("entity")) {
      const std::string name(entity->get_string());
      if (number && !row_.contains(name)) row_[name] = *number;
      row_.erase("entity");
    }
    if (const auto due = record_.date("due_date", problems_)) row_["due"] = date_text(*due);
    if (const auto done = record_.time("done_at", setting_.zone, problems_)) row_["done_at"] = time_text(*done);
    flag("archived");
    return std::move(row_);
  }

  json::object group_member() {
    texts({"group", "employee"});
    days({"from", "to"});
    return std::move(row_);
  }

  json::object entry() {
    texts({"code"});
    titles();
    if (const auto position = record_.integer("position", problems_)) row_["position"] = *position;
    if (profile_.kind == Kind::kCustomerStatuses) one_of("effect", {"none", "warn", "block"});
    flag("archived");
    return std::move(row_);
  }

 private:
  void titles() {
    json::object titles;
    for (const char* language : {"en", "sv", "nb"}) {
      const std::string& text = record_.text(std::string("title_") + language);
      if (!text.empty()) titles[language] = text;
    }
    if (!titles.empty()) {
      row_["title"] = std::move(titles);
    } else if (!record_.text("title").empty()) {
      row_["title"] = record_.text("title");
    }
  }
  void texts(std::initializer_list<const char*> fields) {
    for (const char* field : fields) {
      if (!record_.text(field).empty()) row_[field] = record_.text(field);
    }
  }
  void days(std::initializer_list<const char*> fields) {
    for (const char* field : fields) {
      if (const auto day = record_.date(field, problems_)) row_[field] = date_text(*day);
    }
  }
  void flag(const char* field) {
    if (const auto value = record_.boolean(field, problems_)) row_[field] = *value;
  }
  // "a@b.se; c@d.se" in a cell is several.
  void list(const char* name, std::initializer_list<const char*> fields, char separator = ';') {
    json::array values;
    for (const char* field : fields) {
      const std::string& text = record_.text(field);
      for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find(separator, at), text.size());
        const std::string_view item = trimmed(std::string_view(text).substr(at, end - at));
        if (!item.empty()) values.emplace_back(item);
        at = end + 1;
      }
    }
    if (!values.empty()) row_[name] = std::move(values);
  }
  void one_of(const char* field, std::initializer_list<const char*> values) {
    const std::string& text = record_.text(field);
    if (text.empty()) return;
    std::string known;
    for (const char* value : values) {
      if (text == value) row_[field] = text;
      known += (known.empty() ? "" : ", ") + std::string(value);
    }
    if (row_.contains(field)) return;
    // In the words of the file: whoever writes 1 to 3 there is not helped by ours.
    const std::string written = record_.choices(field);
    record_.fault(field,
                  std::string("the ") + field + " is unknown: it is one of " + (written.empty() ? known : written),
                  problems_);
  }

  enum class Sign { expected, any };  // an expected amount is not negative, a margin may be

  std::optional<std::int64_t> amount(const char* field, const char* name, Sign sign = Sign::expected) {
    if (record_.text(field).empty()) return std::nullopt;
    const std::string currency = record_.currency(setting_, problems_);
    const auto minor = record_.amount(field, currency, problems_);
    if (!minor) return std::nullopt;
    if (*minor < 0 && sign == Sign::expected) {
      record_.fault(field, std::string("an expected ") + field + " is not negative", problems_);
      return std::nullopt;
    }
    row_[name] = {{"minor", *minor}, {"currency", currency}};
    return minor;
  }

  // "{product} – {customer_no}": an empty part takes the signs around it along.
  std::string title() const {
    if (!record_.text("title").empty() || profile_.title.empty()) return record_.text("title");
    std::string out, between;
    const std::string& form = profile_.title;
    for (std::size_t at = 0; at < form.size();) {
      if (form[at] != '{') {
        between += form[at++];
        continue;
      }
      const std::size_t end = form.find('}', at);
      const std::string& part = record_.text(form.substr(at + 1, end - at - 1));
      at = end + 1;
      if (part.empty()) continue;
      out += (out.empty() ? "" : between) + part;
      between.clear();
    }
    return out.empty() ? record_.text("external_id") : out;
  }

  void probability() {
    // Of a file that this module wrote: what the step brought along is not set by hand.
    if (record_.text("probability_origin") == "step") return;
    if (const auto share = record_.share("probability", problems_)) row_["probability"] = *share;
  }

  void money() {
    lines();
    const auto minor = amount("amount", "amount");
    if (row_.contains("lines") && record_.text("amount_origin") == "lines") {
      if (minor) row_["currency"] = row_["amount"].at("currency");
      row_.erase("amount");  // it is their sum
    }
    amount("recurring", "recurring");
    amount("margin", "margin", Sign::any);
    amount("amount2", "amount2", Sign::any);
    // Where the file says no amount yet, the line has none either, and the opportunity none.
    const std::string& product = record_.text("product");
    if (!product.empty() && !row_.contains("lines")) {
      json::object line{{"product", product}};
      if (minor) line["net"] = *minor;
      row_["lines"] = json::array{std::move(line)};
    }
  }

  void lines() {
    const std::string& text = record_.text("lines");
    if (text.empty()) return;
    boost::system::error_code error;
    json::value lines = json::parse(text, error);
    if (error || !lines.is_array()) {
      record_.fault("lines", "the lines are no JSON list of products", problems_);
    } else {
      row_["lines"] = std::move(lines);
    }
  }

  // "7 60.00; 8 40.00": before the last space stands who, behind it how much or when.
  void pairs(const char* field, const char* first, const char* second) {
    const std::string& text = record_.text(field);
    if (text.empty()) return;
    json::array items;
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t end = std::min(text.find(';', at), text.size());
      const std::string_view item = trimmed(std::string_view(text).substr(at, end - at));
      at = end + 1;
      if (item.empty()) continue;
      const std::size_t space = item.rfind(' ');
      if (space == std::string_view::npos) {
        record_.fault(field, "it is not made of pairs as \"" + std::string(first) + " " + second + "; …\"", problems_);
        return;
      }
      items.push_back(json::object{{first, std::string(trimmed(item.substr(0, space)))},
                                   {second, std::string(item.substr(space + 1))}});
    }
    row_[field] = std::move(items);
  }

  const Profile& profile_;
  const Setting& setting_;
  const Record& record_;
  Problems& problems_;
  json::object row_;
};

}  // namespace

std::string entity_of(Kind kind) {
  switch (kind) {
    case Kind::kLeads:
      return "lead";
    case Kind::kCampaigns:
      return "campaign";
    case Kind::kTypes:
      return "type";
    case Kind::kSources:
      return "source";
    case Kind::kRejections:
      return "rejection";
    case Kind::kCustomerStatuses:
      return "customer_status";
    case Kind::kCategories:
      return "category";
    case Kind::kCustomerExtra:
      return "customer_extra";
    case Kind::kCampaignMembers:
      return "campaign_member";
    case Kind::kCampaignCosts:
      return "campaign_cost";
    case Kind::kPipelines:
      return "pipeline";
    case Kind::kSteps:
      return "step";
    case Kind::kActivities:
      return "activity";
    case Kind::kGroupMembers:
      return "group_member";
    default:
      return "opportunity";
  }
}

boost::json::object shape_row(const Profile& profile, const Setting& setting, const Record& record,
                              Problems& problems) {
  Shape shape(profile, setting, record, problems);
  switch (profile.kind) {
    case Kind::kOpportunities:
      return shape.opportunity();
    case Kind::kLeads:
      return shape.lead();
    case Kind::kCampaigns:
      return shape.campaign();
    case Kind::kCustomerExtra:
      return shape.customer_extra();
    case Kind::kCampaignMembers:
      return shape.campaign_member();
    case Kind::kCampaignCosts:
      return shape.campaign_cost();
    case Kind::kPipelines:
      return shape.pipeline();
    case Kind::kSteps:
      return shape.step();
    case Kind::kActivities:
      return shape.activity();
    case Kind::kGroupMembers:
      return shape.group_member();
    default:
      return shape.entry();
  }
}

}  // namespace erp::host::import
