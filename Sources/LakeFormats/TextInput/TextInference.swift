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

  package var columns: [Column] = []

  package init() {}

  package var schema: Schema { Schema(columns.map(\.field)) }
}

extension TextScan {
  /// Reads every record of the files and infers the columns that they have together.
  package func infer(on pool: ThreadPool) throws -> TextInference {
    guard let format = try format else { return TextInference() }
    switch format {
    case .json: return TextInference(try JSONReader.infer(self, on: pool))
    case .csv: return TextInference(try CSVReader.infer(self, on: pool))
    case .text: return TextInference(lines: LineReader.schema)
    case .blank: return TextInference()
    }
  }

  /// Makes decoders of the files' format, one for each worker.
  package func decoderFactory(
    schema: Schema
  ) throws -> @Sendable () throws -> any ChunkDecoder {
    let (onError, tracker) = (onError, tracker)
    switch try format {
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
    case .text:
      _ = try LineReader.makeDecoder(schema: schema)
      return { try LineReader.makeDecoder(schema: schema, tracker: tracker) }
    case nil, .blank: return { BlankDecoder() }
    }
  }

  /// The format of all files that hold anything; nil where none does. Files of several formats have
  /// no common way to be read.
  private var format: TextFile.Format? {
    get throws(LakeError) {
      let filled = files.filter { !$0.isBlank }
      guard let first = filled.first else { return nil }
      if let other = filled.first(where: { $0.format.name != first.format.name }) {
        throw differentFormats(first, other)
      }
      return first.format
    }
  }

  private func differentFormats(_ first: TextFile, _ other: TextFile) -> LakeError {
    LakeError(
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
    case .text: "text"
    case .blank: "empty"
    }
  }
}

/// Decodes files without records: it is given no chunk.
private final class BlankDecoder: ChunkDecoder {
  func decode(
    _ chunk: Chunk, of file: TextFile, emit: (Batch) throws -> Void
  ) throws -> ChunkReport {
    preconditionFailure("a file without records has no chunks")
  }
}

extension TextFile {
  fileprivate var isBlank: Bool {
    if case .blank = format { true } else { false }
  }
}

extension TextInference {
  init(lines schema: Schema) {
    self.init()
    columns = schema.fields.map { Column(field: $0) }
  }

  init(_ inference: JSONInference) {
    self.init()
    columns = inference.columns.map(Column.init)
  }

  init(_ inference: CSVInference) {
    self.init()
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
