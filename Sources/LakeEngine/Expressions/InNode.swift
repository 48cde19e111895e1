import LakeCore

/// `x IN (…)`: true where a member equals x, else null where x or a member is null, else false.
///
/// A few members are compared one by one; many that are known beforehand go into a table.
final class InNode: EvaluationNode {
  private let operand: EvaluationNode
  private let members: [EvaluationNode]
  private let place: LakeError.Place?
  private var memos: [DictionaryMemo]
  private var table: (any MemberTable)?
  private var tableMemo = DictionaryMemo()
  private var isPrepared = false
  override var canFail: Bool { operand.canFail || members.contains { $0.canFail } }

  /// Comparing is quicker up to here.
  private static let comparedMax = 3

  init(
    _ operand: EvaluationNode, _ members: [EvaluationNode], _ kernels: Kernels,
    _ place: LakeError.Place?
  ) {
    self.operand = operand
    self.members = members
    self.place = place
    memos = Array(repeating: DictionaryMemo(), count: members.count)
    super.init(.boolean, kernels)
  }

  override func compute(_ frame: EvaluationFrame) throws -> ColumnVector {
    let vector = try operand.evaluate(frame)
    if let table = try prepared(frame) { return try look(up: vector, in: table) }
    var answer: ColumnVector?
    for (index, member) in members.enumerated() {
      let value = try member.evaluate(frame)
      var memo = memos[index]
      let equal = try frame.settled(
        kernels.compare(.equal, vector, value, memo: &memo), at: place)
      if member.isLiteral { memos[index] = memo }
      answer = try answer.map { try kernels.or($0, equal) } ?? equal
    }
    return try answer ?? .constant(.boolean, .bool(false), count: frame.rowCount)
  }

  private func prepared(_ frame: EvaluationFrame) throws -> (any MemberTable)? {
    if isPrepared { return table }
    isPrepared = true
    guard members.count > InNode.comparedMax, members.allSatisfy({ $0.isLiteral }) else {
      return nil
    }
    let values = try kernels.concatenate(
      members.map { try $0.evaluate(frame) }.map {
        try kernels.gather($0, try Selection.first())
      })
    table = try makeTable(values)
    return table
  }

  private func makeTable(_ values: ColumnVector) throws -> (any MemberTable)? {
    switch values.type.physical {
    case .int8: try NumberTable<Int8>(values)
    case .int16: try NumberTable<Int16>(values)
    case .int32: try NumberTable<Int32>(values)
    case .int64: try NumberTable<Int64>(values)
    case .int128: try NumberTable<Int128>(values)
    case .string: try TextTable(values)
    // The equality of floats and of nested values is not that of their bytes.
    case .boolean, .float32, .float64, .list, .row, .none: nil
    }
  }

  private func look(up vector: ColumnVector, in table: any MemberTable) throws -> ColumnVector {
    if vector.isConstantNull { return try .nulls(type: .boolean, count: vector.count) }
    switch vector.form {
    case .constant(let one):
      let answer = try table.contains(one, kernels)
      return ColumnVector(type: .boolean, constant: answer, count: vector.count)
    case .dictionary(let column):
      let answers = try kernels.mapped(column, type: vector.type, memo: &tableMemo) {
        (values) throws(LakeError) in
        let flat = try table.contains(values.flattened(kernels), kernels)
        return CheckedVector(ColumnVector(type: .boolean, flat: flat))
      }
      if let answers { return answers.vector }
    case .flat: break
    }
    let flat = try table.contains(vector.flattened(kernels), kernels)
    return ColumnVector(type: .boolean, flat: flat)
  }
}

extension Selection {
  /// The first row alone.
  fileprivate static func first() throws -> Selection {
    let rows = try Buffer(byteCount: 4)
    rows.pointer(as: UInt32.self)[0] = 0
    return Selection(rows: rows, count: 1)
  }
}

/// The members of an IN.
protocol MemberTable {
  /// Booleans: true where a value is a member; null where the value is, and where it is none but a
  /// member is null.
  func contains(_ column: FlatColumn, _ kernels: Kernels) throws(LakeError) -> FlatColumn
}

extension MemberTable {
  @inline(__always)
  fileprivate func answers(
    _ column: FlatColumn, _ hasNull: Bool, _ kernels: Kernels, _ isMember: (Int) -> Bool
  ) throws(LakeError) -> FlatColumn {
    let blocks = (column.count + 63) / 64 * 64
    let target = try Buffer(byteCount: blocks, tracker: kernels.tracker)
    let out = target.pointer(as: UInt8.self)
    for row in 0..<column.count { out[row] = isMember(row) ? 1 : 0 }
    var validity = column.validity
    if hasNull {
      let found = try Bitmap.packing(out, count: column.count, tracker: kernels.tracker)
      validity = try Bitmap.intersection(validity, found, tracker: kernels.tracker)
    }
    return FlatColumn(count: column.count, validity: validity, values: .fixed(target))
  }
}

/// Open addressing with at least half of the places free, so that a miss ends soon. The places hold
/// the number of a member and 1, or 0.
private struct NumberTable<T: FixedWidthInteger & BitwiseCopyable & SendableMetatype>: MemberTable {
  private var places: [UInt32]
  private var members: [T] = []
  private let shift: UInt64
  private var hasNull = false

  init(_ values: ColumnVector) throws(LakeError) {
    let flat = try values.flattened()
    let bits = MemberHash.bits(for: flat.count)
    shift = UInt64(64 - bits)
    places = Array(repeating: 0, count: 1 << bits)
    guard let source = flat.fixed?.pointer(as: T.self) else { return }
    for row in 0..<flat.count {
      if flat.isNull(row) {
        hasNull = true
      } else if !contains(source[row]) {
        members.append(source[row])
        var place = self.place(of: source[row])
        while places[place] != 0 { place = (place + 1) & (places.count - 1) }
        places[place] = UInt32(members.count)
      }
    }
  }

  @inline(__always)
  private func place(of value: T) -> Int {
    let wide = UInt64(truncatingIfNeeded: value) ^ UInt64(truncatingIfNeeded: (value >> 32) >> 32)
    return Int((wide &* MemberHash.factor) &>> shift)
  }

  private func contains(_ value: T) -> Bool {
    var place = place(of: value)
    while places[place] != 0 {
      if members[Int(places[place]) - 1] == value { return true }
      place = (place + 1) & (places.count - 1)
    }
    return false
  }

  func contains(_ column: FlatColumn, _ kernels: Kernels) throws(LakeError) -> FlatColumn {
    guard let source = column.fixed?.pointer(as: T.self) else {
      return try .nulls(type: .boolean, count: column.count)
    }
    return try answers(column, hasNull, kernels) { contains(source[$0]) }
  }
}

private struct TextTable: MemberTable {
  private var places: [UInt32]
  private var members: [StringView] = []
  private let owners: [Buffer]
  private let shift: UInt64
  private var hasNull = false

  init(_ values: ColumnVector) throws(LakeError) {
    let flat = try values.flattened()
    let bits = MemberHash.bits(for: flat.count)
    shift = UInt64(64 - bits)
    places = Array(repeating: 0, count: 1 << bits)
    owners = flat.strings?.owners ?? []
    guard let source = flat.strings?.pointer else { return }
    for row in 0..<flat.count {
      if flat.isNull(row) {
        hasNull = true
      } else if !contains(source[row]) {
        members.append(source[row])
        var place = self.place(of: source[row])
        while places[place] != 0 { place = (place + 1) & (places.count - 1) }
        places[place] = UInt32(members.count)
      }
    }
  }

  /// Of long texts only the length, the first four bytes and the last eight are looked at: members
  /// are written out in a statement and seldom differ elsewhere alone.
  @inline(__always)
  private func place(of view: StringView) -> Int {
    let rest =
      view.isInline
      ? view.tail : (view.pointer + (view.count - 8)).loadUnaligned(as: UInt64.self)
    let mixed = view.head &* MemberHash.factor ^ rest
    return Int(((mixed ^ mixed &>> 29) &* MemberHash.factor) &>> shift)
  }

  private func contains(_ view: StringView) -> Bool {
    var place = place(of: view)
    while places[place] != 0 {
      if members[Int(places[place]) - 1] == view { return true }
      place = (place + 1) & (places.count - 1)
    }
    return false
  }

  func contains(_ column: FlatColumn, _ kernels: Kernels) throws(LakeError) -> FlatColumn {
    guard let source = column.strings?.pointer else {
      return try .nulls(type: .boolean, count: column.count)
    }
    return try answers(column, hasNull, kernels) { contains(source[$0]) }
  }
}

private enum MemberHash {
  static let factor: UInt64 = 0x9E37_79B9_7F4A_7C15

  /// Twice as many places as members at least.
  static func bits(for count: Int) -> Int { max(3, Int.bitWidth - count.leadingZeroBitCount + 1) }
}
