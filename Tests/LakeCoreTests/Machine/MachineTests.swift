import Foundation
import LakeCore
import LakeTestSupport
import Testing

@Suite("Machine")
struct MachineTests {
  private let hardware = Machine(memory: 16 << 30, coreCount: 8)
  private let directory: TemporaryDirectory

  init() throws {
    directory = try TemporaryDirectory()
  }

  private func limited(_ files: [String: String]) throws -> Machine {
    for (name, text) in files { try directory.write(text, to: name) }
    return hardware.limitedByControlGroups(root: directory.path, fileSystem: LocalFileSystem())
  }

  @Test func thisMachineHasMemoryAndCores() throws {
    let machine = Machine.current()
    let memory = try #require(machine.memory)
    #expect(memory > 64 << 20)
    #expect(memory <= Int(ProcessInfo.processInfo.physicalMemory))
    #expect((1...ProcessInfo.processInfo.processorCount).contains(machine.coreCount))
    #expect(machine.defaultMemoryLimit == memory / 2)
  }

  @Test func withoutGroupsTheHardwareCounts() throws {
    #expect(try limited([:]) == hardware)
    #expect(
      try limited([
        "proc/self/cgroup": "0::/\n", "sys/fs/cgroup/memory.max": "max\n",
        "sys/fs/cgroup/cpu.max": "max 100000\n",
      ]) == hardware)
  }

  @Test func theSmallestLimitOnTheWayUpHolds() throws {
    let machine = try limited([
      "proc/self/cgroup": "0::/system.slice/lake.service\n",
      "sys/fs/cgroup/system.slice/lake.service/memory.max": "max\n",
      "sys/fs/cgroup/system.slice/lake.service/cpu.max": "350000 100000\n",
      "sys/fs/cgroup/system.slice/memory.max": "\(2 << 30)\n",
      "sys/fs/cgroup/system.slice/cpu.max": "max 100000\n",
      "sys/fs/cgroup/other/memory.max": "1024\n",
    ])
    #expect(machine == Machine(memory: 2 << 30, coreCount: 4))
  }

  @Test func versionOneIsReadToo() throws {
    let machine = try limited([
      "proc/self/cgroup": "9:name=systemd:/\n4:memory:/a/b\n2:cpu,cpuacct:/a\n0::/\n",
      "sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n",
      "sys/fs/cgroup/memory/a/b/memory.limit_in_bytes": "\(1 << 30)\n",
      "sys/fs/cgroup/cpu/a/cpu.cfs_quota_us": "50000\n",
      "sys/fs/cgroup/cpu/a/cpu.cfs_period_us": "100000\n",
    ])
    #expect(machine == Machine(memory: 1 << 30, coreCount: 1))
  }

  @Test func aPathOfTheHostMeansTheRootOfTheContainer() throws {
    let machine = try limited([
      "proc/self/cgroup": "0::/../docker/0123\n", "sys/fs/cgroup/memory.max": "\(3 << 30)\n",
      "sys/fs/cgroup/cpu.max": "200000 100000\n",
    ])
    #expect(machine == Machine(memory: 3 << 30, coreCount: 2))
  }

  @Test(arguments: ["", "x", "-1", "0 0", "99999999999999999999 1", "9223372036854775807 1", "1"])
  func nonsenseSetsNoLimit(text: String) throws {
    let machine = try limited([
      "proc/self/cgroup": "0::/\nx\n::\n1:2\n", "sys/fs/cgroup/cpu.max": text,
      "sys/fs/cgroup/memory.max": text == "1" || text.contains(" ") ? "max" : text,
    ])
    #expect(machine.coreCount == hardware.coreCount)
  }
}
