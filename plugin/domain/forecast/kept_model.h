// SPDX-License-Identifier: Apache-2.0
//
// A model as a line of text, to be kept with the forecast that it made: factors, weights, corrections, the values of
// won deals; not the history that it was learnt from. Read again it gives the same chances to the bit, for any deal, of
// any later day.
//
// Usage:  const std::string text = text_of(model);  …  if (auto model = model_of(text)) { model->seen->as_of = today; …
// }
//
// Pure; any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "domain/forecast/model.h"

namespace sales_leads::domain::forecast {

[[nodiscard]] std::string text_of(const Model& model);
/// Nothing of a text of another version or one that is cut off.
[[nodiscard]] std::optional<Model> model_of(std::string_view text);

}  // namespace sales_leads::domain::forecast
