import LakeCatalog
import LakeCore
import LakeTestSupport

/// A workspace in a directory of its own, with its catalog.
struct TestWorkspace {
  let directory: TemporaryDirectory
  let workspace: Workspace
  let catalog: Catalog

  init() throws {
    directory = try TemporaryDirectory()
    workspace = try Workspace.create(at: directory.path, named: "test", in: LocalFileSystem())
    catalog = Catalog(workspace, fileSystem: LocalFileSystem())
  }

  /// Another connection to the same file, as another process would have it.
  func secondCatalog(_ waiting: Catalog.Waiting = Catalog.Waiting()) -> Catalog {
    Catalog(workspace, fileSystem: LocalFileSystem(), waiting: waiting)
  }

  /// Does what another program would do with the file.
  func script(_ sql: String) throws {
    let path = workspace.layout.catalogFile
    if try LocalFileSystem().status(of: path, followLinks: false) == nil {
      try LocalFileSystem().create(path).close()
    }
    let connection = try SQLiteConnection(path: path, busyMilliseconds: 1_000)
    try connection.script(sql, action: "test")
  }

  /// The first column of a query, as text.
  func query(_ sql: String) throws -> [String] {
    let connection = try SQLiteConnection(
      path: workspace.layout.catalogFile, busyMilliseconds: 1_000)
    return try connection.rows(sql) { $0.text(0) }
  }
}

func sampleTable() -> CatalogTable {
  var table = CatalogTable(
    TableName(.landing, "Customer"), kind: .external, location: "lake/landing/Customer")
  table.format = .csv
  table.reading.delimiter = UInt8(ascii: ";")
  table.reading.nullText = "NA"
  table.columns = [
    CatalogColumn("id", .bigint, isNullable: false, comment: "the key"),
    CatalogColumn("tags", .array(.row([Field("a b", .decimal(precision: 10, scale: 2))]))),
    CatalogColumn("day", .date, isPartition: true),
  ]
  table.comment = "people's \"data\""
  table.properties = ["a": "1", "é": "\n"]
  table.isPersonal = true
  table.recordCount = 3
  return table
}
