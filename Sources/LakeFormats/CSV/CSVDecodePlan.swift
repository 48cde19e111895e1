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
    let index = CSVFieldIndex(format)
    var isTaken = Array(repeating: false, count: fieldCount)
    for (position, field) in schema.fields.enumerated() {
      let kind = try CSVDecodePlan.kind(of: field)
      if let place = index.place(of: field, at: position), !isTaken[place] {
        isTaken[place] = true
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

/// Where the fields of a file stand, found in constant time, since a hostile header has millions.
private struct CSVFieldIndex {
  private let hasHeader: Bool
  private let fieldCount: Int
  /// The first field of each name, as it is spelled and without case.
  private var exact: [String: Int] = [:]
  private var folded: [String: Int] = [:]

  init(_ format: CSVFileFormat) {
    hasHeader = format.dialect.hasHeader
    fieldCount = format.names.count
    guard hasHeader else { return }
    for (place, name) in format.names.enumerated() {
      exact[name] = exact[name] ?? place
      let key = name.lowercased()
      folded[key] = folded[key] ?? place
    }
  }

  /// The field that a column is read from.
  func place(of field: Field, at position: Int) -> Int? {
    if !hasHeader { return position < fieldCount ? position : nil }
    return exact[field.name] ?? folded[field.name.lowercased()]
  }
}
