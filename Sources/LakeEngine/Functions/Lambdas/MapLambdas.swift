import LakeCore

/// Lambdas over the entries of maps.
extension HigherOrderFunctions {
  static let maps: [HigherOrderFunction] = [
    HigherOrderFunction(
      "map_filter", signatures: ["map_filter(map(K, V), (k, v) -> boolean) → map(K, V)"],
      description: "The entries for which the lambda is true",
      parameterTypes: { entryParameters($0, $1, $2) },
      match: { arguments in
        guard arguments.count == 2, let lambda = arguments[1].lambda?.asCondition,
          let type = arguments[0].type
        else { return nil }
        return one("map_filter", lambda, [type], type) { try filterEntries($0, $1, $2) }
      }),
    HigherOrderFunction(
      "transform_values", signatures: ["transform_values(map(K, V), (k, v) -> W) → map(K, W)"],
      description: "The map with what the lambda gives in place of each value",
      parameterTypes: { entryParameters($0, $1, $2) },
      match: { arguments in
        guard arguments.count == 2, let lambda = arguments[1].lambda, let type = arguments[0].type,
          case .map(let key, _) = type
        else { return nil }
        let result = DataType.map(key: key, value: lambda.body.type)
        return one("transform_values", lambda, [type], result) {
          try transformEntries($0, $1, $2, replacesKey: false)
        }
      }),
    HigherOrderFunction(
      "transform_keys", signatures: ["transform_keys(map(K, V), (k, v) -> L) → map(L, V)"],
      description: "The map with what the lambda gives in place of each key",
      parameterTypes: { entryParameters($0, $1, $2) },
      match: { arguments in
        guard arguments.count == 2, let lambda = arguments[1].lambda, let type = arguments[0].type,
          case .map(_, let value) = type
        else { return nil }
        let result = DataType.map(key: lambda.body.type, value: value)
        return one("transform_keys", lambda, [type], result) {
          try transformEntries($0, $1, $2, replacesKey: true)
        }
      }),
  ]

  private static func entryParameters(
    _ place: Int, _ count: Int, _ arguments: [HigherOrderFunction.Argument]
  ) -> [DataType]? {
    guard place == 1, count == 2, case .map(let key, let value)? = arguments[0].type else {
      return nil
    }
    return [key, value]
  }

  private static func filterEntries(
    _ call: FunctionCall, _ lambda: LambdaCall, _ bound: BoundLambda
  ) throws -> CheckedVector {
    let elements = try LambdaElements(call, 0)
    let (keys, values) = try call.entries(elements.lists.child)
    let inputs = [
      try elements.vector(of: keys, call.kernels), try elements.vector(of: values, call.kernels),
    ]
    let answer = try lambda.evaluate(inputs, rows: elements.rows)
    let kept = try Truths(answer.vector, call.kernels)
    var maker = ListMaker()
    for row in 0..<call.rowCount {
      for index in elements.starts[row]..<elements.starts[row + 1] where kept.isTrue(index) {
        maker.append(Int(elements.places[index]))
      }
      try maker.endRow()
    }
    let (offsets, child) = try maker.parts(call, of: elements.lists.child)
    let lists = ListValues(offsets: offsets, child: child)
    return try elements.settled(call, .list(lists), try call.validity(), answer, bound)
  }

  private static func transformEntries(
    _ call: FunctionCall, _ lambda: LambdaCall, _ bound: BoundLambda, replacesKey: Bool
  ) throws -> CheckedVector {
    let elements = try LambdaElements(call, 0)
    let (keys, values) = try call.entries(elements.lists.child)
    let inputs = [
      try elements.vector(of: keys, call.kernels), try elements.vector(of: values, call.kernels),
    ]
    let answer = try lambda.evaluate(inputs, rows: elements.rows)
    let members = replacesKey ? [answer.vector, inputs[1]] : [inputs[0], answer.vector]
    let entries = ColumnVector(
      type: call.result.listElement,
      flat: FlatColumn(count: elements.rows.count, validity: nil, values: .row(members)))
    let lists = ListValues(offsets: try elements.offsets(call.tracker), child: entries)
    let checked = try elements.settled(call, .list(lists), try call.validity(), answer, bound)
    guard replacesKey, checked.failures == nil else { return checked }
    return try MapKeys.checked(checked.vector, call)
  }
}
