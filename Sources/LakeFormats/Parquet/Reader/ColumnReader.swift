import Glibc
import LakeCore

/// Reads a top-level column of a row group, some rows at a time.
final class ColumnReader {
  private let node: ColumnNode
  private let leaves: [LeafReader]
  private let nested: [NestedLeafReader]
  private let tracker: MemoryTracker?

  init(_ node: ColumnNode, leaves: [LeafReader], tracker: MemoryTracker?) throws(LakeError) {
    self.node = node
    self.leaves = leaves
    self.tracker = tracker
    if case .leaf = node.kind {
      nested = []
    } else {
      var readers: [NestedLeafReader] = []
      for leaf in leaves { readers.append(try NestedLeafReader(leaf, tracker: tracker)) }
      nested = readers
    }
  }

  /// Where in the file the pages are that were looked at last.
  var place: Int? { leaves.map { $0.place }.max() }

  var work: ParquetReadWork {
    leaves.reduce(into: ParquetReadWork()) { $0.add($1.work) }
  }

  /// The next `count` rows.
  func read(_ count: Int) throws(LakeError) -> ColumnVector {
    if case .leaf = node.kind, let leaf = leaves.first { return try readFlat(leaf, count) }
    var parts: [NestedLeafReader.Rows] = []
    for reader in nested { parts.append(try reader.read(count)) }
    let assembler = Assembler(
      parts: parts, firstLeaf: leaves.first?.leaf.index ?? 0, tracker: tracker)
    let vector = try assembler.vector(of: node)
    guard vector.count == count else {
      throw LakeError.parquetDamage("there are \(vector.count) rows and not \(count)")
    }
    return vector
  }

  /// Passes over the next `count` rows. That costs nothing before the next ones are read, and then
  /// little: whole pages are left as they lie in the file, where it is known how many rows they
  /// have.
  func skip(_ count: Int) {
    if nested.isEmpty {
      for leaf in leaves { leaf.skip(count) }
    } else {
      for reader in nested { reader.skip(count) }
    }
  }

  private func readFlat(_ leaf: LeafReader, _ count: Int) throws(LakeError) -> ColumnVector {
    var run = try ValueRun(leaf.leaf.type, capacity: count, tracker: tracker)
    let levels = try Buffer(byteCount: (count + 63) / 64 * 64, tracker: tracker)
    let bytes = levels.pointer(as: UInt8.self)
    var done = 0
    while done < count {
      let step = min(try leaf.available(), count - done)
      guard step > 0 else {
        throw LakeError.parquetDamage("its pages end before its rows do")
      }
      let present = try leaf.readLevels(step, definitions: bytes + done, repetitions: nil)
      try leaf.readValues(present, into: &run)
      done += step
    }
    if run.count == count { return try run.vector(slotCount: count, valid: nil) }
    // A level of a column outside lists and rows is 0 or 1 itself.
    return try run.vector(slotCount: count, valid: bytes)
  }
}

/// Reads whole rows of a leaf that is inside lists or rows.
final class NestedLeafReader {
  /// The slots of some rows.
  struct Rows {
    var leaf: LeafColumn
    var definitions: Buffer
    var repetitions: Buffer
    var slotCount: Int
    var values: ValueRun
  }

  /// More elements than that in one batch are refused; a page of a few bytes can claim them.
  private static let slotsMax = 1 << 26
  private static let windowSlots = 4096

  private let reader: LeafReader
  private let tracker: MemoryTracker?
  /// Levels that were read and belong to rows that were not asked for.
  private let windowDefinitions: UnsafeMutablePointer<UInt8>
  private let windowRepetitions: UnsafeMutablePointer<UInt8>
  private let window: Buffer
  private var at = 0
  private var filled = 0
  private var rowsToSkip = 0

  init(_ reader: LeafReader, tracker: MemoryTracker?) throws(LakeError) {
    self.reader = reader
    self.tracker = tracker
    window = try Buffer(byteCount: Self.windowSlots * 2, tracker: tracker)
    windowDefinitions = window.pointer(as: UInt8.self)
    windowRepetitions = windowDefinitions + Self.windowSlots
    memset(window.base, 0, window.byteCount)
  }

  /// Passes over rows, when the next ones are read.
  func skip(_ rowCount: Int) { rowsToSkip += rowCount }

  func read(_ rowCount: Int) throws(LakeError) -> Rows {
    if rowsToSkip > 0 { try skipRows() }
    let leaf = reader.leaf
    var run = try ValueRun(leaf.type, capacity: rowCount, tracker: tracker)
    var definitions = try GrowableBuffer(capacity: rowCount, tracker: tracker)
    var repetitions = try GrowableBuffer(capacity: rowCount, tracker: tracker)
    var (rows, slots) = (0, 0)
    while true {
      if at == filled {
        if rows == rowCount, try nextPageBeginsRow() { break }
        if try !fill() { break }
      }
      let start = at
      try advance(&rows, to: rowCount)
      let count = at - start
      if count == 0 { break }
      slots += count
      guard slots <= Self.slotsMax else {
        throw LakeError(
          .limitExceeded, "\(rowCount) rows hold more than \(Self.slotsMax) elements")
      }
      try definitions.append(windowDefinitions + start, count: count)
      try repetitions.append(windowRepetitions + start, count: count)
      try reader.readValues(presentCount(from: start), into: &run)
    }
    guard rows == rowCount else {
      throw LakeError.parquetDamage("the pages of \(leaf.name) end before its rows do")
    }
    return Rows(
      leaf: leaf, definitions: try definitions.take(), repetitions: try repetitions.take(),
      slotCount: slots, values: run)
  }

  private func skipRows() throws(LakeError) {
    var rows = 0
    while true {
      if at == filled {
        if reader.slotsLeft == 0, let header = try reader.peekData(), let count = header.rowCount,
          rows + count <= rowsToSkip
        {
          reader.passPage()
          rows += count
          continue
        }
        if rows == rowsToSkip, try nextPageBeginsRow() { break }
        if try !fill() { break }
      }
      let start = at
      try advance(&rows, to: rowsToSkip)
      if at == start { break }
      try reader.skipValues(presentCount(from: start))
    }
    guard rows == rowsToSkip else {
      throw LakeError.parquetDamage("the pages of \(reader.leaf.name) end before its rows do")
    }
    rowsToSkip = 0
  }

  /// Moves on in the window, to its end or to where the row behind `rowCount` of them begins.
  private func advance(_ rows: inout Int, to rowCount: Int) throws(LakeError) {
    while at < filled {
      if windowRepetitions[at] == 0 {
        if rows == rowCount { return }
        rows += 1
      } else if rows == 0 {
        throw LakeError.parquetDamage("\(reader.leaf.name) begins in the middle of a row")
      }
      at += 1
    }
  }

  /// How many slots from `start` to where the window was read have values.
  private func presentCount(from start: Int) -> Int {
    let level = UInt8(truncatingIfNeeded: reader.leaf.maxDefinition)
    var present = 0
    for slot in start..<at { present &+= windowDefinitions[slot] == level ? 1 : 0 }
    return present
  }

  /// Whether the current page is over and the next one, if there is any, begins with a row, as
  /// pages of version 2 do.
  private func nextPageBeginsRow() throws(LakeError) -> Bool {
    guard reader.slotsLeft == 0 else { return false }
    guard let header = try reader.peekData() else { return true }
    return header.type == .dataV2
  }

  /// Reads more levels, of one page. The window is empty, so the values of all that it held have
  /// been read.
  private func fill() throws(LakeError) -> Bool {
    let count = min(try reader.available(), Self.windowSlots)
    guard count > 0 else { return false }
    let hasLists = reader.leaf.maxRepetition > 0
    _ = try reader.readLevels(
      count, definitions: windowDefinitions,
      repetitions: hasLists ? windowRepetitions : nil)
    (at, filled) = (0, count)
    return true
  }
}

extension GrowableBuffer {
  /// Appends bytes.
  fileprivate mutating func append(
    _ bytes: UnsafePointer<UInt8>, count: Int
  ) throws(LakeError) {
    let start = byteCount
    try appendZeroes(count)
    withPointer(as: UInt8.self) { _ = memcpy($0 + start, bytes, count) }
  }
}
