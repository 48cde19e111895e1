import Glibc
import LakeCore

/// Takes the rows of a column apart into the levels and values of its leaves.
///
/// Nested columns go level by level: a node gets *slots* (a repetition level, a definition level
/// and a row of its vector each) and hands its children theirs. Loops run over all slots of a
/// batch, never down a row.
struct Shredder {
  private let tracker: MemoryTracker?
  private let inputs: [LeafInput]
  private let firstLeaf: Int

  /// `inputs` has one element for each leaf of the column.
  init(inputs: [LeafInput], tracker: MemoryTracker?) {
    self.inputs = inputs
    self.tracker = tracker
    firstLeaf = inputs.first?.leaf.index ?? 0
  }

  /// Takes rows of a vector: those of `rows`, else the `count` rows from `start` on.
  func append(
    _ node: ColumnNode, _ vector: ColumnVector, rows: UnsafePointer<UInt32>?, start: Int,
    count: Int
  ) throws(LakeError) {
    guard count > 0 else { return }
    if case .leaf(let leaf) = node.kind {
      let isWhole = rows == nil && start == 0 && count == vector.count
      if isWhole, vector.nullCount == 0 {
        return try input(leaf).appendFull(
          LeafInput.Segment(vector: vector, rows: nil, count: count))
      }
    }
    let slots = try Slots(count: count, hasRepetitions: false, tracker: tracker)
    for index in 0..<count {
      slots.rows[index] = rows.map { $0[index] } ?? UInt32(truncatingIfNeeded: start &+ index)
    }
    memset(slots.definitions, 0, count)
    try shred(node, vector, slots)
  }

  private func input(_ leaf: LeafColumn) -> LeafInput { inputs[leaf.index - firstLeaf] }

  private func shred(
    _ node: ColumnNode, _ vector: ColumnVector, _ slots: Slots
  ) throws(LakeError) {
    switch node.kind {
    case .leaf(let leaf): try shredLeaf(node, leaf, vector, slots)
    case .row(let members):
      let (flat, inside) = try resolve(node, vector, slots)
      guard case .row(let children) = flat.values, children.count == members.count else {
        throw LakeError(.internal, "a row vector lacks its members")
      }
      for (member, child) in zip(members, children) { try shred(member, child, inside) }
    case .list(let element, let elementDefinition):
      let (flat, inside) = try resolve(node, vector, slots)
      guard case .list(let lists) = flat.values else {
        throw LakeError(.internal, "a list vector lacks its elements")
      }
      let elements = try inside.expanded(
        lists.pointer, repetition: element.repetition, definition: elementDefinition,
        tracker: tracker)
      try shred(element, lists.child, elements)
    }
  }

  /// The flat column behind a vector, and slots with its rows: those that are null are absent, the
  /// others have the node's definition level.
  private func resolve(
    _ node: ColumnNode, _ vector: ColumnVector, _ slots: Slots
  ) throws(LakeError) -> (FlatColumn, Slots) {
    let inside = try slots.copied(tracker: tracker)
    let level = UInt8(truncatingIfNeeded: node.definition)
    let (rows, definitions) = (inside.rows, inside.definitions)
    for index in 0..<slots.count where rows[index] != .max {
      let row = Int(rows[index])
      if vector.isNull(at: row) {
        guard node.isNullable else { throw Self.unexpectedNull(node) }
        rows[index] = .max
      } else {
        definitions[index] = level
      }
    }
    switch vector.form {
    case .flat(let flat): return (flat, inside)
    case .constant(let one):
      for index in 0..<slots.count where rows[index] != .max { rows[index] = 0 }
      return (one, inside)
    case .dictionary(let column):
      let indices = column.indices.pointer(as: UInt32.self)
      for index in 0..<slots.count where rows[index] != .max {
        rows[index] = indices[Int(rows[index])]
      }
      return (column.dictionary.values, inside)
    }
  }

  private func shredLeaf(
    _ node: ColumnNode, _ leaf: LeafColumn, _ vector: ColumnVector, _ slots: Slots
  ) throws(LakeError) {
    let input = input(leaf)
    let (definitions, repetitions) = try input.levels(for: slots.count)
    memcpy(definitions, slots.definitions, slots.count)
    if let repetitions, let from = slots.repetitions { memcpy(repetitions, from, slots.count) }
    let present = try Buffer(byteCount: slots.count * 4, tracker: tracker)
    let out = present.pointer(as: UInt32.self)
    let level = UInt8(truncatingIfNeeded: leaf.maxDefinition)
    let rows = slots.rows
    let validity = vector.rowBits
    let isAllNull = vector.isConstantNull
    var count = 0
    for index in 0..<slots.count {
      let row = rows[index]
      if row == .max || isAllNull { continue }
      if let validity, !Bitmap.bit(validity, Int(row)) { continue }
      definitions[index] = level
      out[count] = row
      count &+= 1
    }
    if !node.isNullable {
      // Each absent slot must have been so from above.
      let absent = (0..<slots.count).count { rows[$0] == .max }
      guard count + absent == slots.count else { throw Self.unexpectedNull(node) }
    }
    input.append(LeafInput.Segment(vector: vector, rows: present, count: count))
  }

  private static func unexpectedNull(_ node: ColumnNode) -> LakeError {
    LakeError(.invalidInput, "a map has a null as a key, which Parquet cannot hold")
  }
}

extension ColumnVector {
  /// The bits of the rows' validity where there are any, by row and not by dictionary value.
  fileprivate var rowBits: UnsafePointer<UInt64>? {
    switch form {
    case .flat(let flat): flat.validity.map { UnsafePointer($0.words) }
    case .constant: nil
    case .dictionary(let column): column.validity.map { UnsafePointer($0.words) }
    }
  }

  fileprivate func isNull(at row: Int) -> Bool {
    switch form {
    case .flat(let flat): flat.isNull(row)
    case .constant(let one): one.isNull(0)
    case .dictionary(let column): column.validity.map { !$0[row] } ?? false
    }
  }
}

/// The places of a node, for all rows of a batch.
private struct Slots {
  let count: Int
  private let buffer: Buffer
  /// Rows of the node's vector; `UInt32.max` where a parent is null or empty.
  let rows: UnsafeMutablePointer<UInt32>
  let definitions: UnsafeMutablePointer<UInt8>
  /// Nil outside lists, where all are 0.
  let repetitions: UnsafeMutablePointer<UInt8>?

  init(count: Int, hasRepetitions: Bool, tracker: MemoryTracker?) throws(LakeError) {
    self.count = count
    buffer = try Buffer(byteCount: count * 6, tracker: tracker)
    rows = buffer.pointer(as: UInt32.self)
    definitions = (buffer.base + count * 4).assumingMemoryBound(to: UInt8.self)
    repetitions =
      hasRepetitions ? (buffer.base + count * 5).assumingMemoryBound(to: UInt8.self) : nil
  }

  func copied(tracker: MemoryTracker?) throws(LakeError) -> Slots {
    let copy = try Slots(count: count, hasRepetitions: repetitions != nil, tracker: tracker)
    memcpy(copy.buffer.base, buffer.base, count * 6)
    return copy
  }

  /// The slots of the elements; a null or empty list keeps one slot without a row.
  func expanded(
    _ offsets: UnsafePointer<UInt32>, repetition: Int, definition: Int, tracker: MemoryTracker?
  ) throws(LakeError) -> Slots {
    var total = 0
    for index in 0..<count {
      let row = rows[index]
      let length = row == .max ? 0 : Int(offsets[Int(row) &+ 1] &- offsets[Int(row)])
      total += max(length, 1)
    }
    let inside = try Slots(count: total, hasRepetitions: true, tracker: tracker)
    guard let levels = inside.repetitions else { return inside }
    let (repeated, present) = (UInt8(repetition), UInt8(definition))
    var at = 0
    for index in 0..<count {
      let row = rows[index]
      let first = row == .max ? 0 : offsets[Int(row)]
      let length = row == .max ? 0 : Int(offsets[Int(row) &+ 1] &- first)
      levels[at] = repetitions.map { $0[index] } ?? 0
      inside.definitions[at] = length == 0 ? definitions[index] : present
      inside.rows[at] = length == 0 ? .max : first
      at &+= 1
      if length <= 1 { continue }
      for element in 1..<length {
        levels[at] = repeated
        inside.definitions[at] = present
        inside.rows[at] = first &+ UInt32(truncatingIfNeeded: element)
        at &+= 1
      }
    }
    return inside
  }
}
