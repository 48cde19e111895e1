import LakeCore
import LakeSQL

/// The rule that says for which people data may be used: a `CREATE CONSENT POLICY`, read and
/// checked.
package struct ConsentPolicy: Sendable {
  package var name: String
  /// The table of subjects: one record or several for each person.
  package var subjects: TableName
  /// The column that names a person.
  package var key: String
  /// What is done to a key before two are compared, as an expression over the key's own column.
  package var normalization: Expression?
  /// Other columns that name a person.
  package var aliases: [String]
  package var records: Records
  package var grant: Grant
  package var covers: [Coverage]
  package var onUnreadableKey: UnreadableKeyRule
  /// AMBIGUOUS IF ALL GRANTED: an alias of several people is granted if all of them agreed.
  package var allowsSharedAliases: Bool
  /// ON WITHDRAWAL PURGE AFTER, in microseconds; nil where versions stay as long as others do.
  package var purgeAfter: Int64?
  /// The statement, printed: what its hash is taken of.
  package var text: String

  package enum Records: Sendable {
    /// All records of a person must grant.
    case all
    /// The record with the greatest value of a column decides.
    case latest(by: String)
  }

  package enum Grant: Sendable {
    case since(column: String, unit: GrantUnit)
    case when(Expression)
  }

  /// A landing table whose rows belong to people.
  package struct Coverage: Sendable {
    package var table: TableName
    /// The column of that table.
    package var column: String
    /// The column of the table of subjects that it equals: the key or an alias.
    package var key: String
  }

  /// What a record of a person means that could not be read, its key neither.
  package enum UnreadableKeyRule: Sendable {
    case fail, warn
  }

  /// The key and the aliases, in order: the names that a BY can refer to.
  package var keyColumns: [String] { [key] + aliases }

  /// The place of a column among `keyColumns`, without case.
  package func keyIndex(of column: String) -> Int? {
    let folded = column.lowercased()
    return keyColumns.firstIndex { $0.lowercased() == folded }
  }

  package func coverage(of table: TableName) -> Coverage? {
    covers.first { $0.table == table }
  }

  /// Tells versions of a policy apart.
  package var hash: String { TextHash.hex(text) }
}
