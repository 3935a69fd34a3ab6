// Prints a gateway's address, services and links on standard output when it starts.
#pragma once

#include <string>

#include "bot/base/output.h"
#include "bot/gateway/gateway.h"
#include "bot/http/address.h"

namespace ngcshare {

void print_identity(const Output& output, const std::string& tox_id);
void print_services(const Output& output, const Gateway& gateway);
// Prints the command that makes somebody the owner of a gateway that has none.
void print_claim_token(const Output& output, const std::string& token);
void print_page(const Output& output, const HttpAddress& address);

}  // namespace ngcshare
