#include <algorithm>
#include <utility>

#include "bot/options/files.h"
#include "bot/options/subcommand_options.h"
#include "bot/options/values.h"

namespace ngcshare {
namespace {

void read_group(const std::string& word, ConnectOptions& options) {
  if (!word.starts_with(InvitationLink::kScheme)) {
    options.chat_id = parse_chat_id(word);
    return;
  }
  auto parsed = parse_invitation_link(word);
  if (const auto* const error = std::get_if<InvitationLinkError>(&parsed)) {
    throw UsageError(error->text);
  }
  options.link = std::move(std::get<InvitationLink>(parsed));
  options.chat_id = options.link->chat_id;
}

// A network of its own is not mixed with that of the built-in nodes, where nobody knows the group.
void use_link(const InvitationLink& link, ConnectOptions& options) {
  auto& nodes = options.common.bootstrap;
  if (link.own_network) {
    const auto built_in = default_bootstrap_nodes();
    std::erase_if(nodes, [&](const BootstrapNode& node) {
      return std::find(built_in.begin(), built_in.end(), node) != built_in.end();
    });
  }
  for (const InvitationNode& node : link.nodes) {
    BootstrapNode boot{
        .host = node.host, .port = node.port, .tcp_ports = {}, .key = node.key, .first = true};
    if (node.tcp_port != 0) boot.tcp_ports.push_back(node.tcp_port);
    nodes.push_back(std::move(boot));
  }
  if (options.password.empty()) options.password = link.password;
}

void read_words(const GivenFlags& given, ConnectOptions& options, Problems& problems) {
  if (given.words.empty()) {
    problems.add("connect needs the group's CHAT_ID, which the gateway prints, or a LINK");
    return;
  }
  problems.collect([&] { read_group(given.words.front(), options); });
  for (size_t i = 1; i < given.words.size(); ++i) {
    const auto parsed = parse_wanted(given.words[i]);
    if (const auto* const wanted = std::get_if<WantedService>(&parsed)) {
      options.wanted.push_back(*wanted);
    } else {
      problems.add(std::get<WantedError>(parsed).text);
    }
  }
}

void read_trust(const GivenFlags& given, ConnectOptions& options, Problems& problems) {
  options.trust = given.has("trust");
  const bool names_one =
      std::any_of(options.wanted.begin(), options.wanted.end(),
                  [](const WantedService& wanted) { return !wanted.gateway_prefix.empty(); });
  if (options.trust && !names_one) {
    problems.add("--trust needs a service with the digits of its gateway's key: SERVICE@GATEWAY");
  }
}

void read_inviter(const GivenFlags& given, ConnectOptions& options) {
  const auto text = given.one("invited-by");
  if (!text) return;
  Key key{};
  const auto tox_id = parse_tox_id(*text, "--invited-by");
  std::copy_n(tox_id.begin(), key.size(), key.begin());
  options.invited_by = key;
}

void read_bind(const GivenFlags& given, ConnectOptions& options) {
  const std::string address = given.one("bind").value_or("127.0.0.1");
  asio::error_code error;
  options.bind_address = asio::ip::make_address(address, error);
  if (error) {
    throw UsageError("--bind: \"" + address + "\" is not a numeric address, such as 127.0.0.1");
  }
}

}  // namespace

ConnectOptions connect_options(const GivenFlags& given, const Environment& environment,
                               Problems& problems) {
  ConnectOptions options;
  options.common = common_options(given, "ngcshare-member", environment, problems);
  read_words(given, options, problems);
  problems.collect([&] { options.password = read_password(given, problems); });
  problems.collect([&] { read_inviter(given, options); });
  if (options.link) use_link(*options.link, options);
  if (options.link && options.invited_by) {
    problems.add("--invited-by is for a CHAT_ID; a link names the gateway itself");
  }
  options.all = given.has("all");
  options.only_list = given.has("list");
  read_trust(given, options, problems);
  problems.collect([&] { read_bind(given, options); });
  problems.collect([&] { options.timeout = timeout_of(given); });
  return options;
}

}  // namespace ngcshare
