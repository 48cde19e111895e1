/// The words of statements that are to be completed or suggested.
package enum SQLWords {
  /// The words of the grammar, in capitals and in order.
  package static let keywords = Keyword.allCases.map(\.spelled).sorted()

  /// The words that begin a statement.
  package static let statementStarts = [
    "ALTER", "COPY", "CREATE", "DELETE", "DESCRIBE", "DROP", "EXPLAIN", "FROM", "INSERT", "MERGE",
    "MSCK", "OPTIMIZE", "RESTORE", "SELECT", "SET", "SHOW", "TRUNCATE", "UNLOAD", "UPDATE", "USE",
    "VACUUM", "VALUES", "WITH",
  ]
}
