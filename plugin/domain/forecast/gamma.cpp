// SPDX-License-Identifier: Apache-2.0
#include "domain/forecast/gamma.h"

#include <algorithm>
#include <cmath>

namespace sales_leads::domain::forecast {

double log_gamma(double x) {
  // Stirling's series beyond 12; smaller arguments are lifted there by the recurrence.
  double shift = 0;
  while (x < 12) {
    shift += std::log(x);
    x += 1;
  }
  const double y = 1 / (x * x);
  const double series = (1.0 / 12 - y * (1.0 / 360 - y * (1.0 / 1260 - y * (1.0 / 1680 - y * (1.0 / 1188))))) / x;
  return (x - 0.5) * std::log(x) - x + 0.91893853320467274178 + series - shift;
}

double gamma_below(double shape, double x) {
  if (x <= 0) return 0;
  const double front = std::exp(shape * std::log(x) - x - log_gamma(shape));
  if (x < shape + 1) {
    double term = 1 / shape, sum = term;
    for (double a = shape + 1; term > sum * 1e-15 && a < shape + 1e6; a += 1) {
      term *= x / a;
      sum += term;
    }
    return std::min(1.0, front * sum);
  }
  // Lentz's continued fraction of the upper tail.
  double b = x + 1 - shape, c = 1e300, d = 1 / b, h = d;
  for (int i = 1; i < 100'000; ++i) {
    const double an = -i * (i - shape);
    b += 2;
    d = an * d + b;
    d = std::abs(d) < 1e-300 ? 1e300 : 1 / d;
    c = b + an / c;
    if (std::abs(c) < 1e-300) c = 1e-300;
    const double turn = d * c;
    h *= turn;
    if (std::abs(turn - 1) < 1e-14) break;
  }
  return std::clamp(1 - front * h, 0.0, 1.0);
}

double gamma_quantile(double mean, double variance, double p) {
  if (mean <= 0 || p <= 0) return 0;
  if (variance <= mean * mean * 1e-12) return mean;
  const double shape = mean * mean / variance, scale = variance / mean;
  double low = 0, high = shape + 1;
  while (gamma_below(shape, high) < p && high < 1e12) high *= 2;
  // Bisection in the logarithm once the lower end has left zero: quantiles of small shapes lie at 1e-30 as well.
  for (int i = 0; i < 60 && low == 0; ++i) {
    const double middle = high / 16;
    (gamma_below(shape, middle) < p ? low : high) = middle;
    if (high < 1e-290) return 0;
  }
  for (int i = 0; i < 60 && high - low > 1e-12 * high; ++i) {
    const double middle = 0.5 * (low + high);
    (gamma_below(shape, middle) < p ? low : high) = middle;
  }
  return 0.5 * (low + high) * scale;
}

}  // namespace sales_leads::domain::forecast
