// SPDX-License-Identifier: Apache-2.0
//
// The files of the stock renderer (host_api/web/dist) as they are built into the program. Immutable; any thread.
#pragma once

#include <span>
#include <string_view>

namespace erp::host::web {

struct RendererFile {
  std::string_view name;
  std::string_view text;
  std::string_view packed;  // the same by brotli
};

std::span<const RendererFile> renderer_files();

}  // namespace erp::host::web
