import LakeCore

extension FunctionDefinition {
  /// A function of one text that writes another; false is no answer.
  static func text(
    _ names: String..., description: String, failure: String? = nil, result: DataType = .varchar,
    parameter: DataType = .varchar,
    _ body: @escaping @Sendable (ByteRun, inout ByteScratch) -> Bool
  ) -> FunctionDefinition {
    FunctionDefinition(
      names: names, description: description,
      overloads: [
        Overload([parameter], result) { call in
          let texts = try call.strings(0)
          let error = failure.map { call.failure($0) }
          return try call.texts(error: error) { row, out in
            texts[row].withBytes { body(ByteRun($0), &out) } ? .text : .failed
          }
        }
      ])
  }

  /// A function of one text that gives a piece of it; nil is null.
  static func piece(
    _ names: String..., description: String,
    _ body: @escaping @Sendable (ByteRun) -> Range<Int>?
  ) -> FunctionDefinition {
    FunctionDefinition(
      names: names, description: description,
      overloads: [
        Overload([.varchar], .varchar) { call in
          let texts = try call.strings(0)
          return try call.pieces(of: texts) { row in
            let view = texts[row]
            return view.withBytes { body(ByteRun($0)) }.map { view.slice($0.lowerBound, $0.count) }
          }
        }
      ])
  }
}
