// Scheduling latency of this process.
#pragma once

namespace ngcshare {

// Asks the kernel for short time slices, which are scheduled sooner: with the default of about 3 ms
// a packet waits that long behind every other busy process. Needs no privilege; kernels before 6.12
// ignore it.
void ask_for_short_turns();

}  // namespace ngcshare
