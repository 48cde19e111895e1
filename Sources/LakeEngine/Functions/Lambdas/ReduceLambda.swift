import LakeCore

/// `reduce`: one element after the other. The first elements of all rows are taken together, then
/// the second ones, and so on.
extension HigherOrderFunctions {
  static let reductions: [HigherOrderFunction] = [
    HigherOrderFunction(
      "reduce", "aggregate", "list_reduce",
      signatures: [
        "reduce(array(T), S, (s, x) -> S, s -> R) → R", "reduce(array(T), S, (s, x) -> S) → S",
      ],
      description:
        "What is left of a state that the first lambda changes with each element, by the "
        + "second one",
      parameterTypes: { place, count, arguments in
        guard arguments.count > 2, let state = arguments[1].type,
          let element = element(arguments, 0)
        else { return nil }
        if place == 2, count == 2 { return [state, element] }
        return place == 3 && count == 1 ? [state] : nil
      },
      widened: { arguments in
        guard arguments.count > 2, let state = arguments[1].type,
          let given = arguments[2].lambda?.body.type, given != state,
          let common = TypeCoercion.common(state, given), common != state
        else { return nil }
        // Sums of decimals grow with every step.
        if case .decimal(_, let scale) = common { return .decimal(precision: 38, scale: scale) }
        return common
      },
      match: reduceMatch)
  ]

  @Sendable
  private static func reduceMatch(
    _ arguments: [HigherOrderFunction.Argument]
  ) -> FunctionDefinition.Match? {
    guard (3...4).contains(arguments.count), let list = arguments[0].type,
      let state = arguments[1].type, let step = arguments[2].lambda,
      TypeCoercion.canCoerce(step.body.type, to: state)
    else { return nil }
    let placed = BoundLambda(
      parameters: step.parameters, body: Desugar.cast(step.body, to: state),
      captures: step.captures)
    var lambdas = [placed]
    if arguments.count == 4 {
      guard let last = arguments[3].lambda else { return nil }
      lambdas.append(last)
    }
    let result = lambdas.count == 2 ? lambdas[1].body.type : state
    let function = ScalarFunction.higherOrder("reduce", lambdas, values: 2, result: result) {
      call, calls, bound in try reduce(call, calls, bound)
    }
    return .init(function: function, parameters: [list, state], result: result)
  }

  private static func reduce(
    _ call: FunctionCall, _ lambdas: [LambdaCall], _ bound: [BoundLambda]
  ) throws -> CheckedVector {
    let kernels = call.kernels
    let lists = try ListInput(call.arguments[0], kernels)
    var state = call.arguments[1]
    var failures = RowFailures()
    var (number, active) = (0, (0..<call.rowCount).filter { lists.range($0).count > 0 })
    while !active.isEmpty {
      let rows = active.map { UInt32(truncatingIfNeeded: $0) }
      let places = active.map {
        UInt32(truncatingIfNeeded: lists.range($0).lowerBound + number)
      }
      let inputs = [
        try kernels.gather(state, rows), try kernels.gather(lists.child, places),
      ]
      let answer = try lambdas[0].evaluate(inputs, rows: rows)
      failures.note(answer, rows, bound[0])
      state = try kernels.replacing(rows, of: state, with: answer.vector)
      number += 1
      // A row that has failed has no further state.
      active = active.filter { lists.range($0).count > number && !failures.has($0) }
    }
    if lambdas.count == 2 {
      let rows = (0..<call.rowCount).map { UInt32(truncatingIfNeeded: $0) }
      let answer = try lambdas[1].evaluate([state], rows: rows)
      failures.note(answer, rows, bound[1])
      state = answer.vector
    }
    let outer = try call.arguments[0].rowValidity(kernels)
    let flat = try state.flattened(kernels)
    let validity = try Bitmap.intersection(flat.validity, outer, tracker: call.tracker)
    return try failures.settled(call, try kernels.withValidity(validity, flat), outer)
  }
}

/// Rows in which a lambda failed, and on what.
struct RowFailures {
  private var first: [Int: (batch: Batch, element: Int, lambda: BoundLambda)] = [:]

  func has(_ row: Int) -> Bool { first[row] != nil }

  mutating func note(_ answer: LambdaCall.Answer, _ rows: [UInt32], _ lambda: BoundLambda) {
    for element in answer.failed.sorted() {
      let row = Int(rows[element])
      if first[row] == nil { first[row] = (answer.batch, element, lambda) }
    }
  }

  /// `outer` are the rows that have a list at all.
  func settled(
    _ call: FunctionCall, _ column: FlatColumn, _ outer: Bitmap?
  ) throws -> CheckedVector {
    if first.isEmpty { return CheckedVector(ColumnVector(type: call.result, flat: column)) }
    let marks = try call.buffer(of: UInt8.self)
    let mark = marks.pointer(as: UInt8.self)
    for row in 0..<call.rowCount { mark[row] = 1 }
    for row in first.keys { mark[row] = outer.map { $0[row] } ?? true ? 0 : 1 }
    let kept = try Bitmap.packing(mark, count: call.rowCount, tracker: call.tracker)
    let failed = try Bitmap.subtracting(kept, from: nil, tracker: call.tracker)
    let valid = try Bitmap.intersection(column.validity, kept, tracker: call.tracker)
    let known = first
    return CheckedVector(
      ColumnVector(type: call.result, flat: try call.kernels.withValidity(valid, column)),
      failures: KernelFailures(rows: failed) { row in
        guard let (batch, element, lambda) = known[row] else {
          return LakeError(.internal, "a lambda that has not failed")
        }
        return LambdaCall.error(lambda, batch, element)
      })
  }
}

extension Kernels {
  func gather(_ vector: ColumnVector, _ rows: [UInt32]) throws -> ColumnVector {
    try rows.withUnsafeBufferPointer { rows in
      guard let base = rows.baseAddress, !rows.isEmpty else {
        return try .nulls(type: vector.type, count: 0)
      }
      return try gather(vector, rows: base, count: rows.count)
    }
  }

  /// The vector with some rows replaced, in the order of `rows`.
  func replacing(
    _ rows: [UInt32], of vector: ColumnVector, with other: ColumnVector
  ) throws -> ColumnVector {
    if rows.count == vector.count { return other }
    var places = (0..<vector.count).map { UInt32(truncatingIfNeeded: $0) }
    for (index, row) in rows.enumerated() {
      places[Int(row)] = UInt32(truncatingIfNeeded: vector.count + index)
    }
    return try gather(concatenate([vector, other]), places)
  }
}
