// SPDX-License-Identifier: Apache-2.0
#include "module/subject.h"

#include <dlfcn.h>

#include <algorithm>
#include <cstring>

#include "app.h"

namespace conformance {

using erp::sdk::sized;
using erp::sdk::str;

std::string reason(erp_status status, const erp_error& error) {
  return std::string(erp::sdk::status_name(status)) + ": " + std::string(erp::sdk::array_text(error.message));
}

std::filesystem::path Subject::library_of(const std::filesystem::path& folder, const erp::host::Manifest& manifest) {
  const auto named = manifest.libraries.find(erp::host::this_platform());
  if (named == manifest.libraries.end())
    throw Failed("the manifest names no library for " + erp::host::this_platform());
  return folder / named->second;
}

Subject::Subject(const std::filesystem::path& folder) : folder_(std::filesystem::absolute(folder)) {
  try {
    manifest_ = erp::host::read_manifest(folder_ / "manifest.yaml");
  } catch (const std::exception& failure) {
    throw Skipped(std::string("its manifest is not accepted, see descriptor-matches-manifest: ") + failure.what());
  }
  library_ = library_of(folder_, manifest_);
  handle_ = dlopen(library_.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle_ != nullptr) query_ = reinterpret_cast<erp_module_query_fn>(dlsym(handle_, ERP_MODULE_QUERY_SYMBOL));
  if (query_ == nullptr) throw Skipped("the library does not load, see loads-now-local");
}

erp_host_abi Subject::host_abi() const {
  erp_host_abi host = sized<erp_host_abi>();
  host.abi_major = ERP_ABI_MAJOR;
  host.abi_minor = std::max(ERP_ABI_MINOR, manifest_.abi_min_minor);
  host.name = str("module-check");
  host.version = str("1.0.0");
  return host;
}

erp_module_abi Subject::abi() const {
  const erp_host_abi host = host_abi();
  RoomyAbi out{};
  out.abi.size = sizeof out.abi;
  erp_error error = sized<erp_error>();
  const erp_status status = query_(&host, &out.abi, &error);
  if (status != ERP_OK) throw Skipped("the query is refused, see query-is-pure: " + reason(status, error));
  if (out.abi.size < sizeof(erp_module_abi) || out.abi.create == nullptr || out.abi.init == nullptr ||
      out.abi.start == nullptr || out.abi.stop == nullptr || out.abi.destroy == nullptr ||
      out.abi.get_extension == nullptr) {
    throw Skipped("the query leaves slots empty, see query-is-pure");
  }
  return out.abi;
}

Instance::Instance(const Subject& subject, BenchHost& host) : host_(host), abi_(subject.abi()) {
  const Lane lane(host_, kControl, "create");
  erp_error error = sized<erp_error>();
  const std::string folder = subject.folder().string();
  const erp_status status = abi_.create(host_.table(), str(folder), &module_, &error);
  if (status != ERP_OK || module_ == nullptr)
    throw Skipped("create fails, see lifecycle-order: " + reason(status, error));
}

erp_status Instance::try_init(erp_error* error) {
  const Lane lane(host_, kControl, "init");
  return abi_.init(module_, error);
}

erp_status Instance::try_start(erp_error* error) {
  const Lane lane(host_, kControl, "start");
  return abi_.start(module_, error);
}

erp_status Instance::try_stop(erp_error* error) {
  const Lane lane(host_, kControl, "stop");
  return abi_.stop(module_, error);
}

namespace {

void demand(erp_status status, const erp_error& error, const char* what) {
  if (status != ERP_OK) throw Skipped(std::string(what) + " fails, see lifecycle-order: " + reason(status, error));
}

}  // namespace

void Instance::init() {
  erp_error error = sized<erp_error>();
  demand(try_init(&error), error, "init");
}

void Instance::start() {
  erp_error error = sized<erp_error>();
  demand(try_start(&error), error, "start");
}

void Instance::stop() {
  erp_error error = sized<erp_error>();
  demand(try_stop(&error), error, "stop");
}

void Instance::migrate() {
  const auto apply = erp::sdk::slot(table<erp_module_migrate>(ERP_EXT_MODULE_MIGRATE), &erp_module_migrate::apply);
  if (apply == nullptr) return;
  const Lane lane(host_, kControl, "migrate.apply");
  erp_error error = sized<erp_error>();
  demand(apply(module_, &error), error, "migrate.apply");
}

void Instance::run() {
  init();
  migrate();
  start();
}

void Instance::destroy() {
  const Lane lane(host_, kControl, "destroy");
  abi_.destroy(module_);
  module_ = nullptr;
}

erp_status Instance::work(std::uint64_t user) {
  const auto run = erp::sdk::slot(table<erp_module_work>(ERP_EXT_MODULE_WORK), &erp_module_work::work);
  if (run == nullptr) return ERP_UNSUPPORTED;
  const Lane lane(host_, kSerial, "work");
  const erp_call call = host_.call(user);
  auto request = sized<erp_work_request>();
  request.budget_us = 200'000;
  erp_status status = ERP_OK;
  for (int round = 0; round < 100; ++round) {
    auto result = sized<erp_work_result>();
    erp_error error = sized<erp_error>();
    status = run(module_, &call, &request, &result, &error);
    if (status != ERP_OK || result.more == 0) break;
  }
  return status;
}

void Instance::wake() {
  const auto wake = erp::sdk::slot(table<erp_module_work>(ERP_EXT_MODULE_WORK), &erp_module_work::wake);
  if (wake == nullptr) return;
  const Lane lane(host_, kAnyLane, "wake");
  wake(module_);
}

std::string Instance::health() {
  const auto ask = erp::sdk::slot(table<erp_module_health>(ERP_EXT_MODULE_HEALTH), &erp_module_health::report);
  if (ask == nullptr) return "";
  const Lane lane(host_, kWorker, "health.report");
  erp::sdk::StringSink sink;
  erp_error error = sized<erp_error>();
  ask(module_, sink.get(), &error);
  return sink.take();
}

std::string Instance::list(const char* extension, LaneKind kind) {
  const Lane lane(host_, kind, std::string(extension) + " list");
  erp::sdk::StringSink sink;
  erp_error error = sized<erp_error>();
  const auto actions = std::string_view(extension) == ERP_EXT_MODULE_ACTIONS
                           ? erp::sdk::slot(table<erp_module_actions>(extension), &erp_module_actions::list)
                           : erp::sdk::slot(table<erp_module_reports>(extension), &erp_module_reports::list);
  if (actions == nullptr || actions(module_, sink.get(), &error) != ERP_OK) return "";
  return sink.take();
}

erp_status Instance::action(const std::string& name, const std::string& json, std::string* out) {
  const auto run = erp::sdk::slot(table<erp_module_actions>(ERP_EXT_MODULE_ACTIONS), &erp_module_actions::call);
  if (run == nullptr) return ERP_UNSUPPORTED;
  const Lane lane(host_, kWorker, "action " + name);
  const erp_call call = host_.call(1);
  const erp::sdk::StringSource input(json);
  erp::sdk::StringSink sink;
  erp_error error = sized<erp_error>();
  const erp_status status = run(module_, &call, str(name), input.get(), sink.get(), &error);
  if (out != nullptr) *out = status == ERP_OK ? sink.take() : reason(status, error);
  return status;
}

erp_status Instance::report(const std::string& name, const std::string& json, std::string* out) {
  const auto run = erp::sdk::slot(table<erp_module_reports>(ERP_EXT_MODULE_REPORTS), &erp_module_reports::run);
  if (run == nullptr) return ERP_UNSUPPORTED;
  const Lane lane(host_, kWorker, "report " + name);
  const erp_call call = host_.call(1);
  erp::sdk::StringSink sink;
  erp_error error = sized<erp_error>();
  const erp_status status = run(module_, &call, str(name), str(json), sink.get(), &error);
  if (out != nullptr) *out = status == ERP_OK ? sink.take() : reason(status, error);
  return status;
}

}  // namespace conformance
