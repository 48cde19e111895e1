import LakeCore

/// What was found out about the records of some files by reading all of them.
package struct TextInference: Sendable {
  package struct Column: Sendable {
    package var field: Field
    /// Values that stand against the column's type, whose records will be rejects.
    package var outlierCount = 0
    /// Set where values of several types are kept as their source text.
    package var isMixed = false
    /// Numbers with more digits than the column's doubles can hold.
    package var inexactCount = 0

    package init(field: Field) {
      self.field = field
    }
  }

  package var recordCount = 0
  package var columns: [Column] = []

  package init() {}

  package var schema: Schema { Schema(columns.map(\.field)) }
}

extension TextScan {
  /// Reads every record of the files and infers the columns that they have together.
  package func infer(on pool: ThreadPool) throws -> TextInference {
    guard let first = files.first else { return TextInference() }
    try requireOneFormat()
    switch first.format {
    case .json: return TextInference(try JSONReader.infer(self, on: pool))
    case .csv: return TextInference(try CSVReader.infer(self, on: pool))
    }
  }

  /// Makes decoders of the files' format, one for each worker.
  package func decoderFactory(
    schema: Schema
  ) throws -> @Sendable () throws -> any ChunkDecoder {
    guard let first = files.first else { preconditionFailure("a scan has a file") }
    try requireOneFormat()
    let (onError, tracker) = (onError, tracker)
    switch first.format {
    case .json:
      var options = JSONReadOptions()
      options.onError = onError
      // Made once here, so that a schema that JSON cannot hold is told before anything is read.
      _ = try JSONReader.makeDecoder(schema: schema, options: options)
      return { [options] in
        try JSONReader.makeDecoder(schema: schema, options: options, tracker: tracker)
      }
    case .csv(let format):
      let options = CSVReadOptions(onError: onError)
      // Made once here, so that a schema that CSV cannot hold is told before anything is read.
      _ = try CSVDecodePlan(schema, format)
      return { CSVReader.makeDecoder(schema: schema, options: options, tracker: tracker) }
    }
  }

  /// Files of several formats have no common way to be read.
  private func requireOneFormat() throws(LakeError) {
    guard let first = files.first,
      let other = files.first(where: { $0.format.name != first.format.name })
    else { return }
    throw LakeError(
      .invalidInput,
      "the inputs have different formats: \(first.path) is \(first.format.name), and this is "
        + other.format.name,
      at: .file(other.path), hint: "Convert them one by one, or say --from.")
  }
}

extension TextFile.Format {
  /// The format in messages.
  package var name: String {
    switch self {
    case .json: "JSON"
    case .csv: "CSV"
    }
  }
}

extension TextInference {
  init(_ inference: JSONInference) {
    self.init()
    recordCount = inference.recordCount
    columns = inference.columns.map(Column.init)
  }

  init(_ inference: CSVInference) {
    self.init()
    recordCount = inference.recordCount
    columns = inference.columns.map(Column.init)
    for (index, field) in inference.schema.fields.enumerated() { columns[index].field = field }
  }
}

extension TextInference.Column {
  fileprivate init(_ member: TypeEvidence.Member) {
    let decision = member.evidence.decision
    self.init(field: Field(member.name, decision.type))
    outlierCount = decision.outlierCount
    isMixed = decision.isMixed
    if decision.type == .double { inexactCount = member.evidence[.inexactFraction] }
  }
}
