import LakeCore
import LakeEngine
import LakeTestSupport
import Testing

@Suite("IN with few and many members")
struct MemberTests {
  static let types: [DataType] = [
    .tinyint, .integer, .bigint, .varchar, .double, .decimal(precision: 9, scale: 2),
    .decimal(precision: 38, scale: 10), .boolean, .date, .array(.bigint),
  ]

  @Test(arguments: types, [1, 3, 4, 40])
  func agreesWithComparisons(type: DataType, count: Int) throws {
    var random = SeededRandom(seed: UInt64(count) + 17)
    for round in 0..<8 {
      let members = (0..<count).map { _ in random.value(type, nulls: round % 2 == 0) }
      let expression = BoundExpression(
        .isIn(.column(0, type), members.map { .literal($0, type) }), .boolean)
      let evaluator = Evaluator(expression, context: Evaluation.context)
      for _ in 0..<2 {
        let values = random.values(type, count: 1 + random.below(100))
        let batch = Batch(columns: [try random.vector(type, values)], rowCount: values.count)
        let answers = try evaluator.evaluate(batch)
        try answers.checkInvariants()
        for (row, value) in values.enumerated() {
          let compared = try members.map { try ValueReference.compare(.equal, value, $0, type) }
          let expected: Value =
            compared.contains(true) ? .bool(true) : compared.contains(nil) ? .null : .bool(false)
          #expect(answers.value(at: row) == expected, "\(value) in \(members)")
        }
      }
    }
  }
}
