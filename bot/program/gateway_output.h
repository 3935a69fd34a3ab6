// Prints what a gateway says about itself on standard output when it starts.
#pragma once

#include <string>

#include "bot/base/output.h"
#include "bot/gateway/gateway.h"
#include "bot/http/address.h"

namespace ngcshare {

void print_identity(const Output& output, const std::string& tox_id);
void print_services(const Output& output, const Gateway& gateway);
// For a gateway without an owner: how to become one.
void print_claim_token(const Output& output, const std::string& token);
void print_page(const Output& output, const HttpAddress& address);

}  // namespace ngcshare
