import LakeCore

/// Sums of the elements of arrays.
extension ScalarFunctions {
  static let arrayNumbers: [FunctionDefinition] = [
    FunctionDefinition(
      "array_sum", "list_sum", description: "The sum of the elements; nulls do not count",
      overloads: [
        Overload([.array(.bigint)], .bigint) { call in
          let lists = try ListInput(call.arguments[0], call.kernels)
          let numbers = try Input<Int64>(lists.child, call.kernels)
          return try call.checked(Int64.self, error: call.failure("bigint overflow")) { row in
            var total: Int64? = 0
            for index in lists.range(row) where !numbers.isNull(index) {
              total = total?.adding(numbers[index])
            }
            return total
          }
        },
        Overload([.array(.double)], .double) { call in
          let lists = try ListInput(call.arguments[0], call.kernels)
          let numbers = try Input<Double>(lists.child, call.kernels)
          return try call.values(Double.self) { row in
            lists.range(row).reduce(0) { numbers.isNull($1) ? $0 : $0 + numbers[$1] }
          }
        },
      ]),
    FunctionDefinition(
      "array_average", "list_avg",
      description: "The mean of the elements that are not null; null where there is none",
      overloads: [
        Overload([.array(.double)], .double) { call in
          let lists = try ListInput(call.arguments[0], call.kernels)
          let numbers = try Input<Double>(lists.child, call.kernels)
          return try call.optional(Double.self) { row in
            var (total, count) = (0.0, 0)
            for index in lists.range(row) where !numbers.isNull(index) {
              total += numbers[index]
              count += 1
            }
            return count == 0 ? nil : total / Double(count)
          }
        }
      ]),
    vectorProduct("dot_product", "The sum of the products of elements side by side") { $0.0 },
    vectorProduct("cosine_similarity", "The cosine of the angle between two vectors") { sums in
      sums.1 == 0 || sums.2 == 0 ? nil : sums.0 / (sums.1.squareRoot() * sums.2.squareRoot())
    },
  ]

  private static func vectorProduct(
    _ name: String, _ description: String,
    _ body: @escaping @Sendable ((Double, Double, Double)) -> Double?
  ) -> FunctionDefinition {
    FunctionDefinition(
      name, description: description,
      overloads: [
        Overload([.array(.double), .array(.double)], .double) { call in
          let (a, b) = (
            try ListInput(call.arguments[0], call.kernels),
            try ListInput(call.arguments[1], call.kernels)
          )
          let (x, y) = (
            try Input<Double>(a.child, call.kernels), try Input<Double>(b.child, call.kernels)
          )
          return try call.optional(Double.self) { row in
            var sums = (0.0, 0.0, 0.0)
            guard a.range(row).count == b.range(row).count else { return nil }
            for (i, j) in zip(a.range(row), b.range(row)) {
              if x.isNull(i) || y.isNull(j) { return nil }
              sums = (sums.0 + x[i] * y[j], sums.1 + x[i] * x[i], sums.2 + y[j] * y[j])
            }
            return body(sums)
          }
        }
      ])
  }
}
