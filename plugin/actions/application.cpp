// SPDX-License-Identifier: Apache-2.0
#include "actions/application.h"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <chrono>
#include <map>
#include <mutex>
#include <set>
#include <utility>

#include "actions/declarations.h"
#include "actions/nightly.h"
#include "actions/registry.h"
#include "actions/view_files.h"
#include "host/declared.h"
#include "host/refusal.h"
#include "reports/reports.h"
#include "services/audit_values.h"
#include "services/defaults.h"
#include "services/lead_text.h"
#include "services/list_catalog.h"
#include "signals/audit.h"
#include "signals/pump.h"
#include "store/database_copy.h"
#include "store/migrations.h"
#include "store/parked_store.h"
#include "store/pipeline_rollup.h"
#include "store/request_store.h"
#include "store/timed_database.h"

namespace sales_leads {
namespace json = boost::json;
namespace {

constexpr std::int64_t kRequestKept_us = 24LL * 3'600 * 1'000'000;
constexpr std::int64_t kLongestCall_us = 3'600'000'000;
constexpr int kRateRounds = 4;  // an action learns which rates it needs at most this often

/// These work in slices with sessions of their own; a transaction around them would hold what they wait for.
constexpr std::array<std::string_view, 6> kSliced = {"link.rerun",        "ledger.verify",
                                                     "ledger.rebuild",    "opportunity.expire_due",
                                                     "forecast.snapshot", "forecast.backtest"};

/// These ask the host for a change of its own between two transactions: first it is written down what they are about to
/// do. Each stage has its audit rows; the request id is taken with the first and answered with the last.
constexpr std::array<std::string_view, 2> kStaged = {"lead.convert", "lead.resume_conversion"};

template <std::size_t Size>
bool is_one_of(const std::array<std::string_view, Size>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// As json::serialize, measured first: that one doubles its text as it goes and holds up to three times of it.
std::string text_of(const json::object& answer) {
  std::array<char, 4'096> some{};
  std::size_t size = 0;
  json::serializer serializer;
  for (serializer.reset(&answer); !serializer.done();) size += serializer.read(some.data(), some.size()).size();
  std::string text;
  text.reserve(size);
  for (serializer.reset(&answer); !serializer.done();) text += serializer.read(some.data(), some.size());
  return text;
}

/// The request was answered before: ends a staged action.
struct Answered {
  std::string response;
};

/// Thrown out of the transaction of a preview, which so is taken back.
struct Previewed {
  std::string response;
};

std::string kind_text(ActorKind kind) {
  return kind == ActorKind::user ? "user" : kind == ActorKind::local_operator ? "operator" : "system";
}

json::value parse(std::string_view text) {
  if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) return json::object{};
  boost::system::error_code error;
  json::value value = json::parse(text, error);
  if (error) throw Refusal(Code::invalid_argument, "input.json", "", error.message());
  if (!value.is_object()) throw Refusal(Code::invalid_argument, "input.invalid", "", std::string(text.substr(0, 80)));
  return value;
}

/// With the members of every object in the order of their names: clients write them in any.
json::value in_order(const json::value& value) {
  if (const auto* list = value.if_array()) {
    json::array out;
    for (const auto& item : *list) out.push_back(in_order(item));
    return out;
  }
  const auto* object = value.if_object();
  if (object == nullptr) return value;
  std::map<std::string_view, const json::value*> members;
  for (const auto& member : *object) members.emplace(member.key(), &member.value());
  json::object out;
  for (const auto& [name, member] : members) out[name] = in_order(*member);
  return out;
}

/// Tells one input from another: the same request id must mean the same wish. FNV-1a; chance is the only adversary.
std::string fingerprint(const json::value& input) {
  std::uint64_t hash = 14695981039346656037ULL;
  for (const char c : json::serialize(in_order(input)))
    hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  return std::to_string(hash);
}

}  // namespace

struct Application::Impl {
  Impl(const Host& the_host, std::filesystem::path module_folder)
      : host(the_host), folder(std::move(module_folder)), lead_text(folder) {}

  const Host& host;
  const std::filesystem::path folder;
  const services::LeadText lead_text;

  std::mutex mutex;  // guards what follows, until it is made; what is made stays
  std::unique_ptr<store::Database> opened;
  std::unique_ptr<signals::Pump> pump;
  std::unique_ptr<actions::Declarations> actions, reports;
  std::unique_ptr<services::Messages> messages;
  std::unique_ptr<services::Defaults> defaults;
  std::unique_ptr<DeclaredViews> views;
  std::unique_ptr<services::ListCatalog> lists;
  std::set<std::int64_t> companies_ready;
  actions::Nightly nightly;

  /// Keeps the sums of pipeline and sales, a slice at a time; true while there is more to do.
  bool roll_up(std::int64_t company, std::int64_t budget_us) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::microseconds(budget_us / 2);
    while (store::PipelineRollup::work_off(database(), company) || store::SalesRollup::work_off(database(), company)) {
      if (std::chrono::steady_clock::now() >= until) return true;
    }
    return false;
  }

  store::Database& database() {
    const std::lock_guard lock(mutex);
    if (!opened) opened = store::Database::open(host.database());
    return *opened;
  }

  /// The database for the length of one call: whatever it does there ends at the call's deadline.
  store::TimedDatabase database_for(const CallContext& call) {
    store::Deadline deadline;
    if (call.deadline_us != 0) {
      const std::int64_t left = call.deadline_us - host.monotonic_us();  // the host's clock; ours may begin elsewhere
      if (left <= 0) throw Failure(Code::deadline, "call.deadline", "The call's time had run out before it began.");
      deadline = std::chrono::steady_clock::now() + std::chrono::microseconds(std::min(left, kLongestCall_us));
    }
    return {database(), deadline};
  }

  void load() {
    const std::lock_guard lock(mutex);
    if (messages) return;
    actions = std::make_unique<actions::Declarations>(actions::Declarations::load(folder / "schemas/actions", "input"));
    reports =
        std::make_unique<actions::Declarations>(actions::Declarations::load(folder / "schemas/reports", "params"));
    std::vector<std::string> changing;
    for (const auto& [name, declaration] : actions->all()) {
      if (declaration.changes) changing.push_back(name);
    }
    views = std::make_unique<DeclaredViews>(actions::load_views(folder / "schemas", changing));
    // The log of changes names actions in the reader's words.
    for (const auto& [name, declaration] : actions->all())
      views->add_texts(json::object{{"audit.action." + name, declaration.data.at("summary")}});
    lists = std::make_unique<services::ListCatalog>(*views);
    defaults = std::make_unique<services::Defaults>(services::Defaults::load(folder / "schemas/defaults/company.json"));
    messages = std::make_unique<services::Messages>(services::Messages::load(folder / "schemas/i18n"));
    messages->set_labels([this](const std::string& entity, const std::string& field, const std::string& language) {
      return views->named(entity, field, language);
    });
  }

  /// What people call the fields of inputs, for hosts that refuse one before the module sees it.
  [[nodiscard]] actions::Labels labels() const {
    return [this](const std::string& entity, const std::string& field) {
      json::object label;
      for (const char* language : {"en", "sv", "nb"}) {
        if (auto text = views->named(entity, field, language)) label[language] = std::move(*text);
      }
      return label;
    };
  }

  services::Caller caller_of(const CallContext& call) const {
    services::Caller caller;
    caller.actor = host.whoami(call);
    const bool trusted = caller.actor.kind != ActorKind::user;
    caller.may = [this, &call, trusted](const std::string& right) { return trusted || host.may(call, right); };
    return caller;
  }

  /// Whose records the caller may see and change; read before any transaction, since the host is asked for rights.
  void add_scopes(store::Database& database, const CallContext& call, services::Caller& caller) {
    const domain::Day today = CompanyCalendar(host.company_time(call.company).time_zone).day_of(host.now_us());
    const store::Lease session = database.lease();
    const auto scope = [&](const char* right) {
      return services::scope_of(*session, call.company, caller.actor.employee, today, right, caller.may);
    };
    caller.sees = scope("sales_leads.opportunity.view");
    caller.changes = scope("sales_leads.opportunity.change");
    caller.sees_leads = scope("sales_leads.lead.view");
    caller.changes_leads = scope("sales_leads.lead.change");
  }

  void require(const CallContext& call, const std::string& permission) const {
    if (!host.may(call, permission)) throw Refusal(Code::permission, "permission.missing", "", permission);
  }

  /// The company's first pipeline, steps and lists, on first use.
  void make_ready(store::Database& database, const CallContext& call, const services::Caller& caller) {
    {
      const std::lock_guard lock(mutex);
      if (companies_ready.contains(call.company)) return;
    }
    const std::int64_t now = host.now_us();
    store::in_transaction(database, [&](store::Session& session) {
      defaults->ensure(session, call.company, {now, caller.actor.user});
    });
    const std::lock_guard lock(mutex);
    companies_ready.insert(call.company);
  }

  /// Takes the request's id; what was answered to it before, "" while that is not known yet.
  std::optional<std::string> past_answer(store::Session& session, const services::Caller& caller,
                                         const CallContext& call, const actions::Declaration& action,
                                         const json::value& input, const std::string& request_id) const;
  std::string run_changing(services::UseCase& use_case, const actions::Declaration& action, const json::value& input,
                           const actions::Handler& handler) const;
  template <class With>
  std::string run_sliced(store::Database& database, const CallContext& call, const services::Caller& caller,
                         const actions::Declaration& action, const json::value& input, const With& with);
  std::string run_staged(services::UseCase& use_case, const actions::Declaration& action, const json::value& input,
                         const actions::Handler& handler);
  std::optional<std::string> take_request(services::UseCase& use_case, const actions::Declaration& action,
                                          const json::value& input) const;
  void keep_answer(services::UseCase& use_case, const json::value& input, const std::string& response) const;
  void write_audit(store::Session& session, const CallContext& call, const services::Caller& caller,
                   const actions::Declaration& action, const json::value& input, const std::vector<store::Id>& changed,
                   const std::vector<std::pair<std::string, store::Id>>& elsewhere = {},
                   const std::map<store::Id, std::string>& changes = {}) const;

  /// To whoever follows the module's events; what is committed stands, whether they hear of it or not.
  void tell_of_wins(const CallContext& call, const std::vector<store::Id>& won) const noexcept;

  /// Beside stable keys of reasons: what they mean, in the caller's language.
  void say_reasons(const std::string& locale, json::object& row) const;
  /// Says a failure in the caller's language.
  [[noreturn]] void refuse(const CallContext& call, const Failure& failure) const {
    throw Failure(failure.code(), failure.key(), messages ? messages->of(call.locale, failure) : failure.what());
  }
};

Application::Application(const Host& host, std::filesystem::path module_folder)
    : impl_(std::make_unique<Impl>(host, std::move(module_folder))) {}
Application::~Application() = default;

std::string Application::list_actions() {
  impl_->load();
  return impl_->actions->listing("actions", impl_->labels());
}

std::string Application::list_reports() {
  impl_->load();
  return impl_->reports->listing("reports", impl_->labels());
}

/// The answer of the same request before, "" where it was not answered yet; empty for a new one, which is taken now.
std::optional<std::string> Application::Impl::past_answer(store::Session& session, const services::Caller& caller,
                                                          const CallContext& call, const actions::Declaration& action,
                                                          const json::value& input,
                                                          const std::string& request_id) const {
  const std::string hash = fingerprint(input);
  const std::int64_t now = host.now_us();
  const auto past = store::RequestStore(session, call.company)
                        .take({caller.actor.user, request_id}, action.name, hash, now, now - kRequestKept_us);
  if (!past) return std::nullopt;
  if (past->action != action.name || past->input_hash != hash) {
    throw Refusal(Code::conflict, "request.reused", "request_id", request_id);
  }
  return past->response;
}

std::optional<std::string> Application::Impl::take_request(services::UseCase& use_case,
                                                           const actions::Declaration& action,
                                                           const json::value& input) const {
  const auto request_id = services::Input("request", input.as_object()).text("request_id");
  if (!request_id) return std::nullopt;
  return past_answer(use_case.session, use_case.caller, use_case.call, action, input, *request_id);
}

void Application::Impl::keep_answer(services::UseCase& use_case, const json::value& input,
                                    const std::string& response) const {
  const auto request_id = services::Input("request", input.as_object()).text("request_id");
  if (!request_id) return;
  store::RequestStore(use_case.session, use_case.company()).answer({use_case.caller.actor.user, *request_id}, response);
}

/// In the caller's transaction: the same request again is answered from memory, everything else leaves an audit row.
std::string Application::Impl::run_changing(services::UseCase& use_case, const actions::Declaration& action,
                                            const json::value& input, const actions::Handler& handler) const {
  if (auto past = take_request(use_case, action, input)) return *std::move(past);
  const services::Input read(action.name.substr(0, action.name.find('.')), input.as_object());
  services::AuditValues values(use_case, action.name, input.as_object());
  std::string response = json::serialize(handler(use_case, read, action));
  if (use_case.preview) throw Previewed{std::move(response)};
  keep_answer(use_case, input, response);
  if (use_case.unchanged) return response;
  write_audit(use_case.session, use_case.call, use_case.caller, action, input, use_case.changed,
              use_case.changed_elsewhere, values.of(use_case.changed));
  return response;
}

void Application::Impl::say_reasons(const std::string& locale, json::object& row) const {
  if (const json::value* reason = row.if_contains("reason")) {
    row["reason_text"] = messages->text(locale, "reason." + std::string(reason->as_string()));
  }
  for (const char* list : {"suggestions", "invoices"}) {
    json::value* suggestions = row.if_contains(list);
    if (suggestions == nullptr) continue;
    for (json::value& one : suggestions->as_array()) {
      json::array words;
      for (const json::value& reason : one.as_object().at("reasons").as_array()) {
        words.emplace_back(messages->text(locale, "suggestion." + std::string(reason.as_string())));
      }
      one.as_object()["reasons_text"] = std::move(words);
    }
  }
}

void Application::Impl::tell_of_wins(const CallContext& call, const std::vector<store::Id>& won) const noexcept {
  for (const store::Id opportunity : won) {
    try {
      host.publish(call, "sales_leads.opportunity.won", opportunity);
    } catch (const std::exception& failure) {
      host.log(LogLevel::warning, "An event could not be published", {{"reason", failure.what()}});
    }
  }
}

void Application::Impl::write_audit(store::Session& session, const CallContext& call, const services::Caller& caller,
                                    const actions::Declaration& action, const json::value& input,
                                    const std::vector<store::Id>& changed,
                                    const std::vector<std::pair<std::string, store::Id>>& elsewhere,
                                    const std::map<store::Id, std::string>& changes) const {
  store::AuditStore audit(session, call.company);
  store::AuditEntry entry{kind_text(caller.actor.kind),
                          caller.actor.user,
                          action.name,
                          action.name.substr(0, action.name.find('.')),
                          call.correlation_id,
                          services::audited_fields(input.as_object())};
  audit.add(entry, changed.empty() ? std::vector<store::Id>{0} : changed, host.now_us(), changes);
  for (const auto& [entity, id] : elsewhere) {
    entry.entity = entity;
    audit.add(entry, {id}, host.now_us());
  }
}

/// Each stage is a transaction with its audit rows. A request that was broken off between two stages finds its id taken
/// and not answered: the use case runs again, and goes on from what is written down.
std::string Application::Impl::run_staged(services::UseCase& use_case, const actions::Declaration& action,
                                          const json::value& input, const actions::Handler& handler) {
  use_case.stages = [&](const services::Stage& stage, bool last) {
    std::vector<store::Id> won;
    json::value answered = store::in_transaction(use_case.database, [&](store::Session& session) {
      services::UseCase inner{host,           use_case.database, session,         use_case.call, *messages,
                              use_case.rates, use_case.calendar, use_case.caller, host.now_us(), {}};
      inner.lead_text = use_case.lead_text;
      inner.fiscal_year_start_month = use_case.fiscal_year_start_month;
      const auto past = take_request(inner, action, input);
      if (past && !past->empty()) throw Answered{*past};
      json::value answer = stage(inner);
      if (last) keep_answer(inner, input, json::serialize(answer));
      write_audit(session, inner.call, inner.caller, action, input, inner.changed, inner.changed_elsewhere);
      won = std::move(inner.won);
      return answer;
    });
    tell_of_wins(use_case.call, won);
    return answered;
  };
  try {
    const services::Input read(action.name.substr(0, action.name.find('.')), input.as_object());
    return json::serialize(handler(use_case, read, action));
  } catch (const Answered& answered) {
    return answered.response;
  } catch (const services::Unchanged& unchanged) {
    return json::serialize(unchanged.answer);
  }
}

/// The request's memory and the audit row have transactions of their own before and after the slices. Whoever finds the
/// request taken but not answered (the first one still runs, or fell) does it again: repeating it is harmless.
template <class With>
std::string Application::Impl::run_sliced(store::Database& database, const CallContext& call,
                                          const services::Caller& caller, const actions::Declaration& action,
                                          const json::value& input, const With& with) {
  const services::Input read(action.name.substr(0, action.name.find('.')), input.as_object());
  const bool preview = read.flag("preview", false);
  const auto request_id = preview ? std::nullopt : read.text("request_id");
  if (request_id) {
    const auto past = store::in_transaction(database, [&](store::Session& session) {
      return past_answer(session, caller, call, action, input, *request_id);
    });
    if (past && !past->empty()) return *past;
  }
  std::string response;
  try {
    const store::Lease session = database.lease();
    response = with(*session);
  } catch (const Failure& failure) {
    // As where a refusal rolls all back: the id is free again.
    if (request_id && failure.code() == Code::invalid_argument) {
      store::in_transaction(database, [&](store::Session& session) {
        store::RequestStore(session, call.company).give_back({caller.actor.user, *request_id});
      });
    }
    throw;
  }
  if (preview) return response;
  store::in_transaction(database, [&](store::Session& session) {
    if (request_id) {
      store::RequestStore(session, call.company).answer({caller.actor.user, *request_id}, response);
    }
    write_audit(session, call, caller, action, input, {});
  });
  return response;
}

std::string Application::call_action(const CallContext& call, std::string_view name, std::string_view text) {
  Impl& impl = *impl_;
  impl.load();
  try {
    const actions::Declaration* action = impl.actions->find(name);
    const actions::Handler* handler = actions::handler_of(name);
    if (action == nullptr || handler == nullptr)
      throw Refusal(Code::not_found, "action.unknown", "", std::string(name));
    impl.require(call, action->permission);
    const json::value input = parse(text);
    action->input->check(input);
    services::Caller caller = impl.caller_of(call);
    store::TimedDatabase database = impl.database_for(call);
    impl.make_ready(database, call, caller);
    impl.add_scopes(database, call, caller);
    services::Rates rates(impl.host, call);
    const CompanyTime time = impl.host.company_time(call.company);
    const CompanyCalendar calendar(time.time_zone);
    const bool sliced = is_one_of(kSliced, name);
    const bool staged = is_one_of(kStaged, name);
    std::vector<store::Id> won;
    const auto with = [&](store::Session& session) {
      services::UseCase use_case{impl.host, database,           session, call, *impl.messages, rates, calendar,
                                 caller,    impl.host.now_us(), {}};
      use_case.lead_text = &impl.lead_text;
      use_case.lists = impl.lists.get();
      use_case.fiscal_year_start_month = time.fiscal_year_start_month;
      if (staged) return impl.run_staged(use_case, *action, input, *handler);
      const services::Input read(action->name.substr(0, action->name.find('.')), input.as_object());
      std::string response = action->changes && !sliced ? impl.run_changing(use_case, *action, input, *handler)
                                                        : json::serialize((*handler)(use_case, read, *action));
      won = std::move(use_case.won);
      return response;
    };
    const auto change = [&] {
      std::string response = sliced ? impl.run_sliced(database, call, caller, *action, input, with)
                                    : store::in_transaction(database, with);
      impl.tell_of_wins(call, won);
      return response;
    };
    // No use case asks the host for rates while it holds a transaction: it says which it needs, and runs again.
    for (int round = 1;; ++round) {
      try {
        if (action->changes && !staged) return change();
        const store::Lease session = database.lease();
        return with(*session);
      } catch (const services::RatesNeeded& needed) {
        if (round == kRateRounds) throw;
        rates.fetch(needed.wishes());
      } catch (Previewed& previewed) {
        return std::move(previewed.response);
      }
    }
  } catch (const Failure& failure) {
    impl.refuse(call, failure);
  }
}

std::string Application::run_report(const CallContext& call, std::string_view name, std::string_view params) {
  Impl& impl = *impl_;
  impl.load();
  try {
    const actions::Declaration* report = impl.reports->find(name);
    if (report == nullptr) throw Refusal(Code::not_found, "report.unknown", "", std::string(name));
    impl.require(call, report->permission);
    const json::value input = parse(params);
    report->input->check(input);
    services::Caller caller = impl.caller_of(call);
    store::TimedDatabase database = impl.database_for(call);
    impl.make_ready(database, call, caller);
    impl.add_scopes(database, call, caller);
    const CompanyTime time = impl.host.company_time(call.company);
    const CompanyCalendar calendar(time.time_zone);
    const std::string currency = impl.host.company_currency(call);
    const store::Lease session = database.lease();
    const reports::Context context{*session,
                                   call.company,
                                   services::language_of(call.locale),
                                   currency,
                                   time.fiscal_year_start_month,
                                   calendar.day_of(impl.host.now_us()),
                                   caller.sees.name,
                                   caller.sees.employees,
                                   caller.may("sales_leads.campaign.sums"),
                                   &calendar,
                                   caller.may("sales_leads.commission"),
                                   caller.actor.employee};
    json::object answer = reports::run(context, name, input.as_object());
    for (json::value& row : answer["rows"].as_array()) impl.say_reasons(call.locale, row.as_object());
    return text_of(answer);
  } catch (const Failure& failure) {
    impl.refuse(call, failure);
  }
}

std::string Application::list_views() {
  impl_->load();
  json::array views;
  for (const auto& [id, view] : impl_->views->views()) {
    json::object titles;
    const std::string key = view.contains("title") ? std::string(view.at("title").as_string()) : "view." + id;
    for (const char* language : {"en", "sv", "nb"}) titles[language] = impl_->views->text(key, language);
    json::object one{{"id", id}, {"kind", view.at("kind")}, {"titles", std::move(titles)}};
    for (const char* member : {"permission", "lookup"}) {
      if (const auto* value = view.if_contains(member)) one[member] = *value;
    }
    views.push_back(std::move(one));
  }
  return json::serialize(json::object{{"schema", "1.0"}, {"views", std::move(views)}});
}

std::string Application::get_view(const CallContext& call, std::string_view id) {
  Impl& impl = *impl_;
  impl.load();
  try {
    const services::Caller caller = impl.caller_of(call);
    std::map<std::string, bool> asked;  // each right once
    const auto may = [&](const std::string& right) {
      const auto known = asked.find(right);
      return known != asked.end() ? known->second : asked.emplace(right, caller.may(right)).first->second;
    };
    ViewRights rights;
    rights.may = may;
    rights.may_action = [&](const std::string& name) {
      const actions::Declaration* action = impl.actions->find(name);
      return action == nullptr || may(action->permission);
    };
    rights.may_view = [&](const std::string& name) {
      const auto found = impl.views->views().find(name);
      return found == impl.views->views().end() || impl.views->visible(found->second, rights);
    };
    auto view = impl.views->resolve(id, services::language_of(call.locale), rights);
    if (!view) throw Refusal(Code::not_found, "view.unknown", "view", std::string(id));
    return json::serialize(*view);
  } catch (const Failure& failure) {
    impl.refuse(call, failure);
  }
}

void Application::migrate() {
  const store::Migrations migrations(impl_->folder);
  const DatabaseInfo info = impl_->host.database();
  migrations.apply(impl_->database(), impl_->host.now_us(), [&](std::int32_t at) {
    const std::filesystem::path copy = store::copy_before_migration(info, at);
    if (!copy.empty())
      impl_->host.log(LogLevel::info, "The database was copied before a migration", {{"copy", copy.string()}});
  });
}

MigrationState Application::migration_state() {
  const store::Migrations migrations(impl_->folder);
  return {migrations.current(impl_->database()), migrations.target()};
}

std::string Application::migration_plan() { return store::Migrations(impl_->folder).plan(impl_->database()); }

void Application::start() {
  impl_->load();
  impl_->host.sync_parts(actions::panels_json(*impl_->views));
  store::Database& database = impl_->database();
  const std::lock_guard lock(impl_->mutex);
  if (!impl_->pump) impl_->pump = std::make_unique<signals::Pump>(impl_->host, database);
}

void Application::stop() {
  const std::lock_guard lock(impl_->mutex);
  if (impl_->pump) impl_->pump->release();
  impl_->pump.reset();
}

WorkResult Application::work(const CallContext& call, WorkRequest request) {
  signals::Pump* pump = nullptr;
  {
    const std::lock_guard lock(impl_->mutex);
    pump = impl_->pump.get();
  }
  if (pump == nullptr) throw Failure(Code::wrong_state, "module.stopped", "The module is not started.");
  const services::Caller system = impl_->caller_of(call);
  impl_->make_ready(impl_->database(), call, system);
  const actions::Nightly::Tools night{impl_->host, impl_->database(), *impl_->messages, system,
                                      call,        request.budget_us};
  if (!request.job.empty()) {
    WorkResult result;
    result.more = request.job == actions::Nightly::kJob && impl_->nightly.run(night);
    return result;
  }
  const bool late = impl_->nightly.see_to(night), rolling = impl_->roll_up(call.company, request.budget_us);
  const bool more = late || rolling;
  const signals::WorkResult done = pump->work(call, request.budget_us);
  return {done.more || more, done.retry_after_us, done.handled, done.parked};
}

// Every call of work looks for new events itself: a wake brings nothing that it would not find.
void Application::wake() noexcept {}

std::string Application::health() noexcept {
  try {
    std::set<std::int64_t> companies;
    {
      const std::lock_guard lock(impl_->mutex);
      if (!impl_->pump) return R"({"state":0,"reason":"not started","metrics":{}})";
      companies = impl_->companies_ready;
    }
    const store::Lease session = impl_->database().lease(200);
    std::int64_t parked = 0, cursor = 0;
    for (const std::int64_t company : companies) {
      const signals::PumpState state = signals::Pump::state(*session, company);
      parked += state.parked;
      cursor = std::max(cursor, state.cursor);
    }
    return json::serialize(json::object{{"state", parked > 0 ? 1 : 0},
                                        {"reason", parked > 0 ? "documents are parked: see parked.list" : ""},
                                        {"metrics", json::object{{"parked", parked}, {"cursor", cursor}}}});
  } catch (const Failure& failure) {
    return R"({"state":)" + std::string(failure.code() == Code::busy ? "1" : "2") + R"(,"reason":")" + failure.key() +
           R"(","metrics":{}})";
  } catch (...) {
    return R"({"state":2,"reason":"internal","metrics":{}})";
  }
}

}  // namespace sales_leads
