import LakeCore
import LakeEngine
import LakeSQL
import LakeTables

/// A change of the rows of a table that is there, by a statement. It is worked out against
/// the latest version; if somebody else is faster, it is worked out again.
package protocol TableEdit {
  /// What is to be done to the table as it is; nil if there is nothing to do.
  func step(in scene: EditScene) throws -> EditStep?

  /// The table before the change. Most edits are of tables that are there.
  func beginning(of table: any LoggedTable) throws -> Snapshot
}

extension TableEdit {
  package func beginning(of table: any LoggedTable) throws -> Snapshot { try table.snapshot() }
}

/// New rows, and what becomes of those that are there.
package struct EditStep {
  /// Gives exactly the columns of the table.
  package var query: Query
  package var change: TableChange
  /// The columns that the table has afterwards, if the statement may add some.
  package var schema: Schema?
  /// What the log says of those columns beside their types; nil where that stays.
  package var fieldMetadata: [String: [JSONValue.Member]]?
  /// What rows are held to from now on; nil where that stays.
  package var clauses: ContractClauses?
  /// How many rows the statement touches, by what it does to them; for the log and for people.
  package var counts: [(name: String, count: Int)]
  /// Whether the rows depend on what the table holds otherwise, as those of a MERGE do.
  package var dependsOnRows: Bool
  /// Files of another program that become the table's. Then the query is over the rows of those
  /// that have to be written anew (`Adoption.relation`).
  var adoption: Adoption?

  package init(
    _ query: Query, _ change: TableChange, schema: Schema? = nil,
    counts: [(name: String, count: Int)] = [], dependsOnRows: Bool = false
  ) {
    self.query = query
    self.change = change
    self.schema = schema
    self.counts = counts
    self.dependsOnRows = dependsOnRows
  }
}

/// What became of an edit.
package struct EditReport: Sendable {
  /// How messages call the table.
  package var table: String
  /// Nil where there was nothing to do.
  package var version: Int?
  package var rowsBefore: Int?
  package var rowsAfter: Int?
  /// Rows that were written, those that only moved to another file too.
  package var rowsWritten = 0
  package var rowsRejected = 0
  package var filesAdded = 0
  package var filesRemoved = 0
  package var bytesBefore = 0
  package var bytesAfter = 0
  package var counts: [(name: String, count: Int)] = []
  package var warnings: [String] = []
  package var withdrawals: [WithdrawalReport] = []
  /// What became of the files of another program.
  package var adoption: AdoptionReport?
}
