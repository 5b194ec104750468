// SPDX-License-Identifier: Apache-2.0
//
// The gamma function's logarithm, the gamma distribution and its quantiles, by series and continued fraction: the same
// bits on every thread, unlike the C library's lgamma, which writes a global.
//
// Pure; any thread. Relative error below 1e-10 for shapes from 1e-4 to 1e8.
#pragma once

namespace sales_leads::domain::forecast {

[[nodiscard]] double log_gamma(double x);
/// Share of a gamma distribution with this shape and scale 1 that lies below x.
[[nodiscard]] double gamma_below(double shape, double x);
/// x below which the share `p` of a gamma distribution with this mean and variance lies; 0 <= p < 1.
[[nodiscard]] double gamma_quantile(double mean, double variance, double p);

}  // namespace sales_leads::domain::forecast
