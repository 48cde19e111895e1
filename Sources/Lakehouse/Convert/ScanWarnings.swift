import LakeCore
import LakeFormats

extension ConversionReport {
  mutating func add(
    _ summaries: [FileSummary], _ rejects: RejectLog, _ inference: TextInference?
  ) {
    var notes = TextNotes()
    for summary in summaries {
      recordCount += summary.recordCount
      rejectCount += summary.rejectCount
      inputBytes += summary.byteCount
      notes.add(summary.notes)
      warnings += summary.warnings
    }
    firstRejects = rejects.first
    warnings += notes.warnings
    warnings += inference?.warnings ?? []
  }
}

extension TextInference {
  /// What a reader of the schema should know.
  var warnings: [String] {
    columns.flatMap { column -> [String] in
      var warnings: [String] = []
      let name = column.field.name
      if column.isMixed {
        warnings.append("column \(name) holds values of several types; they are kept as text")
      }
      if column.outlierCount > 0 {
        let count = column.outlierCount
        warnings.append(
          "column \(name) is \(column.field.type) but for "
            + (count == 1
              ? "1 value, whose record is a reject" : "\(count) values, whose records are rejects"))
      }
      if column.inexactCount > 0 {
        let count = column.inexactCount
        warnings.append(
          "column \(name) has \(count) \(count == 1 ? "number" : "numbers") with more digits than "
            + "a double holds")
      }
      return warnings
    }
  }
}
