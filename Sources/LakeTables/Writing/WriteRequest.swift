import LakeCore

/// What is to be written to a table, and what becomes of the rows that are there.
package struct WriteRequest {
  /// The columns of the table, without those that only the checker sees.
  package var schema: Schema
  package var change: TableChange
  /// The columns by whose values rows are put into directories, in the order of the levels. Of a
  /// table that is there only an overwrite can change them.
  package var partitionColumns: [String]
  package var comment: String?
  /// Settings of the table that an overwrite adds to those that it has.
  package var properties: [String: String] = [:]
  /// By the name of a column: what the log says of it beside its type, such as `comment`.
  package var fieldMetadata: [String: [JSONValue.Member]]
  package var contract: TableContract?
  /// Needed where there is a contract.
  package var checker: (any RowChecker)?
  /// Whether new columns behind those of the table are taken in: else the columns of all changes
  /// but an overwrite must be the table's.
  package var addsColumns: Bool
  /// Whether the checker has looked at all rows that stay, as keys demand: then a version that
  /// somebody else makes meanwhile is a conflict even for an append.
  package var dependsOnRows: Bool
  /// The version that the work was based on, where it looked at the table before: another latest
  /// one is refused before any row is written. `Snapshot.unborn` where there was no table.
  package var basedOnVersion: Int?
  /// The version that the rows are written for, where that was looked at. Whether the change holds
  /// beside what others did since is judged when it is published. By default the latest version.
  package var base: Snapshot?

  package init(
    schema: Schema, change: TableChange = .overwrite, partitionColumns: [String] = [],
    comment: String? = nil, fieldMetadata: [String: [JSONValue.Member]] = [:],
    contract: TableContract? = nil, checker: (any RowChecker)? = nil, addsColumns: Bool = false,
    dependsOnRows: Bool = false, basedOnVersion: Int? = nil
  ) {
    self.schema = schema
    self.change = change
    self.partitionColumns = partitionColumns
    self.comment = comment
    self.fieldMetadata = fieldMetadata
    self.contract = contract
    self.checker = checker
    self.addsColumns = addsColumns
    self.dependsOnRows = dependsOnRows
    self.basedOnVersion = basedOnVersion
  }

  /// A change of the rows of a table that stays what it is.
  package init(
    _ change: TableChange, of snapshot: Snapshot, checker: (any RowChecker)? = nil,
    dependsOnRows: Bool = false
  ) {
    self.init(
      schema: snapshot.schema, change: change,
      partitionColumns: snapshot.metadata.partitionColumns, comment: snapshot.metadata.comment,
      fieldMetadata: snapshot.metadata.schema.fieldMetadata, contract: snapshot.contract,
      checker: checker, dependsOnRows: dependsOnRows)
    if snapshot.version == Snapshot.unborn {
      basedOnVersion = Snapshot.unborn
    } else {
      base = snapshot
    }
  }
}
