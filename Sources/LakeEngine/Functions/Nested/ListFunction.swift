import LakeCore

extension FunctionDefinition {
  /// A function whose types depend on each other. `shape` says what the arguments have to become
  /// and what comes out, or nil where they do not fit.
  static func list(
    _ names: String..., signatures: [String], description: String, isLenient: Bool = false,
    shape: @escaping @Sendable ([DataType]) -> (parameters: [DataType], result: DataType)?,
    body: @escaping FunctionBody
  ) -> FunctionDefinition {
    FunctionDefinition(names: names, signatures: signatures, description: description) {
      arguments in
      guard let (parameters, result) = shape(arguments), parameters.count == arguments.count else {
        return nil
      }
      let fits = zip(arguments, parameters).allSatisfy { TypeCoercion.canCoerce($0, to: $1) }
      guard fits else { return nil }
      let name = names[0]
      let function: ScalarFunction =
        isLenient ? .lenient(name, result, body) : .strict(name, result, body)
      return .init(function: function, parameters: parameters, result: result)
    }
  }
}

/// What arguments have to be, for `shape`.
enum ListShape {
  static func element(_ type: DataType?) -> DataType? {
    if case .array(let element)? = type { return element }
    return nil
  }

  /// One array that gives one of its own type.
  static func same(_ arguments: [DataType]) -> (parameters: [DataType], result: DataType)? {
    guard arguments.count == 1, element(arguments[0]) != nil else { return nil }
    return (arguments, arguments[0])
  }

  /// Arrays of one type in common.
  static func common(_ arguments: [DataType]) -> DataType? {
    guard var type = arguments.first, element(type) != nil else { return nil }
    for argument in arguments.dropFirst() {
      guard element(argument) != nil, let both = TypeCoercion.common(type, argument) else {
        return nil
      }
      type = both
    }
    return type
  }

  /// An array and an element of a type in common.
  static func withElement(_ arguments: [DataType]) -> (array: DataType, element: DataType)? {
    guard arguments.count >= 2, let element = element(arguments[0]),
      let both = TypeCoercion.common(element, arguments[1])
    else { return nil }
    return (.array(both), both)
  }
}

extension FunctionCall {
  /// Lists that are made of rows of `source`: the body appends those of a row. Rows in which an
  /// argument is null are not asked for.
  func lists(
    of source: ColumnVector, _ body: (Int, inout ListMaker) throws -> Void
  ) throws -> CheckedVector {
    var maker = ListMaker()
    let validity = try validity()
    for row in 0..<rowCount {
      if validity.map({ $0[row] }) ?? true { try body(row, &maker) }
      try maker.endRow()
    }
    return CheckedVector(try maker.vector(self, of: source, validity: validity))
  }

  /// The same where some rows have no answer, which then fail with `error`.
  func checkedLists(
    of source: ColumnVector, error: @escaping @Sendable (Int) -> LakeError,
    _ body: (Int, inout ListMaker) throws -> Bool
  ) throws -> CheckedVector {
    var maker = ListMaker()
    let validity = try validity()
    let answered = try buffer(of: UInt8.self)
    let answer = answered.pointer(as: UInt8.self)
    for row in 0..<rowCount {
      let isValid = validity.map { $0[row] } ?? true
      let hasAnswer = isValid ? try body(row, &maker) : true
      answer[row] = hasAnswer ? 1 : 0
      try maker.endRow()
    }
    let (offsets, child) = try maker.parts(self, of: source)
    return try withFailures(.list(ListValues(offsets: offsets, child: child)), answered, error)
  }
}
