extension Schema: CustomStringConvertible {
  /// Reads columns as they stand in a table's definition: `id bigint, name varchar`, in any of the
  /// spellings that `DataType` reads. An error tells the place in the text.
  public init(parsing text: String) throws(LakeError) {
    var parser = TypeParser(text)
    self.init(try parser.parseColumns())
    try requireDistinctNames()
  }

  private func requireDistinctNames() throws(LakeError) {
    var seen: Set<String> = []
    for field in fields where !seen.insert(field.name.lowercased()).inserted {
      throw LakeError(
        .invalidInput, "the column \(field.name) is declared twice",
        hint: "Names are matched without case, so each may stand once.")
    }
  }

  /// The columns as they can be read again: `id bigint, name varchar`.
  public var description: String {
    let row = DataType.row(fields).description
    return String(row.dropFirst("row(".count).dropLast())
  }
}
