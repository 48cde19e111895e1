import LakeCore

/// Lambdas over the elements of arrays.
extension HigherOrderFunctions {
  static let arrays: [HigherOrderFunction] = [
    HigherOrderFunction(
      "transform", "list_transform",
      signatures: [
        "transform(array(T), x -> U) → array(U)", "transform(array(T), (x, i) -> U) → array(U)",
      ],
      description: "An array of what the lambda gives for each element, or for it and its number "
        + "from 0",
      parameterTypes: { place, count, arguments in
        guard place == 1, (1...2).contains(count), let element = element(arguments, 0) else {
          return nil
        }
        return count == 1 ? [element] : [element, .integer]
      },
      match: { arguments in
        guard arguments.count == 2, let lambda = arguments[1].lambda, let type = arguments[0].type
        else { return nil }
        let result = DataType.array(lambda.body.type)
        return one("transform", lambda, [type], result) { try transform($0, $1, $2) }
      }),
    HigherOrderFunction(
      "filter", "list_filter", signatures: ["filter(array(T), x -> boolean) → array(T)"],
      description: "The elements for which the lambda is true",
      parameterTypes: { elementParameter($0, $1, $2) },
      match: { arguments in
        predicate(arguments).flatMap { lambda, type in
          one("filter", lambda, [type], type) { try filter($0, $1, $2) }
        }
      }),
    match("any_match", "Whether the lambda is true for any element", settlesAt: true, gives: true),
    match(
      "all_match", "Whether the lambda is true for all elements", settlesAt: false, gives: false),
    match("none_match", "Whether the lambda is true for no element", settlesAt: true, gives: false),
    HigherOrderFunction(
      "zip_with",
      signatures: ["zip_with(array(T), array(U), (x, y) -> R) → array(R)"],
      description: "What the lambda gives for the elements of two arrays side by side; the shorter "
        + "one goes on with nulls",
      parameterTypes: { place, count, arguments in
        guard place == 2, count == 2, let a = element(arguments, 0), let b = element(arguments, 1)
        else { return nil }
        return [a, b]
      },
      match: { arguments in
        guard arguments.count == 3, let lambda = arguments[2].lambda, let a = arguments[0].type,
          let b = arguments[1].type
        else { return nil }
        let result = DataType.array(lambda.body.type)
        return one("zip_with", lambda, [a, b], result) { try zipWith($0, $1, $2) }
      }),
  ]

  /// The type of the elements of the array at a place.
  static func element(_ arguments: [HigherOrderFunction.Argument], _ place: Int) -> DataType? {
    guard arguments.indices.contains(place), case .array(let element)? = arguments[place].type
    else { return nil }
    return element
  }

  private static func elementParameter(
    _ place: Int, _ count: Int, _ arguments: [HigherOrderFunction.Argument]
  ) -> [DataType]? {
    guard place == 1, count == 1, let element = element(arguments, 0) else { return nil }
    return [element]
  }

  /// An array and a condition on its elements.
  private static func predicate(
    _ arguments: [HigherOrderFunction.Argument]
  ) -> (BoundLambda, DataType)? {
    guard arguments.count == 2, let lambda = arguments[1].lambda?.asCondition,
      let type = arguments[0].type
    else { return nil }
    return (lambda, type)
  }

  static func one(
    _ name: String, _ lambda: BoundLambda, _ parameters: [DataType], _ result: DataType,
    _ body: @escaping @Sendable (FunctionCall, LambdaCall, BoundLambda) throws -> CheckedVector
  ) -> FunctionDefinition.Match {
    let function = ScalarFunction.higherOrder(
      name, [lambda], values: parameters.count, result: result
    ) { call, lambdas, bound in try body(call, lambdas[0], bound[0]) }
    return .init(function: function, parameters: parameters, result: result)
  }

  private static func match(
    _ name: String, _ description: String, settlesAt: Bool, gives: Bool
  ) -> HigherOrderFunction {
    HigherOrderFunction(
      name, signatures: ["\(name)(array(T), x -> boolean) → boolean"], description: description,
      parameterTypes: { elementParameter($0, $1, $2) },
      match: { arguments in
        predicate(arguments).map { lambda, type in
          one(name, lambda, [type], .boolean) { try settle($0, $1, $2, settlesAt, gives) }
        }
      })
  }

  private static func transform(
    _ call: FunctionCall, _ lambda: LambdaCall, _ bound: BoundLambda
  ) throws -> CheckedVector {
    let elements = try LambdaElements(call, 0)
    var inputs = [try elements.vector(call.kernels)]
    if bound.parameters.count == 2 { inputs.append(try elements.numbers(call.kernels)) }
    let answer = try lambda.evaluate(inputs, rows: elements.rows)
    let lists = ListValues(offsets: try elements.offsets(call.tracker), child: answer.vector)
    return try elements.settled(call, .list(lists), try call.validity(), answer, bound)
  }

  private static func filter(
    _ call: FunctionCall, _ lambda: LambdaCall, _ bound: BoundLambda
  ) throws -> CheckedVector {
    let elements = try LambdaElements(call, 0)
    let answer = try lambda.evaluate([try elements.vector(call.kernels)], rows: elements.rows)
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

  /// In the three values of SQL: an element that is `settlesAt` settles the row; else a null makes
  /// it null.
  private static func settle(
    _ call: FunctionCall, _ lambda: LambdaCall, _ bound: BoundLambda, _ settlesAt: Bool,
    _ gives: Bool
  ) throws -> CheckedVector {
    let elements = try LambdaElements(call, 0)
    let answer = try lambda.evaluate([try elements.vector(call.kernels)], rows: elements.rows)
    let truths = try Truths(answer.vector, call.kernels)
    let (values, valid) = (try call.buffer(of: UInt8.self), try call.buffer(of: UInt8.self))
    let (value, isValid) = (values.pointer(as: UInt8.self), valid.pointer(as: UInt8.self))
    for row in 0..<call.rowCount {
      var (settled, unknown) = (false, false)
      for index in elements.starts[row]..<elements.starts[row + 1] {
        if truths.isNull(index) {
          unknown = true
        } else if truths.isTrue(index) == settlesAt {
          settled = true
        }
      }
      value[row] = settled == gives ? 1 : 0
      isValid[row] = !settled && unknown ? 0 : 1
    }
    let known = try Bitmap.packing(isValid, count: call.rowCount, tracker: call.tracker)
    let validity = try Bitmap.intersection(try call.validity(), known, tracker: call.tracker)
    return try elements.settled(call, .fixed(values), validity, answer, bound)
  }

  private static func zipWith(
    _ call: FunctionCall, _ lambda: LambdaCall, _ bound: BoundLambda
  ) throws -> CheckedVector {
    let zipped = try ZippedElements(call)
    let answer = try lambda.evaluate(zipped.columns, rows: zipped.elements.rows)
    let lists = ListValues(offsets: try zipped.elements.offsets(call.tracker), child: answer.vector)
    return try zipped.elements.settled(call, .list(lists), try call.validity(), answer, bound)
  }
}

extension BoundLambda {
  /// The same with a body that is a boolean; nil where it is none.
  var asCondition: BoundLambda? {
    if body.type == .boolean { return self }
    guard body.type == .unseen else { return nil }
    return BoundLambda(
      parameters: parameters, body: Desugar.cast(body, to: .boolean), captures: captures)
  }
}

/// The values of a boolean vector.
struct Truths {
  private let input: Input<UInt8>?

  init(_ vector: ColumnVector, _ kernels: Kernels) throws {
    input = vector.type == .boolean ? try Input(vector, kernels) : nil
  }

  func isNull(_ row: Int) -> Bool { input?.isNull(row) ?? true }
  func isTrue(_ row: Int) -> Bool { input.map { !$0.isNull(row) && $0[row] != 0 } ?? false }
}
