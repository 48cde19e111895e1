extension FlatColumn {
  /// `count` nulls of a type, in memory of the type's own layout.
  package static func nulls(
    type: DataType, count: Int, tracker: MemoryTracker? = nil
  ) throws(LakeError) -> FlatColumn {
    if case .unseen = type { return FlatColumn(count: count, validity: nil, values: .none) }
    let validity = try Bitmap(repeating: false, count: count, tracker: tracker)
    let values = try zeroes(type: type, count: count, tracker: tracker)
    return FlatColumn(count: count, validity: validity, values: values)
  }

  private static func zeroes(
    type: DataType, count: Int, tracker: MemoryTracker?
  ) throws(LakeError) -> Values {
    switch type.physical {
    case .none:
      return .none
    case .string:
      return .strings(StringValues(views: try cleared(count * 16, tracker), owners: []))
    case .list:
      // Flat, as the entries of a map have to be.
      let element = type.listElement
      let child = ColumnVector(type: element, flat: try nulls(type: element, count: 0))
      return .list(ListValues(offsets: try cleared((count + 1) * 4, tracker), child: child))
    case .row:
      var children: [ColumnVector] = []
      for field in type.rowFields {
        children.append(try ColumnVector.nulls(type: field.type, count: count))
      }
      return .row(children)
    default:
      return .fixed(try cleared(count * type.physical.byteWidth, tracker))
    }
  }

  private static func cleared(
    _ byteCount: Int, _ tracker: MemoryTracker?
  ) throws(LakeError) -> Buffer {
    let buffer = try Buffer(byteCount: byteCount, tracker: tracker)
    buffer.base.initializeMemory(as: UInt8.self, repeating: 0, count: byteCount)
    return buffer
  }
}

extension DataType {
  /// What the child of a list-like type holds: an array's elements, a map's entries.
  package var listElement: DataType {
    switch self {
    case .array(let element): element
    case .map(let key, let value): .entries(key: key, value: value)
    default: .unseen
    }
  }

  /// The members of a row type; empty for all others.
  package var rowFields: [Field] {
    if case .row(let fields) = self { fields } else { [] }
  }
}
