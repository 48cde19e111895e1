import LakeCore

/// Arrays in order, and parts of them by place.
extension ScalarFunctions {
  static let arrayOrders: [FunctionDefinition] = [
    .list(
      "array_sort", "list_sort", signatures: ["array_sort(array(T)) → array(T)"],
      description: "The elements in order, nulls last", shape: { orderable($0) },
      body: { try sorted($0) }),
    .list(
      "sort_array", signatures: ["sort_array(array(T)[, boolean]) → array(T)"],
      description: "The elements in order, nulls first; descending, with nulls last, where the "
        + "second argument is false",
      shape: { arguments in
        guard arguments.count == 1 || arguments.count == 2,
          let (_, result) = orderable(Array(arguments.prefix(1)))
        else { return nil }
        return ([arguments[0]] + (arguments.count == 2 ? [.boolean] : []), result)
      }, body: { try sortedAsInSpark($0) }),
    best("array_max", "list_max", "The greatest element; null where one is null", isMaximum: true),
    best("array_min", "list_min", "The least element; null where one is null", isMaximum: false),
    .list(
      "reverse", signatures: ["reverse(varchar) → varchar", "reverse(array(T)) → array(T)"],
      description: "The characters or elements in the opposite order",
      shape: { arguments in
        if let same = ListShape.same(arguments) { return same }
        guard arguments.count == 1 else { return nil }
        return ([.varchar], .varchar)
      },
      body: { call in
        if call.result == .varchar { return try reversedText(call) }
        let lists = try ListInput(call.arguments[0], call.kernels)
        return try call.lists(of: lists.child) { row, maker in
          for index in lists.range(row).reversed() { maker.append(index) }
        }
      }),
    .list(
      "slice", "list_slice", signatures: ["slice(array(T), start, length) → array(T)"],
      description:
        "The elements from a place on, counted from 1, or from the end with a negative one",
      shape: { arguments in
        guard arguments.count == 3, ListShape.element(arguments[0]) != nil else { return nil }
        return ([arguments[0], .bigint, .bigint], arguments[0])
      }, body: { try slice($0) }),
    .list(
      "trim_array", signatures: ["trim_array(array(T), bigint) → array(T)"],
      description: "The array without a number of elements at its end",
      shape: { arguments in
        guard arguments.count == 2, ListShape.element(arguments[0]) != nil else { return nil }
        return ([arguments[0], .bigint], arguments[0])
      },
      body: { call in
        let lists = try ListInput(call.arguments[0], call.kernels)
        let counts = try call.input(1, as: Int64.self)
        let error = call.failure("an array has not so many elements")
        return try call.checkedLists(of: lists.child, error: error) { row, maker in
          let range = lists.range(row)
          guard counts[row] >= 0, counts[row] <= Int64(range.count) else { return false }
          for index in range.dropLast(Int(counts[row])) { maker.append(index) }
          return true
        }
      }),
    end("array_first", "The first element; null where there is none", isFirst: true),
    end("array_last", "The last element; null where there is none", isFirst: false),
  ]

  private static func orderable(
    _ arguments: [DataType]
  ) -> (parameters: [DataType], result: DataType)? {
    guard let same = ListShape.same(arguments), let element = ListShape.element(arguments[0]),
      element.isOrderable || element == .unseen
    else { return nil }
    return same
  }

  private static func sorted(_ call: FunctionCall) throws -> CheckedVector {
    let lists = try ListInput(call.arguments[0], call.kernels)
    let order = try ElementOrder(lists.child, call.kernels)
    return try call.lists(of: lists.child) { row, maker in
      for index in order.sorted(lists.range(row)) { maker.append(index) }
    }
  }

  private static func sortedAsInSpark(_ call: FunctionCall) throws -> CheckedVector {
    let lists = try ListInput(call.arguments[0], call.kernels)
    let order = try ElementOrder(lists.child, call.kernels)
    let ascending = call.arguments.count > 1 ? try call.input(1, as: UInt8.self) : nil
    return try call.lists(of: lists.child) { row, maker in
      let isAscending = ascending.map { $0[row] != 0 } ?? true
      let sorted = order.sorted(
        lists.range(row), isDescending: !isAscending, nullsFirst: isAscending)
      for index in sorted { maker.append(index) }
    }
  }

  private static func best(
    _ name: String, _ alias: String, _ description: String, isMaximum: Bool
  ) -> FunctionDefinition {
    .list(
      name, alias, signatures: ["\(name)(array(T)) → T"], description: description,
      shape: { arguments in
        guard orderable(arguments) != nil, let element = ListShape.element(arguments[0]) else {
          return nil
        }
        return (arguments, element)
      },
      body: { call in
        let lists = try ListInput(call.arguments[0], call.kernels)
        let order = try ElementOrder(lists.child, call.kernels)
        let picked = try call.pick(from: lists.child) { row in
          var best: Int?
          for index in lists.range(row) {
            if order.isNull(index) { return nil }
            guard let known = best else {
              best = index
              continue
            }
            if isMaximum ? order.isLess(known, index) : order.isLess(index, known) { best = index }
          }
          return best
        }
        return CheckedVector(picked)
      })
  }

  private static func end(
    _ name: String, _ description: String, isFirst: Bool
  ) -> FunctionDefinition {
    .list(
      name, signatures: ["\(name)(array(T)) → T"], description: description,
      shape: { arguments in
        guard arguments.count == 1, let element = ListShape.element(arguments[0]) else {
          return nil
        }
        return (arguments, element)
      },
      body: { call in
        let lists = try ListInput(call.arguments[0], call.kernels)
        return CheckedVector(
          try call.pick(from: lists.child) {
            isFirst ? lists.range($0).first : lists.range($0).last
          })
      })
  }

  private static func slice(_ call: FunctionCall) throws -> CheckedVector {
    let lists = try ListInput(call.arguments[0], call.kernels)
    let (starts, lengths) = (try call.input(1, as: Int64.self), try call.input(2, as: Int64.self))
    let error = call.failure(
      "arrays are counted from 1, and a length is 0 or more",
      hint: "A negative start counts from the end.")
    return try call.checkedLists(of: lists.child, error: error) { row, maker in
      let (range, start, length) = (lists.range(row), starts[row], lengths[row])
      guard start != 0, length >= 0 else { return false }
      let count = Int64(range.count)
      let first = start > 0 ? start - 1 : count.adding(start) ?? -1
      guard first >= 0, first < count else { return true }
      let end = first + min(length, count - first)
      for index in Int(first)..<Int(end) { maker.append(range.lowerBound + index) }
      return true
    }
  }
}
