import LakeCore
import LakeEngine
import LakeSQL

/// What becomes of rows that break a constraint.
package enum ViolationAction: String, Sendable {
  case fail, reject, warn
}

/// A condition that every row must meet: CHECK and NOT NULL. A condition that is null is met.
final class ConditionCheck {
  let label: String
  let action: ViolationAction
  private let evaluator: Evaluator
  private let kernels: Kernels
  private(set) var violations = 0

  init(
    _ label: String, _ action: ViolationAction, broken condition: BoundExpression,
    _ context: EvaluationContext
  ) {
    self.label = label
    self.action = action
    evaluator = Evaluator(condition, context: context)
    kernels = context.kernels
  }

  /// The rows that break it; `condition` is true for those.
  func violating(_ batch: Batch) throws -> Selection? {
    let broken = try evaluator.filter(batch)
    guard broken.selectedCount > 0 else { return nil }
    violations += broken.selectedCount
    return try broken.selection ?? kernels.allRows(of: broken)
  }
}

/// PRIMARY KEY and UNIQUE: no two rows have the same values. Of several, the first is the one that
/// counts. A null in a primary key is a violation; in UNIQUE it equals nothing.
final class UniquenessCheck {
  let label: String
  let action: ViolationAction
  let columns: [Int]
  private let isPrimary: Bool
  private let seen = KeyIndex()
  private(set) var violations = 0

  init(_ label: String, _ action: ViolationAction, columns: [Int], isPrimary: Bool) {
    self.label = label
    self.action = action
    self.columns = columns
    self.isPrimary = isPrimary
  }

  /// The rows that repeat a key, or have none.
  func violating(_ batch: Batch, _ kernels: Kernels) throws -> Selection? {
    let broken = try repeated(batch, columns, kernels)
    violations += broken.count
    return broken.isEmpty ? nil : try kernels.selection(of: broken)
  }

  /// Takes note of the keys of rows that stay in the table. They were checked in their time; the
  /// batch holds the columns of the key, in its order.
  func remember(_ batch: Batch, _ kernels: Kernels) throws {
    _ = try repeated(batch, Array(columns.indices), kernels)
  }

  private func repeated(
    _ batch: Batch, _ columns: [Int], _ kernels: Kernels
  ) throws -> [UInt32] {
    let vectors = try columns.map { try batch.columns[$0].asFlat(kernels) }
    let hashes = try Buffer(byteCount: batch.rowCount * 8, tracker: kernels.tracker)
    let hash = hashes.pointer(as: UInt64.self)
    for (number, vector) in vectors.enumerated() {
      if number == 0 {
        try kernels.hash(vector, into: hash)
      } else {
        try kernels.hash(vector, combiningInto: hash)
      }
    }
    var broken: [UInt32] = []
    var bytes: [UInt8] = []
    for row in batch.selectedRows {
      bytes.removeAll(keepingCapacity: true)
      guard KeyBytes.append(vectors, row, to: &bytes) else {
        if isPrimary { broken.append(UInt32(truncatingIfNeeded: row)) }
        continue
      }
      let before = seen.count
      _ = try bytes.withUnsafeBytes { raw in
        try raw.baseAddress.map { base in
          try seen.insert(StringView(base, count: raw.count), hash: hash[row])
        }
      }
      if seen.count == before { broken.append(UInt32(truncatingIfNeeded: row)) }
    }
    return broken
  }
}

/// The values of some columns as bytes that are equal where all values are.
enum KeyBytes {
  /// False where one of the values is null. Vectors are flat.
  static func append(_ vectors: [ColumnVector], _ row: Int, to bytes: inout [UInt8]) -> Bool {
    for vector in vectors {
      guard let (column, position) = vector.position(of: row) else { return false }
      switch column.values {
      case .fixed(let buffer): append(buffer, position, vector.type, to: &bytes)
      case .strings(let strings):
        let view = strings.pointer[position]
        withUnsafeBytes(of: UInt32(view.count)) { bytes += $0 }
        view.withBytes { bytes += $0 }
      case .list, .row:
        // Nested values are no keys; the binder of constraints refuses them.
        bytes += Array("\(vector.value(at: row))".utf8)
      case .none: return false
      }
    }
    return true
  }

  private static func append(
    _ buffer: Buffer, _ row: Int, _ type: DataType, to bytes: inout [UInt8]
  ) {
    switch type.physical {
    case .float64:
      // Adding 0 turns −0 into 0: the two are equal.
      let value = buffer.pointer(as: Double.self)[row] + 0
      withUnsafeBytes(of: value == value ? value : .nan) { bytes += $0 }
    case .float32:
      let value = buffer.pointer(as: Float.self)[row] + 0
      withUnsafeBytes(of: value == value ? value : .nan) { bytes += $0 }
    default:
      let width = type.physical.byteWidth
      bytes += UnsafeRawBufferPointer(start: buffer.base + row * width, count: width)
    }
  }
}

extension Kernels {
  /// A selection of rows that are listed in ascending order.
  func selection(of rows: [UInt32]) throws(LakeError) -> Selection {
    let buffer = try Buffer(byteCount: rows.count * 4, tracker: tracker)
    let target = buffer.pointer(as: UInt32.self)
    for (index, row) in rows.enumerated() { target[index] = row }
    return Selection(rows: buffer, count: rows.count)
  }

  /// A selection of every row of a batch.
  func allRows(of batch: Batch) throws(LakeError) -> Selection {
    try selection(of: (0..<batch.rowCount).map { UInt32(truncatingIfNeeded: $0) })
  }

  /// The rows of a batch that are not among `excluded`.
  func remaining(of batch: Batch, without excluded: Selection) throws(LakeError) -> Selection {
    var rows: [UInt32] = []
    var next = 0
    for row in batch.selectedRows {
      let number = UInt32(truncatingIfNeeded: row)
      if next < excluded.count, excluded.indices[next] == number {
        next += 1
      } else {
        rows.append(number)
      }
    }
    return try selection(of: rows)
  }
}
