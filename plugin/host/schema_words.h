// SPDX-License-Identifier: Apache-2.0
//
// Why a value does not fit its JSON Schema, in words, for the rooms that may not include the contract themselves: what
// a host says of an input, the module says as well.
//
// Threads, errors: as in the header itself.
#pragma once

#include "erp/schema_words.hpp"
