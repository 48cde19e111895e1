// Calls of Linux that the Glibc module does not show to Swift, since they need _GNU_SOURCE.
//
// Where a call fails it returns -1 and sets errno, as the calls behind it do.

#pragma once

/// Opens a file without a name for reading and writing, on the file system of a directory.
int lake_open_unnamed(const char *_Nonnull directory);

/// Exchanges what two paths name, in one step.
int lake_exchange(const char *_Nonnull a, const char *_Nonnull b);

/// The number of cores that the scheduler lets this process run on.
int lake_schedulable_cores(void);

/// Names the calling thread, as debuggers and profilers show it; at most 15 bytes.
void lake_name_thread(const char *_Nonnull name);

/// Lets the allocator keep what is freed: buffers of a megabyte come and go by the thousand, and
/// each that is given back to the system has to be cleared by it the next time.
void lake_keep_freed_memory(void);
