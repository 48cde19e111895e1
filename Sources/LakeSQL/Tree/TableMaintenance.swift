/// `TRUNCATE TABLE name [PARTITION (…)]`.
package struct Truncate: Sendable, Hashable {
  package var table: QualifiedName
  package var partition: [PartitionField]

  package init(_ table: QualifiedName, partition: [PartitionField] = []) {
    self.table = table
    self.partition = partition
  }
}

/// `RESTORE TABLE name TO VERSION|TIMESTAMP AS OF x`.
package struct Restore: Sendable, Hashable {
  package var table: QualifiedName
  package var version: TableVersion

  package init(_ table: QualifiedName, to version: TableVersion) {
    self.table = table
    self.version = version
  }
}

/// `OPTIMIZE name [FULL] [WHERE …] [ZORDER BY|ORDER BY (columns)]`; Athena has REWRITE DATA USING
/// BIN_PACK between.
package struct Optimize: Sendable, Hashable {
  package enum Order: String, Sendable, Hashable, CaseIterable {
    case zOrder = "ZORDER BY"
    case sorted = "ORDER BY"
  }

  package var table: QualifiedName
  /// Files too that were optimised before.
  package var isFull = false
  /// Which partitions are meant.
  package var filter: Expression?
  package var order = Order.sorted
  /// By which the rows of the new files are ordered; empty where nothing is said.
  package var columns: [QualifiedName] = []

  package init(_ table: QualifiedName) {
    self.table = table
  }
}

/// `VACUUM name [RETAIN n HOURS] [DRY RUN|FORCE]`.
package struct Vacuum: Sendable, Hashable {
  package enum Mode: String, Sendable, Hashable, CaseIterable {
    case dryRun = "DRY RUN"
    case force = "FORCE"
  }

  package var table: QualifiedName
  package var hours: Int?
  /// As written.
  package var mode: Mode?

  package init(_ table: QualifiedName, hours: Int? = nil, mode: Mode? = nil) {
    self.table = table
    self.hours = hours
    self.mode = mode
  }
}
