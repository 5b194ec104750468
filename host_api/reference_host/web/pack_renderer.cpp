// SPDX-License-Identifier: Apache-2.0
//
// Runs while erp-host is built: pack_renderer FOLDER FILE... writes FOLDER/FILE.br for every FILE, packed as small as
// brotli can.
#include <brotli/encode.h>

#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>

namespace {

std::string packed(const std::string& text) {
  std::size_t size = BrotliEncoderMaxCompressedSize(text.size());
  std::string out(size, '\0');
  if (BrotliEncoderCompress(BROTLI_MAX_QUALITY, BROTLI_DEFAULT_WINDOW, BROTLI_MODE_TEXT, text.size(),
                            reinterpret_cast<const std::uint8_t*>(text.data()), &size,
                            reinterpret_cast<std::uint8_t*>(out.data())) != BROTLI_TRUE) {
    return {};
  }
  out.resize(size);
  return out;
}

}  // namespace

int main(int count, char** arguments) {
  if (count < 3) {
    std::cerr << "pack_renderer FOLDER FILE...\n";
    return 2;
  }
  const std::filesystem::path folder = arguments[1];
  std::filesystem::create_directories(folder);
  for (int i = 2; i < count; ++i) {
    const std::filesystem::path from = arguments[i], to = folder / (from.filename().string() + ".br");
    std::ifstream in(from, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(in), {}}, small = packed(text);
    std::ofstream out(to, std::ios::binary);
    out << small;
    if (!in || small.empty() || !out.flush()) {
      std::cerr << from << ": cannot be packed into " << to << "\n";
      return 1;
    }
  }
  return 0;
}
