/// A name in a directory that came to mean something else, or nothing.
struct NameChange: Sendable {
  var directory: Inode
  var name: String
  var inode: Inode?

  init(_ location: DiskImage.Location, to inode: Inode?) {
    directory = location.directory
    name = location.name
    self.inode = inode
  }
}

/// One operation on names, of which all or nothing survives: file systems with a journal do it so.
struct NameOperation: Sendable {
  var changes: [NameChange]
  /// The directory that it took away, which was empty.
  var removedDirectory: Inode?
  /// Whether something that was there already came to another place.
  var isMove: Bool

  func touches(_ directory: Inode) -> Bool {
    changes.contains { $0.directory == directory }
  }
}

/// How a loss of power treats what was not made durable. All of it is what file systems do: those
/// with a journal keep the order of operations on names, POSIX does not promise even that.
package enum PowerCut: String, Sendable, CaseIterable {
  /// Nothing survives that was not made durable.
  case nothing
  /// Everything that was done to names, and no byte that was not made durable: a file may have its
  /// name and be empty.
  case namesOnly
  /// Everything survives.
  case everything
  /// The operations on names up to some moment; of each file any part of its new bytes.
  case inOrder
  /// Any operations on names, as long as none has lost what it was built on; of each file any part
  /// of its new bytes, or zeros in their place.
  case anyOrder
}

extension DiskImage {
  /// fsync of a file: its bytes, and not its name.
  mutating func syncFile(_ inode: Inode) {
    if self[inode].lostPages { return }
    self[inode].syncedCount = self[inode].bytes.count
  }

  /// fsync of a directory: its names survive, and operations that one of them needs.
  mutating func syncDirectory(_ directory: Inode) {
    let chosen = pending.map { $0.touches(directory) }
    let isForced = withRequirements(chosen, forMoves: false)
    for (operation, isForced) in zip(pending, isForced) where isForced { apply(operation) }
    var flags = isForced.makeIterator()
    pending.removeAll { _ in flags.next() == true }
  }

  /// The disk after a loss of power.
  func afterPowerCut(_ cut: PowerCut, using random: inout SeededRandom) -> DiskImage {
    var image = self
    image.pending = []
    image.locks = [:]
    let survives = survivors(cut, using: &random)
    for (operation, survives) in zip(pending, survives) where survives { image.apply(operation) }
    for inode in nodes.keys.sorted(by: { $0.number < $1.number }) {
      image[inode].entries = image[inode].durableEntries
      image[inode].openCount = 0
      if self[inode].kind == .file {
        image[inode].bytes = survivingBytes(of: self[inode], cut, using: &random)
        image[inode].syncedCount = image[inode].bytes.count
      }
    }
    image.keepOnly { _ in false }
    return image
  }

  private mutating func apply(_ operation: NameOperation) {
    for change in operation.changes {
      self[change.directory].durableEntries[change.name] = change.inode
    }
  }

  private func survivors(_ cut: PowerCut, using random: inout SeededRandom) -> [Bool] {
    switch cut {
    case .nothing: return pending.map { _ in false }
    case .everything, .namesOnly: return pending.map { _ in true }
    case .inOrder:
      let count = random.below(pending.count + 1)
      return pending.indices.map { $0 < count }
    case .anyOrder:
      let oneIn = 2 + random.below(3)
      return withRequirements(pending.map { _ in random.chance(oneIn) }, forMoves: true)
    }
  }

  private func survivingBytes(
    of node: Node, _ cut: PowerCut, using random: inout SeededRandom
  ) -> [UInt8] {
    let (synced, all) = (node.syncedCount, node.bytes.count)
    if synced == all { return node.bytes }
    switch cut {
    case .nothing, .namesOnly: return Array(node.bytes.prefix(synced))
    case .everything: return node.bytes
    case .inOrder: return Array(node.bytes.prefix(synced + random.below(all - synced + 1)))
    case .anyOrder:
      let count = synced + random.below(all - synced + 1)
      let zeros = random.chance(3) ? all - count : 0
      return node.bytes.prefix(count) + [UInt8](repeating: 0, count: zeros)
    }
  }

  /// The chosen operations and those before them that they need: earlier ones on the same names,
  /// those that emptied a directory which was then removed, and, where a move must not lose what it
  /// moves, the one that made the directory it goes to.
  private func withRequirements(_ chosen: [Bool], forMoves: Bool) -> [Bool] {
    struct Slot: Hashable {
      var directory: Inode
      var name: String
    }
    var chosen = chosen
    var slots = Set<Slot>()
    var emptied = Set<Inode>()
    var destinations = Set<Inode>()
    for index in pending.indices.reversed() {
      let operation = pending[index]
      let isNeeded = operation.changes.contains { change in
        slots.contains(Slot(directory: change.directory, name: change.name))
          || emptied.contains(change.directory)
          || change.inode.map { destinations.contains($0) } == true
      }
      if isNeeded { chosen[index] = true }
      guard chosen[index] else { continue }
      for change in operation.changes {
        slots.insert(Slot(directory: change.directory, name: change.name))
        if forMoves, operation.isMove, change.inode != nil {
          destinations.insert(change.directory)
        }
      }
      if let removed = operation.removedDirectory { emptied.insert(removed) }
    }
    return chosen
  }
}
