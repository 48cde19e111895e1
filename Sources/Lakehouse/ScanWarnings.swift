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

extension TextFile {
  /// What was found out about a file when it was opened.
  var warnings: [String] {
    guard case .csv(let format) = self.format else { return [] }
    return format.renamings.map { renaming in
      "\(path): column \(renaming.position) is called \(renaming.to), not '\(renaming.from)', "
        + "since names have no blanks around them, and no two are the same"
    }
  }
}

extension FileSummary {
  /// What is to be said of one file alone.
  var warnings: [String] {
    guard notes.openedArrays > notes.closedArrays else { return [] }
    return ["\(path): the array is not closed; the file may be cut off"]
  }
}

extension TextNotes {
  /// What was put right while reading, a sentence each, with its count.
  var warnings: [String] {
    let counted: [(Int, String)] = [
      (strayCommas, "commas between records were passed over"),
      (gluedRecords, "records stand right behind another, without a newline"),
      (duplicateKeys, "keys stood twice in one object; the last value was kept"),
      (
        caseCollisions,
        "keys stood twice in one object, spelled with other case; the first was kept"
      ),
      (nulledValues, "values did not fit their column and became null"),
      (innerByteOrderMarks, "byte order marks in the middle of a file were passed over"),
    ]
    return counted.compactMap { count, text in count > 0 ? "\(count) \(text)" : nil }
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
        warnings.append(
          "column \(name) is \(column.field.type) but for \(column.outlierCount) values, whose "
            + "records are rejects")
      }
      if column.inexactCount > 0 {
        warnings.append(
          "column \(name) has \(column.inexactCount) numbers with more digits than a double holds")
      }
      return warnings
    }
  }
}
