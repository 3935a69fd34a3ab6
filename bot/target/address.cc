#include "bot/target/address.h"

#include <utility>

#include "bot/base/log.h"

namespace ngcshare {
namespace {

TargetEndpoints allowed(TargetEndpoints endpoints, const TargetPolicy& policy,
                        const std::string& host) {
  std::erase_if(endpoints, [&](const auto& endpoint) {
    return !policy.allows_address(host, endpoint.address());
  });
  if (endpoints.empty())
    log_warn("target.not_allowed", "target {host} has no allowed address", Field{"host", host});
  return endpoints;
}

}  // namespace

void resolve_target(asio::ip::tcp::resolver& resolver, const TargetPolicy& policy,
                    const Target& target, std::function<void(TargetEndpoints)> done) {
  asio::error_code not_numeric;
  const auto address = asio::ip::make_address(target.host, not_numeric);
  if (!not_numeric) {
    done(allowed({{address, target.port}}, policy, target.host));
    return;
  }
  if (target.host == "localhost") {
    done(allowed({{asio::ip::address_v4::loopback(), target.port},
                  {asio::ip::address_v6::loopback(), target.port}},
                 policy, target.host));
    return;
  }
  resolver.async_resolve(target.host, std::to_string(target.port),
                         [&policy, host = target.host, done = std::move(done)](
                             const asio::error_code& error, const auto& results) {
                           if (error == asio::error::operation_aborted) return;
                           TargetEndpoints endpoints;
                           for (const auto& result : results)
                             endpoints.push_back(result.endpoint());
                           done(allowed(std::move(endpoints), policy, host));
                         });
}

}  // namespace ngcshare
