import LakeCore

/// A schema laid over the fields of one kind of file. Columns are found by name where the file has
/// a header, else by position.
struct CSVDecodePlan {
  /// The fields of the file, then the columns that the file does not have.
  private(set) var fields: [Field]
  private(set) var kinds: [CSVColumn.Kind]
  /// How many of them the file has.
  let fieldCount: Int
  /// For each column of the schema, its place among `fields`.
  private(set) var places: [Int] = []

  init(_ schema: Schema, _ format: CSVFileFormat) throws(LakeError) {
    fieldCount = format.names.count
    fields = format.names.map { Field($0, .unseen) }
    kinds = Array(repeating: .passedOver, count: fieldCount)
    for (position, field) in schema.fields.enumerated() {
      let kind = try CSVDecodePlan.kind(of: field)
      if let place = format.place(of: field, at: position), !places.contains(place) {
        places.append(place)
        fields[place] = field
        kinds[place] = kind
      } else {
        places.append(fields.count)
        fields.append(field)
        kinds.append(kind)
      }
    }
  }

  private static func kind(of field: Field) throws(LakeError) -> CSVColumn.Kind {
    if let kind = CSVColumn.Kind(field.type) { return kind }
    throw LakeError(
      .unsupported, "column \(field.name): CSV has no form for the type \(field.type)",
      hint: "Declare it as varchar and cast it in a query.")
  }
}

extension CSVFileFormat {
  /// The field that a column is read from.
  fileprivate func place(of field: Field, at position: Int) -> Int? {
    if !dialect.hasHeader { return position < names.count ? position : nil }
    if let exact = names.firstIndex(of: field.name) { return exact }
    let folded = field.name.lowercased()
    return names.firstIndex { $0.lowercased() == folded }
  }
}
