extension Schema: CustomStringConvertible {
  /// Reads columns as they stand in a table's definition: `id bigint, name varchar`, in any of the
  /// spellings that `DataType` reads.
  public init(parsing text: String) throws(LakeError) {
    // The columns of a table and the members of a row are written alike.
    guard case .row(let fields) = try DataType(parsing: "row(\(text))") else {
      throw LakeError(
        .invalidInput, "'\(text)' is no list of columns",
        hint: "Write it as 'id bigint, name varchar'.")
    }
    self.init(fields)
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
