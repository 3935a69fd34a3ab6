#include "hostile_group_peer.h"

#include <Messenger.h>
#include <group_announce.h>
#include <group_chats.h>
#include <group_connection.h>
#include <sodium.h>
#include <string.h>
#include <tox_struct.h>

int tell_of_invented_members(Tox* tox, uint32_t group, int count) {
  GC_Chat* chat = gc_get_group(tox->m->group_handler, (int)group);
  GC_Connection* other = chat == NULL ? NULL : get_gc_connection(chat, 1);
  int taken = 0;
  for (int i = 0; other != NULL && i < count; ++i) {
    GC_Announce announce;
    memset(&announce, 0, sizeof(announce));
    randombytes_buf(announce.peer_public_key, sizeof(announce.peer_public_key));
    announce.ip_port_is_set = true;
    announce.ip_port.ip.family = net_family_ipv4();
    announce.ip_port.ip.ip.v4 = get_ip4_loopback();
    announce.ip_port.port = net_htons(9);
    uint8_t packet[512];
    size_t size = 0;
    if (gca_pack_announces_list(chat->log, packet, sizeof(packet), &announce, 1, &size) == 1 &&
        gcc_send_lossless_packet(chat, other, packet, (uint16_t)size, GP_SYNC_RESPONSE) == 0) {
      ++taken;
    }
  }
  return taken;
}

int tell_of_invented_relays(Tox* tox, uint32_t group, uint16_t port, int count) {
  GC_Chat* chat = gc_get_group(tox->m->group_handler, (int)group);
  GC_Connection* other = chat == NULL ? NULL : get_gc_connection(chat, 1);
  int taken = 0;
  for (int i = 0; other != NULL && i < count; ++i) {
    Node_format relay;
    memset(&relay, 0, sizeof(relay));
    randombytes_buf(relay.public_key, sizeof(relay.public_key));
    relay.ip_port.ip.family = net_family_tcp_ipv4();
    relay.ip_port.ip.ip.v4 = get_ip4_loopback();
    relay.ip_port.port = net_htons(port);
    uint8_t packet[512];
    const int size = pack_nodes(chat->log, packet, sizeof(packet), &relay, 1);
    if (size > 0 &&
        gcc_send_lossless_packet(chat, other, packet, (uint16_t)size, GP_TCP_RELAYS) == 0) {
      ++taken;
    }
  }
  return taken;
}

int greet_member(Tox* tox, uint32_t group, const uint8_t* member_key, uint16_t port) {
  GC_Chat* chat = gc_get_group(tox->m->group_handler, (int)group);
  IP_Port address;
  memset(&address, 0, sizeof(address));
  address.ip.family = net_family_ipv4();
  address.ip.ip.v4 = get_ip4_loopback();
  address.port = net_htons(port);
  return chat != NULL && get_gc_connection(chat, peer_add(chat, &address, member_key)) != NULL;
}
