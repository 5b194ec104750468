// SPDX-License-Identifier: Apache-2.0
#include "frame/options.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <charconv>
#include <random>
#include <sstream>

namespace conformance {

const char* const kOptionsHelp = R"(
  --list             names of all checks and what each proves
  --only NAME[,…]    these checks alone; may be given again
  --off FILE.yaml    checks that are switched off, each with its reason:   off: {query-fast: runs on an emulator}
  --format FORMAT    text (default), json {"checks":[{"name","status","detail"}]}, or junit
  --seed N           repeats the random parts of a run; every report tells its seed
  --watch MS         how long to look for what must not happen (default 2000)
  --jobs N           checks at once (default 1)
  --patience N       every time limit N times as long (default 1): for a slow machine, or one that others use too
  --in-process       no process of its own per check: for a debugger

Results: pass, skip (does not apply, or is switched off; the reason is told), warn, fail, crash (by which signal), hang.
Exit status: 0 when nothing failed, crashed or hung; 1 when something did; 2 when the command line is wrong.
)";

namespace {

template <class Number>
Number number_of(const std::string& text, const std::string& option) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) {
    throw BadUsage(option + " needs a number, not \"" + text + "\".");
  }
  return value;
}

void read_off(const std::string& file, std::map<std::string, std::string>& off) {
  YAML::Node root;
  try {
    root = YAML::LoadFile(file);
  } catch (const YAML::Exception& failure) {
    throw BadUsage(file + ": " + failure.what() + ". Correct the file.");
  }
  if (!root.IsMap() || root.size() != 1 || !root["off"] || !root["off"].IsMap()) {
    throw BadUsage(file + ": must hold one key, off, with a map of check to reason.");
  }
  for (const auto& entry : root["off"]) {
    const auto name = entry.first.as<std::string>();
    if (!entry.second.IsScalar() || entry.second.Scalar().empty()) {
      throw BadUsage(file + ": \"" + name + "\" is switched off without a reason. Write one.");
    }
    off[name] = entry.second.Scalar();
  }
}

}  // namespace

Options parse_options(int argc, char** argv) {
  Options out;
  out.seed = std::random_device{}();
  int at = 1;
  const auto value = [&](const std::string& option) -> std::string {
    if (++at >= argc) throw BadUsage(option + " needs a value.");
    return argv[at];
  };
  for (; at < argc; ++at) {
    const std::string word = argv[at];
    if (!word.starts_with("-") || word == "-") break;
    if (word == "--help" || word == "-h") {
      out.help = true;
    } else if (word == "--list") {
      out.list = true;
    } else if (word == "--in-process") {
      out.in_process = true;
    } else if (word == "--only") {
      std::istringstream names(value(word));
      for (std::string name; std::getline(names, name, ',');) out.only.push_back(name);
    } else if (word == "--off") {
      read_off(value(word), out.off);
    } else if (word == "--format") {
      out.format = value(word);
      if (out.format != "text" && out.format != "json" && out.format != "junit") {
        throw BadUsage("--format is text, json or junit, not \"" + out.format + "\".");
      }
    } else if (word == "--seed") {
      out.seed = number_of<std::uint64_t>(value(word), word);
    } else if (word == "--watch") {
      out.watch_ms = number_of<int>(value(word), word);
    } else if (word == "--jobs") {
      out.jobs = std::clamp(number_of<int>(value(word), word), 1, 64);
    } else if (word == "--patience") {
      out.patience = std::clamp(number_of<int>(value(word), word), 1, 100);
    } else {
      throw BadUsage("There is no option " + word + ".");
    }
  }
  for (; at < argc; ++at) out.words.emplace_back(argv[at]);
  return out;
}

void expect_known(const Options& options, const std::vector<Check>& checks) {
  const auto expect = [&](const std::string& name) {
    if (std::any_of(checks.begin(), checks.end(), [&](const Check& check) { return check.name == name; })) return;
    throw BadUsage("There is no check \"" + name + "\"; --list names them all.");
  };
  for (const std::string& name : options.only) expect(name);
  for (const auto& [name, reason] : options.off) expect(name);
}

}  // namespace conformance
