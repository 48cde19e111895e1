import CLakeSystem
import Glibc

/// What this process may use of the machine: the hardware, less what a container or the scheduler
/// keeps back.
package struct Machine: Sendable, Hashable {
  /// Bytes; nil where nothing tells.
  package var memory: Int?
  /// At least 1.
  package var coreCount: Int

  package init(memory: Int?, coreCount: Int) {
    self.memory = memory
    self.coreCount = coreCount
  }

  /// The number of this process.
  package static var processID: Int { Int(getpid()) }

  /// Lets the allocator of this process keep the memory that is freed. For a program's main
  /// function to decide.
  package static func keepFreedMemory() { lake_keep_freed_memory() }

  /// Asks the system. Whatever cannot be read sets no limit.
  package static func current(fileSystem: any FileSystem = LocalFileSystem()) -> Machine {
    let hardware = Machine(memory: physicalMemory, coreCount: schedulableCores)
    return hardware.limitedByControlGroups(root: "", fileSystem: fileSystem)
  }

  /// Half of the memory: the rest is for the page cache, without which reading is slow, and for
  /// what is not accounted for.
  package var defaultMemoryLimit: Int? { memory.map { $0 / 2 } }

  /// The smaller of this and what the control groups say whose files lie below `root`.
  package func limitedByControlGroups(root: String, fileSystem: any FileSystem) -> Machine {
    let limits = ControlGroups(fileSystem: fileSystem, root: root).limits
    let memories = [memory, limits.memory].compactMap { $0 }
    // Half a core is still one thread. The cap keeps the conversion from trapping.
    let cores = limits.cores.map { Int(min($0.rounded(.up), 1_000_000)) } ?? coreCount
    return Machine(memory: memories.min(), coreCount: max(1, min(coreCount, cores)))
  }

  /// See: man 3 sysconf.
  private static var physicalMemory: Int? {
    let pages = sysconf(Int32(_SC_PHYS_PAGES))
    let pageBytes = sysconf(Int32(_SC_PAGESIZE))
    guard pages > 0, pageBytes > 0 else { return nil }
    let (bytes, overflow) = pages.multipliedReportingOverflow(by: pageBytes)
    return overflow ? nil : bytes
  }

  /// See: man 2 sched_getaffinity.
  private static var schedulableCores: Int {
    let count = Int(lake_schedulable_cores())
    return count > 0 ? count : max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
  }
}
