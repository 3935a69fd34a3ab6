// How soon the kernel lets this process run when it has something to do.
#pragma once

namespace ngcshare {

// Asks for short turns, which come sooner: with the kernel's usual ones of about 3 ms a packet
// waits as long behind each other busy program. Needs no right; kernels before 6.12 take no notice.
void ask_for_short_turns();

}  // namespace ngcshare
