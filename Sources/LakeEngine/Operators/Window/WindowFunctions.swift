import LakeCore

/// Computes the functions of a window over all its rows.
struct WindowFunctions {
  private let layout: WindowLayout
  private let batch: Batch
  private let context: EvaluationContext

  init(_ layout: WindowLayout, _ batch: Batch, _ context: EvaluationContext) {
    self.layout = layout
    self.batch = batch
    self.context = context
  }

  /// The values of a function, in the order of the rows.
  func vector(_ function: WindowPlan.Function) throws -> ColumnVector {
    switch function.kind {
    case .rowNumber, .rank, .denseRank, .percentRank, .cumeDist:
      return try WindowRanks(layout: layout).vector(function.kind)
    case .ntile: return try WindowRanks(layout: layout).ntile(try values(function.arguments[0]))
    case .lag, .lead: return try valuesOf(function).shifted()
    case .firstValue, .lastValue, .nthValue:
      return try valuesOf(function).inFrame(try frames(function))
    case .aggregate:
      guard let call = function.aggregate else {
        throw LakeError(.internal, "a window without its aggregate")
      }
      return try aggregate(call, function)
    }
  }

  private func values(_ expression: BoundExpression) throws -> ColumnVector {
    try Evaluator(expression, context: context).evaluate(batch)
  }

  private func valuesOf(_ function: WindowPlan.Function) throws -> WindowValues {
    try WindowValues(layout, function, try function.arguments.map(values))
  }

  private func frames(_ function: WindowPlan.Function) throws -> WindowFrames {
    try WindowFrames(function.frame, layout, values: values)
  }

  private func aggregate(
    _ call: AggregateCall, _ function: WindowPlan.Function
  ) throws -> ColumnVector {
    var (input, selection): (Batch, Selection?) = (batch, nil)
    if let filter = call.filter {
      // The arguments of rows that the condition leaves out are no concern of anybody.
      let rows = try context.kernels.filter(try values(filter))
      input = Batch(columns: batch.columns, rowCount: batch.rowCount, selection: rows)
      selection = rows
    }
    let arguments = try call.arguments.map {
      try Evaluator($0, context: context).evaluate(input)
    }
    return try WindowAggregates(
      layout, call, arguments, selection: selection, try frames(function)
    ).vector()
  }
}
