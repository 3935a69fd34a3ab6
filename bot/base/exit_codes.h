// Exit codes of the program, for scripts and service managers. Listed in README.md.
#pragma once

namespace ngcshare {

enum ExitCode : int {
  kExitOk = 0,
  kExitFailure = 1,      // any other error
  kExitUsage = 2,        // the command line or environment is wrong
  kExitNoNetwork = 3,    // the Tox network or the group was not reached in time
  kExitJoinRefused = 4,  // wrong password, or the group is full
  kExitDataFolder = 5,   // the data folder cannot be used
  kExitPortInUse = 6,    // a requested port cannot be bound
  kExitNoService = 7,    // a named service was not offered in time
  kExitRefused = 8,      // the gateway refused a command
  kExitNotRunning = 9,   // no gateway runs on the data folder
};

}  // namespace ngcshare
