import LakeCore

/// What the records of one file look like: the evidence of its columns, from which the schema of a
/// table of many files is decided. Evidence of files adds up, whenever each of them was read.
package struct FileEvidence: Sendable {
  /// Records that are whole, whatever types their values have.
  package var recordCount = 0
  package var columns: [TypeEvidence.Member] = []
  /// Names in lower case of columns of CSV that hold an empty string.
  package var emptyTexts: Set<String> = []
  /// The columns of a file that says itself what they are, such as Parquet.
  package var declared: [DeclaredColumn] = []
  /// Why there is no schema: too many keys.
  package var failure: LakeError?

  package init() {}

  /// A column as its file declares it.
  package struct DeclaredColumn: Sendable, Hashable {
    package var field: Field
    /// Nil where the file does not say.
    package var nullCount: Int?

    package init(field: Field, nullCount: Int?) {
      self.field = field
      self.nullCount = nullCount
    }
  }

  /// What the footer of a Parquet file says.
  package init(_ file: ParquetFile) {
    recordCount = file.rowCount
    for (index, field) in file.schema.fields.enumerated() {
      var nullCount: Int? = 0
      for group in file.rowGroups {
        let known = group.statistics(column: index).nullCount
        // No overflow: at most as many nulls as rows, which were added up before.
        nullCount = nullCount.flatMap { sum in known.map { sum + $0 } }
      }
      declared.append(DeclaredColumn(field: Field(field.name, field.type), nullCount: nullCount))
    }
  }

  package mutating func add(_ other: FileEvidence) {
    recordCount += other.recordCount
    TypeEvidence.add(other.columns, to: &columns)
    emptyTexts.formUnion(other.emptyTexts)
    failure = failure ?? other.failure
    checkSize()
  }

  mutating func add(_ chunk: JSONChunkEvidence) {
    recordCount += chunk.report.recordCount
    TypeEvidence.add(chunk.members, to: &columns)
    if chunk.hasTooManyMembers { failure = failure ?? FileEvidence.tooManyKeys }
    if chunk.hasTooManyPlaces { failure = failure ?? FileEvidence.tooManyPlaces }
    checkSize()
  }

  mutating func add(_ chunk: CSVChunkEvidence) {
    recordCount += chunk.report.recordCount
    TypeEvidence.add(chunk.members, to: &columns)
    emptyTexts.formUnion(chunk.emptyTexts.map { $0.lowercased() })
  }

  private mutating func checkSize() {
    if columns.count > JSONLimits.keysMax { failure = failure ?? FileEvidence.tooManyKeys }
    if TypeEvidence.placeCount(columns) > JSONLimits.placesMax {
      failure = failure ?? FileEvidence.tooManyPlaces
    }
  }

  static var tooManyKeys: LakeError {
    LakeError(
      .limitExceeded, "the records have more than \(JSONLimits.keysMax) different keys",
      hint: "Keys that are data belong into a nested object or an array; or declare the columns "
        + "that are wanted with --schema.")
  }

  static var tooManyPlaces: LakeError {
    LakeError(
      .limitExceeded,
      "the records have more than \(JSONLimits.placesMax) different keys in nested objects",
      hint: "Declare the columns that are wanted with --schema; objects whose keys are data can "
        + "be declared as maps, or as varchar.")
  }

  /// The columns with their types, in the order of first appearance. A column of CSV that holds
  /// empty strings and nulls alone is text.
  package var decisions: [(name: String, decision: TypeDecision)] {
    columns.map { column in
      var decision = column.evidence.decision
      if decision.type == .unseen, emptyTexts.contains(column.name.lowercased()) {
        decision.type = .varchar
      }
      return (column.name, decision)
    }
  }
}
