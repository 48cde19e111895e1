/// `CREATE EXTERNAL TABLE`, as Hive, Athena and Glue write it: files that are there already.
package struct CreateExternalTable: Sendable, Hashable {
  package enum RowFormat: Sendable, Hashable {
    /// `ROW FORMAT SERDE 'class' WITH SERDEPROPERTIES (…)`.
    case serde(String, properties: [Property])
    case delimited(Delimiters)
  }

  package enum Storage: Sendable, Hashable {
    /// `STORED AS PARQUET`.
    case format(Identifier)
    /// `STORED AS INPUTFORMAT 'class' OUTPUTFORMAT 'class'`.
    case classes(input: String, output: String)
  }

  package var name: QualifiedName
  package var ifNotExists = false
  package var columns: [ColumnDefinition] = []
  package var comment: String?
  package var partitionedBy: [ColumnDefinition] = []
  package var rowFormat: RowFormat?
  package var storage: Storage?
  package var location: String?
  package var tableProperties: [Property] = []

  package init(_ name: QualifiedName) {
    self.name = name
  }
}

/// `ROW FORMAT DELIMITED [FIELDS TERMINATED BY ','] …`. Texts are as between the quotes: `\t` is a
/// back-slash and a letter, as Hive has it.
package struct Delimiters: Sendable, Hashable {
  package var fields: String?
  package var escape: String?
  package var collectionItems: String?
  package var mapKeys: String?
  package var lines: String?
  package var null: String?

  package init() {}
}
