/// The limits that Linux control groups put on this process, as containers and services use them.
///
/// Groups form a tree and each may limit, so the smallest limit on the way from the process's group
/// up to the root holds. Both versions are read, since many machines have both:
///
///     /proc/self/cgroup       "0::/a/b" (version 2), "4:memory:/a/b" (version 1)
///     /sys/fs/cgroup/a/b/     memory.max, cpu.max
///     /sys/fs/cgroup/memory/a/b/memory.limit_in_bytes
///     /sys/fs/cgroup/cpu/a/b/cpu.cfs_quota_us, cpu.cfs_period_us
///
/// See: man 7 cgroups, and the kernel's admin-guide/cgroup-v2.rst.
struct ControlGroups {
  struct Limits: Hashable {
    var memory: Int?
    var cores: Double?
  }

  private let fileSystem: any FileSystem
  private let root: String

  /// `root` stands before `/proc` and `/sys`.
  init(fileSystem: any FileSystem, root: String) {
    self.fileSystem = fileSystem
    self.root = root
  }

  var limits: Limits {
    var memory: [Int] = []
    var cores: [Double] = []
    for membership in memberships {
      for directory in directories(of: membership) {
        memory += [memoryLimit(in: directory)].compactMap { $0 }
        cores += [coreLimit(in: directory)].compactMap { $0 }
      }
    }
    return Limits(memory: memory.min(), cores: cores.min())
  }

  private struct Membership {
    /// Empty in version 2.
    var controllers: [Substring]
    var path: Substring
  }

  private var memberships: [Membership] {
    let lines = text(of: "\(root)/proc/self/cgroup")?.split(separator: "\n") ?? []
    return lines.compactMap { line in
      let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard fields.count == 3 else { return nil }
      return Membership(controllers: fields[1].split(separator: ","), path: fields[2])
    }
  }

  /// The group's own directory and all above it. Inside of a container the path may be that of the
  /// host, of which only the root is mounted: the directories that are not there are passed over.
  private func directories(of membership: Membership) -> [String] {
    let mounts: [String]
    if membership.controllers.isEmpty {
      mounts = ["\(root)/sys/fs/cgroup", "\(root)/sys/fs/cgroup/unified"]
    } else {
      mounts = membership.controllers.filter { $0 == "memory" || $0 == "cpu" }
        .map { "\(root)/sys/fs/cgroup/\($0)" }
    }
    var paths = [""]
    for component in membership.path.split(separator: "/") where component != ".." {
      paths.append("\(paths[paths.count - 1])/\(component)")
    }
    return mounts.flatMap { mount in paths.map { mount + $0 } }
  }

  private func memoryLimit(in directory: String) -> Int? {
    // "max", or in version 1 a number greater than any memory, stands for no limit.
    let limit = number(in: "\(directory)/memory.max")
    return (limit ?? number(in: "\(directory)/memory.limit_in_bytes")).flatMap { $0 > 0 ? $0 : nil }
  }

  private func coreLimit(in directory: String) -> Double? {
    if let fields = text(of: "\(directory)/cpu.max")?.split(whereSeparator: \.isWhitespace) {
      guard fields.count == 2 else { return nil }
      return ratio(Int(fields[0]), Int(fields[1]))
    }
    return ratio(
      number(in: "\(directory)/cpu.cfs_quota_us"), number(in: "\(directory)/cpu.cfs_period_us"))
  }

  private func ratio(_ quota: Int?, _ period: Int?) -> Double? {
    guard let quota, let period, quota > 0, period > 0 else { return nil }
    return Double(quota) / Double(period)
  }

  private func number(in path: String) -> Int? {
    text(of: path)?.split(whereSeparator: \.isWhitespace).first.flatMap { Int($0) }
  }

  private func text(of path: String) -> String? {
    guard let bytes = try? fileSystem.readWhole(path, limit: 1 << 20) else { return nil }
    return String(decoding: bytes, as: UTF8.self)
  }
}
