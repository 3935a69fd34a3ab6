#include "key_change.h"

#include <Messenger.h>
#include <group_chats.h>
#include <group_connection.h>
#include <tox_struct.h>

bool hasten_key_change(Tox* tox, uint32_t group) {
  GC_Chat* chat = gc_get_group(tox->m->group_handler, (int)group);
  GC_Connection* other = chat == NULL ? NULL : get_gc_connection(chat, 1);
  if (other == NULL || !other->self_is_closer) return false;
  other->last_key_rotation -= 300; /* GC_KEY_ROTATION_TIMEOUT */
  return true;
}
