import LakeCore
import LakeFormats

/// The columns of several Parquet files: those of all of them, by name, each in a type that holds
/// the values of all files without a loss. Files that have no such type are refused.
struct ParquetSchemaJoin {
  private(set) var schema = Schema([])

  init(_ files: [ParquetFile]) throws(LakeError) {
    guard let first = files.first else { return }
    schema = first.schema
    for file in files.dropFirst() where file.schema != schema { try add(file, first) }
  }

  private mutating func add(_ file: ParquetFile, _ first: ParquetFile) throws(LakeError) {
    for field in file.schema.fields {
      guard let place = schema.index(of: field.name) else {
        schema.fields.append(field)
        continue
      }
      let known = schema.fields[place]
      guard let joined = known.type.joined(with: field.type) else {
        throw LakeError(
          .invalidInput,
          "column \(field.name) is \(field.type) in this file and \(known.type) in "
            + (first.schema.index(of: field.name) == nil ? "another one" : first.path),
          at: .file(file.path),
          hint: "Say with --schema what the columns are to be, or convert the files one by one.")
      }
      schema.fields[place].type = joined
    }
  }
}
