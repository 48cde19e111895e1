import LakeCore

/// A row for each element of lists.
struct UnnestMaker: StageMaker {
  let unnest: UnnestPlan
  let context: ExecutionContext

  func makeStage() -> any Stage { UnnestStage(unnest, context) }
}

private final class UnnestStage: Stage {
  private let unnest: UnnestPlan
  private let lists: [Evaluator]
  private let kernels: Kernels

  /// Rows of the result that are made at once.
  private static let portion = 4 * Batch.rowTarget

  /// Which rows and which elements the next rows of the result are made of.
  private struct Places {
    var rows: RawArray<UInt32>
    var elements: [RawArray<UInt32>]
    var ordinals: RawArray<Int64>

    init(listCount: Int, _ tracker: MemoryTracker?) throws {
      rows = try RawArray(count: UnnestStage.portion, tracker: tracker)
      ordinals = try RawArray(count: UnnestStage.portion, tracker: tracker)
      elements = try (0..<listCount).map { _ in
        try RawArray(count: UnnestStage.portion, tracker: tracker)
      }
      rows.count = 0
    }
  }

  init(_ unnest: UnnestPlan, _ context: ExecutionContext) {
    self.unnest = unnest
    lists = unnest.lists.map { Evaluator($0, context: context.evaluation) }
    kernels = context.evaluation.kernels
  }

  func process(_ batch: Batch, emit: (Batch) throws -> Void) throws {
    let dense = try batch.compacted(kernels)
    let inputs = try lists.map { try ListInput(try $0.evaluate(dense), kernels) }
    // Behind the last element stands a null, for rows that have fewer.
    let children = try inputs.map { input in
      try kernels.concatenate([input.child, .nulls(type: input.child.type, count: 1)])
    }
    var places = try Places(listCount: inputs.count, kernels.tracker)
    for row in 0..<dense.rowCount {
      var longest = unnest.keepsEmpty ? 1 : 0
      for input in inputs where !input.isNull(row) {
        longest = max(longest, input.range(row).count)
      }
      var start = 0
      while start < longest {
        let room = UnnestStage.portion - places.rows.count
        let end = min(longest, start + room)
        add(row, start..<end, inputs, children, &places)
        start = end
        if places.rows.count == UnnestStage.portion {
          try emit(try made(dense, children, &places))
        }
      }
    }
    if places.rows.count > 0 { try emit(try made(dense, children, &places)) }
  }

  private func add(
    _ row: Int, _ range: Range<Int>, _ inputs: [ListInput], _ children: [ColumnVector],
    _ places: inout Places
  ) {
    let filled = places.rows.count
    for (index, input) in inputs.enumerated() {
      let own = input.isNull(row) ? 0..<0 : input.range(row)
      let missing = UInt32(truncatingIfNeeded: children[index].count - 1)
      let out = places.elements[index].pointer + filled
      for place in range {
        let element = UInt32(truncatingIfNeeded: own.lowerBound &+ place)
        out[place &- range.lowerBound] = place < own.count ? element : missing
      }
    }
    let (rows, ordinals) = (places.rows.pointer + filled, places.ordinals.pointer + filled)
    let hasElements = inputs.contains { !$0.isNull(row) && !$0.range(row).isEmpty }
    for place in range {
      rows[place &- range.lowerBound] = UInt32(truncatingIfNeeded: row)
      ordinals[place &- range.lowerBound] = hasElements ? Int64(place &+ 1) : 0
    }
    places.rows.count = filled + range.count
  }

  private func made(
    _ input: Batch, _ children: [ColumnVector], _ places: inout Places
  ) throws -> Batch {
    let count = places.rows.count
    places.rows.count = 0
    var columns: [ColumnVector] = []
    for column in input.columns {
      columns.append(try kernels.gather(column, rows: places.rows.pointer, count: count))
    }
    for (index, child) in children.enumerated() {
      let elements = try kernels.gather(
        child, rows: places.elements[index].pointer, count: count)
      guard case .map = unnest.lists[index].type else {
        columns.append(elements)
        continue
      }
      columns += try members(of: elements)
    }
    if unnest.hasOrdinality { columns.append(try ordinality(places.ordinals, count)) }
    return Batch(columns: columns, rowCount: count)
  }

  /// Keys and values of entries.
  private func members(of entries: ColumnVector) throws -> [ColumnVector] {
    guard case .row(let fields) = entries.type else {
      throw LakeError(.internal, "\(entries.type) is no entry of a map")
    }
    let batch = Batch(columns: [entries], rowCount: entries.count)
    return try fields.indices.map { index in
      let member = BoundExpression(.member(.column(0, entries.type), index), fields[index].type)
      let context = EvaluationContext(kernels: kernels, startedAt: 0)
      return try Evaluator(member, context: context).evaluate(batch)
    }
  }

  /// The number of the element; null in a row that stands for none.
  private func ordinality(_ ordinals: RawArray<Int64>, _ count: Int) throws -> ColumnVector {
    let values = try Buffer(byteCount: count * 8, tracker: kernels.tracker)
    let valid = try RawArray<UInt8>(count: count, tracker: kernels.tracker)
    for row in 0..<count {
      values.pointer(as: Int64.self)[row] = ordinals.pointer[row]
      valid.pointer[row] = ordinals.pointer[row] == 0 ? 0 : 1
    }
    return try kernels.vector(.bigint, values, valid: valid.pointer, count: count)
  }
}
