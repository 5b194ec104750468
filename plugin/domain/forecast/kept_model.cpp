// SPDX-License-Identifier: Apache-2.0
#include "domain/forecast/kept_model.h"

#include <charconv>
#include <cmath>

namespace sales_leads::domain::forecast {
namespace {

constexpr double kVersion = 2;
constexpr double kMostNumbers = 10'000'000;  // of one column: more is no model

/// Appends numbers, each as short as it may be to be read as the same bits.
class Writer {
 public:
  static constexpr bool kReads = false;
  bool number(double& value) {
    char text[40];
    const auto end = std::to_chars(text, text + sizeof text, value).ptr;
    text_.append(text, end);
    text_ += ' ';
    return true;
  }
  template <class T>
  bool size(std::vector<T>& column) {
    double count = static_cast<double>(column.size());
    return number(count);
  }
  std::string text_;
};

class Reader {
 public:
  static constexpr bool kReads = true;
  explicit Reader(std::string_view text) : at_(text.data()), end_(text.data() + text.size()) {}
  bool number(double& value) {
    const auto [next, error] = std::from_chars(at_, end_, value);
    if (error != std::errc() || next == end_ || *next != ' ' || !std::isfinite(value)) return false;
    at_ = next + 1;
    return true;
  }
  template <class T>
  bool size(std::vector<T>& column) {
    double count = 0;
    if (!number(count) || count < 0 || count > kMostNumbers || count != std::floor(count)) return false;
    // Every number takes two characters at least: a length beyond what is left is not believed.
    if (count * 2 > static_cast<double>(end_ - at_)) return false;
    column.resize(static_cast<std::size_t>(count));
    return true;
  }
  [[nodiscard]] bool at_end() const { return at_ == end_; }

 private:
  const char* at_;
  const char* end_;
};

template <class Stream>
bool pass(Stream& stream, double& value) {
  return stream.number(value);
}
template <class Stream, class Integer>
requires std::is_integral_v<Integer>
bool pass(Stream& stream, Integer& value) {
  auto number = static_cast<double>(value);
  if (!stream.number(number)) return false;
  if (number != std::floor(number) || std::abs(number) > 9e15) return false;
  value = static_cast<Integer>(number);
  return true;
}
template <class Stream, class T, std::size_t n>
bool pass(Stream& stream, std::array<T, n>& values);
template <class Stream, class T>
bool pass(Stream& stream, std::vector<T>& values) {
  if (!stream.size(values)) return false;
  for (T& value : values) {
    if (!pass(stream, value)) return false;
  }
  return true;
}
template <class Stream, class T, std::size_t n>
bool pass(Stream& stream, std::array<T, n>& values) {
  for (T& value : values) {
    if (!pass(stream, value)) return false;
  }
  return true;
}
template <class Stream>
bool pass(Stream& stream, std::optional<double>& value) {
  bool there = value.has_value();
  double number = value.value_or(0);
  if (!pass(stream, there) || !pass(stream, number)) return false;
  value = there ? std::optional(number) : std::nullopt;
  return true;
}

template <class Stream>
bool pass(Stream& stream, Fit& fit) {
  return pass(stream, fit.base) && pass(stream, fit.phase) && pass(stream, fit.both) && pass(stream, fit.cohort) &&
         pass(stream, fit.recent) && pass(stream, fit.step) && pass(stream, fit.ahead_days);
}

/// One list of members for both ways.
template <class Stream>
bool pass(Stream& stream, Model& model) {
  double version = kVersion;
  if (!pass(stream, version) || version != kVersion) return false;
  Exposure& seen = *model.seen;
  std::int32_t unit = seen.bands.unit();
  if (!pass(stream, seen.as_of) || !pass(stream, seen.recording_start) || !pass(stream, seen.fiscal_first_month) ||
      !pass(stream, unit) || !pass(stream, seen.first_cohort_month) || !pass(stream, seen.cohorts) ||
      !pass(stream, seen.own_cohorts) || !pass(stream, seen.two_phases) || !pass(stream, seen.usual_age) ||
      !pass(stream, seen.dead_age) || !pass(stream, seen.won) || !pass(stream, seen.lost) ||
      !pass(stream, seen.mean_won_age))
    return false;
  if constexpr (Stream::kReads) {
    if (unit < 1 || unit > 10'000) return false;
    seen.bands = Bands(unit);
  }
  for (auto& fit : model.fits) {
    if (!pass(stream, *fit)) return false;
    for (std::size_t c = 0; c < kCauses; ++c) {
      if (fit->base[c].size() != seen.bands.count() || fit->both[c].size() != seen.bands.count()) return false;
    }
    if (fit->ahead_days < 1) return false;
  }
  // All variants share the factors by level.
  Fit& last = *model.fits[kVariants - 1];
  if (!pass(stream, last.level) || !pass(stream, last.strength)) return false;
  return pass(stream, model.weight) && pass(stream, model.correction.ratio) && pass(stream, model.correction.by) &&
         pass(stream, model.correction.may_raise) && pass(stream, model.believed) && pass(stream, model.horizon) &&
         pass(stream, model.step_ratio) && pass(stream, model.cycle_days) && pass(stream, model.unlost) &&
         pass(stream, model.values.mean) && pass(stream, model.values.square) && pass(stream, model.values.product);
}

}  // namespace

std::string text_of(const Model& model) {
  Writer writer;
  pass(writer, const_cast<Model&>(model));  // a writer changes nothing
  return std::move(writer.text_);
}

std::optional<Model> model_of(std::string_view text) {
  Reader reader(text);
  Model model;
  model.seen = std::make_unique<Exposure>();
  for (auto& fit : model.fits) fit = std::make_unique<Fit>();
  if (!pass(reader, model) || !reader.at_end()) return std::nullopt;
  const Fit& last = *model.fits[kVariants - 1];
  for (auto& fit : model.fits) {
    fit->level = last.level;
    fit->strength = last.strength;
  }
  return model;
}

}  // namespace sales_leads::domain::forecast
