// SPDX-License-Identifier: Apache-2.0
//
// The whole ABI as text: every struct with its size, every member with offset, size and type, every constant. What
// stands in tests/golden/abi_v1.txt is frozen: lines may be added (a minor), never changed.
#include "contract/abi_text.h"

#include <cxxabi.h>

#include <cstddef>
#include <cstdlib>
#include <memory>
#include <sstream>
#include <type_traits>
#include <typeinfo>

#include "erp/erp.h"

namespace contract {
namespace {

template <class Type>
std::string type_name() {
  int status = 0;
  const std::unique_ptr<char, void (*)(void*)> name(abi::__cxa_demangle(typeid(Type).name(), nullptr, nullptr, &status),
                                                    std::free);
  return name == nullptr ? typeid(Type).name() : name.get();
}

}  // namespace

#define STRUCT(type)                                                                             \
  {                                                                                              \
    static_assert(std::is_trivially_copyable_v<type> && std::is_standard_layout_v<type>);        \
    out << "struct " << #type << " size " << sizeof(type) << " align " << alignof(type) << "\n"; \
  }
#define MEMBER(type, member)                                                             \
  out << "  " << #type << "." << #member << " at " << offsetof(type, member) << " size " \
      << sizeof(static_cast<type*>(nullptr)->member) << " is " << type_name<decltype(type::member)>() << "\n";
#define NUMBER(name) out << "const " << #name << " " << static_cast<long long>(name) << "\n";
#define WORD(name) out << "const " << #name << " \"" << name << "\"\n";

std::string abi_text() {
  std::ostringstream out;
  NUMBER(ERP_ABI_MAJOR)
  NUMBER(ERP_ABI_MINOR)
  NUMBER(ERP_OK)
  NUMBER(ERP_INVALID_ARGUMENT)
  NUMBER(ERP_NOT_FOUND)
  NUMBER(ERP_CONFLICT)
  NUMBER(ERP_PERMISSION)
  NUMBER(ERP_UNSUPPORTED)
  NUMBER(ERP_UNAVAILABLE)
  NUMBER(ERP_BUSY)
  NUMBER(ERP_DEADLINE)
  NUMBER(ERP_CANCELLED)
  NUMBER(ERP_LIMIT)
  NUMBER(ERP_DATA_LOSS)
  NUMBER(ERP_WRONG_STATE)
  NUMBER(ERP_WRONG_THREAD)
  NUMBER(ERP_VERSION)
  NUMBER(ERP_OUT_OF_RANGE)
  NUMBER(ERP_INTERNAL)
  WORD(ERP_EXT_CLOCK)
  WORD(ERP_EXT_CONFIG)
  WORD(ERP_EXT_DATABASE)
  NUMBER(ERP_BACKEND_SQLITE)
  NUMBER(ERP_BACKEND_POSTGRESQL)
  WORD(ERP_EXT_DIRECTORY)
  WORD(ERP_EXT_DOCUMENTS)
  WORD(ERP_EXT_EVENTS)
  WORD(ERP_EXT_IDENTITY)
  NUMBER(ERP_ACTOR_SYSTEM)
  NUMBER(ERP_ACTOR_OPERATOR)
  NUMBER(ERP_ACTOR_USER)
  WORD(ERP_EXT_JOBS)
  WORD(ERP_EXT_LOG)
  NUMBER(ERP_LOG_DEBUG)
  NUMBER(ERP_LOG_INFO)
  NUMBER(ERP_LOG_WARNING)
  NUMBER(ERP_LOG_ERROR)
  NUMBER(ERP_LOG_HOST_MISBEHAVES)
  NUMBER(ERP_LOG_MODULE_MISBEHAVES)
  WORD(ERP_MODULE_QUERY_SYMBOL)
  WORD(ERP_EXT_MODULE_WORK)
  WORD(ERP_EXT_MODULE_ACTIONS)
  WORD(ERP_EXT_MODULE_VIEWS)
  WORD(ERP_EXT_MODULE_REPORTS)
  WORD(ERP_EXT_MODULE_MIGRATE)
  WORD(ERP_EXT_MODULE_HEALTH)
  NUMBER(ERP_HEALTH_OK)
  NUMBER(ERP_HEALTH_DEGRADED)
  NUMBER(ERP_HEALTH_FAILED)
  WORD(ERP_EXT_MONEY)
  WORD(ERP_EXT_UI)

  STRUCT(erp_str)
  MEMBER(erp_str, data)
  MEMBER(erp_str, len)

  STRUCT(erp_error)
  MEMBER(erp_error, size)
  MEMBER(erp_error, code)
  MEMBER(erp_error, key)
  MEMBER(erp_error, message)

  STRUCT(erp_sink)
  MEMBER(erp_sink, size)
  MEMBER(erp_sink, reserved)
  MEMBER(erp_sink, ctx)
  MEMBER(erp_sink, write)

  STRUCT(erp_source)
  MEMBER(erp_source, size)
  MEMBER(erp_source, reserved)
  MEMBER(erp_source, ctx)
  MEMBER(erp_source, read)

  STRUCT(erp_call)
  MEMBER(erp_call, size)
  MEMBER(erp_call, reserved)
  MEMBER(erp_call, token)
  MEMBER(erp_call, company)
  MEMBER(erp_call, actor)
  MEMBER(erp_call, locale)
  MEMBER(erp_call, correlation_id)
  MEMBER(erp_call, deadline_us)

  STRUCT(erp_company_time)
  MEMBER(erp_company_time, size)
  MEMBER(erp_company_time, fiscal_year_start_month)
  MEMBER(erp_company_time, time_zone)

  STRUCT(erp_clock)
  MEMBER(erp_clock, size)
  MEMBER(erp_clock, reserved)
  MEMBER(erp_clock, ctx)
  MEMBER(erp_clock, now_us)
  MEMBER(erp_clock, monotonic_us)
  MEMBER(erp_clock, company_time)

  STRUCT(erp_config)
  MEMBER(erp_config, size)
  MEMBER(erp_config, reserved)
  MEMBER(erp_config, ctx)
  MEMBER(erp_config, get)
  MEMBER(erp_config, generation)

  STRUCT(erp_database_info)
  MEMBER(erp_database_info, size)
  MEMBER(erp_database_info, backend)
  MEMBER(erp_database_info, connection)
  MEMBER(erp_database_info, read_replica)
  MEMBER(erp_database_info, schema)
  MEMBER(erp_database_info, prefix)
  MEMBER(erp_database_info, views_version)
  MEMBER(erp_database_info, max_sessions)

  STRUCT(erp_database)
  MEMBER(erp_database, size)
  MEMBER(erp_database, reserved)
  MEMBER(erp_database, ctx)
  MEMBER(erp_database, info)

  STRUCT(erp_directory)
  MEMBER(erp_directory, size)
  MEMBER(erp_directory, reserved)
  MEMBER(erp_directory, ctx)
  MEMBER(erp_directory, read)
  MEMBER(erp_directory, search)
  MEMBER(erp_directory, create_customer)

  STRUCT(erp_documents)
  MEMBER(erp_documents, size)
  MEMBER(erp_documents, reserved)
  MEMBER(erp_documents, ctx)
  MEMBER(erp_documents, read)
  MEMBER(erp_documents, create_draft_order)
  MEMBER(erp_documents, set_reference)

  STRUCT(erp_event)
  MEMBER(erp_event, size)
  MEMBER(erp_event, reserved)
  MEMBER(erp_event, sequence)
  MEMBER(erp_event, company)
  MEMBER(erp_event, document)
  MEMBER(erp_event, occurred_at_us)
  MEMBER(erp_event, kind)
  MEMBER(erp_event, from_state)
  MEMBER(erp_event, to_state)

  STRUCT(erp_event_horizon)
  MEMBER(erp_event_horizon, size)
  MEMBER(erp_event_horizon, reserved)
  MEMBER(erp_event_horizon, oldest)
  MEMBER(erp_event_horizon, head)

  STRUCT(erp_events)
  MEMBER(erp_events, size)
  MEMBER(erp_events, reserved)
  MEMBER(erp_events, ctx)
  MEMBER(erp_events, fetch)
  MEMBER(erp_events, horizon)
  MEMBER(erp_events, publish)

  STRUCT(erp_actor)
  MEMBER(erp_actor, size)
  MEMBER(erp_actor, kind)
  MEMBER(erp_actor, user)
  MEMBER(erp_actor, employee)
  MEMBER(erp_actor, login)
  MEMBER(erp_actor, name)

  STRUCT(erp_identity)
  MEMBER(erp_identity, size)
  MEMBER(erp_identity, reserved)
  MEMBER(erp_identity, ctx)
  MEMBER(erp_identity, whoami)
  MEMBER(erp_identity, check)

  STRUCT(erp_jobs)
  MEMBER(erp_jobs, size)
  MEMBER(erp_jobs, reserved)
  MEMBER(erp_jobs, ctx)
  MEMBER(erp_jobs, run_at)
  MEMBER(erp_jobs, run_daily)
  MEMBER(erp_jobs, progress)
  MEMBER(erp_jobs, cancel)

  STRUCT(erp_log_pair)
  MEMBER(erp_log_pair, name)
  MEMBER(erp_log_pair, value)

  STRUCT(erp_log)
  MEMBER(erp_log, size)
  MEMBER(erp_log, reserved)
  MEMBER(erp_log, ctx)
  MEMBER(erp_log, write)

  STRUCT(erp_host_abi)
  MEMBER(erp_host_abi, size)
  MEMBER(erp_host_abi, abi_major)
  MEMBER(erp_host_abi, abi_minor)
  MEMBER(erp_host_abi, json_schema_minor)
  MEMBER(erp_host_abi, name)
  MEMBER(erp_host_abi, version)

  STRUCT(erp_host)
  MEMBER(erp_host, size)
  MEMBER(erp_host, reserved)
  MEMBER(erp_host, ctx)
  MEMBER(erp_host, get_extension)

  STRUCT(erp_module_abi)
  MEMBER(erp_module_abi, size)
  MEMBER(erp_module_abi, abi_major)
  MEMBER(erp_module_abi, abi_minor_required)
  MEMBER(erp_module_abi, reserved)
  MEMBER(erp_module_abi, id)
  MEMBER(erp_module_abi, version)
  MEMBER(erp_module_abi, create)
  MEMBER(erp_module_abi, init)
  MEMBER(erp_module_abi, start)
  MEMBER(erp_module_abi, stop)
  MEMBER(erp_module_abi, destroy)
  MEMBER(erp_module_abi, get_extension)

  STRUCT(erp_work_request)
  MEMBER(erp_work_request, size)
  MEMBER(erp_work_request, reserved)
  MEMBER(erp_work_request, budget_us)
  MEMBER(erp_work_request, job)

  STRUCT(erp_work_result)
  MEMBER(erp_work_result, size)
  MEMBER(erp_work_result, more)
  MEMBER(erp_work_result, retry_after_us)
  MEMBER(erp_work_result, handled)
  MEMBER(erp_work_result, parked)

  STRUCT(erp_module_work)
  MEMBER(erp_module_work, size)
  MEMBER(erp_module_work, reserved)
  MEMBER(erp_module_work, work)
  MEMBER(erp_module_work, wake)

  STRUCT(erp_module_actions)
  MEMBER(erp_module_actions, size)
  MEMBER(erp_module_actions, reserved)
  MEMBER(erp_module_actions, list)
  MEMBER(erp_module_actions, call)

  STRUCT(erp_module_views)
  MEMBER(erp_module_views, size)
  MEMBER(erp_module_views, reserved)
  MEMBER(erp_module_views, list)
  MEMBER(erp_module_views, get)

  STRUCT(erp_module_reports)
  MEMBER(erp_module_reports, size)
  MEMBER(erp_module_reports, reserved)
  MEMBER(erp_module_reports, list)
  MEMBER(erp_module_reports, run)

  STRUCT(erp_migration_state)
  MEMBER(erp_migration_state, size)
  MEMBER(erp_migration_state, current)
  MEMBER(erp_migration_state, target)
  MEMBER(erp_migration_state, reserved)

  STRUCT(erp_module_migrate)
  MEMBER(erp_module_migrate, size)
  MEMBER(erp_module_migrate, reserved)
  MEMBER(erp_module_migrate, state)
  MEMBER(erp_module_migrate, plan)
  MEMBER(erp_module_migrate, apply)

  STRUCT(erp_module_health)
  MEMBER(erp_module_health, size)
  MEMBER(erp_module_health, reserved)
  MEMBER(erp_module_health, report)

  STRUCT(erp_rate)
  MEMBER(erp_rate, size)
  MEMBER(erp_rate, exponent)
  MEMBER(erp_rate, units)
  MEMBER(erp_rate, date)
  MEMBER(erp_rate, reserved)

  STRUCT(erp_money)
  MEMBER(erp_money, size)
  MEMBER(erp_money, reserved)
  MEMBER(erp_money, ctx)
  MEMBER(erp_money, exponent)
  MEMBER(erp_money, company_currency)
  MEMBER(erp_money, rate)

  STRUCT(erp_ui)
  MEMBER(erp_ui, size)
  MEMBER(erp_ui, reserved)
  MEMBER(erp_ui, ctx)
  MEMBER(erp_ui, sync_menus)
  MEMBER(erp_ui, sync_parts)
  MEMBER(erp_ui, set_badge)
  MEMBER(erp_ui, notify)
  return out.str();
}

}  // namespace contract
