import LakeCore

/// What the records of one file look like: the evidence of its columns, from which the schema of a
/// table of many files is decided. Evidence of files adds up, whenever each of them was read.
package struct FileEvidence: Sendable {
  /// Records that are whole, whatever types their values have.
  package var recordCount = 0
  package var columns: [TypeEvidence.Member] = []
  /// Names in lower case of columns of CSV that hold an empty string.
  package var emptyTexts: Set<String> = []
  /// Why there is no schema: too many keys.
  package var failure: LakeError?

  package init() {}

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
