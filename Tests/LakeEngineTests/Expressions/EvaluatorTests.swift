import LakeCore
import LakeEngine
import LakeTestSupport
import Testing

@Suite("The evaluator")
struct EvaluatorTests {
  private let x = BoundExpression.column(0, .bigint)

  private func numbers(_ values: Int64?...) throws -> ColumnVector {
    try .of(.bigint, values.map { $0.map { .int($0) } ?? .null })
  }

  private func compare(
    _ comparison: Comparison, _ a: BoundExpression, _ b: BoundExpression
  ) -> BoundExpression {
    BoundExpression(.compare(comparison, a, b), .boolean)
  }

  private func reciprocal() throws -> BoundExpression {
    try Evaluation.call("/", Evaluation.bigint(10), x)
  }

  @Test func arithmeticAndComparisonWork() throws {
    let sum = try Evaluation.call("+", x, Evaluation.bigint(1))
    let column = try numbers(1, nil, 3)
    #expect(try Evaluation.evaluate(sum, [column]).allValues == [.int(2), .null, .int(4)])
    let isGreater = compare(.greater, sum, Evaluation.bigint(2))
    let answers = try Evaluation.evaluate(isGreater, [column]).allValues
    #expect(answers == [.bool(false), .null, .bool(true)])
  }

  @Test func aRowThatNobodySelectedDoesNotFail() throws {
    let column = try numbers(2, 0, 5)
    let selection = try Evaluation.selection([0, 2])
    let vector = try Evaluation.evaluate(try reciprocal(), [column], selection: selection)
    #expect(vector.value(at: 0) == .int(5))
    #expect(vector.value(at: 2) == .int(2))
    #expect {
      try Evaluation.evaluate(try reciprocal(), [column])
    } throws: { error in
      (error as? LakeError)?.message == "division by zero: 10 / 0"
    }
  }

  @Test func errorsSayWhereInTheStatementTheyHappened() throws {
    var expression = try reciprocal()
    expression.place = LakeError.Place(path: nil, line: 3, column: 7)
    #expect {
      try Evaluation.evaluate(expression, [try numbers(0)])
    } throws: { error in
      (error as? LakeError)?.place?.line == 3
    }
  }

  @Test func caseEvaluatesABranchForItsRowsOnly() throws {
    let isNotZero = compare(.notEqual, x, Evaluation.bigint(0))
    let choice = BoundExpression(
      .choose(
        [.init(condition: isNotZero, result: try reciprocal())], otherwise: Evaluation.bigint(-1)),
      .bigint)
    let column = try numbers(2, 0, nil, 5)
    let answers = try Evaluation.evaluate(choice, [column]).allValues
    #expect(answers == [.int(5), .int(-1), .int(-1), .int(2)])
  }

  @Test func andAndOrStopWhereTheAnswerIsKnown() throws {
    let isNotZero = compare(.notEqual, x, Evaluation.bigint(0))
    let isLarge = compare(.greater, try reciprocal(), Evaluation.bigint(2))
    let both = BoundExpression(.and([isNotZero, isLarge]), .boolean)
    let column = try numbers(2, 0, nil, 5)
    let answers = try Evaluation.evaluate(both, [column]).allValues
    #expect(answers == [.bool(true), .bool(false), .null, .bool(false)])
    let either = BoundExpression(
      .or([BoundExpression(.not(isNotZero), .boolean), isLarge]), .boolean)
    let others = try Evaluation.evaluate(either, [column]).allValues
    #expect(others == [.bool(true), .bool(true), .null, .bool(false)])
    let kept = try Evaluator(both, context: Evaluation.context).filter(
      Batch(columns: [column], rowCount: 4))
    #expect(kept.selection.map { Array($0.indices) } == [0])
  }

  @Test func coalesceEvaluatesTheNextMemberForNullsOnly() throws {
    let other = try Evaluation.call("/", Evaluation.bigint(1), BoundExpression.column(1, .bigint))
    let first = BoundExpression(.coalesce([x, other]), .bigint)
    let answers = try Evaluation.evaluate(
      first, [try numbers(7, nil, nil), try numbers(0, 1, nil)]
    ).allValues
    #expect(answers == [.int(7), .int(1), .null])
  }

  @Test func tryGivesNullForRowsThatFail() throws {
    let attempt = BoundExpression(.attempt(try reciprocal()), .bigint)
    let answers = try Evaluation.evaluate(attempt, [try numbers(2, 0, nil, 5)]).allValues
    #expect(answers == [.int(5), .null, .null, .int(2)])
  }

  @Test func inKnowsNulls() throws {
    let members = [Evaluation.bigint(1), BoundExpression.literal(.null, .bigint)]
    let isIn = BoundExpression(.isIn(x, members), .boolean)
    let answers = try Evaluation.evaluate(isIn, [try numbers(1, 2, nil)]).allValues
    #expect(answers == [.bool(true), .null, .null])
  }

  @Test func anEmptyBatchGivesAnEmptyVector() throws {
    let vector = try Evaluation.evaluate(try reciprocal(), [try numbers()])
    #expect(vector.count == 0)
  }

  @Test func constantsAreFoldedUnlessTheyFail() throws {
    let sum = try Evaluation.call("+", Evaluation.bigint(1), Evaluation.bigint(2))
    let folded = try ConstantFolding.fold(sum, Evaluation.context)
    guard case .literal(.int(3)) = folded.node else {
      Issue.record("\(folded)")
      return
    }
    let bad = try Evaluation.call("/", Evaluation.bigint(1), Evaluation.bigint(0))
    #expect(try !ConstantFolding.fold(bad, Evaluation.context).isLiteral)
  }
}
