import LakeCore

/// Puts the leaves of a nested column together: a pass over the levels of a leaf for every node.
///
/// A level entry begins a slot of a node where its repetition level says that no deeper list goes
/// on, and its definition level that the lists around the node have an element there.
struct Assembler {
  private let parts: [NestedLeafReader.Rows]
  private let firstLeaf: Int
  private let tracker: MemoryTracker?

  init(parts: [NestedLeafReader.Rows], firstLeaf: Int, tracker: MemoryTracker?) {
    self.parts = parts
    self.firstLeaf = firstLeaf
    self.tracker = tracker
  }

  func vector(of node: ColumnNode) throws(LakeError) -> ColumnVector {
    switch node.kind {
    case .leaf(let leaf): return try leafVector(node, parts[leaf.index - firstLeaf])
    case .row(let members): return try rowVector(node, members)
    case .list(let element, let elementDefinition):
      return try listVector(node, element, elementDefinition)
    }
  }

  private func leafVector(
    _ node: ColumnNode, _ rows: NestedLeafReader.Rows
  ) throws(LakeError) -> ColumnVector {
    let (count, valid) = try validity(node, rows)
    if rows.values.count == count { return try rows.values.vector(slotCount: count, valid: nil) }
    return try rows.values.vector(slotCount: count, valid: valid.pointer(as: UInt8.self))
  }

  private func rowVector(
    _ node: ColumnNode, _ members: [ColumnNode]
  ) throws(LakeError) -> ColumnVector {
    var children: [ColumnVector] = []
    for member in members { children.append(try vector(of: member)) }
    guard let leaf = node.leaves.first else { throw LakeError(.internal, "a row without leaves") }
    let (count, valid) = try validity(node, parts[leaf.index - firstLeaf])
    for (child, member) in zip(children, members) where child.count != count {
      throw LakeError.parquetDamage(
        "\(member.leaves.first?.name ?? "") has \(child.count) elements and its neighbour \(count)")
    }
    return ColumnVector(
      type: node.type,
      flat: FlatColumn(
        count: count, validity: try bitmap(node, valid, count), values: .row(children)))
  }

  private func listVector(
    _ node: ColumnNode, _ element: ColumnNode, _ elementDefinition: Int
  ) throws(LakeError) -> ColumnVector {
    let child = try vector(of: element)
    guard let leaf = node.leaves.first else { throw LakeError(.internal, "a list without leaves") }
    let rows = parts[leaf.index - firstLeaf]
    let (count, valid) = try validity(node, rows)
    let buffer = try Buffer(byteCount: (count + 1) * 4, tracker: tracker)
    let offsets = buffer.pointer(as: UInt32.self)
    let (levels, repetitions) = rows.levels
    let (own, ownSlot) = (UInt8(node.repetition), UInt8(node.slotDefinition))
    let (inner, present) = (UInt8(node.repetition + 1), UInt8(elementDefinition))
    var (slot, elements) = (0, UInt32(0))
    for index in 0..<rows.slotCount {
      if repetitions[index] <= own, levels[index] >= ownSlot {
        offsets[slot] = elements
        slot &+= 1
      }
      // Fewer than 2^32: as many as there are level entries.
      if repetitions[index] <= inner, levels[index] >= present { elements &+= 1 }
    }
    offsets[count] = elements
    guard Int(elements) == child.count, count > 0 || elements == 0 else {
      throw LakeError.parquetDamage(
        "the lists of \(leaf.name) have \(elements) elements and not \(child.count)")
    }
    try checkNulls(offsets, valid.pointer(as: UInt8.self), count, leaf)
    if case .map = node.type { try checkKeys(child, leaf) }
    return ColumnVector(
      type: node.type,
      flat: FlatColumn(
        count: count, validity: try bitmap(node, valid, count),
        values: .list(ListValues(offsets: buffer, child: child))))
  }

  /// Levels can say that a list goes on which was null.
  private func checkNulls(
    _ offsets: UnsafePointer<UInt32>, _ valid: UnsafePointer<UInt8>, _ count: Int,
    _ leaf: LeafColumn
  ) throws(LakeError) {
    var bad: UInt8 = 0
    for slot in 0..<count {
      bad |= offsets[slot] == offsets[slot &+ 1] ? 0 : 1 &- valid[slot]
    }
    guard bad == 0 else {
      throw LakeError.parquetDamage("a list of \(leaf.name) is null and has elements")
    }
  }

  private func checkKeys(_ entries: ColumnVector, _ leaf: LeafColumn) throws(LakeError) {
    guard case .flat(let flat) = entries.form, case .row(let members) = flat.values,
      let keys = members.first
    else { return }
    guard keys.nullCount == 0 else {
      throw LakeError(.unsupported, "the map of \(leaf.name) has a null as a key")
    }
  }

  /// A byte for each slot of a node, 1 where it is not null, and how many slots there are.
  private func validity(
    _ node: ColumnNode, _ rows: NestedLeafReader.Rows
  ) throws(LakeError) -> (count: Int, valid: Buffer) {
    let buffer = try Buffer(byteCount: (rows.slotCount + 63) / 64 * 64, tracker: tracker)
    let out = buffer.pointer(as: UInt8.self)
    let (levels, repetitions) = rows.levels
    let (own, ownSlot) = (UInt8(node.repetition), UInt8(node.slotDefinition))
    let present = UInt8(node.definition)
    var count = 0
    for index in 0..<rows.slotCount {
      let isSlot = repetitions[index] <= own && levels[index] >= ownSlot
      out[count] = levels[index] >= present ? 1 : 0
      count &+= isSlot ? 1 : 0
    }
    return (count, buffer)
  }

  private func bitmap(
    _ node: ColumnNode, _ valid: Buffer, _ count: Int
  ) throws(LakeError) -> Bitmap? {
    guard node.isNullable else { return nil }
    return try Bitmap.packing(valid.pointer(as: UInt8.self), count: count, tracker: tracker)
  }
}

extension NestedLeafReader.Rows {
  fileprivate var levels: (UnsafePointer<UInt8>, UnsafePointer<UInt8>) {
    (
      UnsafePointer(definitions.pointer(as: UInt8.self)),
      UnsafePointer(repetitions.pointer(as: UInt8.self))
    )
  }
}
