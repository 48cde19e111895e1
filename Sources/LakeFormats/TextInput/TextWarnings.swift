import LakeCore

extension TextFile {
  /// What was found out about a file when it was opened.
  package var warnings: [String] {
    guard case .csv(let format) = self.format else { return [] }
    return format.renamings.map { renaming in
      let (position, from, to) = (renaming.position, renaming.from, renaming.to)
      let isBlank = from.allSatisfy { $0 == " " || $0 == "\t" }
      if isBlank { return "\(path): column \(position) has no name; it is called \(to)" }
      if from.contains(to) {
        return "\(path): column \(position) is called \(to), without the blanks around it"
      }
      return "\(path): column \(position), '\(from)', is called \(to), since another column has "
        + "that name"
    }
  }
}

extension FileSummary {
  /// What is to be said of one file alone.
  package var warnings: [String] {
    guard notes.openedArrays > notes.closedArrays else { return [] }
    return ["\(path): the array is not closed; the file may be cut off"]
  }
}

extension TextNotes {
  /// What was put right while reading, a sentence each, with its count.
  package var warnings: [String] {
    let counted: [(Int, one: String, many: String)] = [
      (
        strayCommas, "comma between records was passed over",
        "commas between records were passed over"
      ),
      (
        gluedRecords, "record stands right behind another, without a newline",
        "records stand right behind another, without a newline"
      ),
      (
        duplicateKeys, "key stood twice in its object; the last value was kept",
        "keys stood twice in their objects; the last value was kept"
      ),
      (
        caseCollisions,
        "key stood twice in its object, spelled with other case; the first was kept",
        "keys stood twice in their objects, spelled with other case; the first was kept"
      ),
      (
        nulledValues, "value did not fit its column and became null",
        "values did not fit their column and became null"
      ),
      (
        emptyTexts, "empty text in a column of another type was read as null",
        "empty texts in columns of another type were read as null"
      ),
      (
        innerByteOrderMarks, "byte order mark in the middle of a file was passed over",
        "byte order marks in the middle of a file were passed over"
      ),
    ]
    return counted.compactMap { count, one, many in
      count > 0 ? "\(count) \(count == 1 ? one : many)" : nil
    }
  }
}
