import LakeCatalog
import LakeCore

/// A table as the files of landing show it, before any of them was opened.
struct DiscoveredTable {
  var name: TableName
  /// From the workspace.
  var location: String
  var definition: TableDefinition?
  var files: [DiscoveredFile] = []
  /// Why it is a table, and why of this name.
  var reasons: [String] = []
  var warnings: [String] = []

  init(_ name: TableName, location: String) {
    self.name = name
    self.location = location
  }

  /// The keys of its `key=value` directories, outermost first.
  var partitionKeys: [String] {
    var keys: [String] = []
    for file in files {
      for value in file.partitionValues
      where !keys.contains(where: { $0.lowercased() == value.column.lowercased() }) {
        keys.append(value.column)
      }
    }
    return keys
  }
}

/// A file of a table.
struct DiscoveredFile {
  /// From the location of the table; empty where the location is the file itself.
  var path: String
  var absolutePath: String
  var status: FileStatus
  var partitionValues: [PartitionValue] = []
}
