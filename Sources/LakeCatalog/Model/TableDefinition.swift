import LakeCore

/// An external table as a definition says it (`CREATE EXTERNAL TABLE`). What it says wins over what
/// crawling infers; what it leaves open is inferred.
package struct TableDefinition: Sendable, Hashable {
  package var name: TableName
  /// From the workspace or absolute, after mapping (`TableLocation`); nil for the usual place.
  package var location: String?
  /// Nil where the definition says none: then all columns are inferred.
  package var columns: [CatalogColumn]?
  /// In the order of their directories.
  package var partitionColumns: [CatalogColumn] = []
  package var format: TableFormat?
  package var reading = ReadingOptions()
  package var comment: String?
  package var properties: [String: String] = [:]
  package var isPersonal: Bool?
  /// The file that says it, from the workspace.
  package var source: String?

  package init(_ name: TableName) {
    self.name = name
  }
}
