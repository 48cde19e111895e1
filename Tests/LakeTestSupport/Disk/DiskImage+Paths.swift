import Glibc

extension DiskImage {
  /// Where a path leads: a name in a directory, and what bears it.
  struct Location {
    var directory: Inode
    /// Empty where the path ends in `.` or `..`, or is the root.
    var name: String
    var inode: Inode?

    func requireShort() throws(DiskFailure) {
      if name.utf8.count > DiskImage.nameBytesMax { throw DiskFailure(ENAMETOOLONG) }
    }
  }

  private static let linksMax = 40
  private static let nameBytesMax = 255

  /// Follows a path. What the last name means is followed too if it is a link and `followLast`.
  func locate(_ path: String, followLast: Bool) throws(DiskFailure) -> Location {
    var links = 0
    let location = try locate(path, from: DiskImage.root, followLast: followLast, &links)
    try location.requireShort()
    return location
  }

  /// As the kernel looks at two paths: at the directories of both, and then at what is in them.
  func locateBoth(_ a: String, _ b: String) throws(DiskFailure) -> (Location, Location) {
    var links = 0
    let from = try locate(a, from: DiskImage.root, followLast: false, &links)
    let to = try locate(b, from: DiskImage.root, followLast: false, &links)
    if from.name.isEmpty || to.name.isEmpty { throw DiskFailure(EBUSY) }
    try from.requireShort()
    if from.inode == nil { throw DiskFailure(ENOENT) }
    try to.requireShort()
    return (from, to)
  }

  /// What bears a path.
  func find(_ path: String, followLast: Bool = true) throws(DiskFailure) -> Inode {
    guard let inode = try locate(path, followLast: followLast).inode else {
      throw DiskFailure(ENOENT)
    }
    return inode
  }

  private func locate(
    _ path: String, from start: Inode, followLast: Bool, _ links: inout Int
  ) throws(DiskFailure) -> Location {
    if path.isEmpty { throw DiskFailure(ENOENT) }
    precondition(path == "/" || path.utf8.last != UInt8(ascii: "/"), "no slashes at the end here")
    let first = path.utf8.first == UInt8(ascii: "/") ? DiskImage.root : start
    var location = Location(directory: first, name: "", inode: first)
    let names = path.utf8.split(separator: UInt8(ascii: "/"))
    for (index, bytes) in names.enumerated() {
      let name = String(Substring(bytes))
      try location.requireShort()
      guard let directory = location.inode else { throw DiskFailure(ENOENT) }
      guard self[directory].kind == .directory else { throw DiskFailure(ENOTDIR) }
      location = step(from: directory, to: name)
      let isLast = index == names.count - 1
      if let inode = location.inode, self[inode].kind == .symbolicLink, !isLast || followLast {
        links += 1
        if links > DiskImage.linksMax { throw DiskFailure(ELOOP) }
        location = try locate(self[inode].destination, from: directory, followLast: true, &links)
      }
    }
    return location
  }

  private func step(from directory: Inode, to name: String) -> Location {
    if name == "." || name == ".." {
      let inode = name == "." ? directory : self.directory(of: directory)?.inode ?? directory
      return Location(directory: inode, name: "", inode: inode)
    }
    return Location(directory: directory, name: name, inode: self[directory].entries[name])
  }

  /// A directory that something is in, and its name there. Directories do not know their parents:
  /// they are asked for too seldom.
  private func directory(of inode: Inode) -> (inode: Inode, name: String)? {
    for (directory, node) in nodes where node.kind == .directory {
      if let entry = node.entries.first(where: { $0.value == inode }) {
        return (directory, entry.key)
      }
    }
    return nil
  }

  /// The path of what a path leads to, without links, `.` and `..`.
  func resolve(_ path: String) throws(DiskFailure) -> String {
    let location = try locate(path, followLast: true)
    guard var inode = location.inode else { throw DiskFailure(ENOENT) }
    var resolved = ""
    // A file may have several names; the one that was asked for counts.
    if self[inode].kind != .directory {
      resolved = "/" + location.name
      inode = location.directory
    }
    while inode != DiskImage.root {
      guard let parent = directory(of: inode) else { throw DiskFailure(ENOENT) }
      resolved = "/" + parent.name + resolved
      inode = parent.inode
    }
    return resolved.isEmpty ? "/" : resolved
  }

  /// Whether a directory is another one or lies above it.
  func isAbove(_ directory: Inode, _ other: Inode) -> Bool {
    if directory == other { return true }
    return self[directory].entries.values.contains { inode in
      self[inode].kind == .directory && isAbove(inode, other)
    }
  }
}
