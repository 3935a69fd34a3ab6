/* Moves the time of a change of keys. In C, because toxcore's own headers are. */
#ifndef NGCSHARE_TESTS_TOXCORE_KEY_CHANGE_H
#define NGCSHARE_TESTS_TOXCORE_KEY_CHANGE_H

#include <stdbool.h>
#include <stdint.h>
#include <tox/tox.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Makes this member of a group of two change keys with the other within 2 s. Returns false if the
 * other is the one that begins it; between two, one of them does. Left to themselves, the one that
 * is asked hardly ever answers: it takes an own timer of the same length for a change that has
 * been. */
bool hasten_key_change(Tox* tox, uint32_t group);

#ifdef __cplusplus
}
#endif

#endif
