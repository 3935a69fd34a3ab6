// The number of descriptors that this process may open, and the part of it for connections.
#pragma once

#include <cstddef>

namespace ngcshare {

// Raises the limit as far as this user may, because many systems start a program with too few for
// a thousand connections.
void raise_descriptor_limit();

// Returns the limit in force.
size_t descriptor_limit();

// Returns how many of `limit` descriptors the connections of peers and local programs may hold. The
// rest is for what must go on when these are used up: listening, health checks, the control
// socket, HTTP (up to 80), the database, the log and toxcore's own sockets.
size_t descriptors_for_connections(size_t limit);

}  // namespace ngcshare
