import LakeCore

/// `array || array`, `array || element`, `element || array`.
extension ScalarFunctions {
  static func arrayConcatenation(
    _ name: String, _ arguments: [DataType]
  ) -> FunctionDefinition.Match? {
    guard let type = concatenatedType(arguments) else { return nil }
    let parameters = arguments.map { argument -> DataType in
      TypeCoercion.canCoerce(argument, to: type) ? type : type.listElement
    }
    // An element that is null is an element.
    let function = ScalarFunction.lenient(name, type) { try concatenateLists($0) }
    return .init(function: function, parameters: parameters, result: type)
  }

  private static func concatenatedType(_ arguments: [DataType]) -> DataType? {
    guard let first = arguments.first(where: { if case .array = $0 { true } else { false } })
    else { return nil }
    var type = first
    for argument in arguments {
      let asList = TypeCoercion.common(type, argument)
      guard let common = asList ?? TypeCoercion.common(type, .array(argument)) else { return nil }
      type = common
    }
    return type
  }

  private static func concatenateLists(_ call: FunctionCall) throws -> CheckedVector {
    var (sources, bases): ([ColumnVector], [Int]) = ([], [])
    var lists: [ListInput?] = []
    var validity: Bitmap?
    var total = 0
    for argument in call.arguments {
      let list = argument.type == call.result ? try ListInput(argument, call.kernels) : nil
      lists.append(list)
      let source = list?.child ?? argument
      sources.append(source)
      bases.append(total)
      total += source.count
      if list != nil {
        validity = try Bitmap.intersection(validity, argument.rowValidity(call.kernels))
      }
    }
    var maker = ListMaker()
    for row in 0..<call.rowCount {
      if validity.map({ $0[row] }) ?? true {
        for (list, base) in zip(lists, bases) {
          for element in list?.range(row) ?? row..<(row + 1) { maker.append(base + element) }
        }
      }
      try maker.endRow()
    }
    let all = try call.kernels.concatenate(sources)
    return CheckedVector(try maker.vector(call, of: all, validity: validity))
  }
}
