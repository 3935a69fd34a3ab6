#include "protocol/wire/extension.h"

#include "protocol/base/text.h"

namespace ngcshare {
namespace {

enum Tag : uint8_t {
  kTagMappingId = 1,
  kTagTransport = 2,
  kTagEpoch = 3,
  kTagState = 4,
  kTagDescription = 5,
  kTagKeepAlive = 6,
  kTagUdpPort = 7,
};

template <std::unsigned_integral T>
void write_tag(ByteWriter& out, Tag tag, T value) {
  out.write<uint8_t>(tag);
  out.write<uint8_t>(sizeof(T));
  out.write<T>(value);
}

// Reads an integer value. Ignores the tail of longer values, which come from newer senders.
template <std::unsigned_integral T>
bool read_value(Bytes value, std::optional<T>& field) {
  field = ByteReader(value).read<T>();
  return field.has_value();
}

bool read_msg_id(Bytes value, std::optional<MsgId>& field) {
  return read_value<uint32_t>(value, field) && !is_reserved_msg_id(*field);
}

bool read_transport(Bytes value, std::optional<Transport>& field) {
  std::optional<uint8_t> raw;
  if (!read_value(value, raw) || (*raw != 1 && *raw != 2)) return false;
  field = static_cast<Transport>(*raw);
  return true;
}

// Reads a state. One that this version does not know counts as busy: neither usable nor gone.
bool read_state(Bytes value, std::optional<ServiceState>& field) {
  std::optional<uint8_t> raw;
  if (!read_value(value, raw)) return false;
  field = *raw <= 2 ? static_cast<ServiceState>(*raw) : ServiceState::kBusy;
  return true;
}

bool read_description(Bytes value, std::optional<std::string>& field) {
  std::string text(value.begin(), value.end());
  if (text.size() > kMaxDescriptionBytes || !is_printable_utf8(text)) return false;
  field = std::move(text);
  return true;
}

// Reads one tag. Skips unknown tags. Returns false if the value of a known tag is damaged.
bool read_tag(uint8_t tag, Bytes value, Extension& into) {
  switch (tag) {
    case kTagMappingId:
      return read_msg_id(value, into.mapping_id);
    case kTagTransport:
      return read_transport(value, into.transport);
    case kTagEpoch:
      return read_msg_id(value, into.epoch);
    case kTagState:
      return read_state(value, into.state);
    case kTagDescription:
      return read_description(value, into.description);
    case kTagKeepAlive:
      return read_value(value, into.keep_alive_s);
    case kTagUdpPort:
      return read_value(value, into.udp_port);
    default:
      return true;
  }
}

}  // namespace

void encode_extension(const Extension& extension, ByteWriter& out) {
  out.write<uint8_t>(kExtensionMark);
  out.write<uint32_t>(extension.capabilities);
  if (extension.mapping_id) write_tag(out, kTagMappingId, *extension.mapping_id);
  if (extension.transport) {
    write_tag(out, kTagTransport, static_cast<uint8_t>(*extension.transport));
  }
  if (extension.epoch) write_tag(out, kTagEpoch, *extension.epoch);
  if (extension.state) write_tag(out, kTagState, static_cast<uint8_t>(*extension.state));
  if (extension.description) {
    assert(extension.description->size() <= kMaxDescriptionBytes);
    out.write<uint8_t>(kTagDescription);
    out.write<uint8_t>(static_cast<uint8_t>(extension.description->size()));
    out.write_bytes({reinterpret_cast<const uint8_t*>(extension.description->data()),
                     extension.description->size()});
  }
  if (extension.keep_alive_s) write_tag(out, kTagKeepAlive, *extension.keep_alive_s);
  if (extension.udp_port) write_tag(out, kTagUdpPort, *extension.udp_port);
}

ExtensionResult decode_extension(Bytes tail) {
  constexpr ExtensionResult kMalformed{false, std::nullopt};
  if (tail.empty() || tail[0] != kExtensionMark) return {};
  ByteReader in(tail.subspan(1));
  const auto capabilities = in.read<uint32_t>();
  if (!capabilities) return kMalformed;
  Extension extension;
  extension.capabilities = *capabilities;
  while (!in.empty()) {
    const auto tag = in.read<uint8_t>();
    const auto length = in.read<uint8_t>();
    if (!tag || !length) return kMalformed;
    const auto value = in.read_bytes(*length);
    if (!value || !read_tag(*tag, *value, extension)) return kMalformed;
  }
  return {true, std::move(extension)};
}

}  // namespace ngcshare
