import LakeCore

/// `greatest` and `least`: of values of one type, null where any is null.
extension ScalarFunctions {
  static let extremes: [FunctionDefinition] = [
    extreme("greatest", "The greatest of the arguments, null if one is null", isGreatest: true),
    extreme("least", "The least of the arguments, null if one is null", isGreatest: false),
  ]

  private static func extreme(
    _ name: String, _ description: String, isGreatest: Bool
  ) -> FunctionDefinition {
    FunctionDefinition(
      names: [name], signatures: ["\(name)(x, …) → type of x"], description: description
    ) { arguments in
      guard var type = arguments.first else { return nil }
      for argument in arguments.dropFirst() {
        guard let common = TypeCoercion.common(type, argument) else { return nil }
        type = common
      }
      guard type.isOrderable, type != .unseen else { return nil }
      let function = ScalarFunction.strict(name, type) { try extreme($0, isGreatest) }
      return .init(function: function, parameters: arguments.map { _ in type }, result: type)
    }
  }

  /// NaN is the greatest: what is not less or equal to the best so far, and not less, is NaN.
  private static func extreme(_ call: FunctionCall, _ isGreatest: Bool) throws -> CheckedVector {
    let kernels = call.kernels
    let count = call.rowCount
    let places = try Buffer(byteCount: max(count, 1) * 4, tracker: call.tracker)
    let place = places.pointer(as: UInt32.self)
    for row in 0..<count { place[row] = UInt32(truncatingIfNeeded: row) }
    var best = call.arguments[0]
    var failures: KernelFailures?
    for argument in call.arguments.dropFirst() {
      // The best stays where it is at least (at most) as good; a NaN is better than any number.
      let compared = try kernels.compare(
        isGreatest ? .greaterOrEqual : .lessOrEqual, best, argument)
      if let failed = compared.failures { failures = failures ?? failed }
      var keeps = compared.vector
      if best.type == .double || best.type == .real {
        let better = isGreatest ? best : argument
        let isNaN = try kernels.compare(.notEqual, better, better)
        keeps = try kernels.or(keeps, isNaN.vector)
      }
      best = try pick(keeps, best, argument, place, kernels)
    }
    let validity = try call.validity()
    let flat = try best.flattened(kernels)
    let joined = try Bitmap.intersection(validity, flat.validity, tracker: call.tracker)
    return CheckedVector(
      ColumnVector(type: call.result, flat: try kernels.withValidity(joined, flat)),
      failures: failures)
  }

  private static func pick(
    _ first: ColumnVector, _ a: ColumnVector, _ b: ColumnVector,
    _ place: UnsafeMutablePointer<UInt32>, _ kernels: Kernels
  ) throws -> ColumnVector {
    let count = a.count
    for row in 0..<count { place[row] = UInt32(truncatingIfNeeded: count + row) }
    let kept = try kernels.filter(first)
    withExtendedLifetime(kept) {
      for row in kept.indices { place[Int(row)] = row }
    }
    let both = try kernels.concatenate([a, b])
    return try kernels.gather(both, rows: UnsafePointer(place), count: count)
  }
}
