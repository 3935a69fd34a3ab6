/* What a changed toxcore of a group's member may send to others. In C, because toxcore's own
 * headers are. */
#ifndef NGCSHARE_TESTS_TOXCORE_HOSTILE_GROUP_PEER_H
#define NGCSHARE_TESTS_TOXCORE_HOSTILE_GROUP_PEER_H

#include <stdint.h>
#include <tox/tox.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Names `count` members that do not exist to the first other member of a group. Returns how many
 * packets were taken for sending. */
int tell_of_invented_members(Tox* tox, uint32_t group, int count);

/* Names `count` relays, with a key of its own each, at a TCP port of 127.0.0.1. Returns how many
 * packets were taken for sending. */
int tell_of_invented_relays(Tox* tox, uint32_t group, uint16_t port, int count);

/* Greets a member of a group at a UDP port of 127.0.0.1. Returns whether that can be. */
int greet_member(Tox* tox, uint32_t group, const uint8_t* member_key, uint16_t port);

#ifdef __cplusplus
}
#endif

#endif
